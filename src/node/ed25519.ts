/** Ed25519 and SHA-256 of `node:crypto`, made strict by the checks that every backend shares. */

import crypto, { type KeyObject } from 'node:crypto'
import type { CryptoBackend } from '../crypto/backend.js'
import { claimedPublicKey, type PublicKey } from '../crypto/claimedKey.js'
import { isPoint } from '../crypto/ed25519.js'
import { Recent } from '../crypto/recent.js'
import { admitsSignature, admittedKeyBytes } from '../crypto/strictness.js'
import { fromBase64Url, toBase64Url } from '../encoding/base64url.js'
import { concatBytes, fromHex } from '../encoding/bytes.js'

const publicKeys = new Recent<PublicKey, KeyObject>(512)

/**
 * The key object of a public key. OpenSSL takes any 32 bytes for a key; under those that are no point nothing
 * verifies, so a key whose signature holds needs no decoding of its own.
 */
const importPublicKey = (key: PublicKey): KeyObject | undefined => {
  const known = publicKeys.get(key)
  if (known !== undefined) return known
  const bytes = admittedKeyBytes(key)
  if (bytes === undefined) return undefined
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(bytes) }
  const fresh = crypto.createPublicKey({ key: jwk, format: 'jwk' }) // from DER it costs ten times as much on Node 20
  publicKeys.set(key, fresh)
  return fresh
}

/**
 * Keys that are known to be points without decoding them: one was derived from a seed, or a signature holds under it.
 * A process that decides one call and ends would spend more on one decoding than on all else.
 */
const points = new Recent<PublicKey, true>(512)

/** PKCS#8 of an Ed25519 seed, up to the seed. */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')

/** Held weakly by the array of the seed: gone with the secret key that owns it. */
const privateKeys = new WeakMap<Uint8Array, KeyObject>()

const importSeed = (seed: Uint8Array): KeyObject => {
  const known = privateKeys.get(seed)
  if (known !== undefined) return known
  const key = Buffer.from(concatBytes(PKCS8_PREFIX, seed))
  const fresh = crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  key.fill(0)
  privateKeys.set(seed, fresh)
  return fresh
}

const sha256: (bytes: Uint8Array) => Uint8Array =
  'hash' in crypto
    ? (bytes) => new Uint8Array(crypto.hash('sha256', bytes, 'buffer'))
    : (bytes) => new Uint8Array(createHash(bytes))

const createHash = (bytes: Uint8Array): Uint8Array => crypto.createHash('sha256').update(bytes).digest()

export const backend: CryptoBackend = Object.freeze<CryptoBackend>({
  name: 'node:crypto',
  verify: (key, message, signature) => {
    try {
      if (!admitsSignature(signature)) return false
      const object = importPublicKey(key)
      const holds = object !== undefined && crypto.verify(null, message, object, signature)
      if (holds) points.set(key, true)
      return holds
    } catch {
      return false
    }
  },
  // A plain Uint8Array: the slice() of a Buffer would share memory with whoever holds the original.
  sign: (seed, message) => new Uint8Array(crypto.sign(null, message, importSeed(seed))),
  derive: (seed) => {
    const { x } = crypto.createPublicKey(importSeed(seed)).export({ format: 'jwk' })
    const key = claimedPublicKey(fromBase64Url(x as string)) // a JWK of kind OKP has x
    points.set(key, true)
    return key
  },
  isPoint: (key) => points.get(key) === true || isPoint(key),
  sha256,
})
