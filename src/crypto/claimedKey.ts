/** The public key as a name: what its bytes alone tell, before any arithmetic. */

import { fromHex, toHex } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'
import { isSmallOrder, KEY_BYTES } from './strictness.js'

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
export const claimedPublicKey = (bytes: Uint8Array): PublicKey => {
  if (bytes.length !== KEY_BYTES) throw new FormatError('KEY_LENGTH')
  if (isSmallOrder(bytes)) throw new FormatError('KEY_SMALL_ORDER')
  return toHex(bytes) as PublicKey
}

/** The 32 bytes of a key: a new array each time. */
export const publicKeyToBytes = (key: PublicKey): Uint8Array => fromHex(key, KEY_BYTES)
