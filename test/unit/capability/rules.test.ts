/** Which stricter rule is named for a child that is refused here and not by the reference; and what engines say of rules. */

import { describe, expect, test } from 'vitest'
import {
  type Constraint,
  type Engines,
  permits,
  stricterCover,
  stricterMatch,
} from '../../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  exact,
  not,
  oneOf,
  range,
  regex,
  urlSafe,
  wildcard,
} from '../../../src/capability/constructors.js'
import { engines } from '../../support/engines.js'

/** A URL that the reference takes for safe. */
const LOCAL = 'https://localhost./'
const DOT = 'URL_SAFE_TRAILING_DOT'
const safe = urlSafe()
/** The reference reads this dialect; here it is none. */
const spaced = regex('(?x) a')

describe('of a child', () => {
  const beyond = exact(2n ** 53n + 1n)
  const limit = range({ max: 2 ** 53 })

  test.each<[string, Constraint, Constraint, string | undefined]>([
    ['an Exact that an All permits', all([exact(1), wildcard()]), exact(1), 'ALL_EXACT'],
    ['an Exact that an All denies', all([exact(2)]), exact(1), undefined],
    ['an Exact that an All denies here alone', all([safe]), exact(LOCAL), DOT],
    ['an Exact for an Any', any([exact(1)]), exact(1), undefined],
    ['an Exact for a Not', not(exact(2)), exact(1), undefined],
    ['an Exact for an expression', cel('value == 1'), exact(1), undefined],
    ['an All for one of nothing', all([]), all([exact(1)]), 'ALL_EMPTY'],
    ['another kind for an All', all([exact(1)]), oneOf([1]), undefined],
    [
      'an All with one that is refused',
      all([oneOf(['a']), limit]),
      all([oneOf(['a']), beyond]),
      'RANGE_EXACT',
    ],
    [
      'an All with one that is refused everywhere',
      all([exact(2), limit]),
      all([exact(1), beyond]),
      undefined,
    ],
    ['an Any with one that is refused', any([exact('x'), limit]), any([beyond]), 'RANGE_EXACT'],
    ['an Any with one that is refused everywhere', any([limit]), any([exact('x'), beyond]), undefined],
    ['another expression', cel('value > 0'), cel('value > 1'), undefined],
    ['another kind for what does not compile', spaced, range({}), undefined],
    ['an Exact for what does not compile', spaced, exact('a'), 'REGEX_DIALECT'],
    ['what is covered', limit, exact(1), undefined],
  ])('%s', (_what, parent, child, rule) => {
    expect(stricterCover(parent, child, engines)).toBe(rule)
  })
})

describe('of an engine', () => {
  test('that there is none, there is none', () => {
    expect(stricterMatch(cel('!!true'), 1, {})).toBeUndefined()
    expect(stricterMatch(spaced, 'a', {})).toBeUndefined()
  })

  test('that names none, there is none', () => {
    const silent: Engines = { cel: { compile: () => () => false } }
    expect(stricterMatch(cel('!!true'), 1, silent)).toBeUndefined()
  })

  test('that faults on every text, there is one for texts alone', () => {
    const faulting: Engines = { regex: { compile: () => () => 'CONSTRAINT_ERROR' } }
    expect(stricterMatch(regex('a'), 'a', faulting)).toBe('REGEX_TEXT')
    expect(stricterMatch(regex('a'), 5, faulting)).toBeUndefined()
  })

  test.each<[string, Engines, Constraint, Constraint]>([
    ['of expressions', { cel: { compile: () => lost() } }, cel('a'), cel(' a')],
    ['of regular expressions', { regex: { compile: () => lost() } }, regex('a'), exact('a')],
  ])('%s that breaks, its error passes through, and no call is permitted', (_what, broken, parent, child) => {
    expect(() => stricterMatch(parent, 'a', broken)).toThrow(RangeError)
    expect(() => stricterCover(parent, child, broken)).toThrow(RangeError)
    expect(permits(parent, 'a', { engines: broken, now: 0 })).toBe('CONSTRAINT_ERROR')
  })
})

const lost = (): never => {
  throw new RangeError('an error of its own')
}
