/** The writer at the bounds where it changes its way: heads, short text, and the buffer that is used again. */

import { describe, expect, test } from 'vitest'
import { toHex, toUtf8 } from '../../../src/encoding/bytes.js'
import { CborWriter, decodeValue, encodeValue } from '../../../src/encoding/cbor.js'

const written = (write: (writer: CborWriter) => void): string => {
  const writer = new CborWriter()
  write(writer)
  return toHex(writer.finish())
}

describe('integers where their head grows, as numbers and as bigints', () => {
  test.each([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [255, '18ff'],
    [256, '190100'],
    [65_535, '19ffff'],
    [65_536, '1a00010000'],
    [2 ** 32 - 1, '1affffffff'],
    [2 ** 32, '1b0000000100000000'],
    [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
    [-1, '20'],
    [-24, '37'],
    [-25, '3818'],
    [-256, '38ff'],
    [-257, '390100'],
    [-(2 ** 32), '3affffffff'],
    [-(2 ** 32) - 1, '3b0000000100000000'],
    [Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
  ])('%s', (whole, hex) => {
    expect(written((writer) => writer.int(whole))).toBe(hex)
    expect(written((writer) => writer.int(BigInt(whole)))).toBe(hex)
    if (whole >= 0) expect(written((writer) => writer.uint(whole))).toBe(hex)
  })

  test.each([
    [2n ** 53n, '1b0020000000000000'],
    [-(2n ** 53n), '3b001fffffffffffff'],
    [-(2n ** 53n) - 1n, '3b0020000000000000'],
    [2n ** 63n - 1n, '1b7fffffffffffffff'],
    [-(2n ** 63n), '3b7fffffffffffffff'],
  ])('%s', (whole, hex) => {
    expect(written((writer) => writer.int(whole))).toBe(hex)
  })
})

test.each([0, 1, 23, 24, 63, 64, 65, 255, 256, 70_000])('text of %i units is its UTF-8 bytes', (length) => {
  for (const unit of ['a', '\x7f', '\x80', 'é']) {
    const text = length === 0 ? '' : 'a'.repeat(length - 1) + unit
    const bytes = written((writer) => writer.text(text))
    expect(bytes.endsWith(toHex(toUtf8(text)))).toBe(true)
    expect(decodeValue(encodeValue(text))).toBe(text)
  }
})

describe('the buffer', () => {
  test('holds what comes, whatever was written before it', () => {
    // Sizes around that of the first buffer, and of the largest that is kept.
    const sizes = [
      1_014, 1_015, 1_016, 1_021, 1_022, 1_023, 1_024, 1_025, 2_048, 65_530, 65_536, 65_537, 200_000, 3,
    ]
    for (const size of sizes) {
      const bytes = new Uint8Array(size).fill(size & 0xff)
      const hex = written((writer) => {
        writer.bytes(bytes)
        writer.int(2n ** 60n)
        writer.float(0.1)
        writer.boolean(true)
      })
      expect(hex.endsWith(`${toHex(bytes)}1b1000000000000000fb3fb999999999999af5`)).toBe(true)
    }
  })

  test('of one writer is not that of another', () => {
    const [one, other] = [new CborWriter(), new CborWriter()]
    one.text('one')
    other.text('other')
    const kept = one.finish()
    const third = new CborWriter()
    third.text('third')
    expect(toHex(kept)).toBe('636f6e65')
    expect(toHex(other.finish())).toBe('656f74686572')
    expect(toHex(third.finish())).toBe('657468697264')
  })

  test('is empty again when it has been given out', () => {
    const writer = new CborWriter()
    writer.uint(1)
    expect(toHex(writer.finish())).toBe('01')
    writer.uint(2)
    expect(toHex(writer.finish())).toBe('02')
    expect(writer.finish().length).toBe(0)
  })
})
