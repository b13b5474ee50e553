/** Points in time and spans of it, as the reference reads them: RFC 3339 with an offset, and `1h30m`. */

import { strictFailure } from './work.js'

export class Timestamp {
  /** Nanoseconds since the epoch. */
  readonly nanos: bigint
  /** Seconds east of UTC, which the calendar functions go by. */
  readonly offset: number

  constructor(nanos: bigint, offset: number) {
    this.nanos = nanos
    this.offset = offset
  }
}

export class Duration {
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

const NANOS = 1_000_000_000n
const DAY = 86_400

const RFC_3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const daysIn = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0)

/** Days from the epoch to the first of January of a year. */
const daysToYear = (year: number): number => {
  const before = year - 1
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
}

/**
 * The time of text; undefined for text that is none.
 * @throws CelFault for text that the reference reads as a time and nobody writes: leap seconds, a Unicode minus.
 */
export const parseTimestamp = (text: string): Timestamp | undefined => {
  if (text.length > 64) {
    if (RFC_3339.test(text)) throw strictFailure()
    return undefined
  }
  const parts = RFC_3339.exec(text.replace('\u2212', '-'))
  if (parts === null) return undefined
  const number = (index: number): number => Number(parts[index] ?? 0)
  const [year, month, day] = [number(1), number(2), number(3)]
  if (day < 1 || day > daysIn(year, month)) return undefined
  if (number(4) > 23 || number(5) > 59 || number(6) > 60 || number(9) > 23 || number(10) > 59)
    return undefined
  if (text.includes('\u2212') || number(6) === 60) throw strictFailure()
  let days = daysToYear(year) + day - 1
  for (let before = 1; before < month; before++) days += daysIn(year, before)
  const offset = (number(9) * 60 + number(10)) * 60 * (parts[8] === '-' ? -1 : 1)
  const seconds = days * DAY + (number(4) * 60 + number(5)) * 60 + number(6) - offset
  const fraction = (parts[7] ?? '').slice(0, 9).padEnd(9, '0')
  return new Timestamp(BigInt(seconds) * NANOS + BigInt(fraction), offset)
}

/** The time of a clock reading in Unix seconds. */
export const timestampOf = (now: number): Timestamp =>
  new Timestamp(BigInt(Math.round(now * 1_000_000)) * 1_000n, 0)

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b

/** Calendar fields of a time, by its own offset. */
export interface Calendar {
  readonly year: number
  /** From 0. */
  readonly month: number
  /** From 0. */
  readonly dayOfMonth: number
  /** From 0. */
  readonly dayOfYear: number
  /** From 0, a Sunday. */
  readonly dayOfWeek: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  readonly nanos: number
}

export const calendarOf = ({ nanos, offset }: Timestamp): Calendar => {
  const local = nanos + BigInt(offset) * NANOS
  const total = Number(floorDivide(local, NANOS))
  const days = Math.floor(total / DAY)
  const second = total - days * DAY
  let year = 1970 + Math.floor(days / 365.2425)
  while (daysToYear(year) > days) year--
  while (daysToYear(year + 1) <= days) year++
  const dayOfYear = days - daysToYear(year)
  let month = 1
  let dayOfMonth = dayOfYear
  while (dayOfMonth >= daysIn(year, month)) dayOfMonth -= daysIn(year, month++)
  return {
    year,
    month: month - 1,
    dayOfMonth,
    dayOfYear,
    dayOfWeek: (((days + 4) % 7) + 7) % 7,
    hours: Math.floor(second / 3_600),
    minutes: Math.floor(second / 60) % 60,
    seconds: second % 60,
    nanos: Number(local - BigInt(total) * NANOS),
  }
}

const padded = (number: number, width = 2): string => String(number).padStart(width, '0')

/** A time of four-digit years in RFC 3339, with microseconds where there are any. */
export const formatTimestamp = (time: Timestamp): string => {
  const { year, month, dayOfMonth, hours, minutes, seconds, nanos } = calendarOf(time)
  if (year < 0 || year > 9_999) throw strictFailure()
  const date = `${padded(year, 4)}-${padded(month + 1)}-${padded(dayOfMonth + 1)}`
  const fraction = nanos === 0 ? '' : `.${padded(Math.floor(nanos / 1_000), 6)}`
  return `${date}T${padded(hours)}:${padded(minutes)}:${padded(seconds)}${fraction}+00:00`
}

const UNIT: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
}

/**
 * The span of text such as `1h30m`, `1.5s`, `-2m`; undefined for other text, of which the reference reads more.
 * Each part is rounded towards zero to nanoseconds, by way of a double, as the reference does.
 */
export const parseDuration = (text: string): Duration | undefined => {
  if (text === '0' || text === '-0') return new Duration(0n)
  if (text.length > 64 || !/^-?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?(?:ns|us|ms|s|m|h))+$/.test(text))
    return undefined
  let nanos = 0n
  for (const [, number, unit] of text.matchAll(/([0-9.]+)([a-z]+)/g)) {
    const part = Math.trunc(Number(number) * (UNIT[unit as string] as number)) // a unit of the pattern
    if (part >= 2 ** 63) return undefined
    nanos += BigInt(part)
  }
  return new Duration(text.startsWith('-') ? -nanos : nanos)
}
