/** Signatures (format §3): one strict, cofactorless verdict on every backend, over other people's vectors. */

import sodium from 'sodium-native'
import { describe, expect, test } from 'vitest'
import type { CryptoBackend } from '../../src/crypto/backend.js'
import { backend as portable } from '../../src/crypto/ed25519.js'
import { type PublicKey, publicKeyFromBytes } from '../../src/crypto/keys.js'
import { secretKeyFromSeed } from '../../src/crypto/signer.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { backend as native } from '../../src/node/ed25519.js'
import { sodiumBackend } from '../../src/node/sodium.js'
import { hasShared, readShared } from '../support/shared.js'
import { codeOf } from '../support/values.js'

const backends: readonly CryptoBackend[] = [native, portable, sodiumBackend(sodium)]

interface Verdict {
  readonly source: string
  readonly id: string
  readonly pk: string
  readonly msg: string
  readonly sig: string
  readonly keyImport: 'accept' | 'reject'
  readonly expect: 'accept' | 'reject'
  readonly why: string
}

interface Signed {
  readonly secret: string
  readonly pk: string
  readonly msg: string
  readonly sig: string
}

interface Points {
  readonly smallOrder14: readonly string[]
  readonly points: readonly { readonly point: string; readonly reference: 'accept' | 'reject' }[]
}

/** Past every check at the door: the backends have to refuse such keys by themselves. */
const unchecked = (hex: string): PublicKey => hex as PublicKey

const read = <T>(file: string): T => readShared<T>(`vectors/ed25519/${file}`)

describe.skipIf(!hasShared)('strict verdicts', () => {
  const cases = hasShared ? read<{ cases: Verdict[] }>('verdicts.json').cases : []

  test('the vectors are all there, and of both kinds', () => {
    expect(cases).toHaveLength(1278)
    expect(cases.filter((one) => one.expect === 'accept')).toHaveLength(137)
  })

  test.each(backends)('$name gives the one verdict on every signature', (backend) => {
    const wrong = cases.filter(({ pk, msg, sig, expect }) => {
      const verdict = backend.verify(unchecked(pk), fromHex(msg), fromHex(sig))
      return verdict !== (expect === 'accept')
    })
    expect(wrong.map(({ source, id, why }) => `${source} ${id}: ${why}`)).toEqual([])
  })

  test.each(backends)('$name knows which keys may be imported', (backend) => {
    const wrong = cases.filter(
      ({ pk, keyImport }) => backend.isPoint(unchecked(pk)) !== (keyImport === 'accept'),
    )
    expect(wrong).toEqual([])
  })

  test('importing a key gives the one verdict', () => {
    for (const { pk, keyImport } of cases) {
      const code = codeOf(() => publicKeyFromBytes(fromHex(pk)))
      expect(code).toBe(keyImport === 'accept' ? undefined : 'KEY_SMALL_ORDER')
    }
  })

  test('every encoding of small order is refused as key and as R, and y of p and above is not', () => {
    const { smallOrder14, points } = read<Points>('points.json')
    expect(smallOrder14).toHaveLength(14)
    expect(points).toHaveLength(34)
    for (const { point, reference } of points) {
      const code = codeOf(() => publicKeyFromBytes(fromHex(point)))
      expect(code, point).toBe(reference === 'accept' ? undefined : 'KEY_SMALL_ORDER')
      expect(smallOrder14.includes(point)).toBe(reference === 'reject')
    }
    // Under the identity, S = 0 and R = the identity hold for every message wherever the checks are missing.
    for (const backend of backends) {
      for (const key of smallOrder14) {
        for (const r of smallOrder14) {
          const signature = fromHex(r + '00'.repeat(32))
          expect(backend.verify(unchecked(key), new Uint8Array(3), signature)).toBe(false)
        }
      }
    }
  })
})

describe.skipIf(!hasShared)('deterministic signatures', () => {
  const files = ['rfc8032_section7_1.json', 'sign_input_every4th.json']

  test.each(files.flatMap((file) => backends.map((backend) => ({ file, backend, name: backend.name }))))(
    '$file on $name: keys, signatures and verification',
    ({ file, backend }) => {
      const cases = read<Signed[]>(file)
      expect(cases.length).toBeGreaterThan(4)
      for (const { secret, pk, msg, sig } of cases) {
        const seed = fromHex(secret)
        const key = publicKeyFromBytes(fromHex(pk))
        expect(backend.derive(seed)).toBe(key)
        expect(toHex(backend.sign(seed, fromHex(msg)))).toBe(sig)
        expect(backend.verify(key, fromHex(msg), fromHex(sig))).toBe(true)
      }
    },
  )

  test('the secret key signs as the vectors do', () => {
    for (const { secret, pk, msg, sig } of read<Signed[]>('rfc8032_section7_1.json')) {
      const key = secretKeyFromSeed(fromHex(secret))
      expect(key.publicKey).toBe(pk)
      expect(toHex(key.sign(fromHex(msg)))).toBe(sig)
    }
  })
})
