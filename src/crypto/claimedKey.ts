/** The public key as a name: what its bytes alone tell, before any arithmetic. */

import { fromHex, isHexOf, shortHex } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'
import { isSmallOrderHex, KEY_BYTES } from './strictness.js'

declare const publicKeyBrand: unique symbol

/**
 * An Ed25519 public key as 64 lower-case hexadecimal digits: immutable, equal by `===`, and a key of maps.
 * Never of small order. That it is a point of the curve is known once it has been vetted or a signature verified.
 */
export type PublicKey = string & { readonly [publicKeyBrand]: true }

/**
 * A key as a decoder meets it: of the right length and not of small order, but not yet known to be a point.
 * @throws FormatError KEY_LENGTH, KEY_SMALL_ORDER
 */
export const claimedPublicKey = (bytes: Uint8Array): PublicKey => claimedPublicKeyAt(bytes, 0, bytes.length)

/** {@link claimedPublicKey} of some part of some memory. */
export const claimedPublicKeyAt = (memory: Uint8Array, start: number, length: number): PublicKey => {
  if (length !== KEY_BYTES) throw new FormatError('KEY_LENGTH')
  const slot = ((memory[start] as number) << 8) | (memory[start + 1] as number)
  const known = recent[slot % RECENT_KEYS]
  if (known !== undefined && isHexOf(known, memory, start, KEY_BYTES)) return known
  const key = shortHex(memory, start, KEY_BYTES) as PublicKey
  if (isSmallOrderHex(key)) throw new FormatError('KEY_SMALL_ORDER')
  recent[slot % RECENT_KEYS] = key
  return key
}

/**
 * Keys met lately: the same text once more has its digits and its place in maps already. Each is compared with the
 * bytes before it is given, and is never of small order.
 */
const RECENT_KEYS = 512
const recent = new Array<PublicKey | undefined>(RECENT_KEYS).fill(undefined)

/** The 32 bytes of a key: a new array each time. */
export const publicKeyToBytes = (key: PublicKey): Uint8Array => fromHex(key, KEY_BYTES)
