import { describe, expect, test } from 'vitest'
import { covers, describeConstraint, permits } from '../../../../src/capability/constraint.js'
import { contains, exact, subset } from '../../../../src/capability/constructors.js'
import type { Value } from '../../../../src/encoding/value.js'
import {
  constraintIn,
  hexOf,
  mayGo,
  nearestOf,
  reread,
  samplesOf,
  witnessOf,
} from '../../../support/kinds.js'
import { codeOf } from '../../../support/values.js'

const asked = (required: readonly Value[], value: Value): unknown =>
  permits(contains(required), value, { engines: {}, now: 0 })

describe('Contains', () => {
  test('permits lists with all that is required, whatever their length', () => {
    expect(asked(['a', 'b'], ['x', 'b', 'a'])).toBe(true)
    expect(asked(['a', 'a'], ['a'])).toBe(true)
    expect(asked([], [])).toBe(true)
    expect(asked(['a', 'b'], ['a', 'x', 'y'])).toBe(false)
    expect(asked(['a', 'b'], ['a'])).toBe(false)
    expect(asked(['a'], 'a')).toBe(false)
  })

  test('covers one that requires more, and no Exact, though it permits it', () => {
    expect(covers(contains(['a']), contains(['b', 'a']), {})).toBe(true)
    expect(covers(contains(['a', 'b']), contains(['a']), {})).toBe(false)
    expect(covers(contains(['a']), exact(['a']), {})).toBe(false)
  })

  test('is read back as it was written, and not without its values', () => {
    expect(hexOf(contains(['a']))).toBe('820aa1687265717569726564816161')
    expect(reread(contains(['a', 1]))).toEqual(contains(['a', 1]))
    expect(codeOf(() => constraintIn('820aa0'))).toBe('CBOR_MISSING_FIELD')
  })

  test('nearest to a child requires what either does, each value once', () => {
    expect(nearestOf(contains(['a', 'b']), contains(['b', 'c']))).toEqual(contains(['b', 'c', 'a']))
    expect(nearestOf(contains(['a', 'b']), subset(['a']))).toEqual(contains(['a', 'b']))
  })

  test('shows a widening by a list that lacks something', () => {
    expect(samplesOf(contains(['a', 'b', 'c']))).toEqual([['a', 'b', 'c'], ['b', 'c'], ['a', 'b'], []])
    expect(witnessOf(contains(['a', 'b', 'c']), contains(['a', 'b']))).toEqual(['a', 'b'])
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(contains(['a']))).toBe(true)
  })

  test('in words', () => {
    expect(describeConstraint(contains([]))).toBe('any list')
    expect(describeConstraint(contains(['a', 1]))).toBe('a list with "a", 1')
  })
})
