/** The envelope (format §4): payload bytes and a signature over them. Received bytes are kept and never re-encoded. */

import { checkedMessage, signedMessage } from '../crypto/contexts.js'
import { decodeSignature, encodeSignature, type Signature } from '../crypto/keys.js'
import { type CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_WARRANT_BYTES } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { decodePayload, type Payload } from './payload.js'

const ENVELOPE_VERSION = 1

/** One warrant, still a claim: nothing of it has been verified. */
export interface Warrant {
  /** The envelope as received or made. */
  readonly bytes: Uint8Array
  /** The signed bytes, a part of the same memory. */
  readonly payloadBytes: Uint8Array
  /** What those bytes say, and nothing else. */
  readonly payload: Payload
  readonly signature: Signature
}

/**
 * Reads one envelope from where the reader stands.
 * @throws FormatError WARRANT_TOO_LARGE, ENVELOPE_MALFORMED, ENVELOPE_VERSION, PAYLOAD_…, SIGNATURE_…, CBOR_…
 */
export const readWarrant = (reader: CborReader): Warrant => {
  const start = reader.offset
  if (reader.peek() !== 'array') throw new FormatError('ENVELOPE_MALFORMED')
  reader.enter(3)
  readVersion(reader)
  const payloadBytes = reader.sharedBytes() // read-only from here on
  const signature = decodeSignature(reader)
  reader.leave()
  const bytes = reader.since(start)
  if (bytes.length > MAX_WARRANT_BYTES) throw new FormatError('WARRANT_TOO_LARGE')
  return Object.freeze({ bytes, payloadBytes, payload: decodePayload(payloadBytes), signature })
}

const readVersion = (reader: CborReader): void => {
  if (reader.peek() !== 'uint') throw new FormatError('ENVELOPE_MALFORMED')
  if (reader.uint() !== ENVELOPE_VERSION) throw new FormatError('ENVELOPE_VERSION')
}

/** The warrant of a payload and the signature over it. @throws FormatError WARRANT_TOO_LARGE */
export const sealWarrant = (payload: Payload, payloadBytes: Uint8Array, signature: Signature): Warrant => {
  const writer = new CborWriter()
  writer.array(3)
  writer.uint(ENVELOPE_VERSION)
  writer.bytes(payloadBytes)
  encodeSignature(writer, signature)
  const bytes = writer.finish()
  if (bytes.length > MAX_WARRANT_BYTES) throw new FormatError('WARRANT_TOO_LARGE')
  return Object.freeze({ bytes, payloadBytes, payload, signature })
}

/** What the issuer of a warrant signs. */
export const warrantMessage = (payloadBytes: Uint8Array): Uint8Array => signedMessage('warrant', payloadBytes)

/** The same, for a signature that is checked at once. */
export const checkedWarrantMessage = (payloadBytes: Uint8Array): Uint8Array =>
  checkedMessage('warrant', payloadBytes)
