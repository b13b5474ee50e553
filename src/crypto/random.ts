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

const ID_BYTES = 16
/** A draw costs much the same whatever its length: one is shared by 16 ids. */
const POOL_BYTES = 16 * ID_BYTES

let pool: Uint8Array = new Uint8Array(0)
let used = 0
let filledBy: unknown

/**
 * 16 random bytes for an id, which is no secret: some of many that are drawn, and judged, at once. Each is given once and
 * forgotten, and none of one source while another stands in its place.
 * @throws FormatError KEY_RANDOM_SOURCE as {@link randomBytes}
 */
export const randomIdBytes = (): Uint8Array => {
  const source: unknown = typeof crypto === 'undefined' ? undefined : crypto.getRandomValues
  if (used === pool.length || source !== filledBy) {
    pool = randomBytes(POOL_BYTES)
    used = 0
    filledBy = source
  }
  const start = used
  used += ID_BYTES
  const id = pool.slice(start, used)
  pool.fill(0, start, used)
  return id
}
