/**
 * What is refused before any backend is asked, so that all of them give one verdict (format §3).
 *
 * Left to themselves, backends differ on keys and R of small order, on S at or above the group order and on odd
 * lengths; under a key of small order one signature can hold for any message. No arithmetic is needed to see any of
 * these: there are 14 encodings of the 8 points, and S is compared byte by byte.
 */

import { fromHex, toHex } from '../encoding/bytes.js'

export const KEY_BYTES = 32
export const SEED_BYTES = 32
export const SIGNATURE_BYTES = 64

/** Every encoding of a point of small order: both signs, and y as well as y + p where both fit in 255 bits. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `00${'00'.repeat(30)}00`, // order 4: y = 0
  `00${'00'.repeat(30)}80`,
  `ed${'ff'.repeat(30)}7f`, // y = p
  `ed${'ff'.repeat(30)}ff`,
  `01${'00'.repeat(30)}00`, // order 1: y = 1
  `01${'00'.repeat(30)}80`,
  `ee${'ff'.repeat(30)}7f`, // y = p + 1
  `ee${'ff'.repeat(30)}ff`,
  `ec${'ff'.repeat(30)}7f`, // order 2: y = -1
  `ec${'ff'.repeat(30)}ff`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', // order 8
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
])

/** First bytes of those encodings: 249 of 256 honest encodings are told apart by this look alone. */
const SUSPECT_FIRST_BYTE = new Uint8Array(256)
for (const encoding of SMALL_ORDER) SUSPECT_FIRST_BYTE[Number.parseInt(encoding.slice(0, 2), 16)] = 1

/** Whether the first 32 bytes are an encoding, canonical or not, of a point of small order. */
export const isSmallOrder = (encoding: Uint8Array): boolean =>
  SUSPECT_FIRST_BYTE[encoding[0] as number] === 1 && SMALL_ORDER.has(toHex(encoding.subarray(0, KEY_BYTES)))

/** The same of 32 bytes in lower-case hexadecimal. */
export const isSmallOrderHex = (encoding: string): boolean => SMALL_ORDER.has(encoding)

/** L = 2^252 + 27742317777372353535851937790883648493, the order of the base point, little-endian. */
const GROUP_ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

/** Whether S, the second half of a signature, is below the group order: else each signature would have a twin. */
const isReduced = (signature: Uint8Array): boolean => {
  for (let i = KEY_BYTES - 1; i >= 0; i--) {
    const difference = (signature[KEY_BYTES + i] as number) - (GROUP_ORDER[i] as number)
    if (difference !== 0) return difference < 0
  }
  return false
}

/** Whether a backend may be asked about this signature at all. */
export const admitsSignature = (signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && isReduced(signature) && !isSmallOrder(signature)

/**
 * The bytes of a key that a backend may be asked about; undefined where it is not 32 bytes in hexadecimal or is of
 * small order. It asks the bytes and trusts no brand: a key may have come here through an unchecked cast.
 */
export const admittedKeyBytes = (key: string): Uint8Array | undefined => {
  if (key.length !== 2 * KEY_BYTES) return undefined
  const bytes = fromHex(key)
  return isSmallOrder(bytes) ? undefined : bytes
}
