/** How an evaluation ends early, and the count that ends one which takes too long. */

import type { Fault } from '../capability/constraint.js'
import type { StricterRule } from '../rules.js'

/** Ends the whole evaluation, wherever it is: no operator of the language sees it. */
export class CelFault extends Error {
  readonly code: Fault
  readonly rule: StricterRule | undefined

  constructor(code: Fault, rule?: StricterRule) {
    super(code)
    this.code = code
    this.rule = rule
  }
}

/** An error in the reference too. */
export const failure = (): CelFault => new CelFault('CONSTRAINT_ERROR')

/** An error here and by the standard, where the reference goes on with some value. */
export const strictFailure = (): CelFault => new CelFault('CONSTRAINT_ERROR', 'CEL_STRICT')

/** Units of one evaluation: nodes evaluated, items compared, and what text costs by its length. Some 30 ms at most. */
const MAX_WORK = 200_000

export class Work {
  #left = MAX_WORK

  /** @throws CelFault CONSTRAINT_TOO_COSTLY */
  spend(units: number): void {
    this.#left -= units
    if (!(this.#left >= 0)) throw new CelFault('CONSTRAINT_TOO_COSTLY', 'MATCHING_BOUNDED')
  }

  /** For going through text once. */
  spendText(length: number): void {
    this.spend(length / 64)
  }
}
