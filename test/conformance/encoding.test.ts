/** The published encodings: text forms, numbers, the order of keys, extensions, and what must be refused. */

import { describe, expect, test } from 'vitest'
import { decodeConstraint } from '../../src/capability/constraint.js'
import { compareUtf8, fromHex, toHex } from '../../src/encoding/bytes.js'
import { CborReader, CborWriter, decodeValue, encodeValue } from '../../src/encoding/cbor.js'
import { float, integer } from '../../src/encoding/value.js'
import { attenuate } from '../../src/warrant/attenuate.js'
import { chainOf, decodeChain, leafOf } from '../../src/warrant/chain.js'
import { decodePayload } from '../../src/warrant/payload.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { hasShared, readShared } from '../support/shared.js'
import { codeOf } from '../support/values.js'
import { alice, minted, NOW } from '../support/warrants.js'

interface Encoding {
  readonly text_forms: { readonly a1_pem: string; readonly a3_chain_pem: string }
  readonly floats: readonly { readonly value: number | string; readonly hex: string }[]
  readonly integers: readonly { readonly value: string; readonly hex: string }[]
  readonly value_distinctions: readonly { readonly integer_one: string; readonly float_one: string }[]
  readonly key_order: { readonly example_keys_in_order: readonly string[] }
  readonly edges: readonly { readonly id: string; readonly hex?: string }[]
  readonly extensions_a7: Readonly<Record<string, { readonly hex: string }>>
}

interface Warrants {
  readonly warrants: readonly { readonly id: string; readonly envelope_hex: string }[]
}

const NOTHING: Encoding = {
  text_forms: { a1_pem: '', a3_chain_pem: '' },
  floats: [],
  integers: [],
  value_distinctions: [],
  key_order: { example_keys_in_order: [] },
  edges: [],
  extensions_a7: {},
}

const data = hasShared ? readShared<Encoding>('vectors/tenuo-v1/encoding.json') : NOTHING
const warrants = hasShared ? readShared<Warrants>('vectors/tenuo-v1/warrants.json').warrants : []
const envelopeOf = (id: string): Uint8Array =>
  fromHex(warrants.find((row) => row.id === id)?.envelope_hex ?? '')

describe.skipIf(!hasShared)('the published encodings', () => {
  test('the PEM of a warrant and of a chain, both ways', () => {
    const { a1_pem, a3_chain_pem } = data.text_forms
    expect(formatChain(decodeChain(envelopeOf('a.1')), 'pem')).toBe(a1_pem)
    expect(toHex(parseChain(a1_pem).bytes)).toBe(toHex(envelopeOf('a.1')))
    const chain = parseChain(a3_chain_pem)
    expect(chain.warrants.map(({ bytes }) => toHex(bytes))).toEqual(
      [0, 1, 2].map((level) => toHex(envelopeOf(`a.3-level-${level}`))),
    )
    expect(formatChain(chain, 'pem')).toBe(a3_chain_pem)
  })

  test('one PEM for each warrant of a chain, in order', () => {
    const pems = [0, 1, 2].map((level) => formatChain(decodeChain(envelopeOf(`a.3-level-${level}`)), 'pem'))
    expect(formatChain(parseChain(pems.join('\n')), 'pem')).toBe(data.text_forms.a3_chain_pem)
  })

  test.each(data.floats)('the float $value', ({ value, hex }) => {
    const number = Number(value)
    if (!Number.isFinite(number)) {
      expect(codeOf(() => decodeValue(fromHex(hex)))).toBe('CBOR_NOT_FINITE')
      expect(codeOf(() => new CborWriter().float(number))).toBe('CBOR_NOT_FINITE')
      return
    }
    expect(toHex(encodeValue(float(number)))).toBe(hex)
    expect(decodeValue(fromHex(hex))).toEqual(float(number))
  })

  test.each(data.integers)('the integer $value', ({ value, hex }) => {
    expect(toHex(encodeValue(integer(BigInt(value))))).toBe(hex)
    expect(decodeValue(fromHex(hex))).toBe(integer(BigInt(value)))
  })

  test('1 and 1.0 are two values', () => {
    expect(data.value_distinctions).toHaveLength(1)
    for (const { integer_one, float_one } of data.value_distinctions) {
      expect(toHex(encodeValue(1))).toBe(integer_one)
      expect(toHex(encodeValue(float(1)))).toBe(float_one)
      expect(decodeValue(fromHex(integer_one))).not.toEqual(decodeValue(fromHex(float_one)))
    }
  })

  test('names are in the order of their UTF-8 bytes, and of nothing else', () => {
    const { example_keys_in_order: names } = data.key_order
    expect(names).toHaveLength(8)
    expect(names.toReversed().sort(compareUtf8)).toEqual(names)
    expect([...names].sort()).not.toEqual(names)
  })

  test('a.7: extensions are carried as they are', () => {
    const { extensions } = leafOf(decodeChain(envelopeOf('a.7'))).payload
    expect([...extensions].map(([name, value]) => [name, toHex(value)]).sort()).toEqual(
      Object.entries(data.extensions_a7)
        .map(([name, { hex }]) => [name, hex])
        .sort(),
    )
  })

  test('what must be refused is refused', () => {
    const edge = (id: string): Uint8Array => fromHex(data.edges.find((row) => row.id === id)?.hex ?? '')
    expect(data.edges.map(({ id }) => id).sort()).toEqual(['a.9.1', 'a.9.2', 'a.9.3'])
    expect(codeOf(() => decodeConstraint(new CborReader(edge('a.9.2'))))).toBe('CBOR_UNKNOWN_FIELD')
    expect(codeOf(() => decodePayload(edge('a.9.3')))).toBe('CBOR_DUPLICATE_KEY')
    const terminal = chainOf([minted({ maxDepth: 0 })])
    expect(codeOf(() => attenuate(terminal, { now: NOW }, alice))).toBe('ATTENUATE_TERMINAL')
  })
})
