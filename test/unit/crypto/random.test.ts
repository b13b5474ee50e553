import { afterEach, describe, expect, test, vi } from 'vitest'
import { randomBytes } from '../../../src/crypto/random.js'
import { generateKey } from '../../../src/crypto/signer.js'
import { codeOf } from '../../support/values.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

let draws = 0

const sourceOf = (fill: (bytes: Uint8Array) => void): void => {
  vi.stubGlobal('crypto', {
    getRandomValues: (bytes: Uint8Array) => {
      fill(bytes)
      return bytes
    },
  })
}

describe('randomBytes', () => {
  test('gives the length that was asked for, never the same twice', () => {
    for (const length of [0, 1, 8, 16, 32, 64]) expect(randomBytes(length)).toHaveLength(length)
    expect(new Set(Array.from({ length: 200 }, () => randomBytes(16).join())).size).toBe(200)
  })

  test.each<[string, (bytes: Uint8Array) => void]>([
    ['leaves the buffer as it was', () => {}],
    ['fills it with one byte', (bytes) => bytes.fill(0xa5)],
    ['fills it with one byte, another each time', (bytes) => bytes.fill(draws++)],
    ['gives the same each time', (bytes) => bytes.set(bytes.map((_, place) => place * 37))],
    [
      'throws',
      () => {
        throw new Error('no entropy')
      },
    ],
  ])('a source that %s makes no key', (_, fill) => {
    sourceOf(fill)
    expect(codeOf(() => randomBytes(32))).toBe('KEY_RANDOM_SOURCE')
    expect(codeOf(() => randomBytes(16))).toBe('KEY_RANDOM_SOURCE')
    expect(codeOf(generateKey)).toBe('KEY_RANDOM_SOURCE')
  })

  test('without a source there is no key', () => {
    vi.stubGlobal('crypto', undefined)
    expect(codeOf(generateKey)).toBe('KEY_RANDOM_SOURCE')
  })
})
