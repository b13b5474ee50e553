/** Format §2, against published vectors: what is malformed is refused, what we could have written is read. */

import * as cborg from 'cborg'
import { describe, expect, test } from 'vitest'
import { decodeConstraint } from '../../src/capability/constraint.js'
import { decodeAppValue } from '../../src/encoding/appValue.js'
import { compareUtf8, fromHex, toHex } from '../../src/encoding/bytes.js'
import { CborReader, decodeValue, encodeValue } from '../../src/encoding/cbor.js'
import { float, integer, isFloat } from '../../src/encoding/value.js'
import { decodePayload } from '../../src/warrant/payload.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { hasShared, readShared } from '../support/shared.js'
import { codeOf } from '../support/values.js'

interface Case {
  readonly hex: string
  readonly note: string
  readonly flags?: readonly string[]
}

interface Encoding {
  readonly floats: readonly { readonly value: number | string; readonly hex: string }[]
  readonly integers: readonly { readonly value: string; readonly hex: string }[]
  readonly value_distinctions: readonly { readonly integer_one: string; readonly float_one: string }[]
  readonly key_order: { readonly example_keys_in_order: readonly string[] }
  readonly text_forms: { readonly a1_pem: string; readonly a3_chain_pem: string }
  readonly edges: readonly { readonly id: string; readonly hex?: string; readonly expected: string }[]
  readonly extensions_a7: Readonly<Record<string, { readonly hex: string }>>
}

const casesOf = (file: string): readonly Case[] =>
  hasShared ? readShared<{ readonly cases: readonly Case[] }>(`vectors/cbor/${file}`).cases : []

describe.skipIf(!hasShared)('malformed.json', () => {
  const cases = casesOf('malformed.json')

  test('holds all its cases', () => {
    expect(cases.length).toBe(206)
  })

  test.each(cases)('refuses $hex ($note)', ({ hex }) => {
    expect(codeOf(() => decodeValue(fromHex(hex)))).toMatch(/^(CBOR_|VALUE_TOO_DEEP)/)
    expect(codeOf(() => decodeAppValue(fromHex(hex)))).toMatch(/^CBOR_/)
  })
})

describe.skipIf(!hasShared)('wellformed.json', () => {
  const cases = casesOf('wellformed.json')
  const REFUSED = [
    'nonPreferred',
    'indefinite',
    'duplicateKeys',
    'invalidUtf8',
    'tag',
    'undefined',
    'unassignedSimple',
    'depth>256',
  ]
  const refused = cases.filter(({ flags = [] }) => flags.some((flag) => REFUSED.includes(flag)))
  const floats = cases.filter(({ flags = [] }) => flags.length === 1 && flags[0] === 'float')
  const plain = cases.filter(
    ({ flags = [] }) => flags.length === 0 || flags.every((flag) => flag === 'unsortedKeys'),
  )

  /** What another reader finds that is outside the values of this protocol. */
  const misfit = (found: unknown): string | undefined => {
    if (typeof found === 'bigint')
      return found >= -(2n ** 63n) && found < 2n ** 63n ? undefined : 'CBOR_NUMBER_RANGE'
    if (found instanceof Uint8Array) return 'CBOR_UNEXPECTED_TYPE'
    if (Array.isArray(found)) return found.map(misfit).find((code) => code !== undefined)
    if (!(found instanceof Map)) return undefined
    let previous: unknown
    for (const [name, item] of found as Map<unknown, unknown>) {
      if (typeof name !== 'string') return 'CBOR_UNEXPECTED_TYPE'
      if (typeof previous === 'string' && compareUtf8(previous, name) > 0) return 'CBOR_KEY_ORDER'
      previous = name
      const code = misfit(item)
      if (code !== undefined) return code
    }
    return undefined
  }

  test.each(refused)('refuses $hex: $flags', ({ hex }) => {
    expect(codeOf(() => decodeValue(fromHex(hex)))).toMatch(/^(CBOR|VALUE)_/)
  })

  test.each(plain)('reads $hex ($note), or says what is no value in it', ({ hex }) => {
    const bytes = fromHex(hex)
    const code = misfit(cborg.decode(bytes, { useMaps: true }))
    expect(codeOf(() => decodeValue(bytes))).toBe(code)
    if (code === undefined) expect(toHex(encodeValue(decodeValue(bytes)))).toBe(hex.toLowerCase())
  })

  test.each(floats)('reads the float $hex exactly when it is finite and shortest', ({ hex }) => {
    const bytes = fromHex(hex)
    let read: unknown
    try {
      read = decodeValue(bytes)
    } catch (thrown) {
      expect(thrown).toMatchObject({
        code: expect.stringMatching(/^CBOR_(NOT_FINITE|NOT_CANONICAL|UNEXPECTED_TYPE|KEY_ORDER)$/),
      })
      return
    }
    expect(toHex(encodeValue(decodeValue(bytes)))).toBe(hex.toLowerCase())
    if (isFloat(read)) expect(read.float).toBe(cborg.decode(bytes))
    else expect(read).toEqual(cborg.decode(bytes))
  })

  test('the three groups and the few that mix them are all the cases', () => {
    const rest = cases.filter(
      (row) => !refused.includes(row) && !floats.includes(row) && !plain.includes(row),
    )
    expect(rest.length).toBeLessThan(5)
    for (const { hex } of rest) expect(codeOf(() => decodeValue(fromHex(hex)))).toMatch(/^CBOR_/)
    expect(
      plain.filter(({ hex }) => codeOf(() => decodeValue(fromHex(hex))) === undefined).length,
    ).toBeGreaterThan(60)
    expect(
      floats.filter(({ hex }) => codeOf(() => decodeValue(fromHex(hex))) === undefined).length,
    ).toBeGreaterThan(60)
  })
})

