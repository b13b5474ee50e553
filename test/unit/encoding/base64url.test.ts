import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fromBase64,
  fromBase64Url,
  fromEitherBase64,
  toBase64,
  toBase64Url,
} from '../../../src/encoding/base64url.js'
import { codeOf } from '../../support/values.js'

const byteArrays = fc.uint8Array({ maxLength: 40 })

test('both forms are those of the platform, and are read back', () => {
  fc.assert(
    fc.property(byteArrays, (bytes) => {
      const [url, standard] = [
        Buffer.from(bytes).toString('base64url'),
        Buffer.from(bytes).toString('base64'),
      ]
      expect(toBase64Url(bytes)).toBe(url)
      expect(toBase64(bytes)).toBe(standard)
      expect(fromBase64Url(url)).toEqual(bytes)
      expect(fromBase64(standard)).toEqual(bytes)
      expect(fromEitherBase64(url)).toEqual(bytes)
      expect(fromEitherBase64(standard)).toEqual(bytes)
    }),
  )
})

describe('one spelling per value', () => {
  const MALFORMED = [
    'A',
    'AAAAA',
    'AB',
    'AAB',
    'A A=',
    'AAA\n',
    ' AAAA',
    'AA=A',
    '=AAA',
    '====',
    'AA==AA==',
    'ÀAAA',
    'A\0AA',
  ]

  test.each(MALFORMED)('neither form reads %j', (text) => {
    expect(codeOf(() => fromBase64Url(text))).toBe('TEXT_NOT_BASE64')
    expect(codeOf(() => fromBase64(text))).toBe('TEXT_NOT_BASE64')
    expect(codeOf(() => fromEitherBase64(text))).toBe('TEXT_NOT_BASE64')
  })

  test.each(['AA==', 'AAA=', '+/+/', 'A+=='])('url-safe refuses %j', (text) => {
    expect(codeOf(() => fromBase64Url(text))).toBe('TEXT_NOT_BASE64')
  })

  test.each(['AA', 'AAA', '-_-_', 'AA=', 'AAAA='])('standard refuses %j', (text) => {
    expect(codeOf(() => fromBase64(text))).toBe('TEXT_NOT_BASE64')
  })

  test.each(['-A==', '_+AA', 'A-==', '+_=='])('the lenient reader takes no mixture: %j', (text) => {
    expect(codeOf(() => fromEitherBase64(text))).toBe('TEXT_NOT_BASE64')
  })

  test('whatever is read is written back as it was', () => {
    const alphabet = fc.constantFrom(...'AQgwz09-_+/=')
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
        if (codeOf(() => fromBase64Url(text)) === undefined)
          expect(toBase64Url(fromBase64Url(text))).toBe(text)
        if (codeOf(() => fromBase64(text)) === undefined) expect(toBase64(fromBase64(text))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})

test('every unit that is no letter of its alphabet is refused, wherever it stands', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  for (let unit = 0; unit < 0x180; unit++) {
    const letter = String.fromCharCode(unit)
    for (const text of [`${letter}AAA`, `AA${letter}A`]) {
      const isLetter = letters.includes(letter)
      expect(codeOf(() => fromBase64Url(text)) === undefined).toBe(isLetter || '-_'.includes(letter))
      expect(codeOf(() => fromBase64(text)) === undefined).toBe(isLetter || '+/'.includes(letter))
    }
  }
})
