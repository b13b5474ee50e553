import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareBytes,
  compareUtf8,
  concatBytes,
  equalBytes,
  fromHex,
  fromUtf8,
  toHex,
  toUtf8,
} from '../../../src/encoding/bytes.js'
import { codeOf, texts } from '../../support/values.js'

const byteArrays = fc.uint8Array({ maxLength: 40 })

describe('hexadecimal', () => {
  test('is the platform form, and read back in either case', () => {
    fc.assert(
      fc.property(byteArrays, (bytes) => {
        const text = Buffer.from(bytes).toString('hex')
        expect(toHex(bytes)).toBe(text)
        expect(fromHex(text)).toEqual(bytes)
        expect(fromHex(text.toUpperCase(), bytes.length)).toEqual(bytes)
      }),
    )
  })

  test.each(['0', '0g', ' 00', '00 ', '0x', '00\n', 'é0', '+1', '-1', '０0'])('refuses %j', (text) => {
    expect(codeOf(() => fromHex(text))).toBe('TEXT_NOT_HEX')
  })

  test('refuses another length than asked for', () => {
    expect(codeOf(() => fromHex('0011', 1))).toBe('TEXT_NOT_HEX')
    expect(codeOf(() => fromHex('0011', 3))).toBe('TEXT_NOT_HEX')
  })
})

describe('comparison', () => {
  test('of bytes is that of the platform', () => {
    fc.assert(
      fc.property(byteArrays, byteArrays, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
        expect(equalBytes(a, a.slice())).toBe(true)
      }),
    )
  })

  test('of text is that of its UTF-8 bytes, not of its UTF-16 units', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
    expect(compareUtf8('\u{FF5E}', '\u{1F600}')).toBeLessThan(0)
    expect('\u{FF5E}' < '\u{1F600}').toBe(false)
  })

  test('joins in order', () => {
    fc.assert(
      fc.property(fc.array(byteArrays, { maxLength: 5 }), (parts) => {
        expect(toHex(concatBytes(...parts))).toBe(Buffer.concat(parts).toString('hex'))
      }),
    )
  })
})

describe('UTF-8', () => {
  test('keeps every text, a byte order mark and NUL included', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(fromUtf8(toUtf8(text))).toBe(text)
      }),
    )
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\uFEFFa')
  })

  test.each(['\uD800', 'a\uDFFF', '\uDC00\uD800', 'x\uD83D'])('has no bytes for a lone surrogate', (text) => {
    expect(codeOf(() => toUtf8(text))).toBe('TEXT_SURROGATE')
  })

  test.each(['80', 'c0ae', 'c3', 'e282', 'eda080', 'f4908080', 'ff', 'f8888080'])(
    'refuses bytes %s',
    (hex) => {
      expect(codeOf(() => fromUtf8(fromHex(hex)))).toBe('CBOR_TEXT_INVALID')
    },
  )
})
