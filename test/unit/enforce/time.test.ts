import { describe, expect, test } from 'vitest'
import { DecisionTime } from '../../../src/enforce/time.js'

const timeOf = (...readings: unknown[]): DecisionTime => {
  let i = 0
  return new DecisionTime(() => readings[i++] as number)
}

describe('the time of decisions', () => {
  test('is in whole seconds, since every bound is', () => {
    expect(timeOf(1_700_000_000.999).now()).toBe(1_700_000_000)
  })

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['before 1970', -1],
    ['beyond exact integers', 2 ** 53],
    ['text', '1700000000'],
    ['a bigint', 1_700_000_000n],
    ['an object that would convert', { valueOf: (): number => 1 }],
    ['nothing', undefined],
    ['a promise', Promise.resolve(1)],
  ])('is none for %s', (_, reading) => {
    expect(timeOf(reading).now()).toBeNaN()
  })

  test('is none where the clock throws', () => {
    const time = new DecisionTime(() => {
      throw new Error('no clock')
    })
    expect(time.now()).toBeNaN()
  })

  test('never goes back: within the tolerance the latest is used again, past it there is none', () => {
    const time = timeOf(1_000, 970, 969, 1_000, 1_001, 972, 970.9)
    expect([1, 2, 3, 4, 5, 6, 7].map(() => time.now())).toEqual([
      1_000,
      1_000,
      Number.NaN,
      1_000,
      1_001,
      1_001,
      Number.NaN,
    ])
  })
})

test('every second from the first that is one to the last that is exact is a time', () => {
  for (const second of [0, 1, Number.MAX_SAFE_INTEGER])
    expect(new DecisionTime(() => second).now()).toBe(second)
  for (const none of [-1, -0.5, 2 ** 53, Number.POSITIVE_INFINITY, '5', null])
    expect(new DecisionTime(() => none as number).now()).toBeNaN()
})
