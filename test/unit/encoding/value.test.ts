import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  equalValues,
  float,
  integer,
  isFloat,
  isList,
  isObject,
  kindOf,
  numberOf,
  sortedNames,
  type Value,
} from '../../../src/encoding/value.js'
import { codeOf, objectOf, values } from '../../support/values.js'

describe('kinds', () => {
  test.each<[Value, string]>([
    ['1', 'string'],
    [1, 'integer'],
    [2n ** 60n, 'integer'],
    [1.5, 'float'],
    [float(1), 'float'],
    [true, 'boolean'],
    [null, 'null'],
    [[], 'list'],
    [objectOf([]), 'object'],
    [objectOf([['float', 1]]), 'object'],
  ])('%o is of kind %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind)
    expect(isObject(value)).toBe(kind === 'object')
    expect(isList(value)).toBe(kind === 'list')
  })

  test('1, 1.0, "1" and true are four values', () => {
    const four: Value[] = [1, float(1), '1', true]
    for (const [i, a] of four.entries())
      for (const [j, b] of four.entries()) expect(equalValues(a, b)).toBe(i === j)
  })
})

describe('canonical forms', () => {
  test('a number has one: a fraction is plain, an integral Float wrapped, a safe bigint a number', () => {
    expect(float(0.5)).toBe(0.5)
    expect(isFloat(float(2))).toBe(true)
    expect(isFloat(float(-0))).toBe(true)
    expect(isFloat(float(1e300))).toBe(true)
    expect(integer(5n)).toBe(5)
    expect(Object.is(integer(-0), 0)).toBe(true)
    expect(integer(BigInt(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER)
    expect(integer(2n ** 53n)).toBe(2n ** 53n)
    expect(integer(-(2n ** 63n))).toBe(-(2n ** 63n))
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is no Float', (number) => {
    expect(codeOf(() => float(number))).toBe('VALUE_NUMBER')
  })

  test.each([2 ** 53, -(2 ** 53), 0.5, Number.NaN, 2n ** 63n, -(2n ** 63n) - 1n])(
    '%d is no Integer',
    (number) => {
      expect(codeOf(() => integer(number))).toBe('VALUE_NUMBER')
    },
  )

  test('a Float is frozen and looks like its number in JSON', () => {
    const one = float(1) as { float: number }
    expect(() => {
      one.float = 2
    }).toThrow(TypeError)
    expect(JSON.stringify([one])).toBe('[1]')
    expect(numberOf(float(1))).toBe(1)
    expect(numberOf(2n ** 60n)).toBe(2 ** 60)
    expect(numberOf('1')).toBeUndefined()
  })
})

describe('equality', () => {
  test('is reflexive, and symmetric', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(equalValues(a, a)).toBe(true)
        expect(equalValues(a, b)).toBe(equalValues(b, a))
      }),
    )
  })

  test('takes 0.0 for -0.0, as IEEE numbers compare, and no inherited name for an own one', () => {
    expect(equalValues(float(0), float(-0))).toBe(true)
    expect(equalValues(objectOf([['toString', 1]]), objectOf([['valueOf', 1]]))).toBe(false)
    expect(equalValues(objectOf([['a', null]]), objectOf([['b', null]]))).toBe(false)
  })
})

test('names are sorted by UTF-8 bytes', () => {
  const names = ['\u{1F600}', '\u{FF5E}', 'b', 'aa', 'a', '10', '9']
  expect(sortedNames(objectOf(names.map((name) => [name, 1])))).toEqual([
    '10',
    '9',
    'a',
    'aa',
    'b',
    '\u{FF5E}',
    '\u{1F600}',
  ])
})

describe('what differs is not equal', () => {
  const object = (...entries: readonly (readonly [string, Value])[]): Value => objectOf([...entries])

  test.each<[string, Value, Value]>([
    ['an empty object and a number', object(), 5],
    ['an empty object and null', object(), null],
    ['an empty list and empty text', [], ''],
    ['an empty list and null', [], null],
    ['an empty object and an empty list', object(), []],
    ['a Float and an object that looks like it', float(1), object(['float', 1])],
    ['a Float and the Integer', float(1), 1],
    ['two Floats', float(1), float(2)],
    ['a Float and a list', float(0), []],
    ['lists that differ at their end', [1, 2], [1, 3]],
    ['lists that differ at their beginning', [1, 2], [3, 2]],
    ['a list and a longer one', [1], [1, 1]],
    ['objects of the same names', object(['a', 1], ['b', 2]), object(['a', 1], ['b', 3])],
    ['objects of the same values', object(['a', 1]), object(['b', 1])],
    ['an object and a larger one', object(['a', 1]), object(['a', 1], ['b', 1])],
    ['a bigint and its number', 2n ** 60n, 2 ** 53 - 1],
  ])('%s', (_, a, b) => {
    expect(equalValues(a, b)).toBe(false)
    expect(equalValues(b, a)).toBe(false)
  })
})

test('integers and kinds at the edge of what a number holds', () => {
  expect(integer(BigInt(Number.MIN_SAFE_INTEGER))).toBe(Number.MIN_SAFE_INTEGER)
  expect(integer(BigInt(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER)
  for (const whole of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    expect(integer(whole)).toBe(whole)
    expect(kindOf(whole)).toBe('integer')
  }
  for (const whole of [2n ** 63n, -(2n ** 63n) - 1n])
    expect(codeOf(() => integer(whole))).toBe('VALUE_NUMBER')
  for (const number of [2 ** 53, -(2 ** 53)]) expect(codeOf(() => integer(number))).toBe('VALUE_NUMBER')
})
