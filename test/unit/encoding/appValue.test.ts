import * as cborg from 'cborg'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AppValue,
  decodeAppValue,
  encodeAppValue,
  showAppValue,
} from '../../../src/encoding/appValue.js'
import { fromHex, toHex, toUtf8 } from '../../../src/encoding/bytes.js'
import { codeOf, texts } from '../../support/values.js'

const scalars: fc.Arbitrary<AppValue> = fc.oneof(
  texts,
  fc.maxSafeInteger().map((whole) => whole + 0),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .filter((whole) => !Number.isSafeInteger(Number(whole))),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }),
)
const appValues: fc.Arbitrary<AppValue> = fc.letrec<{ value: AppValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value

describe('application values', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(appValues, (value) => {
        expect(decodeAppValue(encodeAppValue(value))).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  test('are written in a form that a strict reader takes', () => {
    fc.assert(
      fc.property(appValues, (value) => {
        const bytes = encodeAppValue(value)
        expect(() =>
          cborg.decode(bytes, {
            useMaps: true,
            strict: true,
            allowIndefinite: false,
            rejectDuplicateMapKeys: true,
          }),
        ).not.toThrow()
      }),
      { numRuns: 500 },
    )
  })

  test.each<[AppValue, string]>([
    [2 ** 32, '1b0000000100000000'],
    [5n, '05'],
    [new Uint8Array([1]), '4101'],
    [0.5, 'fb3fe0000000000000'],
    [{ b: 1, aa: 2, a: 3 }, 'a361610362616102616201'],
  ])('%o is written as integers, byte strings and sorted names', (value, hex) => {
    expect(toHex(encodeAppValue(value))).toBe(hex)
  })

  test('names of JavaScript are ordinary names', () => {
    const read = decodeAppValue(fromHex('a1695f5f70726f746f5f5fa168706f6c6c7574656401'))
    expect(Object.keys(read as object)).toEqual(['__proto__'])
    expect('polluted' in {}).toBe(false)
    expect(toHex(encodeAppValue(JSON.parse('{"__proto__":1}') as AppValue))).toBe('a1695f5f70726f746f5f5f01')
  })

  test.each<[string, unknown]>([
    ['VALUE_UNSUPPORTED', undefined],
    ['VALUE_UNSUPPORTED', { a: undefined }],
    ['VALUE_UNSUPPORTED', new Date(0)],
    ['VALUE_UNSUPPORTED', new Map()],
    ['VALUE_UNSUPPORTED', () => 1],
    ['VALUE_UNSUPPORTED', /x/],
    ['VALUE_UNSUPPORTED', [Symbol('x')]],
    ['VALUE_UNSUPPORTED', Array(2)],
    ['VALUE_NUMBER', Number.NaN],
    ['VALUE_NUMBER', 2 ** 53],
    ['VALUE_NUMBER', 2n ** 63n],
    ['TEXT_SURROGATE', '\uD800'],
    ['TEXT_SURROGATE', { '\uD800': 1 }],
    ['EXTENSION_TOO_LARGE', 'x'.repeat(8_192)],
  ])('are refused with %s', (code, value) => {
    expect(codeOf(() => encodeAppValue(value as AppValue))).toBe(code)
  })

  test('that contain themselves are refused', () => {
    const self: Record<string, unknown> = {}
    self['self'] = self
    expect(codeOf(() => encodeAppValue(self as AppValue))).toBe('VALUE_TOO_DEEP')
  })
})

describe('what the library behind would take and must never see', () => {
  test.each([
    ['d81b846652656745787062612b60', 'CBOR_TAGGED'], // a live RegExp
    ['d81c81d81d00', 'CBOR_TAGGED'], // an array that contains itself
    ['d9dffe820182616101', 'CBOR_TAGGED'],
    ['c11a5f5e1000', 'CBOR_TAGGED'],
    ['ff', 'CBOR_INDEFINITE'],
    ['81ff', 'CBOR_INDEFINITE'],
    ['9f01ff', 'CBOR_INDEFINITE'],
    ['5f4101ff', 'CBOR_INDEFINITE'],
    ['f814', 'CBOR_MALFORMED'],
    ['f7', 'CBOR_MALFORMED'],
    ['a2616101616102', 'CBOR_DUPLICATE_KEY'],
    ['a2616101616201', undefined],
    ['a2616201616101', undefined],
    ['a10102', 'CBOR_UNEXPECTED_TYPE'],
    ['61ff', 'CBOR_TEXT_INVALID'],
    ['1817', 'CBOR_NOT_CANONICAL'],
    ['780161', 'CBOR_NOT_CANONICAL'],
    ['f97e00', 'CBOR_NOT_FINITE'],
    ['fa7f800000', 'CBOR_NOT_FINITE'],
    ['1b8000000000000000', 'CBOR_NUMBER_RANGE'],
    ['fb3ff0000000000000', undefined],
    ['9affffffff', 'CBOR_TRUNCATED'],
    ['5b7fffffffffffffff', 'CBOR_TRUNCATED'],
    ['0000', 'CBOR_TRAILING_BYTES'],
    ['81'.repeat(40), 'CBOR_TOO_DEEP'],
  ])('bytes %s: %s', (hex, code) => {
    expect(codeOf(() => decodeAppValue(fromHex(hex)))).toBe(code)
  })

  test('any bytes are read or refused with a code, and shown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        expect(codeOf(() => decodeAppValue(bytes))).toEqual(
          expect.toBeOneOf([undefined, expect.stringMatching(/^CBOR_/)]),
        )
        expect(typeof showAppValue(bytes)).toBe('string')
      }),
      { numRuns: 5000 },
    )
  })
})

test('shown are values, text that is not CBOR, and bytes', () => {
  expect(showAppValue(encodeAppValue({ a: [1, 'x', null, new Uint8Array([1, 255])], big: 2n ** 60n }))).toBe(
    `{"a": [1, "x", null, h'01ff'], "big": 1152921504606846976}`,
  )
  expect(showAppValue(toUtf8('session-1'))).toBe('"session-1"')
  expect(showAppValue(Uint8Array.of(0xff, 0xfe))).toBe("h'fffe'")
})

test('a byte string that is read is a copy, with no more memory behind it than its own', () => {
  const bytes = encodeAppValue({ key: Uint8Array.of(1, 2, 3) })
  const { key } = decodeAppValue(bytes) as { readonly key: Uint8Array } // as just written
  expect(key.constructor).toBe(Uint8Array)
  expect([key.byteOffset, key.buffer.byteLength]).toEqual([0, 3])
  bytes.fill(0)
  expect([...key]).toEqual([1, 2, 3])
})

test('a value is as long as an extension may be, and no longer', () => {
  const longest = 'x'.repeat(8_192 - 3) // behind a head of three bytes
  const bytes = encodeAppValue(longest)
  expect(bytes).toHaveLength(8_192)
  expect(decodeAppValue(bytes)).toBe(longest)
  expect(() => encodeAppValue(`${longest}x`)).toThrow(
    expect.objectContaining({ code: 'EXTENSION_TOO_LARGE' }),
  )
  expect(() => decodeAppValue(new Uint8Array(8_193))).toThrow(
    expect.objectContaining({ code: 'EXTENSION_TOO_LARGE' }),
  )
})
