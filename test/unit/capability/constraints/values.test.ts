/** The kinds that are made of values: Exact, Range, OneOf, NotOneOf, Contains, Subset, Unknown, Wildcard. */

import { describe, expect, test } from 'vitest'
import { type Constraint, type Outcome, permits } from '../../../../src/capability/constraint.js'
import {
  contains,
  exact,
  notOneOf,
  oneOf,
  range,
  subset,
  unknown,
  wildcard,
} from '../../../../src/capability/constructors.js'
import { copyValue } from '../../../../src/capability/inert.js'
import { float } from '../../../../src/encoding/value.js'
import { codeOf } from '../../../support/values.js'

const ask = (constraint: Constraint, value: unknown): Outcome =>
  permits(constraint, copyValue(value), { engines: {}, now: 0 })

describe('equality', () => {
  const kinds = [1, float(1), '1', true, null, [1], { a: 1 }]

  test('is strict in kind: no two of these are equal, and each is equal to itself', () => {
    for (const a of kinds) {
      for (const b of kinds) {
        expect(ask(exact(a), b)).toBe(a === b)
        expect(ask(oneOf([a]), b)).toBe(a === b)
        expect(ask(notOneOf([a]), b)).toBe(a !== b)
        expect(ask(contains([a]), [b])).toBe(a === b)
        expect(ask(subset([a]), [b])).toBe(a === b)
      }
    }
  })

  test('of floats is that of numbers: both zeros are one', () => {
    expect(ask(exact(float(0)), -0)).toBe(true)
    expect(ask(oneOf([-0]), float(0))).toBe(true)
    expect(ask(exact(0), -0)).toBe(false)
  })

  test('of text neither folds nor normalises', () => {
    expect(ask(oneOf(['é']), 'e\u0301')).toBe(false)
    expect(ask(oneOf(['a']), 'A')).toBe(false)
    expect(ask(oneOf(['a']), 'a ')).toBe(false)
  })

  test('cannot be confused by text that looks like structure', () => {
    expect(ask(exact(['a,b']), ['a', 'b'])).toBe(false)
    expect(ask(oneOf([['a","b']]), ['a', 'b'])).toBe(false)
    expect(ask(oneOf([['i1']]), [1])).toBe(false)
    expect(ask(oneOf(['n']), null)).toBe(false)
    expect(ask(oneOf([{ 'a":i1,"b': 2 }]), { a: 1, b: 2 })).toBe(false)
  })
})

describe('constructors', () => {
  test('copy what they are given', () => {
    const list = ['a']
    const inner = { name: 'x' }
    const made = [oneOf(list), notOneOf(list), contains(list), subset(list)]
    const object = exact(inner)
    list[0] = 'b'
    inner.name = 'y'
    expect(ask(made[0] as Constraint, 'a')).toBe(true)
    expect(ask(made[1] as Constraint, 'a')).toBe(false)
    expect(ask(made[2] as Constraint, ['a'])).toBe(true)
    expect(ask(made[3] as Constraint, ['a'])).toBe(true)
    expect(ask(object, { name: 'x' })).toBe(true)
  })

  test('give frozen data all the way down', () => {
    const made = oneOf([[{ a: 1 }]])
    expect(Object.isFrozen(made) && Object.isFrozen(made.values) && Object.isFrozen(made.values[0])).toBe(
      true,
    )
  })

  test.each([
    ['NaN', Number.NaN, 'VALUE_NUMBER'],
    ['an unsafe integer', 2 ** 53, 'VALUE_NUMBER'],
    ['a function', () => 1, 'VALUE_UNSUPPORTED'],
    ['undefined', undefined, 'VALUE_UNSUPPORTED'],
    ['a lone surrogate', '\ud800', 'TEXT_SURROGATE'],
    [
      'an accessor',
      {
        get a() {
          return 1
        },
      },
      'VALUE_UNSUPPORTED',
    ],
  ])('refuse %s', (_what, value, code) => {
    expect(codeOf(() => exact(value))).toBe(code)
    expect(codeOf(() => oneOf([value]))).toBe(code)
    expect(codeOf(() => subset([value]))).toBe(code)
  })

  test('refuse what is no list of values', () => {
    for (const make of [oneOf, notOneOf, contains, subset]) {
      expect(codeOf(() => make('ab' as unknown as unknown[]))).toBe('CONSTRAINT_INVALID')
      expect(codeOf(() => make({ 0: 'a', length: 1 } as unknown as unknown[]))).toBe('CONSTRAINT_INVALID')
    }
  })

  test('of Unknown refuse a type id that is known or no byte, and share no memory', () => {
    for (const tag of [1, 5, 18, 128, -1, 256, 0.5])
      expect(
        codeOf(() => unknown(tag, new Uint8Array())),
        String(tag),
      ).toBe('CONSTRAINT_INVALID')
    const body = new Uint8Array([1])
    const made = unknown(200, body)
    body[0] = 2
    expect([...made.body]).toEqual([1])
  })
})

describe('Range', () => {
  test('takes numbers alone', () => {
    for (const value of ['5', '', true, null, [5], { a: 5 }]) expect(ask(range({}), value)).toBe(false)
    for (const value of [5, 0.5, float(5), 2n ** 60n, -0]) expect(ask(range({}), value)).toBe(true)
  })

  test('a bound is in or out as it says', () => {
    for (const inclusive of [true, false]) {
      const made = range({ min: 0, max: 10, minInclusive: inclusive, maxInclusive: inclusive })
      for (const edge of [0, -0, 10, float(0), float(10)]) expect(ask(made, edge)).toBe(inclusive)
      expect(ask(made, 5)).toBe(true)
      expect(ask(made, -1)).toBe(false)
      expect(ask(made, 10.000001)).toBe(false)
    }
  })

  test('of the wrong way round permits nothing', () => {
    for (const value of [9, 10, 50, 100, 101]) expect(ask(range({ min: 100, max: 10 }), value)).toBe(false)
  })

  test('holds large integers to the bound exactly and rounded', () => {
    const limit = 2 ** 53
    expect(ask(range({ max: limit }), BigInt(limit))).toBe(true)
    expect(ask(range({ max: limit }), BigInt(limit) + 1n)).toBe(false) // rounds to the bound
    expect(ask(range({ max: limit, maxInclusive: false }), BigInt(limit) - 1n)).toBe(true)
    expect(ask(range({ min: limit, minInclusive: false }), BigInt(limit) + 1n)).toBe(false) // rounded it is the bound
    expect(ask(range({ min: limit, minInclusive: false }), BigInt(limit) + 2n)).toBe(true)
    expect(ask(range({ min: -limit }), -BigInt(limit) - 1n)).toBe(false)
  })

  test('refuses bounds that are no finite numbers, and flags that are none', () => {
    for (const bound of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => range({ min: bound })).toThrow(
        expect.objectContaining({ code: 'CONSTRAINT_INVALID', rule: 'VALUE_NOT_FINITE' }),
      )
      expect(codeOf(() => range({ max: bound }))).toBe('CONSTRAINT_INVALID')
    }
    expect(codeOf(() => range({ min: '1' as unknown as number }))).toBe('CONSTRAINT_INVALID')
    expect(codeOf(() => range({ minInclusive: 0 as unknown as boolean }))).toBe('CONSTRAINT_INVALID')
  })

  test('denies by a bound of NaN in data that no constructor made', () => {
    const forged = { ...range({}), min: Number.NaN }
    expect(ask(forged, 5)).toBe(false)
  })
})

test('Wildcard permits every value', () => {
  for (const value of ['', 0, null, [], {}]) expect(ask(wildcard(), value)).toBe(true)
})
