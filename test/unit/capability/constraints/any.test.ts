import { describe, expect, test } from 'vitest'
import {
  type Constraint,
  covers,
  describeConstraint,
  permits,
  stricterMatch,
} from '../../../../src/capability/constraint.js'
import {
  all,
  any,
  cidr,
  exact,
  range,
  regex,
  urlSafe,
  wildcard,
} from '../../../../src/capability/constructors.js'
import { Run } from '../../../../src/capability/run.js'
import type { Value } from '../../../../src/encoding/value.js'
import { engines } from '../../../support/engines.js'
import { mayGo, nearestOf, samplesOf, witnessOf } from '../../../support/kinds.js'

const here = { engines, now: 0 }
/** A URL that the reference takes for safe. */
const LOCAL = 'https://localhost./'
const [safe, network, spaced] = [urlSafe(), cidr('10.0.0.0/8'), regex('(?x) a')]

describe('a value is denied by a stricter rule where an Any has', () => {
  test.each<[string, Constraint, Value, string | undefined]>([
    ['what differs behind what denies', any([exact('other'), safe]), LOCAL, 'URL_SAFE_TRAILING_DOT'],
    [
      'a fault that only denies elsewhere',
      any([all([spaced, exact('b')]), exact('c')]),
      'a',
      'REGEX_DIALECT',
    ],
    ['and by none where it has a fault before', any([network, safe]), LOCAL, undefined],
  ])('%s', (_what, constraint, value, rule) => {
    expect(permits(constraint, value, here)).not.toBe(true)
    expect(stricterMatch(constraint, value, engines)).toBe(rule)
  })

  test.each<[string, Constraint, Value]>([
    ['a branch before what differs', any([exact(LOCAL), safe]), LOCAL],
    ['a branch before a fault, deep inside', any([any([exact('a'), spaced])]), 'a'],
  ])('and by none where it is permitted by %s', (_what, constraint, value) => {
    expect(permits(constraint, value, here)).toBe(true)
    expect(stricterMatch(constraint, value, engines)).toBeUndefined()
  })
})

test('an Any never faults by itself', () => {
  expect(mayGo(any([exact('y'), wildcard()]))).toBe(true)
  expect(mayGo(any([network]))).toBe(false)
})

test('an Any covers an Any whose branches are each covered by one of its own', () => {
  const parent = any([exact('a'), range({ max: 5 }), exact('b')])
  expect(covers(parent, any([range({ max: 3 }), exact('b')]), engines)).toBe(true)
  expect(covers(parent, any([range({ max: 3 }), range({ max: 6 })]), engines)).toBe(false)
})

test('an Any covers no Exact, although it permits its value', () => {
  expect(permits(any([exact(1)]), 1, here)).toBe(true)
  expect(covers(any([exact(1)]), exact(1), engines)).toBe(false)
})

test('an Any takes the steps of all that it holds', () => {
  expect(new Run(engines).workOf(any([exact('a'), exact('b'), any([])]))).toBe(4)
})

test('an Any has the edges of all that it holds', () => {
  expect(samplesOf(any([exact('a'), exact('b')]))).toEqual(['a', 'b'])
  expect(witnessOf(range({ max: 10 }), any([exact(5), range({ min: 1000 })]))).toBe(1000)
})

test('the nearest child of an Any is what it covers of the child', () => {
  expect(nearestOf(any([exact(1), exact(2)]), exact(2))).toEqual(any([exact(2)]))
  expect(nearestOf(any([exact(1), exact(2)]), any([exact(2), exact(3)]))).toEqual(any([exact(2)]))
  expect(nearestOf(any([exact(1)]), any([exact(2)]))).toEqual(any([exact(1)]))
})

test('an Any in words', () => {
  expect(describeConstraint(any([]))).toBe('nothing')
  expect(describeConstraint(any([exact(1), wildcard()]))).toBe('any of (exactly 1; anything)')
})
