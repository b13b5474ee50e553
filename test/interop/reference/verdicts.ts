/** What this side says of a case, in a form that can be held against what the reference says of it. */

import { type Constraint, permits, stricterMatch } from '../../../src/capability/constraint.js'
import { formatJson, type Value } from '../../../src/index.js'
import { constraintToJson } from '../../../src/schema/index.js'
import { chainOf, type Warrant } from '../../../src/warrant/chain.js'
import { verify } from '../../../src/warrant/verify.js'
import { engines } from '../../support/engines.js'
import { root } from '../../support/warrants.js'
import type { Version } from './reference.js'

/** `allow`; or why not, and by which rule where the reference may allow. */
export type Ruling = 'allow' | { readonly code: string; readonly rule: string | undefined }

/** One case on which the two sides differ in a way that no rule explains. */
export interface Difference {
  readonly ours: string
  readonly theirs: string
  readonly about: string
}

/**
 * The difference that has no excuse, if there is one: this side allows what the reference denies, or denies what the
 * reference allows without naming a stricter rule.
 */
export const unexcused = (
  ours: Ruling,
  theirs: true | string,
  about: () => string,
): Difference | undefined => {
  if (ours === 'allow') return theirs === true ? undefined : { ours, theirs, about: about() }
  if (theirs !== true || ours.rule !== undefined) return undefined
  return { ours: ours.code, theirs: 'allow', about: about() }
}

/**
 * Differences that are known and not settled, by the version that shows them. Each is one sentence and the shortest test
 * that tells it; none of them may spread.
 */
const KNOWN: readonly (readonly [Version, string, (found: Difference) => boolean])[] = [
  [
    '0.3.3',
    'an All covers an Exact that all of it permits there; up to 0.2, and here, it does not',
    ({ ours, about }) => ours !== 'allow' && /"kind":"all"} => {"kind":"exact"/.test(about),
  ],
]

/** Whether a difference is a known one. */
export const isKnown = (version: Version, found: Difference): boolean =>
  KNOWN.some(([shownBy, , is]) => shownBy === version && is(found))

/** What this side says of a value under a constraint. */
export const rulingOf = (constraint: Constraint, value: Value, now: number): Ruling => {
  const outcome = permits(constraint, value, { engines, now })
  if (outcome === true) return 'allow'
  return { code: String(outcome), rule: stricterMatch(constraint, value, engines, now) }
}

/** What this side says of a chain of these warrants. */
export const rulingOfChain = (warrants: readonly Warrant[], now: number): Ruling => {
  try {
    verify(chainOf(warrants), { roots: [root.publicKey], now, engines })
    return 'allow'
  } catch (thrown) {
    const { code, rule } = thrown as { readonly code: string; readonly rule?: string } // an error of ours, or undefined
    return { code, rule }
  }
}

export const shown = (constraint: Constraint): string => formatJson(constraintToJson(constraint))
