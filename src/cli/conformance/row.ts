/** One row of a vector file, judged: what it expects, what we say, and by which rule where we are stricter. */

import { isWarrantError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'

export type RowOutcome = 'passed' | 'failed' | 'skipped' | 'difference'

export interface Row {
  readonly id: string
  readonly outcome: RowOutcome
  /** Our own verdict, in a word: `allow`, `deny CODE`, `accept`, bytes that differ, … */
  readonly ours: string
  readonly expected: string
  /** The stricter rule that fired, where the outcome is a deliberate difference. */
  readonly rule?: StricterRule
}

/** What this implementation says of something that is either let through or not. */
export interface Verdict {
  readonly accepted: boolean
  readonly code?: string
  readonly rule?: StricterRule | undefined
}

export const ACCEPTED: Verdict = { accepted: true }

/** Runs what throws on refusal. Anything thrown that is no typed error is a fault of ours and passes on. */
export const verdictOf = (attempt: () => unknown): Verdict => {
  try {
    attempt()
    return ACCEPTED
  } catch (thrown) {
    if (!isWarrantError(thrown)) throw thrown
    return { accepted: false, code: thrown.code, rule: thrown.rule }
  }
}

const inWords = ({ accepted, code }: Verdict): string =>
  accepted ? 'accept' : code === undefined ? 'refuse' : `refuse ${code}`

/**
 * Holds our verdict against the row's. A refusal of what the row accepts is a deliberate difference only where a
 * documented stricter rule fired; an acceptance of what the row refuses is a failure whatever the reason.
 */
export const judge = (id: string, expected: boolean, ours: Verdict): Row => {
  const row = { id, ours: inWords(ours), expected: expected ? 'accept' : 'refuse' }
  if (ours.accepted === expected) return { ...row, outcome: 'passed' }
  return expected && ours.rule !== undefined
    ? { ...row, outcome: 'difference', rule: ours.rule }
    : { ...row, outcome: 'failed' }
}

/** Holds a text of ours (bytes in hexadecimal, a code, a form) against the row's. */
export const same = (id: string, expected: string, ours: string): Row => ({
  id,
  expected,
  ours,
  outcome: expected === ours ? 'passed' : 'failed',
})

/** A row that carries no verdict: ours is recorded. */
export const unjudged = (id: string, ours: Verdict): Row => ({
  id,
  expected: 'none',
  ours: inWords(ours),
  outcome: 'skipped',
})
