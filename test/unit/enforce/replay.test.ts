import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplayMemory } from '../../../src/enforce/replay.js'

describe('replay memory', () => {
  test('of two claims of one key, the first alone is fresh, until the key expires', () => {
    const memory = createReplayMemory()
    expect(memory.claim('a', 100, 10)).toBe('fresh')
    expect(memory.claim('a', 100, 10)).toBe('seen')
    expect(memory.claim('a', 100, 99)).toBe('seen')
    expect(memory.claim('a', 200, 100)).toBe('fresh')
    expect(memory.claim('a', 200, 199)).toBe('seen')
  })

  test('peek answers as claim would, and remembers nothing', () => {
    const memory = createReplayMemory({ capacity: 1 })
    expect(memory.peek('a', 0)).toBe('fresh')
    expect(memory.peek('a', 0)).toBe('fresh')
    expect(memory.claim('a', 60, 0)).toBe('fresh')
    expect(memory.peek('a', 0)).toBe('seen')
    expect(memory.peek('b', 0)).toBe('full')
  })

  test('full of live keys it denies and forgets none; when they die there is room again', () => {
    const memory = createReplayMemory({ capacity: 3 })
    for (const key of ['a', 'b', 'c']) expect(memory.claim(key, 90, 0)).toBe('fresh')
    for (const key of ['d', 'e']) expect(memory.claim(key, 500, 89)).toBe('full')
    for (const key of ['a', 'b', 'c']) expect(memory.claim(key, 90, 89)).toBe('seen')
    expect(memory.claim('d', 500, 90)).toBe('fresh')
    expect(memory.size).toBe(1)
  })

  test('agrees with a memory that never forgets, for any claims while the clock moves on', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      wait: fc.nat(40),
      life: fc.integer({ min: 1, max: 200 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = createReplayMemory()
        const live = new Map<string, number>()
        let now = 0
        for (const { key, wait, life } of steps) {
          now += wait
          const expected = (live.get(key) ?? 0) > now ? 'seen' : 'fresh'
          expect(memory.claim(key, now + life, now)).toBe(expected)
          if (expected === 'fresh') live.set(key, now + life)
        }
        const alive = [...live.values()].filter((expiresAt) => expiresAt > now).length
        expect(memory.size).toBeGreaterThanOrEqual(alive)
      }),
    )
  })

  test('keys without end leave no more than what is live', () => {
    const memory = createReplayMemory({ capacity: 2_000 })
    for (let now = 0; now < 20_000; now++) {
      for (let i = 0; i < 5; i++) expect(memory.claim(`${now}-${i}`, now + 180, now)).toBe('fresh')
    }
    expect(memory.size).toBeLessThanOrEqual(5 * (180 + 30))
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a capacity of %d', (capacity) => {
    expect(() => createReplayMemory({ capacity })).toThrow(TypeError)
  })

  test('takes no capacity from a polluted prototype', () => {
    Object.assign(Object.prototype, { capacity: 1 })
    try {
      const memory = createReplayMemory({})
      expect([memory.claim('a', 60, 0), memory.claim('b', 60, 0)]).toEqual(['fresh', 'fresh'])
    } finally {
      Reflect.deleteProperty(Object.prototype, 'capacity')
    }
  })
})

describe('entries that die at different times', () => {
  test.each([
    [['early', 'middle', 'late']],
    [['late', 'middle', 'early']],
    [['middle', 'late', 'early']],
    [['middle', 'early', 'late']],
  ])('claimed as %s, each makes room when its window is over', (order) => {
    const ends: Readonly<Record<string, number>> = { early: 30, middle: 60, late: 90 }
    const memory = createReplayMemory({ capacity: 3 })
    for (const key of order) expect(memory.claim(key, ends[key] as number, 0)).toBe('fresh')
    expect(memory.peek('other', 29)).toBe('full')
    for (const [now, left] of [
      [30, 2],
      [59, 2],
      [60, 1],
      [89, 1],
      [90, 0],
    ] as const) {
      expect(memory.peek('other', now)).toBe('fresh')
      expect(memory.size).toBe(left)
    }
  })

  test('an entry that outlives its neighbours is seen to the end, and not beyond', () => {
    const memory = createReplayMemory({ capacity: 8 })
    memory.claim('a', 30, 0)
    memory.claim('b', 90, 0)
    expect(memory.peek('b', 60)).toBe('seen')
    expect(memory.claim('b', 120, 89)).toBe('seen')
    expect(memory.claim('b', 120, 90)).toBe('fresh')
    expect(memory.peek('b', 119)).toBe('seen')
    expect(memory.peek('b', 120)).toBe('fresh')
    expect(memory.size).toBe(0)
  })
})
