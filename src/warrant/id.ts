/** Warrant ids (format §3): 16 bytes; a UUIDv7 where we make them. */

import { randomIdBytes } from '../crypto/random.js'
import { fromHex, shortHex } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'
import { wholeSecond } from './time.js'

declare const warrantIdBrand: unique symbol

/** `tnu_wrt_` and 32 lower-case hexadecimal digits: the form in which ids are shown, hashed and revoked. */
export type WarrantId = string & { readonly [warrantIdBrand]: true }

export const WARRANT_ID_BYTES = 16
const PREFIX = 'tnu_wrt_'

/** @throws FormatError WARRANT_ID_MALFORMED for anything but 16 bytes. */
export const warrantIdFromBytes = (bytes: Uint8Array): WarrantId => warrantIdAt(bytes, 0, bytes.length)

/** {@link warrantIdFromBytes} of some part of some memory. */
export const warrantIdAt = (memory: Uint8Array, start: number, length: number): WarrantId => {
  if (length !== WARRANT_ID_BYTES) throw new FormatError('WARRANT_ID_MALFORMED')
  return `${PREFIX}${shortHex(memory, start, length)}` as WarrantId
}

/** The 16 bytes: a new array each time. */
export const warrantIdToBytes = (id: WarrantId): Uint8Array => fromHex(bareId(id), WARRANT_ID_BYTES)

/** The 32 hexadecimal digits alone: the form that proofs of possession sign. */
export const bareId = (id: WarrantId): string => id.slice(PREFIX.length)

const DIGITS = /^[0-9a-f]{32}$/i
const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * The id of its text: the shown form, the 32 digits alone, or a UUID with dashes; digits of either case.
 * @throws FormatError WARRANT_ID_MALFORMED
 */
export const parseWarrantId = (text: string): WarrantId => {
  const bare = text.startsWith(PREFIX)
    ? text.slice(PREFIX.length)
    : DASHED.test(text)
      ? text.replaceAll('-', '')
      : text
  if (!DIGITS.test(bare)) throw new FormatError('WARRANT_ID_MALFORMED')
  return `${PREFIX}${bare.toLowerCase()}` as WarrantId
}

/**
 * A new UUIDv7 (RFC 9562 §5.7) of this time, in Unix seconds.
 * @throws FormatError KEY_RANDOM_SOURCE, TIME_MALFORMED
 */
export const newWarrantId = (now: number): WarrantId => {
  wholeSecond(now)
  const bytes = randomIdBytes()
  const milliseconds = Math.floor(now * 1000)
  const high = Math.floor(milliseconds / 2 ** 32)
  // A byte takes the lowest eight bits of what is stored in it.
  bytes[0] = high >>> 8
  bytes[1] = high
  bytes[2] = milliseconds >>> 24
  bytes[3] = milliseconds >>> 16
  bytes[4] = milliseconds >>> 8
  bytes[5] = milliseconds
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f)
  return warrantIdFromBytes(bytes)
}

/** The id that was given, or else a new one. @throws FormatError WARRANT_ID_MALFORMED, and as `newWarrantId` */
export const givenWarrantId = (id: WarrantId | undefined, now: number): WarrantId =>
  id === undefined ? newWarrantId(now) : parseWarrantId(id)
