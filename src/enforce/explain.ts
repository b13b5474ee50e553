/** Explanations: every check of a decision, in order, with its outcome. Nothing is used up. */

import { CHECKS, type CheckName, decide, decideShared, type Observer } from './decide.js'
import type { Decision, DenyCode } from './decision.js'
import type { Matter } from './matter.js'
import type { SharedReplay } from './sharedStore.js'

/** What became of one check. Everything after the one that failed is not reached. */
export interface CheckResult {
  readonly check: CheckName
  readonly outcome: 'passed' | 'failed' | 'not reached'
  /** Of the check that failed. */
  readonly code: DenyCode | undefined
}

/** The decision that `enforce` would make now, and how it comes about. */
export interface Explanation {
  readonly decision: Decision
  readonly checks: readonly CheckResult[]
}

/** Explains the decision on a matter whose purpose is `explain`. Never throws. */
export const explain = (matter: Matter): Explanation => {
  const trail = new Trail()
  const decision = decide(matter, trail.observe)
  return Object.freeze({ decision, checks: trail.results() })
}

/** The same, asking a shared store without telling it anything. Never rejects. */
export const explainShared = async (matter: Matter, shared: Required<SharedReplay>): Promise<Explanation> => {
  const trail = new Trail()
  const decision = await decideShared(matter, shared, trail.observe)
  // A decision looks like a promise to the type checker, so that waiting for it has lost what the type alone holds.
  return Object.freeze({ decision: decision as Decision, checks: trail.results() })
}

class Trail {
  readonly #codes = new Map<CheckName, DenyCode | undefined>()

  /** A check that is asked again replaces what it said before. */
  readonly observe: Observer = (name, refused) => {
    this.#codes.set(name, refused?.code)
  }

  results(): readonly CheckResult[] {
    return Object.freeze(
      CHECKS.map(({ name }): CheckResult => {
        const code = this.#codes.get(name)
        const outcome = code !== undefined ? 'failed' : this.#codes.has(name) ? 'passed' : 'not reached'
        return Object.freeze({ check: name, outcome, code })
      }),
    )
  }
}
