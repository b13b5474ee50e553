/** Secret keys as the library imports them, and as the process of the hook does: the same key, left in different places. */

import * as crypto from 'node:crypto'
import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { seedKey as seedKeyOfHook } from '../../src/hook/seedKey.js'
import { secretKeyFromSeed } from '../../src/index.js'
import { seedKey } from '../../src/node/seedKey.js'

const { created } = vi.hoisted(() => ({ created: { forms: [] as string[], isJwkRefused: false } }))

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof crypto>()
  const createPrivateKey = (key: { readonly format: string }): KeyObject => {
    created.forms.push(key.format)
    if (created.isJwkRefused && key.format === 'jwk') throw new Error('refused')
    return original.createPrivateKey(key as Parameters<typeof original.createPrivateKey>[0])
  }
  return { ...original, createPrivateKey }
})

afterEach(() => {
  created.forms = []
  created.isJwkRefused = false
})

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
const message = Uint8Array.from([1, 2, 3])

const shown = (key: KeyObject): readonly unknown[] => [
  createPublicKey(key).export({ format: 'jwk' }).x,
  sign(null, message, key).toString('hex'),
]

describe('a secret key', () => {
  test('is the same by either way, and that of any other implementation', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(shown(seedKeyOfHook(seed))).toEqual(shown(seedKey(seed)))
        const { publicKey } = secretKeyFromSeed(seed)
        expect(shown(seedKey(seed))[0]).toBe(Buffer.from(publicKey, 'hex').toString('base64url'))
      }),
    )
    expect(new Set(created.forms)).toEqual(new Set(['jwk', 'der']))
  })

  test('is imported from DER in the hook too where Node takes no JWK without a public key', () => {
    created.isJwkRefused = true
    const seed = new Uint8Array(32).fill(7)
    const key = seedKeyOfHook(seed)
    expect(created.forms).toEqual(['jwk', 'der'])
    expect(shown(key)).toEqual(shown(seedKey(seed)))
  })

  test('of the library leaves no copy in the memory that Buffers share', () => {
    const isInPool = (seed: Buffer, work: () => unknown): boolean => {
      const before = Buffer.from('-').buffer
      work()
      return [before, Buffer.from('-').buffer].some((pool) => Buffer.from(pool).includes(seed))
    }
    const [ours, other] = [crypto.randomBytes(32), crypto.randomBytes(32)]
    const text = other.toString('base64url')
    expect(isInPool(other, () => Buffer.from(text, 'base64url'))).toBe(true)
    expect(isInPool(ours, () => secretKeyFromSeed(Uint8Array.from(ours)).sign(message))).toBe(false)
  })
})
