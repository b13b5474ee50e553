import { describe, expect, test } from 'vitest'
import {
  calendarOf,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
  timestampOf,
} from '../../../src/cel/time.js'

const NANOS = 1_000_000_000n

/** The runtime's own reading, for text of whole seconds that both take. */
const secondsOf = (text: string): number => new Date(text).getTime() / 1_000

describe('a time is read', () => {
  test.each([
    '1970-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2000-02-29T12:00:00Z',
    '2024-12-31T23:59:59+14:00',
    '1600-03-01T00:00:00-23:59',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('%s', (text) => {
    expect(parseTimestamp(text)?.nanos).toBe(BigInt(secondsOf(text)) * NANOS)
  })

  test('with fractions cut to nanoseconds, small letters, and a space', () => {
    expect(parseTimestamp('1970-01-01t00:00:00.1234567899z')?.nanos).toBe(123_456_789n)
    expect(parseTimestamp('1970-01-01 00:00:01Z')?.nanos).toBe(NANOS)
  })
})

describe('what is no time', () => {
  test.each([
    '',
    'now',
    '2020-01-01',
    '2020-01-01T00:00:00',
    '2020-02-30T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-00-01T00:00:00Z',
    '2020-01-00T00:00:00Z',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:60:00Z',
    '2020-01-01T00:00:61Z',
    '2020-01-01T00:00:00.Z',
    '2020-01-01T00:00:00+24:00',
    '2020-01-01T00:00:00+0000',
    ' 2020-01-01T00:00:00Z',
    '2020-01-01T00:00:00Z\n',
    '٢020-01-01T00:00:00Z',
    '20200-01-01T00:00:00Z',
  ])('%j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined()
  })

  test('a leap second, a Unicode minus and endless fractions are errors, not "no time"', () => {
    for (const text of [
      '2016-12-31T23:59:60Z',
      '2020-01-01T00:00:00\u221201:00',
      `2020-01-01T00:00:00.${'1'.repeat(60)}Z`,
    ]) {
      expect(() => parseTimestamp(text), text).toThrow(expect.objectContaining({ rule: 'CEL_STRICT' }))
    }
  })
})

test('the calendar agrees with that of the runtime on every day of 800 years', () => {
  for (let day = -146_097; day < 146_097; day += 13) {
    const date = new Date(day * 86_400_000 + 45_296_789)
    const fields = calendarOf(timestampOf(date.getTime() / 1_000))
    expect([fields.year, fields.month, fields.dayOfMonth + 1, fields.dayOfWeek, fields.hours]).toEqual([
      date.getUTCFullYear(),
      date.getUTCMonth(),
      date.getUTCDate(),
      date.getUTCDay(),
      date.getUTCHours(),
    ])
    expect(secondsOf(formatTimestamp(timestampOf(Math.floor(date.getTime() / 1_000))))).toBe(
      Math.floor(date.getTime() / 1_000),
    )
  }
})

test('calendar fields go by the offset that was written', () => {
  const time = parseTimestamp('2020-01-01T00:30:00+01:00')
  expect(time && calendarOf(time)).toMatchObject({ year: 2020, dayOfYear: 0, hours: 0, minutes: 30 })
})

test('spans are sums of parts, each rounded towards zero', () => {
  expect(parseDuration('1h30m')?.nanos).toBe(5_400n * NANOS)
  expect(parseDuration('-1.5s')?.nanos).toBe(-1_500_000_000n)
  expect(parseDuration('1.9ns')?.nanos).toBe(1n)
  expect(parseDuration('1ms1us')?.nanos).toBe(1_001_000n)
  for (const text of ['', '1', 'h', '1h ', '+1h', '1d', '1hx', '1e3s', '.5s', '1h-5m', '999999999999999h']) {
    expect(parseDuration(text), text).toBeUndefined()
  }
})
