/** Which entries of the decision log are asked for. */

import type { LogEntry } from '../../node/log/entry.js'
import { parseDuration } from '../../warrant/time.js'
import { usage } from '../failure.js'
import { flagValue, wholeNumber } from '../flags.js'
import { parseTime } from '../timeText.js'

export interface FilterFlags {
  readonly since?: string
  readonly until?: string
  readonly host?: string
  readonly session?: string
  readonly tool?: string
  readonly verdict?: string
  readonly code?: string
  readonly last?: string
}

/** A test of one entry. Marks of torn lines pass only where nothing but the time is asked for. */
export type Filter = (entry: LogEntry) => boolean

/** @throws CliFailure USAGE, and the codes of the readers */
export const filterOf = (flags: FilterFlags, now: number): Filter => {
  const since = flags.since === undefined ? undefined : momentOf('--since', flags.since, now)
  const until = flags.until === undefined ? undefined : momentOf('--until', flags.until, now)
  const asked = (['host', 'session', 'tool', 'verdict', 'code'] as const).filter(
    (name) => flags[name] !== undefined,
  )
  return ({ record, torn }) => {
    const time = record?.time ?? torn?.time ?? 0
    if ((since !== undefined && time < since) || (until !== undefined && time >= until)) return false
    return asked.every((name) => record?.[name] === flags[name])
  }
}

/** Of what passes, the newest; all where no number is given. */
export const newest = <T>(items: Iterable<T>, last: string | undefined): Iterable<T> => {
  const most = wholeNumber('--last', last, MAX_LAST)
  if (most === undefined) return items
  const kept: T[] = []
  for (const item of items) {
    kept.push(item)
    if (kept.length >= 2 * most) kept.splice(0, kept.length - most)
  }
  return most === 0 ? [] : kept.slice(-most)
}

const MAX_LAST = 100_000

/** A moment, or how long before now it was. */
const momentOf = (flag: string, text: string, now: number): number => {
  if (/^\d+[smhd]/.test(text)) return now - flagValue(flag, () => parseDuration(text))
  return flagValue(flag, () => parseTime(text))
}

/** `allow` or `deny`. @throws CliFailure USAGE */
export const assertVerdict = (verdict: string | undefined): void => {
  if (verdict !== undefined && verdict !== 'allow' && verdict !== 'deny')
    throw usage('expected allow or deny', '--verdict')
}
