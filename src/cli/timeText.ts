/** Times as people read and write them. */

import { FormatError } from '../errors.js'

const SPANS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
]

/** A length of time in its two largest units: `29m 58s`. */
export const spanText = (seconds: number): string => {
  const parts: string[] = []
  let left = Math.abs(Math.trunc(seconds))
  for (const [unit, length] of SPANS) {
    const count = Math.floor(left / length)
    left -= count * length
    if (count > 0 || (unit === 's' && parts.length === 0)) parts.push(`${count}${unit}`)
  }
  return parts.slice(0, 2).join(' ')
}

/** Last second that a calendar of four-digit years has. */
const LAST_DATE = 253_402_300_799

/** A moment in UTC, `2026-01-31T12:00:00Z`; beyond the calendar its number. */
export const timeText = (seconds: number): string =>
  seconds >= 0 && seconds <= LAST_DATE
    ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
    : `second ${seconds}`

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/

/**
 * A moment: RFC 3339 with date, time and offset, or Unix seconds. A fraction of a second is dropped.
 * @throws FormatError TIME_MALFORMED
 */
export const parseTime = (text: string): number => {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const [, year, month, day] = RFC3339.exec(text) ?? []
  const seconds = Math.floor(Date.parse(text.toUpperCase()) / 1000)
  // Date takes 31 February for 3 March: the day that was written must exist.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0))
  const exists = year !== undefined && Number(day) >= 1 && Number(day) <= lastDay.getUTCDate()
  if (!exists || !(seconds >= 0)) throw new FormatError('TIME_MALFORMED')
  return seconds
}
