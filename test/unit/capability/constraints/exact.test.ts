import { describe, expect, test } from 'vitest'
import { covers, describeConstraint, stricterCover } from '../../../../src/capability/constraint.js'
import { exact, oneOf, pattern } from '../../../../src/capability/constructors.js'
import { float, type Value } from '../../../../src/encoding/value.js'
import { mayGo, reread, samplesOf, witnessOf } from '../../../support/kinds.js'
import { objectOf } from '../../../support/values.js'

const VALUES: readonly Value[] = [1, float(1), '1', true, null, [1], objectOf([['a', 1]])]

describe('Exact', () => {
  test('covers an Exact of an equal value and no other, strictly in kind', () => {
    for (const [i, one] of VALUES.entries())
      for (const [j, other] of VALUES.entries()) {
        expect(covers(exact(one), exact(other), {}), `${i} ${j}`).toBe(i === j)
        expect(stricterCover(exact(one), exact(other), {})).toBeUndefined()
      }
  })

  test('covers no constraint of another kind, however narrow', () => {
    expect(covers(exact('a'), oneOf(['a']), {})).toBe(false)
    expect(covers(exact('a'), pattern('a'), {})).toBe(false)
  })

  test('is read back as it was written', () => {
    for (const value of VALUES) expect(reread(exact(value))).toEqual(exact(value))
  })

  test('shows a widening by its value', () => {
    expect(samplesOf(exact('zebra'))).toEqual(['zebra'])
    expect(witnessOf(oneOf(['a']), exact('zebra'))).toBe('zebra')
  })

  test('never faults, so that a child may drop it', () => {
    expect(mayGo(exact('a'))).toBe(true)
  })

  test.each<[Value, string]>([
    ['a', 'exactly "a"'],
    [1, 'exactly 1'],
    [float(1), 'exactly 1.0'],
    [float(-0), 'exactly -0.0'],
    [float(0), 'exactly 0.0'],
    [0.5, 'exactly 0.5'],
    [float(1e21), 'exactly 1e+21'],
    [float(2 ** 53), 'exactly 9007199254740992.0'],
    [2n ** 60n, 'exactly 1152921504606846976'],
    [[1, float(2)], 'exactly [1, 2.0]'],
    [objectOf([['a', float(3)]]), 'exactly {"a": 3.0}'],
    [null, 'exactly null'],
  ])('in words, row %#', (value, words) => {
    expect(describeConstraint(exact(value))).toBe(words)
  })
})
