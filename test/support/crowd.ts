/** A crowd of different constraints of every kind, nested up to two deep, and a crowd of values to tell them apart. */

import fc from 'fast-check'
import { constraintDepth, encodeConstraint } from '../../src/capability/constraint.js'
import type { Constraint } from '../../src/capability/kinds.js'
import { keyOf } from '../../src/capability/valueSet.js'
import { toHex } from '../../src/encoding/bytes.js'
import { CborWriter } from '../../src/encoding/cbor.js'
import type { Value } from '../../src/encoding/value.js'
import { byKind, constraintsTo, HOLDING_KINDS, LEAF_KINDS, leaves } from '../../src/testing/constraints.js'
import { anyValue, TELLING_VALUES } from '../../src/testing/index.js'
import { narrowed, samplesOf } from './arbitraries.js'

const formOf = (constraint: Constraint): string => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return toHex(writer.finish())
}

const different = (drawn: readonly Constraint[]): readonly Constraint[] => [
  ...new Map(drawn.map((each) => [formOf(each), each])).values(),
]

/** How many of each kind. */
export interface CrowdSize {
  readonly leaves: number
  readonly holding: number
}

/**
 * Constraints that are all written differently: so many of each leaf kind, and at each depth of each that holds others;
 * and for each of them one that it is meant to cover.
 */
export const constraintCrowd = (seed: number, size: CrowdSize): readonly Constraint[] => {
  const draw = (from: fc.Arbitrary<Constraint>, most: number): readonly Constraint[] =>
    different(fc.sample(from, { numRuns: 6 * most, seed })).slice(0, most)
  const flat = LEAF_KINDS.flatMap((kind) => draw(byKind[kind](leaves), size.leaves))
  const holding = [1, 2].flatMap((depth) =>
    HOLDING_KINDS.flatMap((kind) => {
      const inner = byKind[kind](constraintsTo(depth - 1)) as fc.Arbitrary<Constraint> // one of the three
      return draw(
        inner.filter((each) => constraintDepth(each) === depth),
        size.holding,
      )
    }),
  )
  const apart = [...flat, ...holding]
  const related = apart.flatMap((each, i) => fc.sample(narrowed(each), { numRuns: 1, seed: seed + i }))
  return different([...apart, ...related])
}

/** Telling values, those at the edges of constraints, and others: all of them different. */
export const valueCrowd = (
  seed: number,
  constraints: readonly Constraint[],
  most: number,
): readonly Value[] => {
  const edges = constraints.flatMap((each) => samplesOf(each).slice(0, 8))
  const others = fc.sample(anyValue(), { numRuns: Math.ceil(most / 8), seed })
  const all = new Map([...TELLING_VALUES, ...others, ...edges].map((value) => [keyOf(value), value]))
  return [...all.values()].slice(0, most)
}
