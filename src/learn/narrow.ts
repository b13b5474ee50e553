/**
 * What two sides permit, as far as it can be said: of several candidates the first that the outer side covers, by the
 * library's own order, and that is accepted. Learning and fitting under a parent are both this question.
 */

import { covers, type Engines } from '../capability/constraint.js'
import { type Constraint, kindOf } from '../capability/kinds.js'
import { Run } from '../capability/run.js'
import { findWidening } from '../capability/widening.js'
import type { Value } from '../encoding/value.js'

/** The first candidate that `outer` covers and `accepts` takes; undefined where there is none. */
export const firstCovered = (
  outer: Constraint,
  candidates: readonly Constraint[],
  accepts: (candidate: Constraint) => boolean,
  engines: Engines,
): Constraint | undefined =>
  candidates.find((candidate) => covers(outer, candidate, engines) && accepts(candidate))

/** The constraint near `inner` that `outer` covers, where there is a better one than `outer` itself. */
export const nearestTo = (outer: Constraint, inner: Constraint, engines: Engines): readonly Constraint[] => {
  const { nearest } = findWidening(outer, inner, engines)
  return nearest === undefined || nearest === outer ? [] : [nearest]
}

/** A value that `inner` permits and `outer` does not, where one was found. */
export const witnessOf = (outer: Constraint, inner: Constraint, engines: Engines): Value | undefined =>
  findWidening(outer, inner, engines).witness

const MAX_SAMPLES = 256

/** Values near the edges of some constraints. */
export const edgesOf = (constraints: readonly Constraint[], engines: Engines): readonly Value[] => {
  const run = new Run(engines)
  return constraints
    .flatMap((constraint) => kindOf(constraint).samples(constraint, run))
    .slice(0, MAX_SAMPLES)
}
