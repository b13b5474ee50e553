import { describe, expect, test } from 'vitest'
import { type Constraint, covers, describeConstraint } from '../../../../src/capability/constraint.js'
import type { RangeInput } from '../../../../src/capability/constraints/range.js'
import { exact, oneOf, range } from '../../../../src/capability/constructors.js'
import { float } from '../../../../src/encoding/value.js'
import { isWarrantError } from '../../../../src/errors.js'
import { constraintIn, mayGo, nearestOf, reread, samplesOf, witnessOf } from '../../../support/kinds.js'
import { rulingOf } from '../../../support/ruling.js'
import { codeOf, objectOf } from '../../../support/values.js'

const refusalOf = (input: unknown): unknown => {
  try {
    range(input as RangeInput)
    return undefined
  } catch (thrown) {
    return isWarrantError(thrown) ? [thrown.code, thrown.rule] : thrown
  }
}

describe('Range', () => {
  test('takes a bound of null for none, and says of another whether it is no number or not finite', () => {
    expect(range({ min: null, max: 5 })).toEqual(range({ max: 5 }))
    expect(refusalOf({ min: '1' })).toEqual(['CONSTRAINT_INVALID', undefined])
    expect(refusalOf({ max: 1n })).toEqual(['CONSTRAINT_INVALID', undefined])
    expect(refusalOf({ max: Number.NaN })).toEqual(['CONSTRAINT_INVALID', 'VALUE_NOT_FINITE'])
  })

  test.each<RangeInput>([
    {},
    { min: 1 },
    { max: 2.5, maxInclusive: false },
    { min: -1, max: 1, minInclusive: false },
  ])('is read back as it was written: %o', (input) => {
    expect(reread(range(input))).toEqual(range(input))
    expect(codeOf(() => constraintIn('8203a0'))).toBe('CBOR_MISSING_FIELD')
  })

  test('covers an Exact of a number within', () => {
    expect(covers(range({ min: 0 }), exact(0), {})).toBe(true)
    expect(covers(range({ min: 0 }), exact(float(2)), {})).toBe(true)
    expect(covers(range({ min: 0 }), exact(-1), {})).toBe(false)
    expect(covers(range({ min: 0 }), oneOf([1]), {})).toBe(false)
  })

  const BOUNDS: readonly (readonly [parent: RangeInput, child: RangeInput, covered: boolean])[] = [
    [{}, {}, true],
    [{ min: 0 }, {}, false],
    [{ max: 0 }, {}, false],
    [{ min: 0 }, { min: 0 }, true],
    [{ min: 0 }, { min: 1 }, true],
    [{ min: 0 }, { min: -1 }, false],
    [{ min: 0 }, { max: 1 }, false],
    [{ min: 0 }, { min: 0, minInclusive: false }, true],
    [{ min: 0, minInclusive: false }, { min: 0 }, false],
    [{ min: 0, minInclusive: false }, { min: 0, minInclusive: false }, true],
    [{ max: 9 }, { max: 9 }, true],
    [{ max: 9 }, { max: 8 }, true],
    [{ max: 9 }, { max: 10 }, false],
    [{ max: 9, maxInclusive: false }, { max: 9 }, false],
    [{ max: 9 }, { max: 9, maxInclusive: false }, true],
  ]

  test.each(BOUNDS)('%o over %o: %s', (parent, child, covered) => {
    expect(covers(range(parent), range(child), {})).toBe(covered)
  })

  test.each<[RangeInput, Constraint, RangeInput]>([
    [{ min: 0, max: 10 }, range({ min: 5, max: 50 }), { min: 5, max: 10 }],
    [{ min: 0, max: 10 }, range({ min: -5, max: 5 }), { min: 0, max: 5 }],
    [
      { min: 0, max: 10, minInclusive: false },
      range({ min: 0, max: 10, maxInclusive: false }),
      { min: 0, max: 10, minInclusive: false, maxInclusive: false },
    ],
    [{ min: 0, max: 10 }, range({ min: 10, max: 50 }), { min: 10, max: 10 }],
    // What both permit is nothing: then it is the parent.
    [
      { min: 0, max: 10, maxInclusive: false },
      range({ min: 10, max: 50 }),
      { min: 0, max: 10, maxInclusive: false },
    ],
    [{ min: 0, max: 10 }, range({ min: 10, max: 50, minInclusive: false }), { min: 0, max: 10 }],
    [{ min: 0, max: 10 }, range({ min: 50, max: 60 }), { min: 0, max: 10 }],
    [{ min: 0, max: 10 }, oneOf([5, 50]), { min: 0, max: 10 }],
    [{ min: 0 }, oneOf([5, -5]), { min: 0 }],
    [{ max: 0 }, oneOf([5, -5]), { max: 0 }],
  ])('%o, nearest to %o', (parent, child, nearest) => {
    expect(nearestOf(range(parent), child)).toEqual(range(nearest))
  })

  test('looks for a witness in the middle, at both bounds, beside them, and far out where it is open', () => {
    expect(samplesOf(range({ min: 2, max: 12 }))).toEqual([7, 2, 1, 3, 1.5, 2.5, 12, 11, 13, 11.5, 12.5])
    expect(samplesOf(range({ min: 4 }))).toEqual([4, 3, 5, 3.5, 4.5, 0, -1e9, 1e9])
    expect(samplesOf(range({ max: 4 }))).toEqual([4, 3, 5, 3.5, 4.5, 0, -1e9, 1e9])
    expect(samplesOf(range({}))).toEqual([0, -1e9, 1e9])
    expect(samplesOf(range({ max: -0 }))[0]).toBe(0)
    expect(samplesOf(range({ min: 1e300 }))[0]).toEqual(float(1e300))
    expect(samplesOf(range({ min: -Number.MAX_VALUE, max: Number.MAX_VALUE }))[0]).toBe(0)
    expect(witnessOf(range({ max: 5, maxInclusive: false }), range({ max: 5 }))).toBe(5)
    expect(witnessOf(exact(2), range({ min: 2, max: 12 }))).toBe(7)
  })

  test('names the rule by which a large Integer is not within', () => {
    const past = 2n ** 53n + 1n
    expect(rulingOf(range({ max: 2 ** 53 }), past)).toBe('RANGE_EXACT')
    expect(rulingOf(range({ max: 2 ** 52 }), past)).toBe('deny')
    expect(rulingOf(range({ max: 2 ** 54 }), past)).toBe('allow')
    expect(rulingOf(range({ max: 1 }), 2)).toBe('deny')
    expect(rulingOf(range({ max: 1 }), objectOf([]))).toBe('deny')
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(range({ max: 1 }))).toBe(true)
  })

  test.each<[RangeInput, string]>([
    [{}, 'any number'],
    [{ min: 1, minInclusive: false }, 'more than 1'],
    [{ min: 1 }, 'at least 1'],
    [{ max: 1 }, 'at most 1'],
    [{ max: 1, maxInclusive: false }, 'less than 1'],
    [{ min: 1, max: 2 }, '1 to 2, both included'],
    [{ min: 1, max: 2, minInclusive: false, maxInclusive: false }, '1 to 2, neither included'],
    [{ min: 1, max: 2, minInclusive: false }, '1 to 2, the lower bound excluded'],
    [{ min: 1, max: 2, maxInclusive: false }, '1 to 2, the upper bound excluded'],
  ])('%o in words: %s', (input, words) => {
    expect(describeConstraint(range(input))).toBe(words)
  })
})
