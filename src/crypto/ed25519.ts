/**
 * Ed25519 in JavaScript, where the platform has no synchronous one. The only importer of @noble/ed25519, whose own
 * `verify` multiplies by the cofactor under every option and so accepts what others refuse: the strict equation is
 * written out here over its points.
 */

import { getPublicKey, hashes, Point, sign } from '@noble/ed25519'
import { concatBytes, equalBytes, toHex } from '../encoding/bytes.js'
import type { CryptoBackend } from './backend.js'
import { claimedPublicKey, type PublicKey } from './claimedKey.js'
import { sha256, sha512 } from './digest.js'
import { Recent } from './recent.js'
import { admitsSignature, admittedKeyBytes, KEY_BYTES } from './strictness.js'

hashes.sha512 = sha512

/** A decoded key, as the equation needs it. */
interface Decoded {
  /** As received: what is hashed, also where it is not the canonical encoding. */
  readonly bytes: Uint8Array
  readonly negated: Point
}

const decoded = new Recent<PublicKey, Decoded>(512)

/** The point of a key; undefined where there is none. Encodings with y of p and above are taken, as they are signed. */
const decode = (key: PublicKey): Decoded | undefined => {
  const known = decoded.get(key)
  if (known !== undefined) return known
  const bytes = admittedKeyBytes(key)
  if (bytes === undefined) return undefined
  const fresh = { bytes, negated: Point.fromBytes(bytes, true).negate() }
  decoded.set(key, fresh)
  return fresh
}

/** Whether a key decodes to a point of the curve that is not of small order. */
export const isPoint = (key: PublicKey): boolean => {
  try {
    return decode(key) !== undefined
  } catch {
    return false
  }
}

const fromLittleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.slice().reverse())}`)

/** [S]B - [k]A encodes to exactly the bytes of R; k = SHA-512(R || A || M) over the bytes as received. */
const holds = (key: Decoded, message: Uint8Array, signature: Uint8Array): boolean => {
  const r = signature.subarray(0, KEY_BYTES)
  const s = fromLittleEndian(signature.subarray(KEY_BYTES))
  const k = fromLittleEndian(sha512(concatBytes(r, key.bytes, message))) % Point.CURVE().n
  const point = Point.BASE.multiply(s, false).add(key.negated.multiply(k, false))
  return equalBytes(point.toBytes(), r)
}

export const backend: CryptoBackend = Object.freeze<CryptoBackend>({
  name: '@noble/ed25519',
  verify: (key, message, signature) => {
    try {
      if (!admitsSignature(signature)) return false
      const point = decode(key)
      return point !== undefined && holds(point, message, signature)
    } catch {
      return false
    }
  },
  sign: (seed, message) => sign(message, seed),
  derive: (seed) => claimedPublicKey(getPublicKey(seed)),
  isPoint,
  sha256,
})
