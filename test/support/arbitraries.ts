/** The generators of `warrant/testing` under the names that properties of constraints use, with every engine at hand. */

import type fc from 'fast-check'
import type { Constraint } from '../../src/capability/kinds.js'
import type { Value } from '../../src/encoding/value.js'
import { type ConstraintPair, edgesOf, relatedPair, TELLING_VALUES } from '../../src/testing/index.js'
import { engines } from './engines.js'

export { byKind, constraintsTo, leaves } from '../../src/testing/constraints.js'
export { narrowed } from '../../src/testing/pairs.js'

/** Values that the pools of constraints are made of or fault on. */
export const POOL: readonly Value[] = TELLING_VALUES

/** Values near the edges of a constraint. */
export const samplesOf = (constraint: Constraint): readonly Value[] => edgesOf(constraint, engines)

/** A parent and a child of nesting up to 2, related more often than not. */
export const pairs: fc.Arbitrary<ConstraintPair> = relatedPair()
