import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Recent } from '../../../src/crypto/recent.js'

test('never holds more than two generations, whatever is asked of it', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 300 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), steps, (capacity, sequence) => {
      const recent = new Recent<number, string>(capacity)
      for (const [write, key] of sequence) {
        if (write) recent.set(key, `value ${key}`)
        else expect([undefined, `value ${key}`]).toContain(recent.get(key))
        expect(recent.size).toBeLessThanOrEqual(2 * capacity)
      }
    }),
  )
})

test('what is asked for all the time is never forgotten', () => {
  const recent = new Recent<number, string>(4)
  recent.set(-1, 'in use')
  for (let i = 0; i < 100; i++) {
    recent.set(i, 'passing by')
    expect(recent.get(-1)).toBe('in use')
  }
  expect(recent.get(0)).toBeUndefined()
})

test('holds as many as it was told, and then as many again of those before', () => {
  const recent = new Recent<number, string>(3)
  for (const key of [1, 2, 3]) recent.set(key, `${key}`)
  expect([recent.size, recent.get(1), recent.get(2), recent.get(3)]).toEqual([3, '1', '2', '3'])
  recent.set(4, '4')
  expect([recent.size, recent.get(2)]).toEqual([4, '2']) // the old generation is still there
  expect(recent.size).toBe(5) // and what was asked for is in both
})

test('is not filled by what it does not hold', () => {
  const recent = new Recent<number, string>(2)
  recent.set(1, '1')
  for (let unknown = 10; unknown < 20; unknown++) expect(recent.get(unknown)).toBeUndefined()
  expect([recent.size, recent.get(1)]).toEqual([1, '1'])
})
