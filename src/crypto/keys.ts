/** Public keys and signatures: vetting, wire form and text forms. */

import { copyBytes } from '../encoding/bytes.js'
import type { CborReader, CborWriter } from '../encoding/cbor.js'
import { FormatError } from '../errors.js'
import { defaultBackend } from './backend.js'
import { claimedPublicKey, claimedPublicKeyAt, type PublicKey, publicKeyToBytes } from './claimedKey.js'
import { publicKeyPem, readPublicKeyText } from './keyText.js'
import { SIGNATURE_BYTES } from './strictness.js'

export { claimedPublicKey, type PublicKey, publicKeyToBytes }

declare const signatureBrand: unique symbol

/** The 64 bytes of an Ed25519 signature. They are shared inside the package and never written to. */
export type Signature = Uint8Array & { readonly [signatureBrand]: true }

/**
 * Asserts that a key is a point of the curve. Costs a decoding the first time; recent answers are remembered.
 * A key under which a signature has verified is known to be one.
 * @throws FormatError KEY_NOT_ON_CURVE
 */
export const vetPublicKey = (key: PublicKey): void => {
  if (!defaultBackend.isPoint(key)) throw new FormatError('KEY_NOT_ON_CURVE')
}

/**
 * A fully vetted key of its 32 bytes. Encodings with y of p and above are taken, as the reference takes them.
 * @throws FormatError KEY_LENGTH, KEY_SMALL_ORDER, KEY_NOT_ON_CURVE
 */
export const publicKeyFromBytes = (bytes: Uint8Array): PublicKey => {
  const key = claimedPublicKey(bytes)
  vetPublicKey(key)
  return key
}

/**
 * A fully vetted key of text: an SPKI PEM (also the reference's older one, which holds hexadecimal), 64 hexadecimal
 * digits, or base64 of 32 bytes: standard with padding, or base64url without. ASCII white space around it is dropped.
 *
 *     parsePublicKey('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
 *
 * @throws FormatError KEY_MALFORMED, KEY_LENGTH, KEY_ALGORITHM, KEY_SMALL_ORDER, KEY_NOT_ON_CURVE,
 *   TEXT_PEM_MALFORMED, TEXT_TOO_LARGE
 */
export const parsePublicKey = (text: string): PublicKey => publicKeyFromBytes(readPublicKeyText(text))

/** The SPKI PEM of a key, with a final newline. */
export const publicKeyToPem = (key: PublicKey): string => publicKeyPem(publicKeyToBytes(key))

/** The first 8 bytes of a key in hexadecimal: for people to recognise it by, never to decide by. */
export const fingerprint = (key: PublicKey): string => key.slice(0, 16)

/** A copy of the 64 bytes. @throws FormatError SIGNATURE_LENGTH */
export const signatureFromBytes = (bytes: Uint8Array): Signature => {
  if (bytes.length !== SIGNATURE_BYTES) throw new FormatError('SIGNATURE_LENGTH')
  return copyBytes(bytes) as Signature
}

const signatureAt = (memory: Uint8Array, start: number, length: number): Signature =>
  signatureFromBytes(memory.subarray(start, start + length))

/** The number of Ed25519, the only algorithm of the protocol (format §3). */
const ED25519 = 1

const encodePair = (writer: CborWriter, bytes: Uint8Array): void => {
  writer.array(2)
  writer.uint(ED25519)
  writer.bytes(bytes)
}

const decodePair = <T>(
  reader: CborReader,
  algorithmCode: 'KEY_ALGORITHM' | 'SIGNATURE_ALGORITHM',
  read: (memory: Uint8Array, start: number, length: number) => T,
): T => {
  reader.enter(2)
  if (reader.uint() !== ED25519) throw new FormatError(algorithmCode)
  const found = reader.bytesAt(read)
  reader.leave()
  return found
}

/** Writes a key as the pair of algorithm and bytes. */
export const encodePublicKey = (writer: CborWriter, key: PublicKey): void =>
  encodePair(writer, publicKeyToBytes(key))

/**
 * Reads the pair of algorithm and key. That it is a point is still a claim: see {@link vetPublicKey}.
 * @throws FormatError KEY_ALGORITHM, KEY_LENGTH, KEY_SMALL_ORDER, CBOR_…
 */
export const decodePublicKey = (reader: CborReader): PublicKey =>
  decodePair(reader, 'KEY_ALGORITHM', claimedPublicKeyAt)

/** Writes a signature as the pair of algorithm and bytes. */
export const encodeSignature = (writer: CborWriter, signature: Signature): void =>
  encodePair(writer, signature)

/** Reads the pair of algorithm and signature. @throws FormatError SIGNATURE_ALGORITHM, SIGNATURE_LENGTH, CBOR_… */
export const decodeSignature = (reader: CborReader): Signature =>
  decodePair(reader, 'SIGNATURE_ALGORITHM', signatureAt)
