/** What a kind of constraint says besides the outcomes of its constraints, in a form that a test can state in a word. */

import {
  type Constraint,
  covers,
  decodeConstraint,
  encodeConstraint,
} from '../../src/capability/constraint.js'
import { any, exact } from '../../src/capability/constructors.js'
import { Run } from '../../src/capability/run.js'
import { findWidening } from '../../src/capability/widening.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../src/encoding/cbor.js'
import type { Value } from '../../src/encoding/value.js'
import { engines } from './engines.js'

/** The values near its edges, among which a witness of a widening is looked for. */
export const samplesOf = (constraint: Constraint): readonly Value[] => new Run(engines).samples(constraint)

/** The value that shows a widening. */
export const witnessOf = (parent: Constraint, child: Constraint): Value | undefined =>
  findWidening(parent, child, engines).witness

/** The nearest legal child, of one that is not legal. */
export const nearestOf = (parent: Constraint, child: Constraint): Constraint | undefined =>
  findWidening(parent, child, engines).nearest

export const hexOf = (constraint: Constraint): string => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return toHex(writer.finish())
}

/** A constraint as it is read back from its bytes. */
export const reread = (constraint: Constraint): Constraint => constraintIn(hexOf(constraint))

export const constraintIn = (hex: string): Constraint => {
  const reader = new CborReader(fromHex(hex))
  const constraint = decodeConstraint(reader)
  reader.end()
  return constraint
}

/** Whether a child may lose this branch of an Any that stands before another: only one that never faults may go. */
export const mayGo = (branch: Constraint): boolean =>
  covers(any([branch, exact('another')]), any([exact('another')]), engines)

/** Whether a branch of an Any may give way to a narrower one: only where that one faults on the same values. */
export const mayNarrow = (branch: Constraint, narrower: Constraint): boolean =>
  covers(any([branch, exact('another')]), any([narrower, exact('another')]), engines)
