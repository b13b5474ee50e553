import { createHash } from 'node:crypto'
import fc from 'fast-check'
import sodium from 'sodium-native'
import { describe, expect, test } from 'vitest'
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { defaultBackend } from '../../../src/crypto/backend.js'
import type { PublicKey } from '../../../src/crypto/claimedKey.js'
import { sha256 } from '../../../src/crypto/digest.js'
import { backend as portable } from '../../../src/crypto/ed25519.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { backend as native } from '../../../src/node/ed25519.js'
import { sodiumBackend } from '../../../src/node/sodium.js'

const backends: readonly CryptoBackend[] = [native, portable, sodiumBackend(sodium)]
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
const messages = fc.uint8Array({ maxLength: 300 })

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
  return copy
}

test('on Node the default is the native backend', () => {
  expect(defaultBackend).toBe(native)
})

describe('all backends', () => {
  test('say by their names what verifies', () => {
    expect(backends.map(({ name }) => name)).toEqual(['node:crypto', '@noble/ed25519', 'libsodium'])
  })

  test('sign the same bytes, derive the same key, digest alike and verify each other', () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const signature = native.sign(seed, message)
        const key = native.derive(seed)
        for (const backend of backends) {
          expect(toHex(backend.sign(seed, message))).toBe(toHex(signature))
          expect(backend.derive(seed)).toBe(key)
          expect(backend.verify(key, message, signature)).toBe(true)
          expect(backend.isPoint(key)).toBe(true)
          const digest = createHash('sha256').update(message).digest('hex')
          expect(toHex(backend.sha256(message))).toBe(digest)
          expect(toHex(sha256(message))).toBe(digest)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('give plain arrays that share memory with nothing', () => {
    const seed = new Uint8Array(32).fill(7)
    for (const backend of backends) {
      for (const bytes of [backend.sign(seed, new Uint8Array()), backend.sha256(seed)]) {
        expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
        expect(bytes.buffer.byteLength).toBe(bytes.length)
      }
    }
  })

  test('refuse a signature, message or key with any one bit flipped', () => {
    const cases = fc.tuple(seeds, fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(511))
    fc.assert(
      fc.property(cases, ([seed, message, bit]) => {
        const key = native.derive(seed)
        const signature = native.sign(seed, message)
        const otherKey = toHex(flipped(fromHex(key), bit % 256)) as PublicKey
        const otherMessage = flipped(message, bit % (8 * message.length))
        for (const backend of backends) {
          expect(backend.verify(key, message, flipped(signature, bit))).toBe(false)
          expect(backend.verify(key, otherMessage, signature)).toBe(false)
          expect(backend.verify(otherKey, message, signature)).toBe(false)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('refuse the twin of a signature, S + L', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const little = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.slice().reverse())}`)
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const signature = native.sign(seed, message)
        const twin = signature.slice()
        const s = little(signature.subarray(32)) + order
        twin.set(fromHex(s.toString(16).padStart(64, '0')).reverse(), 32)
        for (const backend of backends) expect(backend.verify(native.derive(seed), message, twin)).toBe(false)
      }),
      { numRuns: 20 },
    )
  })

  test('answer false, and never throw, to lengths and things that are no signature, message or key', () => {
    const seed = new Uint8Array(32).fill(1)
    const message = new Uint8Array([1, 2, 3])
    const key = native.derive(seed)
    const good = native.sign(seed, message)
    const wrong: unknown[] = [
      new Uint8Array(),
      good.subarray(0, 63),
      Uint8Array.of(...good, 0),
      new Uint8Array(1000),
      toHex(good),
      Array.from(good).slice(1),
      null,
      undefined,
      {},
      64,
    ]
    const wrongKeys = [
      '',
      key.slice(2),
      `${key}00`,
      'z'.repeat(64),
      `02${'00'.repeat(31)}`,
      null,
      undefined,
      {},
      [],
    ]
    for (const backend of backends) {
      // Reasons for the casts: what a caller without types may pass.
      for (const signature of wrong) {
        expect(backend.verify(key, message, signature as Uint8Array)).toBe(false)
      }
      for (const other of wrongKeys) expect(backend.verify(other as PublicKey, message, good)).toBe(false)
      for (const other of wrongKeys) expect(backend.isPoint(other as PublicKey)).toBe(false)
      for (const other of [null, undefined, 'text', {}]) {
        expect(backend.verify(key, other as unknown as Uint8Array, good)).toBe(false)
      }
    }
  })

  test('import exactly the points of the curve', () => {
    // An oracle of its own: x^2 = (y^2 - 1) / (d y^2 + 1) has a root where the quotient is 0 or a square mod p.
    const p = 2n ** 255n - 19n
    const d = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n
    const power = (base: bigint, exponent: bigint): bigint => {
      let result = 1n
      for (let b = base % p, e = exponent; e > 0n; e >>= 1n, b = (b * b) % p) {
        if (e & 1n) result = (result * b) % p
      }
      return result
    }
    const isOnCurve = (bytes: Uint8Array): boolean => {
      const y = BigInt(`0x${toHex(bytes.slice().reverse())}`) & (2n ** 255n - 1n)
      const square = ((y * y + p - 1n) * power(d * y * y + 1n, p - 2n)) % p
      return square === 0n || power(square, (p - 1n) / 2n) === 1n
    }
    let onCurve = 0
    fc.assert(
      fc.property(seeds, (bytes) => {
        fc.pre(bytes.some((byte) => byte > 1))
        const expected = isOnCurve(bytes)
        if (expected) onCurve++
        for (const backend of backends) expect(backend.isPoint(toHex(bytes) as PublicKey)).toBe(expected)
      }),
      { numRuns: 150 },
    )
    expect(onCurve).toBeGreaterThan(20)
  })
})

describe('a backend over libsodium', () => {
  test('takes nothing but true for yes', () => {
    const seed = new Uint8Array(32).fill(3)
    const message = new Uint8Array(5)
    const status = { ...sodium, crypto_sign_verify_detached: () => 1 as unknown as boolean } // a status, not a verdict
    const backend = sodiumBackend(status)
    expect(backend.verify(native.derive(seed), message, native.sign(seed, message))).toBe(false)
  })

  test('a binding that throws is a signature that does not verify', () => {
    const seed = new Uint8Array(32).fill(3)
    const backend = sodiumBackend({
      ...sodium,
      crypto_sign_verify_detached: () => {
        throw new Error('broken')
      },
    })
    expect(backend.verify(native.derive(seed), seed, native.sign(seed, seed))).toBe(false)
  })
})

test('a key whose y is p or above is a point where the same y below p is one', () => {
  const keyOfY = (y: bigint): PublicKey =>
    toHex(fromHex(y.toString(16).padStart(64, '0')).reverse()) as PublicKey // unchecked, as a decoder claims it
  const p = 2n ** 255n - 19n
  const above = Array.from({ length: 17 }, (_, i) => BigInt(i + 2)) // 0 and 1 are of small order
  for (const { isPoint } of backends) {
    const verdicts = above.map((y) => isPoint(keyOfY(y)))
    expect(above.map((y) => isPoint(keyOfY(y + p)))).toEqual(verdicts)
    expect(new Set(verdicts)).toEqual(new Set([true, false]))
  }
})

test('verifying writes to nothing that it is given', () => {
  const seed = new Uint8Array(32).fill(3)
  const message = Uint8Array.of(1, 2, 3)
  for (const { derive, sign, verify } of backends) {
    const signature = sign(seed, message)
    const before = toHex(signature)
    for (let i = 0; i < 2; i++) expect(verify(derive(seed), message, signature as never)).toBe(true)
    expect([toHex(signature), toHex(message), toHex(seed)]).toEqual([before, '010203', '03'.repeat(32)])
  }
})
