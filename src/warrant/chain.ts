/** Chains (format §4): warrants from the first, which a root issues, to the last, which is the one used. */

import { copyBytes } from '../encoding/bytes.js'
import { CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_CHAIN_BYTES, MAX_CHAIN_LENGTH } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { readWarrant, type Warrant } from './envelope.js'

export type { Warrant } from './envelope.js'
export type { Payload, WarrantType } from './payload.js'

/** Warrants that claim to follow from one another: well-formed, and nothing more is known. */
export interface Chain {
  /** The first warrant first; at least one. */
  readonly warrants: readonly Warrant[]
  /** As read or made: an array of envelopes, or an envelope by itself where there is one warrant. */
  readonly bytes: Uint8Array
}

const frozen = (warrants: readonly Warrant[], bytes: Uint8Array): Chain =>
  Object.freeze({ warrants: Object.freeze(warrants), bytes })

/**
 * The chain of bytes that hold an envelope, or an array of them. The bytes are copied.
 * @throws FormatError CHAIN_TOO_LARGE, CHAIN_TOO_LONG, CHAIN_EMPTY, WARRANT_TOO_LARGE, ENVELOPE_…, PAYLOAD_…, CBOR_…,
 * KEY_…, SIGNATURE_…, CONSTRAINT_…
 */
export const decodeChain = (bytes: Uint8Array): Chain => {
  if (bytes.length > MAX_CHAIN_BYTES) throw new FormatError('CHAIN_TOO_LARGE')
  return decodeOwnChain(copyBytes(bytes))
}

/**
 * The chain of bytes that nobody else holds, and that are no more than a chain can have.
 * @throws FormatError as `decodeChain`, save CHAIN_TOO_LARGE
 */
export const decodeOwnChain = (own: Uint8Array): Chain => {
  const reader = new CborReader(own)
  const warrants = isEnvelope(own) ? [readWarrant(reader)] : readStack(reader)
  reader.end()
  return frozen(warrants, own)
}

/** An envelope is an array that begins with a number, a stack an array that begins with an array. */
const isEnvelope = (bytes: Uint8Array): boolean => {
  if (bytes[0] === 0x80) throw new FormatError('CHAIN_EMPTY')
  if ((bytes[0] as number) >> 5 !== 4) throw new FormatError('ENVELOPE_MALFORMED')
  return bytes[0] === 0x83 && (bytes[1] as number) >> 5 !== 4
}

const readStack = (reader: CborReader): Warrant[] => {
  const warrants: Warrant[] = []
  reader.array((_, count) => {
    // Depths rise to 64 at most, so that no chain of more could be lawful.
    if (count > MAX_CHAIN_LENGTH)
      throw new FormatError('CHAIN_TOO_LONG', undefined, { rule: 'STRUCTURE_DEPTH' })
    warrants.push(readWarrant(reader))
  })
  return warrants
}

/**
 * The chain of warrants in this order.
 * @throws FormatError CHAIN_EMPTY, CHAIN_TOO_LONG, CHAIN_TOO_LARGE
 */
export const chainOf = (warrants: readonly Warrant[]): Chain => {
  const [first] = warrants
  if (first === undefined) throw new FormatError('CHAIN_EMPTY')
  if (warrants.length > MAX_CHAIN_LENGTH) throw new FormatError('CHAIN_TOO_LONG')
  const bytes = warrants.length === 1 ? first.bytes : stackBytes(warrants)
  if (bytes.length > MAX_CHAIN_BYTES) throw new FormatError('CHAIN_TOO_LARGE')
  return frozen([...warrants], bytes)
}

/** An array of envelopes, also for one warrant: the form that other implementations call a stack. */
export const stackBytes = (warrants: readonly Warrant[]): Uint8Array => {
  const writer = new CborWriter()
  writer.array(warrants.length)
  for (const { bytes } of warrants) writer.encoded(bytes)
  return writer.finish()
}

/** The warrant that is used. */
export const leafOf = ({ warrants }: Chain): Warrant => warrants[warrants.length - 1] as Warrant // at least one
