import { describe, expect, test } from 'vitest'
import { type Constraint, covers, permits } from '../../../src/capability/constraint.js'
import {
  all,
  any,
  cidr,
  contains,
  exact,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  subset,
  unknown,
  wildcard,
} from '../../../src/capability/constructors.js'
import { findWidening } from '../../../src/capability/widening.js'
import { engines } from '../../support/engines.js'

const hints = (parent: Constraint, child: Constraint) => findWidening(parent, child, engines)

test('there is nothing to say of a child that is covered', () => {
  expect(hints(range({ max: 10 }), range({ max: 5 }))).toEqual({})
})

describe('the nearest legal child', () => {
  test.each([
    [range({ min: 0, max: 10 }), range({ min: 5, max: 50 }), range({ min: 5, max: 10 })],
    [
      range({ min: 0, max: 10, maxInclusive: false }),
      range({ max: 10 }),
      range({ min: 0, max: 10, maxInclusive: false }),
    ],
    [range({ min: 0, max: 10 }), range({ min: 50, max: 60 }), range({ min: 0, max: 10 })],
    [oneOf(['a', 'b', 'c']), oneOf(['b', 'z']), oneOf(['b'])],
    [oneOf([1, 5, 20]), range({ max: 10 }), oneOf([1, 5])],
    [oneOf(['a']), oneOf(['z']), oneOf(['a'])],
    [notOneOf(['a']), notOneOf(['b']), notOneOf(['b', 'a'])],
    [contains(['a']), contains(['b']), contains(['b', 'a'])],
    [subset(['a', 'b']), subset(['b', 'c']), subset(['b'])],
    [range({ max: 1 }), wildcard(), range({ max: 1 })],
    [any([exact(1), exact(2)]), any([exact(2), exact(3)]), any([exact(2)])],
    [all([exact(1), wildcard()]), all([range({ min: 0 })]), all([range({ min: 0 }), exact(1)])],
  ])('%#', (parent, child, nearest) => {
    expect(hints(parent, child).nearest).toEqual(nearest)
    expect(covers(parent, nearest, engines)).toBe(true)
  })

  test('is not told where not even the parent covers itself', () => {
    expect(hints(unknown(55, new Uint8Array()), exact(1))).toEqual({ witness: 1 })
  })
})

describe('the witness', () => {
  test.each([
    [range({ max: 10 }), range({ max: 20 })],
    [range({ max: 10, maxInclusive: false }), range({ max: 10 })],
    [range({ min: 0 }), wildcard()],
    [pattern('a*'), wildcard()],
    [oneOf(['a']), exact('b')],
    [notOneOf(['a', 'b']), notOneOf(['a'])],
    [contains(['a']), contains([])],
    [subset(['a']), subset(['a', 'b'])],
    [not(exact('a')), wildcard()],
    [cidr('10.0.0.0/8'), cidr('0.0.0.0/0')],
    [any([cidr('10.0.0.0/8'), exact('x')]), any([exact('x')])],
  ])('%#', (parent, child) => {
    const { witness } = hints(parent, child)
    expect(witness).toBeDefined()
    const value = witness ?? null
    expect(permits(child, value, { engines, now: 0 })).toBe(true)
    expect(permits(parent, value, { engines, now: 0 })).not.toBe(true)
  })
})
