/** The form of application values, at each of its bounds: what a general library may be shown. */

import { describe, expect, test } from 'vitest'
import { checkForm } from '../../../src/encoding/appForm.js'
import { decodeAppValue, encodeAppValue } from '../../../src/encoding/appValue.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { MAX_EXTENSION_VALUE_BYTES, MAX_VALUE_DEPTH } from '../../../src/encoding/limits.js'
import { codeOf } from '../../support/values.js'

const form = (hex: string): unknown => codeOf(() => checkForm(fromHex(hex)))

describe('heads', () => {
  test.each([
    ['1818', undefined],
    ['1817', 'CBOR_NOT_CANONICAL'],
    ['190100', undefined],
    ['1900ff', 'CBOR_NOT_CANONICAL'],
    ['1a00010000', undefined],
    ['1a0000ffff', 'CBOR_NOT_CANONICAL'],
    ['1b0000000100000000', undefined],
    ['1b00000000ffffffff', 'CBOR_NOT_CANONICAL'],
    ['1b7fffffffffffffff', undefined],
    ['1b8000000000000000', 'CBOR_NUMBER_RANGE'],
    ['1c', 'CBOR_MALFORMED'],
    ['1d', 'CBOR_MALFORMED'],
    ['1e', 'CBOR_MALFORMED'],
    ['1f', 'CBOR_INDEFINITE'],
  ])('%s: %s', (hex, code) => {
    expect(form(hex)).toBe(code)
  })
})

describe('bytes that end too early or too late', () => {
  test.each([
    ['', 'CBOR_TRUNCATED'],
    ['18', 'CBOR_TRUNCATED'],
    ['1901', 'CBOR_TRUNCATED'],
    ['81', 'CBOR_TRUNCATED'],
    ['8201', 'CBOR_TRUNCATED'],
    ['42ff', 'CBOR_TRUNCATED'],
    ['6261', 'CBOR_TRUNCATED'],
    ['a1', 'CBOR_TRUNCATED'],
    ['a16161', 'CBOR_TRUNCATED'],
    ['f97b', 'CBOR_TRUNCATED'],
    ['fa000000', 'CBOR_TRUNCATED'],
    ['fb00000000000000', 'CBOR_TRUNCATED'],
    ['41ff00', 'CBOR_TRAILING_BYTES'],
    ['616100', 'CBOR_TRAILING_BYTES'],
    ['f400', 'CBOR_TRAILING_BYTES'],
  ])('%s: %s', (hex, code) => {
    expect(form(hex)).toBe(code)
  })
})

describe('simple values and floats', () => {
  test.each([
    ['e0', 'CBOR_MALFORMED'],
    ['f3', 'CBOR_MALFORMED'],
    ['f4', undefined],
    ['f5', undefined],
    ['f6', undefined],
    ['f7', 'CBOR_MALFORMED'],
    ['f8ff', 'CBOR_MALFORMED'],
    [`fc${'00'.repeat(16)}`, 'CBOR_MALFORMED'],
    [`fd${'00'.repeat(32)}`, 'CBOR_MALFORMED'],
    ['ff', 'CBOR_INDEFINITE'],
    ['f97bff', undefined],
    ['f97c00', 'CBOR_NOT_FINITE'],
    ['f9fc00', 'CBOR_NOT_FINITE'],
    ['f97e00', 'CBOR_NOT_FINITE'],
    ['fa7c000000', undefined],
    ['fa7f7fffff', undefined],
    ['fa7f800000', 'CBOR_NOT_FINITE'],
    ['fb7fefffffffffffff', undefined],
    ['fb7f80000000000000', undefined],
    ['fb7ff0000000000000', 'CBOR_NOT_FINITE'],
  ])('%s: %s', (hex, code) => {
    expect(form(hex)).toBe(code)
  })
})

