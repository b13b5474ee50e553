import { describe, expect, test } from 'vitest'
import { covers, describeConstraint } from '../../../../src/capability/constraint.js'
import { exact, oneOf, pattern, range } from '../../../../src/capability/constructors.js'
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

describe('OneOf', () => {
  test('covers fewer values, and an Exact of one of them', () => {
    const parent = oneOf(['a', 'b', 1])
    expect(covers(parent, oneOf(['b', 1]), {})).toBe(true)
    expect(covers(parent, oneOf(['b', 'b', 'b', 'b']), {})).toBe(true)
    expect(covers(parent, oneOf([]), {})).toBe(true)
    expect(covers(parent, oneOf(['b', 'c']), {})).toBe(false)
    expect(covers(parent, exact('b'), {})).toBe(true)
    expect(covers(parent, exact('c'), {})).toBe(false)
    expect(covers(parent, pattern('a'), {})).toBe(false)
  })

  test('is read back as it was written, and not without its values', () => {
    expect(hexOf(oneOf(['a']))).toBe('8204a16676616c756573816161')
    expect(reread(oneOf(['a', 1, null]))).toEqual(oneOf(['a', 1, null]))
    expect(codeOf(() => constraintIn('8204a0'))).toBe('CBOR_MISSING_FIELD')
    expect(codeOf(() => constraintIn('8204a166616c6c6f77656480'))).toBe('CBOR_UNKNOWN_FIELD')
  })

  test('nearest to a child are the values that both permit, or itself where there are none', () => {
    expect(nearestOf(oneOf([1, 5, 20]), range({ max: 10 }))).toEqual(oneOf([1, 5]))
    expect(nearestOf(oneOf([1, 5]), range({ min: 10 }))).toEqual(oneOf([1, 5]))
  })

  test('shows a widening by one of its values', () => {
    expect(samplesOf(oneOf(['a', 'b']))).toEqual(['a', 'b'])
    expect(witnessOf(oneOf(['a']), oneOf(['a', 'zebra']))).toBe('zebra')
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(oneOf(['a']))).toBe(true)
  })

  test('in words', () => {
    const many = (count: number) => oneOf(Array.from({ length: count }, (_, i) => i))
    expect(describeConstraint(oneOf([]))).toBe('nothing')
    expect(describeConstraint(oneOf(['a']))).toBe('one of "a"')
    expect(describeConstraint(many(12))).toBe('one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11')
    expect(describeConstraint(many(13))).toBe('one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1 more')
  })
})
