/** Half-precision floats at each of their edges. */

import { describe, expect, test } from 'vitest'
import { halfBits, halfToNumber } from '../../../src/encoding/halfFloat.js'

describe('bits of a number', () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [2 ** -24, 0x0001],
    [-(2 ** -24), 0x8001],
    [1023 * 2 ** -24, 0x03ff],
    [2 ** -14, 0x0400],
    [-(2 ** -14), 0x8400],
    [1, 0x3c00],
    [1 + 2 ** -10, 0x3c01],
    [2 - 2 ** -10, 0x3fff],
    [2, 0x4000],
    [32_768, 0x7800],
    [65_504, 0x7bff],
    [-65_504, 0xfbff],
  ])('%s', (number, bits) => {
    expect(halfBits(number)).toBe(bits)
    expect(halfToNumber(bits)).toBe(number)
  })

  test.each([
    2 ** -25,
    1.5 * 2 ** -24,
    2 ** -14 + 2 ** -25,
    1 + 2 ** -11,
    2 - 2 ** -11,
    65_505,
    65_520,
    65_536,
    2 ** 20,
  ])('%s has none', (number) => {
    expect(halfBits(number)).toBeUndefined()
    expect(halfBits(-number)).toBeUndefined()
  })
})

test('the bits that are no number', () => {
  expect(halfToNumber(0x7c00)).toBe(Number.POSITIVE_INFINITY)
  expect(halfToNumber(0xfc00)).toBe(Number.NEGATIVE_INFINITY)
  expect(halfToNumber(0x7c01)).toBeNaN()
  expect(halfToNumber(0x7e00)).toBeNaN()
  expect(halfToNumber(0xffff)).toBeNaN()
})
