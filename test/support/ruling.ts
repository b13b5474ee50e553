/** What one constraint says of one value, in a form that a test can state in a word. */

import { type Constraint, permits, stricterMatch } from '../../src/capability/constraint.js'
import type { Value } from '../../src/encoding/value.js'

/** `allow`, `deny`, the rule by which only this side denies, or the code of the fault. */
export const rulingOf = (constraint: Constraint, value: Value): string => {
  const outcome = permits(constraint, value, { engines: {}, now: 0 })
  if (outcome === true) return 'allow'
  return stricterMatch(constraint, value, {}) ?? (outcome === false ? 'deny' : outcome)
}
