/** Rows about primitive encodings, text forms and keys. */

import { decodeConstraint } from '../../capability/constraint.js'
import { secretKeyFromSeed } from '../../crypto/signer.js'
import { compareUtf8, fromHex, toHex } from '../../encoding/bytes.js'
import { CborReader, CborWriter, encodeValue } from '../../encoding/cbor.js'
import { decodePayload } from '../../warrant/payload.js'
import { formatChain, parseChain } from '../../warrant/text.js'
import { isJsonObject, type JsonObject, listOf, objectOf, optional, rowsOf, textOf, textsOf } from './json.js'
import { judge, type Row, same, unjudged, verdictOf } from './row.js'

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

/** Bytes that must be refused; an edge without bytes is told in words, and has no verdict of its own here. */
const edgeRow = (row: JsonObject): Row => {
  const id = textOf(row, 'id')
  const hex = optional(row, 'hex')
  if (typeof hex !== 'string') return unjudged(id, { accepted: false })
  const bytes = fromHex(hex)
  const ours = verdictOf(() =>
    new CborReader(bytes).peek() === 'map' ? decodePayload(bytes) : decodeConstraint(new CborReader(bytes)),
  )
  return judge(id, textOf(row, 'expected') === 'accept', ours)
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
