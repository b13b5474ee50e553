/**
 * Application values in the extensions bag of a warrant (format §5.1): the door `warrant/extensions`, and the one
 * importer of cbor-x.
 *
 * The protocol carries extension values as opaque bytes; by convention they are CBOR. Applications want plain data
 * there, with byte strings and without this package's care for 1 against 1.0, which is what a general library is good
 * at. It never sees bytes that {@link checkForm} has not passed: what it accepts beyond that (tags that build objects,
 * repeated keys, broken text) is refused first.
 */

import { Decoder, Encoder } from 'cbor-x'
import { FormatError } from '../errors.js'
import { checkForm } from './appForm.js'
import { compareUtf8, fromUtf8, toHex } from './bytes.js'
import { MAX_EXTENSION_VALUE_BYTES, MAX_VALUE_DEPTH } from './limits.js'

/** Plain data of an application. A `Uint8Array` is a byte string; a `bigint` an integer beyond 2^53, of 64 bits. */
export type AppValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly AppValue[]
  | { readonly [name: string]: AppValue }

const SHARED = { useRecords: false, mapsAsObjects: false, tagUint8Array: false } as const
const encoder = new Encoder(SHARED)
const decoder = new Decoder(SHARED)

/**
 * The bytes of an application value: definite lengths, shortest integers, names by UTF-8 bytes, floats as doubles.
 * A number that is an integer is written as one.
 *
 * @throws FormatError VALUE_UNSUPPORTED, VALUE_NUMBER, VALUE_TOO_DEEP, TEXT_SURROGATE; EXTENSION_TOO_LARGE past
 * 8,192 bytes.
 * @example
 * mint({ ..., extensions: { 'com.example.billing': encodeAppValue({ team: 'research', costCenter: 4201 }) } }, signer)
 */
export const encodeAppValue = (value: AppValue): Uint8Array => {
  const bytes = new Uint8Array(encoder.encode(prepare(value, 0)))
  if (bytes.length > MAX_EXTENSION_VALUE_BYTES) throw new FormatError('EXTENSION_TOO_LARGE')
  checkForm(bytes)
  return bytes
}

/**
 * The application value of an extension's bytes, frozen (byte strings are copies). Objects have no prototype.
 * Reads what this package and the other implementations of the protocol write: names in any order, floats of any width.
 *
 * @throws FormatError CBOR_… for anything else; EXTENSION_TOO_LARGE.
 */
export const decodeAppValue = (bytes: Uint8Array): AppValue => {
  if (bytes.length > MAX_EXTENSION_VALUE_BYTES) throw new FormatError('EXTENSION_TOO_LARGE')
  const own = bytes.slice()
  checkForm(own)
  return restore(decoder.decode(own))
}

/**
 * The value of an extension in words, for people: JSON with byte strings as h'…'; text in quotes where the bytes are not
 * CBOR but UTF-8, as the protocol's own session and agent ids are; hexadecimal otherwise. Never throws.
 * The text may be hostile: whoever prints it escapes it.
 */
export const showAppValue = (bytes: Uint8Array): string => {
  try {
    return show(decodeAppValue(bytes))
  } catch {
    try {
      return JSON.stringify(fromUtf8(bytes))
    } catch {
      return `h'${toHex(bytes)}'`
    }
  }
}

/** The form in which cbor-x writes exactly what is meant. */
const prepare = (value: unknown, depth: number): unknown => {
  if (depth > MAX_VALUE_DEPTH) throw new FormatError('VALUE_TOO_DEEP')
  switch (typeof value) {
    case 'string':
      return wellFormed(value)
    case 'boolean':
      return value
    case 'number':
      return prepareNumber(value)
    case 'bigint':
      return prepareInteger(value)
    case 'object':
      break
    default:
      throw new FormatError('VALUE_UNSUPPORTED')
  }
  if (value === null) return null
  if (value instanceof Uint8Array) return value
  if (Array.isArray(value)) return Array.from(value, (item) => prepare(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw new FormatError('VALUE_UNSUPPORTED')
  const entries = Object.entries(value).sort(([a], [b]) => compareUtf8(a, b))
  // A Map, since cbor-x takes `__proto__` in an object for something else.
  return new Map(entries.map(([name, item]) => [wellFormed(name), prepare(item, depth + 1)]))
}

const wellFormed = (text: string): string => {
  if (!text.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
  return text
}

const prepareNumber = (number: number): number | bigint => {
  if (!Number.isFinite(number)) throw new FormatError('VALUE_NUMBER', 'not finite')
  if (!Number.isInteger(number)) return number
  if (!Number.isSafeInteger(number)) throw new FormatError('VALUE_NUMBER', 'not a safe integer')
  return prepareInteger(BigInt(number))
}

/** cbor-x writes numbers from 2^32 on as floats, and every bigint in nine bytes. */
const prepareInteger = (whole: bigint): number | bigint => {
  if (whole < -(2n ** 63n) || whole >= 2n ** 63n) throw new FormatError('VALUE_NUMBER', 'beyond 64 bits')
  return whole >= -(2n ** 32n) && whole < 2n ** 32n ? Number(whole) : whole
}

const restore = (decoded: unknown): AppValue => {
  if (typeof decoded === 'bigint') {
    const safe = decoded >= Number.MIN_SAFE_INTEGER && decoded <= Number.MAX_SAFE_INTEGER
    return safe ? Number(decoded) : decoded
  }
  if (decoded instanceof Uint8Array) return new Uint8Array(decoded)
  if (Array.isArray(decoded)) return Object.freeze(decoded.map(restore))
  if (!(decoded instanceof Map)) return decoded as AppValue // Invariant: checkForm leaves nothing else
  const object: Record<string, AppValue> = Object.create(null)
  for (const [name, item] of decoded) object[name] = restore(item)
  return Object.freeze(object)
}

const show = (value: AppValue): string => {
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, item]) => `${JSON.stringify(name)}: ${show(item)}`)
    .join(', ')}}`
}
