import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChainCache } from '../../../src/enforce/chainCache.js'

describe('chain cache', () => {
  test('never gives one key the value of another, and never holds more than it may', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 50 })), {
          maxLength: 200,
        }),
        (steps) => {
          const cache = new ChainCache<string>(8, 200)
          for (const [key, weight] of steps) {
            const found = cache.get(`${key}`)
            if (found !== undefined) expect(found).toBe(`value of ${key}`)
            else cache.set(`${key}`, `value of ${key}`, weight)
            expect(cache.size).toBeLessThanOrEqual(8)
          }
        },
      ),
    )
  })

  test('keeps what is in steady use while ever-new keys pass through', () => {
    const cache = new ChainCache<string>(16, 1_000_000)
    cache.set('honest', 'honest', 100)
    for (let i = 0; i < 1_000; i++) {
      cache.set(`hostile ${i}`, 'hostile', 100)
      expect(cache.get('honest')).toBe('honest')
    }
    expect(cache.size).toBeLessThanOrEqual(16)
  })

  test('is bounded by weight: heavy values push others out, and too heavy ones are not held', () => {
    const cache = new ChainCache<number>(1_000, 1_000)
    cache.set('too heavy', 0, 501)
    expect(cache.get('too heavy')).toBeUndefined()
    for (let i = 0; i < 100; i++) cache.set(`${i}`, i, 250)
    expect(cache.size).toBeLessThanOrEqual(4)
    expect(cache.get('99')).toBe(99)
  })

  test('a key set again is counted once', () => {
    const cache = new ChainCache<number>(1_000, 1_000)
    cache.set('other', 1, 100)
    for (let i = 0; i < 100; i++) cache.set('same', i, 100)
    expect([cache.get('same'), cache.get('other'), cache.size]).toEqual([99, 1, 2])
  })
})
