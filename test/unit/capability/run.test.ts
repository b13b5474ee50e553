/** What comparing and compiling cost, and that the cost is bounded where the bound says. */

import { describe, expect, test } from 'vitest'
import {
  type Constraint,
  compileConstraint,
  covers,
  type Engines,
} from '../../../src/capability/constraint.js'
import { all, any, cel, exact, not, oneOf, pattern, regex } from '../../../src/capability/constructors.js'
import { Forms } from '../../../src/capability/forms.js'
import { chainAllowance, Run } from '../../../src/capability/run.js'
import { MAX_COVER_STEPS } from '../../../src/encoding/limits.js'
import { engines } from '../../support/engines.js'

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** The steps that something takes from an allowance, in a run that has already taken some. */
const stepsOf = (ask: (run: Run) => unknown, before = 0): number => {
  const allowance = chainAllowance()
  const run = new Run(engines, allowance)
  for (let i = 0; i < before; i++) run.step()
  const left = allowance.left
  ask(run)
  return left - allowance.left
}

const bytesOf = (constraint: Constraint): number => new Forms().of(constraint, () => undefined).bytes

describe('a comparison', () => {
  const [large, larger] = [oneOf(many(100, (i) => `a${i}`)), oneOf(many(300, (i) => `b${i}`))]
  const [weight, more] = [bytesOf(large) >> 6, bytesOf(larger) >> 6]

  test('takes one step, and later ones as many as they are large', () => {
    const compare = (run: Run): boolean => run.covers(large, larger)
    expect(weight).toBeGreaterThan(2)
    expect(more).toBeGreaterThan(weight)
    expect(stepsOf(compare)).toBe(1)
    expect(stepsOf(compare, 256)).toBe(1)
    const forms = 1 + weight + 1 + more
    expect(stepsOf(compare, 257)).toBe(forms + 1 + weight + more)
  })

  test('with an Exact also takes what its text is long', () => {
    const glob = pattern('a*')
    const work = new Run(engines).workOf(glob)
    const text = (length: number): number => stepsOf((run) => run.covers(glob, exact('a'.repeat(length))))
    expect([0, 1_024, 10_240].map(text)).toEqual([1, 1 + work, 1 + 10 * work])
    expect(stepsOf((run) => run.covers(oneOf([many(5_000, () => 1)]), exact(many(5_000, () => 1))))).toBe(1)
  })

  test('is made once of two that are written alike, however often they meet', () => {
    const choice = (name: string): Constraint => any(many(50, (i) => exact(`${name}${i}`)))
    const [outer, inner] = [choice('a'), choice('b')]
    const steps = (times: number): number =>
      stepsOf((run) => expect(run.covers(all([outer]), all(many(times, () => inner)))).toBe(false))
    expect(steps(12) - steps(2)).toBe(10)
  })

  test('of a tree with one that is written alike takes steps by their size, in any order', () => {
    const branches = (): Constraint[] => many(100, (i) => all([not(exact(i)), exact(-i)]))
    const [here, there] = [branches(), branches().reverse()]
    expect(stepsOf((run) => expect(run.covers(any(here), any(branches()))).toBe(true))).toBeLessThan(2_500)
    expect(stepsOf((run) => expect(run.covers(any(here), any(there.slice(1)))).toBe(true))).toBeLessThan(
      2_500,
    )
    expect(stepsOf((run) => expect(run.covers(all(here.slice(1)), all(there))).toBe(true))).toBeLessThan(
      2_500,
    )
  })

  test('is given up at its bound, and no step before', () => {
    const run = new Run(engines)
    for (let i = 0; i < MAX_COVER_STEPS; i++) run.step()
    expect(() => run.step()).toThrow('too many steps')
    const allowance = chainAllowance()
    allowance.left = 1
    expect(covers(exact(1), exact(1), engines, allowance)).toBe(true)
    expect(covers(exact(1), exact(1), engines, allowance)).toBe(false)
  })

  test('of data that is no constraint is no comparison', () => {
    expect(() => covers({ kind: 'nonsense' } as never, exact(1), engines)).toThrow(TypeError)
  })
})

describe('an expression', () => {
  test.each<[string, (i: number) => Constraint]>([
    ['regular', (i) => regex(`a${i}`)],
    ['of CEL', (i) => cel(`value == ${i}`)],
  ])('%s is one of 64 that differ, and may be repeated', (_what, make) => {
    const outcomeOf = (...constraints: Constraint[]): unknown =>
      compileConstraint(any(constraints), engines)('x', 0)
    const texts = many(64, make)
    expect(outcomeOf(...texts, make(0), make(63))).toBe(false)
    expect(outcomeOf(...texts, make(64))).toBe('CONSTRAINT_TOO_COSTLY')
  })

  test('that stands twice is compiled once', () => {
    let compiled = 0
    const compile = (): (() => boolean) => {
      compiled++
      return () => false
    }
    const counting: Engines = { regex: { compile } }
    const twice = regex('a')
    expect(compileConstraint(any([twice, not(twice), twice]), counting)('x', 0)).toBe(true)
    expect(compiled).toBe(1)
  })
})
