/** Ed25519 of libsodium, passed in by whoever installed a binding of it. */

import type { CryptoBackend } from '../crypto/backend.js'
import { claimedPublicKey } from '../crypto/claimedKey.js'
import { isPoint } from '../crypto/ed25519.js'
import { admitsSignature, admittedKeyBytes, KEY_BYTES, SIGNATURE_BYTES } from '../crypto/strictness.js'

/** The part of the module `sodium-native` that is used; outputs come first and are filled in place. */
export interface Sodium {
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
  crypto_hash_sha256(digest: Uint8Array, input: Uint8Array): void
}

/** libsodium's form of a secret key: the seed, then the public key. */
const SECRET_KEY_BYTES = 64

/**
 * A backend over a binding of libsodium, with the same verdicts as every other.
 *
 *     import sodium from 'sodium-native'
 *     createEnforcer({ backend: sodiumBackend(sodium), … })
 */
export const sodiumBackend = (sodium: Sodium): CryptoBackend => {
  const withKeyPair = <T>(seed: Uint8Array, use: (publicKey: Uint8Array, secretKey: Uint8Array) => T): T => {
    const publicKey = new Uint8Array(KEY_BYTES)
    const secretKey = new Uint8Array(SECRET_KEY_BYTES)
    try {
      sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
      return use(publicKey, secretKey)
    } finally {
      secretKey.fill(0)
    }
  }
  return Object.freeze<CryptoBackend>({
    name: 'libsodium',
    verify: (key, message, signature) => {
      try {
        if (!admitsSignature(signature)) return false
        const bytes = admittedKeyBytes(key)
        // Compared with true: a binding that answers with a status would answer 0 for a good signature.
        return bytes !== undefined && sodium.crypto_sign_verify_detached(signature, message, bytes) === true
      } catch {
        return false
      }
    },
    sign: (seed, message) =>
      withKeyPair(seed, (_, secretKey) => {
        const signature = new Uint8Array(SIGNATURE_BYTES)
        sodium.crypto_sign_detached(signature, message, secretKey)
        return signature
      }),
    derive: (seed) => withKeyPair(seed, (publicKey) => claimedPublicKey(publicKey)),
    isPoint,
    sha256: (bytes) => {
      const digest = new Uint8Array(32)
      sodium.crypto_hash_sha256(digest, bytes)
      return digest
    },
  })
}
