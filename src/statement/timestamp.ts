/** RFC 3339 times in the one form that the protocol writes: `2024-01-01T00:00:00Z`, a fraction only where there is one. */

import { FormatError } from '../errors.js'

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}|\d{6}|\d{9}))?Z$/

/**
 * The Unix seconds of a time in its canonical form, its fraction dropped.
 * @throws FormatError TIME_MALFORMED for any other form, and for days and hours that do not exist.
 */
export const readTimestamp = (text: string): number => {
  const found = FORM.exec(text)
  if (found === null) throw new FormatError('TIME_MALFORMED')
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as Sextuple // six groups of digits
  // Of 3, 6 and 9 digits of a fraction the fewest that hold it are written, and none for zero.
  if (found[7]?.endsWith('000')) throw new FormatError('TIME_MALFORMED')
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second)
  // A day or an hour that does not exist rolls over; a year below 100 is taken for 19xx.
  if (new Date(milliseconds).toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw new FormatError('TIME_MALFORMED')
  }
  return milliseconds / 1000
}

type Sextuple = [number, number, number, number, number, number]

const MAX_SECONDS = 253_402_300_799

/** The canonical form of whole Unix seconds. @throws FormatError TIME_MALFORMED outside the years 1970 to 9999. */
export const writeTimestamp = (unixSeconds: number): string => {
  const seconds = Math.floor(unixSeconds)
  if (!(seconds >= 0 && seconds <= MAX_SECONDS)) throw new FormatError('TIME_MALFORMED')
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