describe.skipIf(!hasShared)('encoding.json', () => {
  const encoding = hasShared ? readShared<Encoding>('vectors/tenuo-v1/encoding.json') : undefined

  test.each(encoding?.floats ?? [])('the float $value is $hex', ({ value, hex }) => {
    const number = Number(value)
    if (Number.isFinite(number)) {
      expect(toHex(encodeValue(float(number)))).toBe(hex.toLowerCase())
      expect(encodeValue(decodeValue(fromHex(hex)))).toEqual(fromHex(hex))
    } else {
      expect(codeOf(() => float(number))).toBe('VALUE_NUMBER')
      expect(codeOf(() => decodeValue(fromHex(hex)))).toBe('CBOR_NOT_FINITE')
    }
  })

  test.each(encoding?.integers ?? [])('the integer $value is $hex', ({ value, hex }) => {
    expect(toHex(encodeValue(integer(BigInt(value))))).toBe(hex.toLowerCase())
    expect(decodeValue(fromHex(hex))).toBe(integer(BigInt(value)))
  })

  test('1 and 1.0 are different bytes', () => {
    const row = encoding?.value_distinctions[0]
    expect([toHex(encodeValue(1)), toHex(encodeValue(float(1)))]).toEqual([row?.integer_one, row?.float_one])
  })

  test('keys stand in the order of their UTF-8 bytes', () => {
    const names = encoding?.key_order.example_keys_in_order ?? []
    expect([...names].reverse().sort(compareUtf8)).toEqual(names)
    const reversed = Object.fromEntries([...names].reverse().map((name) => [name, 1]))
    expect(Object.keys(decodeValue(encodeValue(reversed)) as object)).toEqual(names)
  })

  test.each(['a1_pem', 'a3_chain_pem'] as const)(
    'the text of %s is read, and written again as it was',
    (form) => {
      const text = encoding?.text_forms[form] ?? ''
      expect(formatChain(parseChain(text), 'pem')).toBe(text)
      expect(formatChain(parseChain(formatChain(parseChain(text))), 'pem')).toBe(text)
    },
  )

  test('bytes at the edges of the format are refused as the reference refuses them', () => {
    const edge = (id: string): Uint8Array => {
      const row = encoding?.edges.find((found) => found.id === id)
      expect(row?.expected).toBe('reject')
      return fromHex(row?.hex ?? '')
    }
    expect(codeOf(() => decodeConstraint(new CborReader(edge('a.9.2'))))).toMatch(/^(CBOR|CONSTRAINT)_/)
    expect(codeOf(() => decodePayload(edge('a.9.3')))).toBe('CBOR_DUPLICATE_KEY')
  })

  test('published application extensions are read', () => {
    const bags = Object.values(encoding?.extensions_a7 ?? {}).map(({ hex }) => decodeAppValue(fromHex(hex)))
    expect(bags).toEqual([
      'request-12345',
      { team: 'ml-research', project: 'warrant-system', cost_center: 4201 },
    ])
  })
})
