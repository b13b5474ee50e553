/**
 * The text forms of keys (format §14): PEM, hexadecimal, base64. Each text has one reading. No error ever quotes any of
 * the text, which may be a secret, or a secret that was put in the wrong place.
 */

import { fromBase64, fromEitherBase64, toBase64 } from '../encoding/base64url.js'
import { concatBytes, equalBytes, fromHex } from '../encoding/bytes.js'
import { MAX_KEY_TEXT } from '../encoding/limits.js'
import { trimSpace } from '../encoding/space.js'
import { type FormatCode, FormatError } from '../errors.js'
import { KEY_BYTES, SEED_BYTES } from './strictness.js'

/** The object identifier of Ed25519, 1.3.101.112, as DER. */
const ED25519_OID = fromHex('06032b6570')

/** SubjectPublicKeyInfo, up to the 32 bytes of the key (RFC 8410). */
const SPKI_PREFIX = fromHex('302a300506032b6570032100')

/** PrivateKeyInfo version 0, up to the 32 bytes of the seed; this is what is written (RFC 8410). */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')

/** OneAsymmetricKey version 1: the same, followed by the public key (RFC 5958). */
const PKCS8_V1_PREFIX = fromHex('3051020101300506032b657004220420')
const PKCS8_V1_MIDDLE = fromHex('812100')

/** A seed as text gave it, and the public key that stood beside it, if one did. */
export interface SecretKeyText {
  readonly seed: Uint8Array
  readonly claimedPublicKey: Uint8Array | undefined
}

/** @throws FormatError KEY_MALFORMED, KEY_LENGTH, KEY_ALGORITHM, TEXT_PEM_MALFORMED, TEXT_TOO_LARGE */
export const readPublicKeyText = (text: string): Uint8Array => {
  const trimmed = bounded(text)
  if (!isPem(trimmed)) return readBareKey(trimmed)
  const body = pemBody(trimmed, 'PUBLIC KEY')
  if (isHex(body, KEY_BYTES)) return fromHex(body)
  const der = derOf(body)
  if (!startsWith(der, SPKI_PREFIX)) throw new FormatError(wrongDer(der))
  const key = der.slice(SPKI_PREFIX.length)
  if (key.length !== KEY_BYTES) throw new FormatError('KEY_LENGTH')
  return key
}

/** @throws FormatError KEY_MALFORMED, KEY_LENGTH, KEY_ALGORITHM, TEXT_PEM_MALFORMED, TEXT_TOO_LARGE */
export const readSecretKeyText = (text: string): SecretKeyText => {
  const trimmed = bounded(text)
  const plain = (seed: Uint8Array): SecretKeyText => ({ seed, claimedPublicKey: undefined })
  if (!isPem(trimmed)) return plain(readBareKey(trimmed))
  const body = pemBody(trimmed, 'PRIVATE KEY')
  if (isHex(body, SEED_BYTES)) return plain(fromHex(body))
  const der = derOf(body)
  if (startsWith(der, PKCS8_PREFIX)) {
    const seed = der.slice(PKCS8_PREFIX.length)
    if (seed.length !== SEED_BYTES) throw new FormatError('KEY_LENGTH')
    return plain(seed)
  }
  return readWithPublicKey(der)
}

const readWithPublicKey = (der: Uint8Array): SecretKeyText => {
  const middle = PKCS8_V1_PREFIX.length + SEED_BYTES
  const end = middle + PKCS8_V1_MIDDLE.length + KEY_BYTES
  const shaped =
    startsWith(der, PKCS8_V1_PREFIX) &&
    startsWith(der.subarray(middle), PKCS8_V1_MIDDLE) &&
    der.length === end
  if (!shaped) throw new FormatError(wrongDer(der))
  return { seed: der.slice(PKCS8_V1_PREFIX.length, middle), claimedPublicKey: der.slice(end - KEY_BYTES) }
}

/** The PEM of a public key's 32 bytes. */
export const publicKeyPem = (key: Uint8Array): string => pem('PUBLIC KEY', concatBytes(SPKI_PREFIX, key))

/** The PEM of a seed's 32 bytes, in the form that the reference writes. */
export const secretKeyPem = (seed: Uint8Array): string => pem('PRIVATE KEY', concatBytes(PKCS8_PREFIX, seed))

/** Both structures are short enough for one line of base64. */
const pem = (label: string, der: Uint8Array): string =>
  `${beginOf(label)}\n${toBase64(der)}\n${endOf(label)}\n`

const beginOf = (label: string): string => `-----BEGIN ${label}-----`
const endOf = (label: string): string => `-----END ${label}-----`

const bounded = (text: string): string => {
  if (text.length > MAX_KEY_TEXT) throw new FormatError('TEXT_TOO_LARGE')
  return trimSpace(text)
}

const isPem = (text: string): boolean => text.startsWith('-----')

const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]*)\r?\n-----END ([A-Z0-9 ]+)-----$/

/** The body of the one PEM block of a text, its lines joined. What is written here has three lines, and needs no pattern. */
const pemBody = (text: string, label: string): string => {
  const [first, line = '\r', last, ...more] = text.split('\n', 4)
  const isOurs = first === beginOf(label) && last === endOf(label) && more.length === 0
  if (isOurs && !line.includes('\r')) return line
  const [, begin, body, end] = PEM.exec(text) ?? []
  if (body === undefined || begin !== end) throw new FormatError('TEXT_PEM_MALFORMED')
  if (begin !== label) throw new FormatError('TEXT_PEM_MALFORMED', `the label is not ${label}`)
  return body.replace(/[\r\n]/g, '')
}

const derOf = (body: string): Uint8Array => {
  try {
    return fromBase64(body)
  } catch {
    throw new FormatError('TEXT_PEM_MALFORMED')
  }
}

const HEX = /^[0-9a-fA-F]+$/

const isHex = (text: string, length: number): boolean => text.length === 2 * length && HEX.test(text)

/** Characters of 32 bytes in base64 without padding; an odd count, so never that of hexadecimal. */
const BASE64_LENGTH = 43

/** Digits are hexadecimal wherever they can be: 64 of them would also be base64 of 48 bytes, which is no key. */
const readBareKey = (text: string): Uint8Array => {
  if (HEX.test(text) && text.length !== BASE64_LENGTH) {
    if (text.length !== 2 * KEY_BYTES) throw new FormatError('KEY_LENGTH')
    return fromHex(text)
  }
  let bytes: Uint8Array
  try {
    bytes = fromEitherBase64(text)
  } catch {
    throw new FormatError('KEY_MALFORMED')
  }
  if (bytes.length !== KEY_BYTES) throw new FormatError(bytes.length === 0 ? 'KEY_MALFORMED' : 'KEY_LENGTH')
  return bytes
}

const startsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean =>
  equalBytes(bytes.subarray(0, prefix.length), prefix)

/** Why a DER structure is not the one expected: a key of another algorithm, or no key at all. */
const wrongDer = (der: Uint8Array): FormatCode => {
  if (der[0] !== 0x30) return 'KEY_MALFORMED'
  for (let i = 0; i <= der.length - ED25519_OID.length; i++) {
    if (startsWith(der.subarray(i), ED25519_OID)) return 'KEY_MALFORMED'
  }
  return 'KEY_ALGORITHM'
}
