/**
 * The form that application values must have before a general CBOR library may look at them. Looser than the
 * protocol's own (names in any order, floats of any width), and free of everything that such libraries get wrong.
 */

import { FormatError } from '../errors.js'
import { fromUtf8, toHex } from './bytes.js'
import { MAX_VALUE_DEPTH } from './limits.js'
import { MAX_INTEGER } from './value.js'

/**
 * Refuses bytes that are not one item of definite lengths, shortest heads, valid text, finite floats, text keys that
 * differ, no tags and no further simple values. Linear in the input.
 */
export const checkForm = (bytes: Uint8Array): void => {
  if (checkItem(bytes, 0, 0) !== bytes.length) throw new FormatError('CBOR_TRAILING_BYTES')
}

/** Checks the item at an offset and returns the offset behind it. */
const checkItem = (bytes: Uint8Array, at: number, depth: number): number => {
  if (depth > MAX_VALUE_DEPTH) throw new FormatError('CBOR_TOO_DEEP')
  const initial = byteAt(bytes, at)
  const major = initial >> 5
  if (major === 6) throw new FormatError('CBOR_TAGGED')
  if (major === 7) return checkSimple(bytes, at, initial)
  const [argument, next] = head(bytes, at, initial)
  if (major <= 1) return next
  if (argument > bytes.length - next) throw new FormatError('CBOR_TRUNCATED')
  if (major === 2) return next + argument
  if (major === 3) {
    fromUtf8(bytes.subarray(next, next + argument))
    return next + argument
  }
  let offset = next
  if (major === 4) {
    for (let i = 0; i < argument; i++) offset = checkItem(bytes, offset, depth + 1)
    return offset
  }
  const names = new Set<string>()
  for (let i = 0; i < argument; i++) {
    if (byteAt(bytes, offset) >> 5 !== 3) throw new FormatError('CBOR_UNEXPECTED_TYPE')
    const value = checkItem(bytes, offset, depth + 1)
    const name = toHex(bytes.subarray(offset, value)) // valid text in shortest form: equal bytes are equal names
    if (names.has(name)) throw new FormatError('CBOR_DUPLICATE_KEY')
    names.add(name)
    offset = checkItem(bytes, value, depth + 1)
  }
  return offset
}

const byteAt = (bytes: Uint8Array, at: number): number => {
  const byte = bytes[at]
  if (byte === undefined) throw new FormatError('CBOR_TRUNCATED')
  return byte
}

const viewAt = (bytes: Uint8Array, at: number, length: number): DataView => {
  if (at + length > bytes.length) throw new FormatError('CBOR_TRUNCATED')
  return new DataView(bytes.buffer, bytes.byteOffset + at, length)
}

/** The argument of a head and the offset behind it. Past 2^53 it is rounded, which only lengths would mind. */
const head = (bytes: Uint8Array, at: number, initial: number): readonly [argument: number, next: number] => {
  const info = initial & 31
  if (info < 24) return [info, at + 1]
  if (info > 27) throw new FormatError(info === 31 ? 'CBOR_INDEFINITE' : 'CBOR_MALFORMED')
  const length = 2 ** (info - 24)
  const view = viewAt(bytes, at + 1, length)
  const argument = length === 8 ? wide(view) : narrow(view)
  if (argument < (length === 1 ? 24 : 2 ** (4 * length))) throw new FormatError('CBOR_NOT_CANONICAL')
  return [argument, at + 1 + length]
}

const narrow = (view: DataView): number => {
  if (view.byteLength === 1) return view.getUint8(0)
  return view.byteLength === 2 ? view.getUint16(0) : view.getUint32(0)
}

const wide = (view: DataView): number => {
  const argument = view.getBigUint64(0)
  if (argument > MAX_INTEGER) throw new FormatError('CBOR_NUMBER_RANGE')
  return Number(argument)
}

const checkSimple = (bytes: Uint8Array, at: number, initial: number): number => {
  if (initial >= 0xf4 && initial <= 0xf6) return at + 1
  if (initial === 0xff) throw new FormatError('CBOR_INDEFINITE')
  if (initial < 0xf9 || initial > 0xfb) throw new FormatError('CBOR_MALFORMED')
  const length = 2 ** (initial - 0xf8)
  const view = viewAt(bytes, at + 1, length)
  const finite =
    length === 2
      ? (view.getUint16(0) & 0x7c00) !== 0x7c00
      : Number.isFinite(length === 4 ? view.getFloat32(0) : view.getFloat64(0))
  if (!finite) throw new FormatError('CBOR_NOT_FINITE')
  return at + 1 + length
}
