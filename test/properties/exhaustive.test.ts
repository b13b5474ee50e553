/** The core law without sampling: every ordered pair of a crowd of constraints, with every value of a crowd of values. */

import { expect, test, vi } from 'vitest'
import {
  compileConstraint,
  constraintDepth,
  covers,
  describeConstraint,
} from '../../src/capability/constraint.js'
import { KINDS } from '../../src/capability/kinds.js'
import { TEST_NOW } from '../../src/testing/index.js'
import { constraintCrowd, valueCrowd } from '../support/crowd.js'
import { engines } from '../support/engines.js'
import { freshSeed, LONG, scaled } from '../support/scale.js'
import { Tally } from '../support/tally.js'

vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })

// A fixed crowd, and in the long form one that nobody has seen before.
const SEEDS = LONG ? [20_261_121, freshSeed()] : [20_261_121]
const SIZE = { leaves: scaled(12, 24), holding: scaled(50, 160) }
const VALUES = scaled(240, 600)
const WORD = 32

test.each(SEEDS)('no pair of the crowd of seed %i breaks the core law', (seed) => {
  const constraints = constraintCrowd(seed, SIZE)
  const values = valueCrowd(seed, constraints, VALUES)
  expect(constraints.length).toBeGreaterThanOrEqual(400)
  expect(values.length).toBeGreaterThanOrEqual(200)
  expect(new Set(constraints.map(({ kind }) => kind)).size).toBe(Object.keys(KINDS).length)
  expect(new Set(constraints.map(constraintDepth))).toEqual(new Set([0, 1, 2]))

  // What each permits, a bit for each value; every constraint and every value is asked once.
  const words = Math.ceil(values.length / WORD)
  const permitted = constraints.map((constraint) => {
    const matches = compileConstraint(constraint, engines)
    const bits = new Uint32Array(words)
    values.forEach((value, i) => {
      if (matches(value, TEST_NOW) === true) bits[i >> 5] = (bits[i >> 5] as number) | (1 << (i & 31))
    })
    return bits
  })
  const isWithin = (inner: Uint32Array, outer: Uint32Array): boolean =>
    inner.every((word, i) => (word & ~(outer[i] as number)) === 0)

  let covered = 0
  let strictly = 0
  const escapes: string[] = []
  for (const [p, parent] of constraints.entries()) {
    for (const [c, child] of constraints.entries()) {
      if (!covers(parent, child, engines)) continue
      covered++
      if (p !== c) strictly++
      const [inner, outer] = [permitted[c], permitted[p]] as [Uint32Array, Uint32Array] // one for each
      if (!isWithin(inner, outer))
        escapes.push(`${describeConstraint(parent)} -> ${describeConstraint(child)}`)
    }
  }
  expect(escapes).toEqual([])
  // The law is about something: most constraints permit something and deny something, and many cover others.
  const telling = permitted.filter((bits) => bits.some((word) => word !== 0)).length
  expect(telling).toBeGreaterThan(constraints.length / 2)
  expect(strictly).toBeGreaterThan(constraints.length)
  const pairs = constraints.length ** 2
  TALLY.count('covered, itself', covered - strictly)
  TALLY.count('covered, another', strictly)
  TALLY.count('not covered', pairs - covered)
  console.log(`${constraints.length} constraints, ${values.length} values, ${pairs} pairs, seed ${seed}`)
})

const TALLY = new Tally('ordered pairs of the crowd')
