/**
 * Base64 in the two alphabets that the protocol uses. Writing is exact; reading accepts one spelling per value:
 * no white space, padding only where the form asks for it, and no stray bits in the last character.
 */

import { FormatError } from '../errors.js'

const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const tableOf = (alphabet: string): Int8Array => {
  const table = new Int8Array(128).fill(-1)
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i
  return table
}

const URL_SAFE_TABLE = tableOf(URL_SAFE)
const STANDARD_TABLE = tableOf(STANDARD)

const encode = (bytes: Uint8Array, alphabet: string): string => {
  let text = ''
  let i = 0
  for (; i + 2 < bytes.length; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number)
    text +=
      (alphabet[group >> 18] as string) +
      alphabet[(group >> 12) & 63] +
      alphabet[(group >> 6) & 63] +
      alphabet[group & 63]
  }
  const left = bytes.length - i
  if (left === 0) return text
  const group = ((bytes[i] as number) << 16) | (left === 2 ? (bytes[i + 1] as number) << 8 : 0)
  text += (alphabet[group >> 18] as string) + alphabet[(group >> 12) & 63]
  return left === 2 ? text + alphabet[(group >> 6) & 63] : text
}

const decode = (text: string, table: Int8Array): Uint8Array => {
  if (text.length % 4 === 1) throw new FormatError('TEXT_NOT_BASE64')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let group = 0
  let bits = 0
  let offset = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const digit = unit < 128 ? (table[unit] as number) : -1
    if (digit < 0) throw new FormatError('TEXT_NOT_BASE64')
    group = ((group << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[offset++] = (group >> bits) & 0xff
    }
  }
  if ((group & ((1 << bits) - 1)) !== 0) throw new FormatError('TEXT_NOT_BASE64')
  return bytes
}

/** Base64url without padding: single warrants and PEM bodies (format §13.1). */
export const toBase64Url = (bytes: Uint8Array): string => encode(bytes, URL_SAFE)

/** @throws FormatError TEXT_NOT_BASE64 on padding, the other alphabet, white space or stray bits. */
export const fromBase64Url = (text: string): Uint8Array => decode(text, URL_SAFE_TABLE)

/** Standard base64 with padding: chains, proofs and approvals in transport (format §13). */
export const toBase64 = (bytes: Uint8Array): string => {
  const text = encode(bytes, STANDARD)
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/** @throws FormatError TEXT_NOT_BASE64 on missing padding, the other alphabet, white space or stray bits. */
export const fromBase64 = (text: string): Uint8Array => {
  if (text.length % 4 !== 0) throw new FormatError('TEXT_NOT_BASE64')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return decode(padding === 0 ? text : text.slice(0, -padding), STANDARD_TABLE)
}

/** Either form, told apart by the alphabet and padding of the text: for places documented as lenient. */
export const fromEitherBase64 = (text: string): Uint8Array =>
  text.length % 4 === 0 && !text.includes('-') && !text.includes('_') ? fromBase64(text) : fromBase64Url(text)
