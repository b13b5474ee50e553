/** Times and durations: Unix seconds everywhere, and text such as `30m` where people write them. */

import { FormatError } from '../errors.js'

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
])

const DURATION = /^(0|[1-9][0-9]{0,9})([smhd]?)$/

/**
 * Seconds of a duration: `45s`, `30m`, `1h`, `7d`, or bare seconds.
 * @throws FormatError DURATION_MALFORMED
 */
export const parseDuration = (text: string): number => {
  const [, count, unit] = DURATION.exec(text) ?? []
  const size = unit === undefined ? undefined : UNITS.get(unit)
  if (count === undefined || size === undefined) throw new FormatError('DURATION_MALFORMED')
  return Number(count) * size
}

/**
 * The whole second of a clock reading.
 * @throws FormatError TIME_MALFORMED for what is no finite time at or after 1970.
 */
export const wholeSecond = (now: number): number => {
  if (!Number.isFinite(now) || now < 0 || now > Number.MAX_SAFE_INTEGER)
    throw new FormatError('TIME_MALFORMED')
  return Math.floor(now)
}
