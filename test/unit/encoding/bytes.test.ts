import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareBytes,
  compareUtf8,
  concatBytes,
  copyBytes,
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

describe('at the edges', () => {
  test('bytes are compared to their first difference, and then by length', () => {
    const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)
    expect(compareBytes(of(1, 2), of(1, 3))).toBeLessThan(0)
    expect(compareBytes(of(1, 255), of(1, 3))).toBeGreaterThan(0)
    expect(compareBytes(of(1), of(1, 0))).toBeLessThan(0)
    expect(compareBytes(of(1, 0), of(1))).toBeGreaterThan(0)
    expect(compareBytes(of(1, 2), of(1, 2))).toBe(0)
  })

  test('hexadecimal of every byte, in short and in long', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const written = Array.from(all, (byte) => byte.toString(16).padStart(2, '0')).join('')
    expect(toHex(all)).toBe(written)
    for (let from = 0; from < 256; from += 32)
      expect(toHex(all.subarray(from, from + 32))).toBe(written.slice(2 * from, 2 * from + 64))
    expect(fromHex(written)).toEqual(all)
    expect(fromHex(written.toUpperCase())).toEqual(all)
  })

  test.each(['/', ':', '@', 'G', '`', 'g', ' ', '\u0661', '.'])('%j is no digit', (unit) => {
    expect(codeOf(() => fromHex(`${unit}0`))).toBe('TEXT_NOT_HEX')
    expect(codeOf(() => fromHex(`0${unit}`))).toBe('TEXT_NOT_HEX')
  })

  test('texts are ordered by code points around the surrogates', () => {
    const ordered = [
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10001}',
      '\u{103ff}',
      '\u{10400}',
      '\u{10ffff}',
    ]
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries()) expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(i - j))
  })

  test('a copy is of the bytes alone, whatever they are', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const copied = copyBytes(bytes)
    expect(copied).toEqual(bytes)
    expect(copied).not.toBe(bytes)
    expect(copyBytes([4, 5] as never)).toEqual(Uint8Array.of(4, 5))
  })
})
