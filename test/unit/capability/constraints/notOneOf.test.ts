import { describe, expect, test } from 'vitest'
import { covers, describeConstraint } from '../../../../src/capability/constraint.js'
import { exact, notOneOf, oneOf } from '../../../../src/capability/constructors.js'
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

describe('NotOneOf', () => {
  test('covers one that excludes more', () => {
    expect(covers(notOneOf(['a']), notOneOf(['b', 'a']), {})).toBe(true)
    expect(covers(notOneOf(['a', 'a', 'a']), notOneOf(['a']), {})).toBe(true)
    expect(covers(notOneOf([]), notOneOf(['a']), {})).toBe(true)
    expect(covers(notOneOf(['a', 'b']), notOneOf(['a']), {})).toBe(false)
  })

  test('covers no list of what is permitted and no Exact, though it permits them', () => {
    expect(covers(notOneOf(['a']), exact('b'), {})).toBe(false)
    expect(covers(notOneOf(['a']), oneOf(['b']), {})).toBe(false)
  })

  test('is read back as it was written, and not without its values', () => {
    expect(hexOf(notOneOf(['a']))).toBe('8207a1686578636c75646564816161')
    expect(reread(notOneOf(['a', 1]))).toEqual(notOneOf(['a', 1]))
    expect(codeOf(() => constraintIn('8207a0'))).toBe('CBOR_MISSING_FIELD')
  })

  test('nearest to a child excludes what both do, each value once', () => {
    expect(nearestOf(notOneOf(['a', 'b']), notOneOf(['b', 'c']))).toEqual(notOneOf(['b', 'c', 'a']))
    expect(nearestOf(notOneOf(['a', 'b']), oneOf(['a', 'c']))).toEqual(notOneOf(['a', 'b']))
  })

  test('shows a widening by a value that the child does not exclude', () => {
    expect(samplesOf(notOneOf(['a', 'b']))).toEqual(['a', 'b'])
    expect(witnessOf(notOneOf(['a', 'zebra']), notOneOf(['a']))).toBe('zebra')
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(notOneOf(['another']))).toBe(true)
  })

  test('in words', () => {
    expect(describeConstraint(notOneOf([]))).toBe('anything')
    expect(describeConstraint(notOneOf(['a', 1]))).toBe('none of "a", 1')
  })
})
