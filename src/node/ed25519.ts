/** Ed25519 and SHA-256 of `node:crypto`, made strict by the checks that every backend shares. */

import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import type { CryptoBackend } from '../crypto/backend.js'
import { claimedPublicKey, type PublicKey } from '../crypto/claimedKey.js'
import { isPoint } from '../crypto/ed25519.js'
import { Recent } from '../crypto/recent.js'
import { admitsSignature, admittedKeyBytes } from '../crypto/strictness.js'
import { fromBase64Url, toBase64Url } from '../encoding/base64url.js'
import { seedKey } from './seedKey.js'

/** A key that was met. */
interface Met {
  readonly object: KeyObject
  /** Known to be a point without decoding it: it was derived from a seed, or a signature holds under it. */
  isPoint: boolean
}

const met = new Recent<PublicKey, Met>(512)

/**
 * The key object of a public key. OpenSSL takes any 32 bytes for a key; under those that are no point nothing
 * verifies, so a key whose signature holds needs no decoding of its own.
 */
const importPublicKey = (key: PublicKey): Met | undefined => {
  const known = met.get(key)
  if (known !== undefined) return known
  const bytes = admittedKeyBytes(key)
  if (bytes === undefined) return undefined
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(bytes) }
  const object = createPublicKey({ key: jwk, format: 'jwk' }) // from DER it costs ten times as much on Node 20
  const fresh = { object, isPoint: false }
  met.set(key, fresh)
  return fresh
}

/** Held weakly by the array of the seed: gone with the secret key that owns it. */
const privateKeys = new WeakMap<Uint8Array, KeyObject>()

const importSeed = (seed: Uint8Array): KeyObject => {
  const known = privateKeys.get(seed)
  if (known !== undefined) return known
  const fresh = seedKey(seed)
  privateKeys.set(seed, fresh)
  return fresh
}

const SHA256_BYTES = 32

/** By way of a text with a character for each byte, which Node 20 makes in half the time that it takes for a Buffer. */
const sha256 = (bytes: Uint8Array): Uint8Array => {
  const text = hash('sha256', bytes, 'binary')
  const digest = new Uint8Array(SHA256_BYTES)
  for (let i = 0; i < SHA256_BYTES; i++) digest[i] = text.charCodeAt(i)
  return digest
}

export const backend: CryptoBackend = Object.freeze<CryptoBackend>({
  name: 'node:crypto',
  verify: (key, message, signature) => {
    try {
      if (!admitsSignature(signature)) return false
      const known = importPublicKey(key)
      if (known === undefined || !verify(null, message, known.object, signature)) return false
      known.isPoint = true
      return true
    } catch {
      return false
    }
  },
  // A plain Uint8Array: the slice() of a Buffer would share memory with whoever holds the original.
  sign: (seed, message) => new Uint8Array(sign(null, message, importSeed(seed))),
  derive: (seed) => {
    const object = createPublicKey(importSeed(seed))
    const { x } = object.export({ format: 'jwk' })
    const key = claimedPublicKey(fromBase64Url(x as string)) // a JWK of kind OKP has x
    met.set(key, { object, isPoint: true })
    return key
  },
  // A process that decides one call and ends would spend more on one decoding than on all else.
  isPoint: (key) => met.get(key)?.isPoint === true || isPoint(key),
  sha256,
})
