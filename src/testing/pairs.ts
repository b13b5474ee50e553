/** Pairs of constraints of which the one covers the other, and values at which two of them could differ. */

import fc from 'fast-check'
import { covers, type Engines } from '../capability/constraint.js'
import {
  all,
  any,
  contains,
  exact,
  not,
  notOneOf,
  oneOf,
  range,
  subset,
  wildcard,
} from '../capability/constructors.js'
import { type Constraint, kindOf } from '../capability/kinds.js'
import { Run } from '../capability/run.js'
import type { Value } from '../encoding/value.js'
import { byKind, constraintsTo, fewValues, leaves } from './constraints.js'

/** A parent and a child. */
export type ConstraintPair = readonly [parent: Constraint, child: Constraint]

/**
 * Values near the edges of a constraint: among those that it permits, those that it denies, and those on which it cannot
 * be evaluated. May be empty.
 */
export const edgesOf = (constraint: Constraint, engines: Engines = {}): readonly Value[] =>
  kindOf(constraint).samples(constraint, new Run(engines))

const MOST_EDGES = 16

const wild = fc.constant<Constraint>(wildcard())

/** Children that are meant to be covered by a constraint; many are. */
export const narrowed = (parent: Constraint): fc.Arbitrary<Constraint> => {
  const exacts = edgesOf(parent).slice(0, MOST_EDGES).map(exact)
  const children = [fc.constant(parent), ...(exacts.length === 0 ? [] : [fc.constantFrom(...exacts)])]
  return fc.oneof(...children, ...narrowedInKind(parent))
}

const eachNarrowed = (constraints: readonly Constraint[]): fc.Arbitrary<Constraint[]> =>
  fc.tuple(...constraints.map(narrowed))

const narrowedInKind = (parent: Constraint): fc.Arbitrary<Constraint>[] => {
  switch (parent.kind) {
    case 'oneOf':
      return [fc.subarray([...parent.values]).map(oneOf)]
    case 'subset':
      return [fc.subarray([...parent.allowed]).map(subset)]
    case 'contains':
      return [fewValues.map((more) => contains([...more, ...parent.required]))]
    case 'notOneOf':
      return [fewValues.map((more) => notOneOf([...more, ...parent.excluded]))]
    case 'range':
      return [
        fc
          .boolean()
          .map((minInclusive) => range({ ...parent, minInclusive: minInclusive && parent.minInclusive })),
      ]
    case 'all':
      return [
        fc.tuple(eachNarrowed(parent.constraints), leaves).map(([kept, more]) => all([more, ...kept])),
        eachNarrowed(parent.constraints).map((kept) => all(kept.toReversed())),
      ]
    case 'any':
      return [
        fc.subarray([...parent.constraints]).map(any),
        eachNarrowed(parent.constraints).chain((kept) => fc.subarray(kept).map(any)),
        eachNarrowed(parent.constraints).map((kept) => any(kept.toReversed())),
      ]
    case 'not':
      return [widened(parent.constraint).map(not), widened(parent.constraint).map(not)]
    case 'wildcard':
      return [leaves]
    default:
      return [byKind[parent.kind](wild)]
  }
}

/** Constraints that are meant to cover this one. */
const widened = (child: Constraint): fc.Arbitrary<Constraint> => {
  switch (child.kind) {
    case 'exact':
      return fewValues.map((more) => oneOf([...more, child.value]))
    case 'oneOf':
      return fewValues.map((more) => oneOf([...more, ...child.values]))
    case 'any':
      return leaves.chain((more) =>
        fc.constantFrom(any([...child.constraints, more]), any([more, ...child.constraints])),
      )
    case 'all':
      return fc.subarray([...child.constraints]).map(all)
    case 'not':
      return narrowed(child.constraint).map(not)
    default:
      return fc.oneof(fc.constant(child), wild, leaves)
  }
}

/** A parent and a child of nesting up to 2, related more often than not; whether one covers the other is to be asked. */
export const relatedPair = (): fc.Arbitrary<ConstraintPair> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.tuple(constraintsTo(2), constraintsTo(2)) },
    {
      weight: 6,
      arbitrary: constraintsTo(2).chain((parent) => fc.tuple(fc.constant(parent), narrowed(parent))),
    },
  )

/** What {@link coveredPair} is told. */
export interface CoveredPairOptions {
  /** For regular expressions and CEL; without them fewer pairs are covered. */
  readonly engines?: Engines
}

/**
 * A parent and a child that it covers: whatever the child permits, the parent must permit too.
 * @example
 * fc.property(coveredPair(), anyValue(), ([parent, child], value) => !permits(child, value, at) || permits(parent, value, at))
 */
export const coveredPair = ({ engines = {} }: CoveredPairOptions = {}): fc.Arbitrary<ConstraintPair> =>
  relatedPair().map(([parent, child]): ConstraintPair => {
    if (covers(parent, child, engines)) return [parent, child]
    // A Wildcard covers everything.
    return covers(parent, parent, engines) ? [parent, parent] : [wildcard(), child]
  })
