import { afterEach, describe, expect, test, vi } from 'vitest'
import { randomBytes, randomIdBytes } from '../../../src/crypto/random.js'
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

/** Draws as they were filled, and the very arrays that were. Every byte of a draw tells which draw, and where in it. */
const countingSource = (): { readonly drawn: Uint8Array[]; readonly given: Uint8Array[] } => {
  const drawn: Uint8Array[] = []
  const given: Uint8Array[] = []
  sourceOf((bytes) => {
    bytes.set(bytes.map((_, place) => place + 101 * (given.length + 1)))
    given.push(bytes)
    drawn.push(bytes.slice())
  })
  return { drawn, given }
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

describe('randomIdBytes', () => {
  const ids = (count: number): Uint8Array[] => Array.from({ length: count }, randomIdBytes)

  test('gives 16 bytes, never the same twice', () => {
    const many = ids(200)
    expect(many.every(({ length }) => length === 16)).toBe(true)
    expect(new Set(many.map((id) => id.join())).size).toBe(200)
  })

  test('asks the source for many at once, and for as many again when all are given', () => {
    const { drawn } = countingSource()
    const first = ids(16)
    expect(drawn.map(({ length }) => length)).toEqual([256, 256])
    expect(first.flatMap((id) => [...id])).toEqual([...(drawn[0] as Uint8Array)])
    const next = ids(1)
    expect(drawn).toHaveLength(4)
    expect(next).toEqual([drawn[2]?.slice(0, 16)])
  })

  test('forgets what it gave, and that alone', () => {
    const { drawn, given } = countingSource()
    const [id] = ids(3)
    expect(given[0]?.subarray(0, 48)).toEqual(new Uint8Array(48))
    expect(given[0]?.subarray(48)).toEqual(drawn[0]?.subarray(48))
    expect(id).toEqual(drawn[0]?.slice(0, 16))
  })

  test('gives nothing of a source that has been replaced, or is gone', () => {
    countingSource()
    ids(1)
    const { drawn } = countingSource()
    expect(ids(1)).toEqual([drawn[0]?.slice(0, 16)])
    sourceOf((bytes) => bytes.fill(0))
    expect(codeOf(randomIdBytes)).toBe('KEY_RANDOM_SOURCE')
    vi.stubGlobal('crypto', undefined)
    expect(codeOf(randomIdBytes)).toBe('KEY_RANDOM_SOURCE')
  })

  test('goes on when the source does', () => {
    sourceOf(() => {
      throw new Error('no entropy')
    })
    expect(codeOf(randomIdBytes)).toBe('KEY_RANDOM_SOURCE')
    vi.unstubAllGlobals()
    expect(codeOf(randomIdBytes)).toBeUndefined()
  })
})
