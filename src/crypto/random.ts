/** The one source of randomness: that of the platform, and no other in its place. */

import { equalBytes } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'

/** From this length on, an honest source repeats itself less often than once in 2^128 draws. */
const JUDGED_BYTES = 16

const draw = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  crypto.getRandomValues(bytes)
  return bytes
}

/**
 * Random bytes fit for keys. Draws of 16 bytes and more are judged: a source that leaves them all alike, or gives the
 * same again when asked twice, is broken, and every key made from it would be known to others.
 * @throws FormatError KEY_RANDOM_SOURCE where the source is missing, throws, or is seen to be constant.
 */
export const randomBytes = (length: number): Uint8Array => {
  let bytes: Uint8Array
  let again: Uint8Array
  try {
    bytes = draw(length)
    again = length < JUDGED_BYTES ? bytes : draw(length)
  } catch {
    throw new FormatError('KEY_RANDOM_SOURCE')
  }
  if (length < JUDGED_BYTES) return bytes
  if (bytes.every((byte) => byte === bytes[0]) || equalBytes(bytes, again)) {
    throw new FormatError('KEY_RANDOM_SOURCE')
  }
  return bytes
}
