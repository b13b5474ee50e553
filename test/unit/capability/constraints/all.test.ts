import { describe, expect, test } from 'vitest'
import {
  type Constraint,
  covers,
  describeConstraint,
  permits,
  stricterMatch,
} from '../../../../src/capability/constraint.js'
import { all, cidr, exact, range, regex, urlSafe, wildcard } from '../../../../src/capability/constructors.js'
import type { Value } from '../../../../src/encoding/value.js'
import { engines } from '../../../support/engines.js'
import { mayGo, nearestOf, samplesOf, witnessOf } from '../../../support/kinds.js'

/** A URL that the reference takes for safe. */
const LOCAL = 'https://localhost./'
const DOT = 'URL_SAFE_TRAILING_DOT'
const [safe, network] = [urlSafe(), cidr('10.0.0.0/8')]

describe('a value is denied by a stricter rule where an All has', () => {
  test.each<[string, Constraint, Value, string | undefined]>([
    ['nothing', all([]), 1, 'ALL_EMPTY'],
    ['what differs behind what permits', all([wildcard(), safe]), LOCAL, DOT],
    ['two that differ', all([safe, regex('(?x) a')]), LOCAL, DOT],
    ['a fault behind what differs', all([safe, network]), LOCAL, DOT],
    ['and by none where it has a fault before', all([network, safe]), LOCAL, undefined],
    ['and by none where it has another that denies before', all([exact('other'), safe]), LOCAL, undefined],
    ['and by none where it has another that denies behind', all([safe, exact('other')]), LOCAL, undefined],
  ])('%s', (_what, constraint, value, rule) => {
    expect(permits(constraint, value, { engines, now: 0 })).not.toBe(true)
    expect(stricterMatch(constraint, value, engines)).toBe(rule)
  })
})

test('an All never faults by itself, unless it is empty', () => {
  expect(mayGo(all([exact('y'), wildcard()]))).toBe(true)
  expect(mayGo(all([network]))).toBe(false)
  expect(mayGo(all([]))).toBe(false)
})

test('an All covers no Exact, although it permits its value', () => {
  expect(permits(all([exact(1)]), 1, { engines, now: 0 })).toBe(true)
  expect(covers(all([exact(1)]), exact(1), engines)).toBe(false)
})

test('an All has the edges of all that it holds', () => {
  const two = all([exact('a'), range({ min: 1, max: 1 })])
  expect(samplesOf(two)).toEqual(['a', ...samplesOf(range({ min: 1, max: 1 }))])
  expect(witnessOf(range({ max: 10 }), all([wildcard(), range({ min: 1000 })]))).toBe(1000)
})

test('the nearest child of an All is the child and what it leaves out', () => {
  expect(nearestOf(all([range({ min: 0 })]), range({ max: 5 }))).toEqual(
    all([range({ max: 5 }), range({ min: 0 })]),
  )
  expect(nearestOf(all([exact(1)]), all([exact(2)]))).toEqual(all([exact(1)]))
})

test('an All in words', () => {
  expect(describeConstraint(all([]))).toBe('nothing')
  expect(describeConstraint(all([exact(1), wildcard()]))).toBe('all of (exactly 1; anything)')
})
