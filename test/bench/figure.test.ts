/** The arithmetic of the benchmark: what it says of a goal follows from what was measured, and from nothing else. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Goal,
  isFarOff,
  jsonOf,
  median,
  type Outcome,
  type Part,
  partOf,
  slownessBy,
  TOLERANCE,
  worstOf,
} from '../../bench/figure.js'

const ceiling = (goal: number, unit: Goal['unit'] = 'ratio'): Goal => ({ what: 'x', goal, unit })
const floor = (goal: number): Goal => ({ ...ceiling(goal), atLeast: true })
const measured = (...parts: readonly Part[]): Outcome => ({ kind: 'measured', parts, notes: [] })

describe('a goal', () => {
  test.each([
    ['a ceiling that is kept exactly', ceiling(1.1), 1.1, true],
    ['a ceiling passed by the least', ceiling(1.1), 1.1 + Number.EPSILON * 2, false],
    ['a figure in ns', ceiling(200, 'ns'), 201, false],
    ['a floor that is reached exactly', floor(1.8), 1.8, true],
    ['a floor that is missed', floor(1.8), 1.79, false],
    ['a floor passed by far', floor(1.8), 1_000, true],
    ['no figure at all', ceiling(1.1), Number.NaN, false],
    ['no figure for a floor', floor(1.8), Number.NaN, false],
    ['nothing in the time of nothing', ceiling(1.1), Number.POSITIVE_INFINITY, false],
  ])('%s', (_, goal, value, met) => {
    expect(partOf(goal, { value }).met).toBe(met)
  })
})

describe('the median', () => {
  test('is the middle, or between the two in the middle, in whatever order they come', () => {
    expect(median([3])).toBe(3)
    expect(median([9, 1, 5])).toBe(5)
    expect(median([10, 9, 1, 2])).toBe(5.5)
  })

  test('has as many at or below it as at or above it', () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1 })
    fc.assert(
      fc.property(numbers, (all) => {
        const middle = median(all)
        const half = all.length / 2
        expect(all.filter((each) => each <= middle).length).toBeGreaterThanOrEqual(half)
        expect(all.filter((each) => each >= middle).length).toBeGreaterThanOrEqual(half)
      }),
    )
  })
})

describe('a row as JSON', () => {
  const inNanoseconds = partOf(ceiling(200, 'ns'), { value: 190, ours: 190 })
  const inRatio = partOf(ceiling(0.02), { value: 0.03, ours: 3, baseline: 100 })
  const slow = partOf(floor(1.8), { value: 1.7 })

  test('gives the part that is worst against its goal, in its unit, and is met only where all are', () => {
    expect(jsonOf([inNanoseconds, inRatio], measured(inNanoseconds, inRatio))).toEqual({
      ratio: 0.03,
      goal: 0.02,
      met: false,
      unit: 'ratio',
      parts: [inNanoseconds, inRatio],
    })
    expect(jsonOf([inNanoseconds], measured(inNanoseconds))).toMatchObject({
      ratio: 190,
      goal: 200,
      met: true,
    })
    expect(jsonOf([inNanoseconds, slow], measured(inNanoseconds, slow))).toMatchObject({
      ratio: 1.7,
      goal: 1.8,
      met: false,
    })
  })

  test('counts a part without a figure as the worst', () => {
    const none = partOf(ceiling(5), { value: Number.NaN })
    for (const parts of [
      [none, inRatio],
      [inRatio, none],
    ] as const)
      expect(worstOf(parts)).toBe(none)
  })

  test('of what is absent is not met, and says why', () => {
    expect(jsonOf([ceiling(0.6)], { kind: 'absent', why: 'not installed' })).toEqual({
      ratio: null,
      goal: 0.6,
      met: false,
      unit: 'ratio',
      parts: [],
      absent: 'not installed',
    })
  })

  test('holds the notes where there are some', () => {
    const outcome: Outcome = { kind: 'measured', parts: [inNanoseconds], notes: ['more'] }
    expect(jsonOf([inNanoseconds], outcome).notes).toEqual(['more'])
  })
})

describe('the check for changes', () => {
  test.each([
    ['a goal missed by less than the tolerance', ceiling(2), 2 * TOLERANCE, false],
    ['a goal missed by more', ceiling(2), 2 * TOLERANCE + 0.01, true],
    ['a floor missed by less', floor(1.8), 1.8 / TOLERANCE + 0.01, false],
    ['a floor missed by more', floor(1.8), 1.8 / TOLERANCE - 0.01, true],
    ['no figure', ceiling(2), Number.NaN, true],
  ])('%s', (_, goal, value, far) => {
    const good = partOf(ceiling(1), { value: 0.5 })
    expect(isFarOff(measured(good, partOf(goal, { value })))).toBe(far)
  })

  test('judges nanoseconds, and nothing else, by how slow the machine is', () => {
    const far = (goal: Goal, value: number, slowness: number): boolean =>
      isFarOff(measured(partOf(goal, { value })), slowness)
    expect(far(ceiling(200, 'ns'), 301, 1)).toBe(true)
    expect(far(ceiling(200, 'ns'), 450, 1.5)).toBe(false)
    expect(far(ceiling(200, 'ns'), 451, 1.5)).toBe(true)
    expect(far(ceiling(2), 3.1, 1.5)).toBe(true)
    expect(far(ceiling(2, 'kB'), 3.1, 1.5)).toBe(true)
  })

  test('counts a machine as slow by its B, and none as fast', () => {
    expect([30_000, 65_000, 130_000].map(slownessBy)).toEqual([1, 1, 2])
  })

  test('holds a goal that is missed by more to what it came to', () => {
    const missed: Goal = { ...ceiling(30, 'kB'), heldTo: 66 }
    const at = (value: number): boolean => isFarOff(measured(partOf(missed, { value })))
    expect([30, 66, 66.1, Number.NaN].map(at)).toEqual([false, false, true, true])
    expect(partOf(missed, { value: 66 }).met).toBe(false)
    const slow = partOf({ ...ceiling(300, 'ns'), heldTo: 700 }, { value: 1_000 })
    expect([1.4, 1.5].map((slowness) => isFarOff(measured(slow), slowness))).toEqual([true, false])
  })

  test('has nothing against what is absent', () => {
    expect(isFarOff({ kind: 'absent', why: 'not installed' })).toBe(false)
  })
})
