/** What this side says of a case, in a form that can be held against what the reference says of it. */

import { type Constraint, permits, stricterMatch } from '../../../src/capability/constraint.js'
import { formatJson, type PublicKey, type Value } from '../../../src/index.js'
import type { StricterRule } from '../../../src/rules.js'
import { constraintToJson } from '../../../src/schema/index.js'
import { chainOf, type Warrant } from '../../../src/warrant/chain.js'
import { verify } from '../../../src/warrant/verify.js'
import { engines } from '../../support/engines.js'
import { root } from '../../support/warrants.js'
import type { Ruling } from './tally.js'

/** What this side says of a value under a constraint. */
export const rulingOf = (constraint: Constraint, value: Value, now: number): Ruling => {
  const outcome = permits(constraint, value, { engines, now })
  if (outcome === true) return 'allow'
  return { code: String(outcome), rule: stricterMatch(constraint, value, engines, now) }
}

/** What this side says of what throws its errors. */
export const rulingOfRun = (run: () => unknown): Ruling => {
  try {
    run()
    return 'allow'
  } catch (thrown) {
    const { code, rule } = thrown as { readonly code: string; readonly rule?: StricterRule } // an error of ours
    if (code === undefined) throw thrown
    return { code, rule }
  }
}

/** What this side says of a chain of these warrants. */
export const rulingOfChain = (
  warrants: readonly Warrant[],
  now: number,
  roots: readonly PublicKey[] = [root.publicKey],
): Ruling => rulingOfRun(() => verify(chainOf(warrants), { roots, now, engines }))

export const shown = (constraint: Constraint): string => formatJson(constraintToJson(constraint))
