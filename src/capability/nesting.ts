/** How deep constraints are nested, told from their shape alone, so that constructors can ask without the table. */

import { MAX_CONSTRAINT_DEPTH } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import type { Constraint } from './kinds.js'

/** Its own field: what every object inherits, where somebody polluted that, makes no constraint hold others. */
const has = <K extends string>(
  constraint: Constraint,
  field: K,
): constraint is Extract<Constraint, Record<K, unknown>> => Object.hasOwn(constraint, field)

const innerOf = (constraint: Constraint): readonly Constraint[] | undefined => {
  if (has(constraint, 'constraints')) return constraint.constraints
  return has(constraint, 'constraint') ? [constraint.constraint] : undefined
}

/** Levels of All, Any and Not in a constraint. @throws FormatError CONSTRAINT_TOO_DEEP beyond 32, also for a cycle. */
export const depthBelow = (constraint: Constraint, level = 0): number => {
  const inner = innerOf(constraint)
  if (inner === undefined) return 0
  if (level >= MAX_CONSTRAINT_DEPTH) throw new FormatError('CONSTRAINT_TOO_DEEP')
  return inner.reduce((deepest, each) => Math.max(deepest, 1 + depthBelow(each, level + 1)), 1)
}

/** The same constraint, where it is not nested too deep. @throws FormatError CONSTRAINT_TOO_DEEP */
export const withinDepth = <C extends Constraint>(constraint: C): C => {
  depthBelow(constraint)
  return constraint
}
