/** The seam between this package and whatever does the curve arithmetic; and the one that is used unless told. */

import { backend } from '#ed25519'
import type { PublicKey } from './claimedKey.js'

/**
 * Ed25519 and SHA-256. Every backend accepts and refuses exactly the same signatures: strict and cofactorless, behind
 * the checks of `strictness.ts`. Pass one explicitly, or the default of the platform is used; nothing is swapped
 * behind anybody's back.
 */
export interface CryptoBackend {
  /** For people and logs. */
  readonly name: string
  /**
   * Whether `signature` is a strict signature of `message` under `key`: 64 bytes, S below the group order, neither
   * key nor R of small order, and R byte for byte the encoding of [S]B - [k]A, with no cofactor applied.
   * Never throws: whatever goes wrong is a signature that does not verify.
   */
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean
  /**
   * The 64 bytes of the deterministic signature of RFC 8032. The 32 bytes of `seed` must not change while it is in
   * use: a backend may remember, for as long as that array lives, what it derived from it.
   */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array
  /** The public key of a seed; the same promise about `seed`. */
  derive(seed: Uint8Array): PublicKey
  /** Whether the key decodes to a point of the curve that is not of small order. Remembered, within bounds. */
  isPoint(key: PublicKey): boolean
  /** The 32 bytes of the digest. */
  sha256(bytes: Uint8Array): Uint8Array
}

/** `node:crypto` where there is one, curve arithmetic in JavaScript elsewhere: chosen by the package's conditions. */
export const defaultBackend: CryptoBackend = backend
