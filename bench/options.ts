/** The words after `npm run bench --`. */

import { parseArgs } from 'node:util'
import type { Pace } from './measure.js'

export interface Options {
  readonly keys: readonly string[]
  readonly json: string | undefined
  readonly markdown: string | undefined
  readonly pace: Pace
}

/** What is wrong with the words, for whoever wrote them. */
export class UsageError extends Error {}

const LONG: Pace = { rounds: 21, roundMilliseconds: 25, warmMilliseconds: 300, isShort: false }
const SHORT: Pace = { rounds: 11, roundMilliseconds: 8, warmMilliseconds: 400, isShort: true }

/** No median of fewer means anything. */
const FEWEST_ROUNDS = 11

/** Every key that there is, unless some are named. @throws UsageError */
export const readOptions = (argv: readonly string[], known: readonly string[]): Options => {
  const { values, positionals } = parsed(argv)
  const unknown = positionals.find((key) => !known.includes(key))
  if (unknown !== undefined) throw new UsageError(`no key ${unknown}; there are ${known.join(', ')}`)
  const pace = values.short === true ? SHORT : LONG
  const rounds = values.rounds === undefined ? pace.rounds : Number(values.rounds)
  if (!Number.isSafeInteger(rounds) || rounds < FEWEST_ROUNDS)
    throw new UsageError(`--rounds takes a whole number, ${FEWEST_ROUNDS} or more`)
  return {
    keys: positionals.length === 0 ? known : known.filter((key) => positionals.includes(key)),
    json: values.json,
    markdown: values.markdown,
    pace: { ...pace, rounds },
  }
}

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        markdown: { type: 'string' },
        rounds: { type: 'string' },
        short: { type: 'boolean' },
      },
    })
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : 'unreadable')
  }
}
