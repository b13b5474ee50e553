import { describe, expect, test } from 'vitest'
import { type Constraint, covers, type Engines, permits } from '../../../src/capability/constraint.js'
import {
  all,
  any,
  cel,
  cidr,
  contains,
  exact,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  regex,
  subpath,
  subset,
  unknown,
  wildcard,
} from '../../../src/capability/constructors.js'
import { keyOf } from '../../../src/capability/valueSet.js'
import { findWidening } from '../../../src/capability/widening.js'
import { float, type Value } from '../../../src/encoding/value.js'
import { engines } from '../../support/engines.js'
import { objectOf } from '../../support/values.js'

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
    expect(hints(unknown(55, new Uint8Array()), exact(1))).toStrictEqual({ witness: 1 })
  })

  test('is the parent where one that is nearer would be nested too deep', () => {
    let deepest: Constraint = exact(1)
    for (let level = 0; level < 32; level++) deepest = not(deepest)
    const parent = all([range({ min: 0 })])
    expect(hints(parent, deepest).nearest).toBe(parent)
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

describe('where no edge of either constraint shows it, the witness is', () => {
  /** An expression without any literal, which is true of one value. */
  const only = (value: Value): Engines => ({
    cel: { compile: () => (given) => keyOf(given) === keyOf(value) },
  })

  test.each<Value>([
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
    objectOf([]),
  ])('the plain value %j', (value) => {
    expect(findWidening(exact('q'), cel('anything'), only(value)).witness).toStrictEqual(value)
  })
})

describe('the witness is one of the edges', () => {
  const many = Array.from({ length: 200 }, (_, i) => `value ${i}`)

  test.each<[string, Constraint, Constraint, Value]>([
    ['of the child', range({ max: 10 }), range({ min: 1000 }), 1000],
    ['of the parent, where the child has none', range({ max: 10 }), wildcard(), 11],
    ['of neither, where both have none', unknown(55, new Uint8Array()), wildcard(), 'x'],
  ])('%s', (_what, parent, child, witness) => {
    expect(hints(parent, child).witness).toBe(witness)
  })

  test('among the first of many', () => {
    expect(hints(oneOf(many.slice(0, 63)), oneOf(many)).witness).toBe('value 63')
    expect(hints(oneOf(many.slice(0, 64)), oneOf(many)).witness).toBeUndefined()
  })
})

test('there is no witness where a child permits nothing', () => {
  expect(hints(exact(1), unknown(55, new Uint8Array()))).toStrictEqual({ nearest: exact(1) })
})

test('data that no constructor made has no edges, and permits nothing', () => {
  const forged = { kind: 'regex' } as Constraint
  expect(hints(exact(1), forged)).toStrictEqual({ nearest: exact(1) })
  expect(hints(forged, wildcard()).witness).toBe('x')
})

test('what is not of the kind of its parent has the parent as its nearest', () => {
  for (const parent of [subpath('/data'), cel('value > 0'), regex('a')])
    expect(hints(parent, range({ max: 5 })).nearest).toBe(parent)
})
