import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDuration, wholeSecond } from '../../../src/warrant/time.js'
import { codeOf } from '../../support/values.js'

describe('durations', () => {
  test.each([
    ['0', 0],
    ['45', 45],
    ['45s', 45],
    ['30m', 1_800],
    ['1h', 3_600],
    ['7d', 604_800],
    ['9999999999d', 863_999_999_913_600],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test('every count of every unit', () => {
    fc.assert(
      fc.property(fc.nat(9_999_999_999), fc.constantFrom('', 's', 'm', 'h', 'd'), (count, unit) => {
        const size = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 }[unit] as number
        expect(parseDuration(`${count}${unit}`)).toBe(count * size)
      }),
    )
  })

  test.each([
    '',
    's',
    '-1',
    '+1',
    '01',
    '1.5h',
    '1 h',
    ' 1',
    '1h\n',
    '1H',
    '1w',
    '1h30m',
    '1e3',
    '0x10',
    '10000000000',
    '１m',
  ])('%j is none', (text) => {
    expect(codeOf(() => parseDuration(text))).toBe('DURATION_MALFORMED')
  })
})

describe('whole seconds', () => {
  test('are rounded down', () => {
    expect([0, 0.999, 1, 1.5, 1_700_000_000.999].map(wholeSecond)).toEqual([0, 0, 1, 1, 1_700_000_000])
  })

  test.each([Number.NaN, Infinity, -Infinity, -0.001, -1, 2 ** 53, '5', undefined, null, 5n])(
    '%s is none',
    (now) => {
      expect(codeOf(() => wholeSecond(now as number))).toBe('TIME_MALFORMED')
    },
  )
})
