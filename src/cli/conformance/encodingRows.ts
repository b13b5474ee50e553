/** Rows about primitive encodings, text forms and keys. */

import { decodeConstraint } from '../../capability/constraint.js'
import { type SecretKey, secretKeyFromSeed } from '../../crypto/signer.js'
import { compareUtf8, fromHex, toHex } from '../../encoding/bytes.js'
import { CborReader, CborWriter, encodeValue } from '../../encoding/cbor.js'
import { attenuate } from '../../warrant/attenuate.js'
import { mint } from '../../warrant/mint.js'
import { decodePayload } from '../../warrant/payload.js'
import { formatChain, parseChain } from '../../warrant/text.js'
import {
  ACCEPT_REJECT,
  BadRow,
  isExpected,
  isJsonObject,
  type JsonObject,
  listOf,
  objectOf,
  optional,
  rowsOf,
  textOf,
  textsOf,
} from './json.js'
import { judge, type Row, same, type Verdict, verdictOf } from './row.js'

export const encodingRows = (data: JsonObject): readonly Row[] => [
  ...rowsOf(listOf(data, 'floats')).map(floatRow),
  ...rowsOf(listOf(data, 'integers')).map((row) =>
    same(
      `integer ${textOf(row, 'value')}`,
      textOf(row, 'hex'),
      toHex(integerBytes(BigInt(textOf(row, 'value')))),
    ),
  ),
  ...rowsOf(listOf(data, 'value_distinctions')).flatMap((row) => [
    same('integer one', textOf(row, 'integer_one'), toHex(encodeValue(1))),
    same('float one', textOf(row, 'float_one'), toHex(floatBytes(1))),
  ]),
  orderRow(objectOf(data, 'key_order')),
  ...textRows(objectOf(data, 'text_forms')),
  ...rowsOf(listOf(data, 'edges')).map(edgeRow),
]

const floatBytes = (number: number): Uint8Array => {
  const writer = new CborWriter()
  writer.float(number)
  return writer.finish()
}

const integerBytes = (whole: bigint): Uint8Array => {
  const writer = new CborWriter()
  writer.int(whole)
  return writer.finish()
}

/** The infinities have bytes that the reference writes and that no warrant of ours holds: those are read and refused. */
const floatRow = (row: JsonObject): Row => {
  const value = Number(row['value'])
  const id = `float ${String(row['value'])}`
  if (Number.isFinite(value)) return same(id, textOf(row, 'hex'), toHex(floatBytes(value)))
  return judge(
    id,
    true,
    verdictOf(() => new CborReader(fromHex(textOf(row, 'hex'))).float()),
  )
}

const orderRow = (row: JsonObject): Row => {
  const names = textsOf(row, 'example_keys_in_order')
  return same('key order', names.join(' '), [...names].reverse().sort(compareUtf8).join(' '))
}

const textRows = (forms: JsonObject): readonly Row[] =>
  ['a1_pem', 'a3_chain_pem'].map((name) => {
    const text = textOf(forms, name)
    return same(name, text, formatChain(parseChain(text), 'pem'))
  })

/** The number of the protocol for a delegation past the depth limit. */
const PAST_DEPTH = 1402

/** Bytes that must be refused, or, without bytes, what must not be made of a warrant at its depth limit. */
const edgeRow = (row: JsonObject): Row => {
  const id = textOf(row, 'id')
  const hex = optional(row, 'hex')
  const expected = isExpected(row, 'expected', ACCEPT_REJECT)
  if (typeof hex === 'string') return judge(id, expected, decodingOf(fromHex(hex)))
  if (optional(row, 'reason_code') === PAST_DEPTH) return judge(id, expected, verdictOf(delegateTerminal))
  throw new BadRow('an edge with neither bytes nor a delegation')
}

const decodingOf = (bytes: Uint8Array): Verdict =>
  verdictOf(() =>
    new CborReader(bytes).peek() === 'map' ? decodePayload(bytes) : decodeConstraint(new CborReader(bytes)),
  )

const delegateTerminal = (): void => {
  const [issuer, holder] = [1, 2].map((byte) => secretKeyFromSeed(new Uint8Array(32).fill(byte))) as [
    SecretKey,
    SecretKey,
  ] // two of two
  const now = 1_704_067_200
  const terminal = mint({ holder: holder.publicKey, tools: { read: {} }, maxDepth: 0, now }, issuer)
  attenuate(terminal, { now }, holder)
}

/** `{keys: {role: {seed_hex, public_key_hex}}}` */
export const keyRows = (data: JsonObject): readonly Row[] =>
  Object.entries(objectOf(data, 'keys')).flatMap(([role, key]) =>
    isJsonObject(key)
      ? [
          same(
            role,
            textOf(key, 'public_key_hex'),
            secretKeyFromSeed(fromHex(textOf(key, 'seed_hex'))).publicKey,
          ),
        ]
      : [],
  )
