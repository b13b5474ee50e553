import { describe, expect, test } from 'vitest'
import { copyValues, isSubset, keyOf, keysOf } from '../../../src/capability/valueSet.js'
import { equalValues, float, type Value } from '../../../src/encoding/value.js'
import { codeOf, objectOf } from '../../support/values.js'

/** Values of which no two are equal, though the text of one may look like that of another. */
const DIFFERENT: readonly Value[] = [
  ...[0, 1, 12, -1, 2n ** 60n, 0.5, 1.5, float(0), float(1), float(1e21), true, false, null],
  ...['', '1', 'i1', 'f1', 't', 'b', 'n', 'true', 's', '"', '{}', '[]', 'a', 'a,b'],
  ...[[], [1], [12], [1, 2], [float(1)], [0.5], [true], [false], [null], ['i1'], [[]], [[], []]],
  ...[['a', 'b'], ['a,b'], ['a","b'], ['a,sb'], ['"a"'], ['a'], ['b', 'a'], [1, 1], [1, true]],
  objectOf([]),
  objectOf([['a', 1]]),
  objectOf([['float', 1]]),
  objectOf([['a', '1']]),
  objectOf([
    ['a', 1],
    ['b', 2],
  ]),
  objectOf([['a":i1,"b', 2]]),
  objectOf([['a', objectOf([['b', 2]])]]),
  [objectOf([['a', 1]])],
]

describe('the key of a value', () => {
  test('is that of every value that equals it, and of no other', () => {
    const keys = DIFFERENT.map(keyOf)
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
    expect(
      DIFFERENT.filter((value, i) => DIFFERENT.findIndex((each) => equalValues(each, value)) !== i),
    ).toEqual([])
  })

  test('is one for both zeros of a Float, and whatever the order of names', () => {
    expect(keyOf(float(-0))).toBe(keyOf(float(0)))
    const [there, back] = [
      objectOf([
        ['a', 1],
        ['b', 2],
      ]),
      objectOf([
        ['b', 2],
        ['a', 1],
      ]),
    ]
    expect(keyOf(there)).toBe(keyOf(back))
  })
})

describe('the keys of a list', () => {
  test('are made once for a list that stays what it is, and anew for one that may not', () => {
    const frozen = Object.freeze(['a', 'b'])
    expect(keysOf(frozen)).toBe(keysOf(frozen))
    const open = ['a']
    expect([...keysOf(open)]).toEqual([keyOf('a')])
    open[0] = 'b'
    expect([...keysOf(open)]).toEqual([keyOf('b')])
  })
})

test('a list is in another where all its values are, however often', () => {
  expect(isSubset([], [])).toBe(true)
  expect(isSubset(['a', 'a', 'a'], ['a'])).toBe(true)
  expect(isSubset(['a', 'b'], ['b', 'c', 'a'])).toBe(true)
  expect(isSubset(['a', 'b'], ['a', 'c'])).toBe(false)
  expect(isSubset(['a', 'b'], ['a'])).toBe(false)
  expect(isSubset(['a'], [])).toBe(false)
})

test('a copy is frozen, and of a list alone', () => {
  const input = ['a']
  const copy = copyValues(input)
  input[0] = 'b'
  expect(copy).toEqual(['a'])
  expect(Object.isFrozen(copy)).toBe(true)
  expect(codeOf(() => copyValues('a' as unknown as string[]))).toBe('CONSTRAINT_INVALID')
})
