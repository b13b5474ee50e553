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

const asked = (allowed: readonly Value[], value: Value): unknown =>
  permits(subset(allowed), value, { engines: {}, now: 0 })

describe('Subset', () => {
  test('permits lists of nothing but what is allowed', () => {
    expect(asked(['a', 'b'], ['b', 'a', 'b'])).toBe(true)
    expect(asked(['a'], [])).toBe(true)
    expect(asked([], [])).toBe(true)
    expect(asked(['a', 'b'], ['a', 'c'])).toBe(false)
    expect(asked(['a', 'b'], ['c', 'a'])).toBe(false)
    expect(asked([], ['a'])).toBe(false)
    expect(asked(['a'], 'a')).toBe(false)
  })

  test('covers one that allows less, and no Exact, though it permits it', () => {
    expect(covers(subset(['a', 'b']), subset(['b']), {})).toBe(true)
    expect(covers(subset(['a']), subset(['a', 'b']), {})).toBe(false)
    expect(covers(subset(['a']), exact(['a']), {})).toBe(false)
  })

  test('is read back as it was written, and not without its values', () => {
    expect(hexOf(subset(['a']))).toBe('820ba167616c6c6f776564816161')
    expect(reread(subset(['a', 1]))).toEqual(subset(['a', 1]))
    expect(codeOf(() => constraintIn('820ba0'))).toBe('CBOR_MISSING_FIELD')
  })

  test('nearest to a child allows what both do', () => {
    expect(nearestOf(subset(['a', 'b']), subset(['b', 'c', 'a']))).toEqual(subset(['b', 'a']))
    expect(nearestOf(subset(['a', 'b']), contains(['a']))).toEqual(subset(['a', 'b']))
  })

  test('shows a widening by the whole list, or one of the first values alone', () => {
    expect(samplesOf(subset(['a', 'b']))).toEqual([['a', 'b'], ['a'], ['b']])
    expect(samplesOf(subset(Array.from({ length: 20 }, (_, i) => i)))).toHaveLength(17)
    expect(witnessOf(subset(['a']), subset(['a', 'zebra']))).toEqual(['a', 'zebra'])
    expect(witnessOf(exact(['a', 'zebra']), subset(['a', 'zebra']))).toEqual(['a'])
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(subset(['a']))).toBe(true)
  })

  test('in words', () => {
    expect(describeConstraint(subset([]))).toBe('an empty list')
    expect(describeConstraint(subset(['a', 1]))).toBe('a list of nothing but "a", 1')
  })
})
