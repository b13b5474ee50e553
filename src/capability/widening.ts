/**
 * Widenings: for whoever attenuates too far, a value that shows it and the nearest child that would be legal. Neither is
 * ever guessed: both are checked before they are told.
 */

import { float, type Value, type ValueObject } from '../encoding/value.js'
import { compileConstraint, covers, type Engines, type Matcher } from './constraint.js'
import { type Constraint, kindOf } from './kinds.js'
import { Run } from './run.js'
import { keyOf } from './valueSet.js'

/** What is known of a child that its parent does not cover. */
export interface WideningHints {
  /** A value that the child permits and the parent does not. Absent where none was found: coverage is not complete. */
  readonly witness?: Value
  /** A constraint near the child that the parent covers. */
  readonly nearest?: Constraint
}

const MAX_CANDIDATES = 64

const NO_NAMES: ValueObject = Object.freeze(Object.create(null) as ValueObject) // no names at all

/** One of every kind, for constraints that have no edges of their own. */
const PLAIN_VALUES: readonly Value[] = Object.freeze([
  'x',
  '',
  '/',
  0,
  1,
  -1,
  0.5,
  float(1),
  true,
  false,
  null,
  Object.freeze([]),
  Object.freeze(['x']),
  NO_NAMES,
])

/**
 * Hints about `child`; empty where `parent` covers it.
 * Whatever is returned holds: the witness was put to both constraints, and `covers(parent, nearest)` is true.
 */
export const findWidening = (parent: Constraint, child: Constraint, engines: Engines): WideningHints => {
  if (covers(parent, child, engines)) return {}
  const witness = findWitness(parent, child, engines)
  const nearest = findNearest(parent, child, engines)
  return {
    ...(witness !== undefined && { witness }),
    ...(nearest !== undefined && { nearest }),
  }
}

const samplesOf = (constraint: Constraint, engines: Engines): readonly Value[] => {
  try {
    return kindOf(constraint).samples(constraint, new Run(engines)).slice(0, MAX_CANDIDATES)
  } catch {
    return [] // data that no constructor made
  }
}

const findWitness = (parent: Constraint, child: Constraint, engines: Engines): Value | undefined => {
  const permittedByChild = compileConstraint(child, engines)
  const permittedByParent = compileConstraint(parent, engines)
  const asked = new Set<string>()
  for (const value of [...samplesOf(child, engines), ...samplesOf(parent, engines), ...PLAIN_VALUES]) {
    const key = keyOf(value)
    if (asked.has(key)) continue
    asked.add(key)
    if (permittedByChild(value, 0) === true && permittedByParent(value, 0) !== true) return value
  }
  return undefined
}

const findNearest = (parent: Constraint, child: Constraint, engines: Engines): Constraint | undefined => {
  const proposed = propose(parent, child, engines)
  if (proposed !== undefined && covers(parent, proposed, engines) && permitsAnything(proposed, engines))
    return proposed
  return covers(parent, parent, engines) ? parent : undefined
}

const propose = (parent: Constraint, child: Constraint, engines: Engines): Constraint | undefined => {
  try {
    return kindOf(parent).nearest?.(parent, child, new Run(engines))
  } catch {
    return undefined // nested too deep, for one
  }
}

/** A child that permits nothing is legal and of no use to anybody. */
const permitsAnything = (constraint: Constraint, engines: Engines): boolean => {
  const matches: Matcher = compileConstraint(constraint, engines)
  return [...samplesOf(constraint, engines), ...PLAIN_VALUES].some((value) => matches(value, 0) === true)
}
