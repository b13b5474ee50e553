/** What a constraint permits beyond what was seen: a few values by example, each put to the constraint itself. */

import { compileConstraint, type Engines } from '../capability/constraint.js'
import { type Constraint, kindOf } from '../capability/kinds.js'
import { keyOf } from '../capability/valueSet.js'
import type { Value } from '../encoding/value.js'
import { edgesOf } from './narrow.js'

const MAX_EXAMPLES = 3

/**
 * Values that `constraint` permits and that are none of `seen`; none where it permits no other, or none was found. Of one
 * that permits anything there is no example that says more.
 */
export const beyondOf = (
  constraint: Constraint,
  seen: readonly Value[],
  engines: Engines,
): readonly Value[] => {
  if (kindOf(constraint).coversAll === true) return []
  const permits = compileConstraint(constraint, engines)
  const known = new Set(seen.map(keyOf))
  const examples = new Map<string, Value>()
  for (const value of edgesOf([constraint], engines)) {
    const key = keyOf(value)
    if (!known.has(key) && permits(value, 0) === true) examples.set(key, value)
    if (examples.size === MAX_EXAMPLES) break
  }
  return [...examples.values()]
}
