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
  not,
  oneOf,
  pattern,
  range,
  regex,
  subpath,
  urlSafe,
  wildcard,
} from '../../../../src/capability/constructors.js'
import { Run } from '../../../../src/capability/run.js'
import type { Value } from '../../../../src/encoding/value.js'
import { engines } from '../../../support/engines.js'
import { mayGo, samplesOf, witnessOf } from '../../../support/kinds.js'

const here = { engines, now: 0 }
/** A URL that the reference takes for safe. */
const LOCAL = 'https://localhost./'
const [safe, network, spaced] = [urlSafe(), cidr('10.0.0.0/8'), regex('(?x) a')]

describe('a value is denied by a stricter rule where a Not holds', () => {
  test.each<[string, Constraint, Value, string | undefined]>([
    ['what differs', not(safe), LOCAL, 'URL_SAFE_TRAILING_DOT'],
    ['a fault that only denies elsewhere', not(all([wildcard(), spaced, exact('b')])), 'a', 'REGEX_DIALECT'],
    [
      'and by none where it holds a fault that is one elsewhere',
      not(all([wildcard(), network, exact('b')])),
      'a',
      undefined,
    ],
    ['and by none where it holds what permits in any case', not(any([safe, exact(LOCAL)])), LOCAL, undefined],
  ])('%s', (_what, constraint, value, rule) => {
    expect(permits(constraint, value, here)).not.toBe(true)
    expect(stricterMatch(constraint, value, engines)).toBe(rule)
  })
})

test('a Not never faults by itself, unless it holds what only a stricter rule denies', () => {
  for (const never of [not(oneOf(['y'])), not(all([exact('y')])), not(not(wildcard()))])
    expect(mayGo(never)).toBe(true)
  for (const own of [not(network), not(subpath('/data')), not(any([exact('y'), range({ max: 1 })]))])
    expect(mayGo(own)).toBe(false)
})

test('what a Not permits, what it holds has denied without a fault', () => {
  expect(covers(any([network, not(cidr('10.1.0.0/16'))]), any([not(cidr('10.1.0.0/16'))]), engines)).toBe(
    true,
  )
  expect(covers(any([network, not(exact('y'))]), any([not(exact('y'))]), engines)).toBe(false)
})

test('a Not covers a Not whose inside covers its own', () => {
  expect(covers(not(pattern('ab*')), not(pattern('a*')), engines)).toBe(true)
  expect(covers(not(pattern('a*')), not(pattern('ab*')), engines)).toBe(false)
})

test('a Not covers no Exact, although it permits its value', () => {
  expect(permits(not(exact(2)), 1, here)).toBe(true)
  expect(covers(not(exact(2)), exact(1), engines)).toBe(false)
})

test('a Not takes the steps of what it holds, and has its edges', () => {
  expect(new Run(engines).workOf(not(exact('a')))).toBe(2)
  expect(samplesOf(not(exact('q')))).toEqual(['q'])
  expect(witnessOf(not(exact('q')), not(exact('z')))).toBe('q')
})

test('a Not in words', () => {
  expect(describeConstraint(not(exact(1)))).toBe('not (exactly 1)')
})
