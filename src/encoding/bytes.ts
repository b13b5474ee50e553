/** Bytes: copies at the public boundary, comparison, hexadecimal, and UTF-8 as the protocol orders and checks it. */

import { FormatError } from '../errors.js'

export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Equality of public bytes. Not constant-time: secrets are never compared with it. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Negative, zero or positive, as `a` sorts before, with or after `b` by unsigned bytes. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A copy that nobody else can write to. Of bytes, nothing that a subclass overrides is asked. */
export const copyBytes = (bytes: Uint8Array): Uint8Array =>
  ArrayBuffer.isView(bytes) ? new Uint8Array(bytes) : Uint8Array.from(bytes)

const HEX_UNITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string => {
  if (bytes.length <= 64) return shortHex(bytes, 0, bytes.length)
  let text = ''
  for (let i = 0; i < bytes.length; i += 64) text += shortHex(bytes, i, Math.min(64, bytes.length - i))
  return text
}

/**
 * The same of a few bytes of some memory, where they stand. In one piece: text that is joined is flattened when it is
 * first compared or looked up, at twice the price.
 */
export const shortHex = (memory: Uint8Array, start: number, length: number): string => {
  const units = new Array<number>(2 * length)
  for (let i = 0; i < length; i++) {
    const byte = memory[start + i] as number
    units[2 * i] = HEX_UNITS[byte >> 4] as number
    units[2 * i + 1] = HEX_UNITS[byte & 15] as number
  }
  return String.fromCharCode.apply(null, units)
}

/** Whether a text begins with the lower-case hexadecimal of so many bytes of some memory. */
export const isHexOf = (text: string, memory: Uint8Array, start: number, length: number): boolean => {
  for (let i = 0; i < length; i++) {
    const byte = memory[start + i] as number
    if (
      text.charCodeAt(2 * i) !== HEX_UNITS[byte >> 4] ||
      text.charCodeAt(2 * i + 1) !== HEX_UNITS[byte & 15]
    )
      return false
  }
  return true
}

const nibble = (unit: number): number => {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  if (unit >= 0x61 && unit <= 0x66) return unit - 0x57
  if (unit >= 0x41 && unit <= 0x46) return unit - 0x37
  return -1
}

/** Bytes of hexadecimal text, either case, of exactly `length` bytes when given. @throws FormatError TEXT_NOT_HEX */
export const fromHex = (text: string, length: number = text.length / 2): Uint8Array => {
  if (text.length !== length * 2) throw new FormatError('TEXT_NOT_HEX')
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const high = nibble(text.charCodeAt(2 * i))
    const low = nibble(text.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) throw new FormatError('TEXT_NOT_HEX')
    bytes[i] = high * 16 + low
  }
  return bytes
}

const encoder = new TextEncoder()
// ignoreBOM keeps a leading byte order mark as text, so that two byte strings never become one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of text. @throws FormatError TEXT_SURROGATE where no bytes can represent it. */
export const toUtf8 = (text: string): Uint8Array => {
  if (!text.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
  return encoder.encode(text)
}

/** Text of UTF-8 bytes, byte for byte. @throws FormatError CBOR_TEXT_INVALID */
export const fromUtf8 = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new FormatError('CBOR_TEXT_INVALID')
  }
}

/**
 * Order of two texts by their UTF-8 bytes, the order of every name-keyed map of the protocol (format §2.1).
 * It is the order of code points; JavaScript's own is that of UTF-16 units, which differs above U+FFFF.
 */
export const compareUtf8 = (a: string, b: string): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return codePointRank(x) - codePointRank(y)
  }
  return a.length - b.length
}

/** UTF-16 units ranked as the code points that they begin: surrogates stand above every other unit. */
const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
