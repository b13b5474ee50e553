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

describe('at its bounds', () => {
  test('one value is held even where one is all that may be', () => {
    const cache = new ChainCache<number>(1, 1_000)
    cache.set('a', 1, 1)
    expect([cache.size, cache.get('a')]).toEqual([1, 1])
  })

  test('a value as heavy as a generation is held, and fills it', () => {
    const cache = new ChainCache<number>(10, 1_000)
    cache.set('a', 1, 500)
    expect([cache.size, cache.get('a')]).toEqual([1, 1])
    cache.set('b', 2, 1)
    expect(cache.size).toBe(2)
    cache.set('c', 3, 499)
    expect([cache.size, cache.get('b'), cache.get('c')]).toEqual([3, 2, 3])
  })

  test('half as many are held per generation, and the one before it', () => {
    const cache = new ChainCache<number>(4, 1_000)
    for (const i of [1, 2, 3, 4]) cache.set(`${i}`, i, 1)
    expect(cache.size).toBe(4)
    cache.set('5', 5, 1)
    expect([cache.size, cache.get('2'), cache.get('3'), cache.get('5')]).toEqual([3, undefined, 3, 5])
  })
})