test('nesting ends at the stated depth, of lists and of maps', () => {
  for (const unit of ['81', 'a16161']) {
    expect(form(`${unit.repeat(MAX_VALUE_DEPTH)}00`)).toBeUndefined()
    expect(form(`${unit.repeat(MAX_VALUE_DEPTH + 1)}00`)).toBe('CBOR_TOO_DEEP')
  }
})

describe('application values at their bounds', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 0
    for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value }
    return value
  }

  test('are nested as deep as the form allows, and no deeper', () => {
    expect(codeOf(() => encodeAppValue(nested(MAX_VALUE_DEPTH) as never))).toBeUndefined()
    expect(codeOf(() => encodeAppValue(nested(MAX_VALUE_DEPTH + 1) as never))).toBe('VALUE_TOO_DEEP')
    expect(codeOf(() => encodeAppValue(nested(MAX_VALUE_DEPTH + 2) as never))).toBe('VALUE_TOO_DEEP')
  })

  test('take 8,192 bytes, and no more', () => {
    const filled = (bytes: number): Uint8Array => new Uint8Array(bytes - 3)
    const most = encodeAppValue(filled(MAX_EXTENSION_VALUE_BYTES))
    expect(most.length).toBe(MAX_EXTENSION_VALUE_BYTES)
    expect(decodeAppValue(most)).toEqual(filled(MAX_EXTENSION_VALUE_BYTES))
    expect(codeOf(() => encodeAppValue(filled(MAX_EXTENSION_VALUE_BYTES + 1)))).toBe('EXTENSION_TOO_LARGE')
    const over = fromHex(`591ffe${'00'.repeat(MAX_EXTENSION_VALUE_BYTES - 2)}`)
    expect(over.length).toBe(MAX_EXTENSION_VALUE_BYTES + 1)
    expect(codeOf(() => decodeAppValue(over))).toBe('EXTENSION_TOO_LARGE')
  })

  test.each([
    [2n ** 32n - 1n, '1affffffff'],
    [2n ** 32n, '1b0000000100000000'],
    [-(2n ** 32n), '3affffffff'],
    [-(2n ** 32n) - 1n, '3b0000000100000000'],
    [2n ** 63n - 1n, '1b7fffffffffffffff'],
    [-(2n ** 63n), '3b7fffffffffffffff'],
  ])('the integer %s is %s, and comes back', (whole, hex) => {
    expect(toHex(encodeAppValue(whole))).toBe(hex)
    const back = decodeAppValue(fromHex(hex))
    expect(back).toBe(Number.isSafeInteger(Number(whole)) ? Number(whole) : whole)
  })

  test.each([2n ** 63n, -(2n ** 63n) - 1n])('the integer %s has no form', (whole) => {
    expect(codeOf(() => encodeAppValue(whole))).toBe('VALUE_NUMBER')
  })

  test('the integers at the edge of what a number holds are numbers within it', () => {
    for (const whole of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
      expect(decodeAppValue(encodeAppValue(whole))).toBe(whole)
    for (const whole of [2n ** 53n, -(2n ** 53n)]) expect(decodeAppValue(encodeAppValue(whole))).toBe(whole)
  })

  test('are plain when they come back: lists and objects frozen, byte strings of no subclass', () => {
    const back = decodeAppValue(encodeAppValue([{ a: [Uint8Array.of(1, 2)] }])) as [{ a: [Uint8Array] }]
    expect(Object.isFrozen(back) && Object.isFrozen(back[0]) && Object.isFrozen(back[0].a)).toBe(true)
    expect(Object.getPrototypeOf(back[0])).toBeNull()
    expect(Object.getPrototypeOf(back[0].a[0])).toBe(Uint8Array.prototype)
    expect(back[0].a[0]).toEqual(Uint8Array.of(1, 2))
  })

  test('share no memory with the bytes that they were read from', () => {
    const bytes = encodeAppValue(Uint8Array.of(7, 7))
    const back = decodeAppValue(bytes)
    bytes.fill(0)
    expect(back).toEqual(Uint8Array.of(7, 7))
  })
})
