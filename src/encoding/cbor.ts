/**
 * The CBOR profile of the protocol (format §2): the one form that is written, and a reader that takes that form alone.
 *
 * The reader is a cursor with one method per expected type, so that a decoder reads as the structure it decodes and
 * no generic tree is ever built. It refuses indefinite lengths, longer heads than needed, tags, `undefined`, other
 * simple values, invalid UTF-8, repeated or disordered names, and whatever follows. Its cost is linear in the input:
 * nothing is allocated from a claimed length.
 */

import { FormatError } from '../errors.js'
import { compareUtf8, fromUtf8, toUtf8 } from './bytes.js'
import { MAX_CBOR_DEPTH, MAX_VALUE_DEPTH } from './limits.js'
import {
  float,
  isFloat,
  isList,
  MAX_INTEGER,
  MIN_INTEGER,
  sortedNames,
  type Value,
  type ValueObject,
} from './value.js'

const UINT = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6

const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6
const HALF = 0xf9
const SINGLE = 0xfa
const DOUBLE = 0xfb

const MAX_U64 = 2n ** 64n - 1n

export class CborWriter {
  #buffer = new Uint8Array(256)
  #view = new DataView(this.#buffer.buffer)
  #length = 0

  /** A copy of what has been written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length)
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
    grown.set(this.#buffer)
    this.#buffer = grown
    this.#view = new DataView(grown.buffer)
  }

  #head(major: number, argument: number): void {
    this.#reserve(9)
    const type = major << 5
    if (argument < 24) {
      this.#buffer[this.#length++] = type | argument
    } else if (argument < 0x100) {
      this.#buffer[this.#length++] = type | 24
      this.#buffer[this.#length++] = argument
    } else if (argument < 0x10000) {
      this.#buffer[this.#length++] = type | 25
      this.#view.setUint16(this.#length, argument)
      this.#length += 2
    } else if (argument < 0x100000000) {
      this.#buffer[this.#length++] = type | 26
      this.#view.setUint32(this.#length, argument)
      this.#length += 4
    } else {
      this.#wideHead(type, BigInt(argument))
    }
  }

  #wideHead(type: number, argument: bigint): void {
    this.#buffer[this.#length++] = type | 27
    this.#view.setBigUint64(this.#length, argument)
    this.#length += 8
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #byte(byte: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = byte
  }

  /** An item that is already encoded, as it is. */
  encoded(item: Uint8Array): void {
    this.#raw(item)
  }

  /** A safe non-negative integer. @throws FormatError CBOR_NUMBER_RANGE */
  uint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new FormatError('CBOR_NUMBER_RANGE')
    this.#head(UINT, value)
  }

  /** An integer of 64 bits, signed. @throws FormatError CBOR_NUMBER_RANGE */
  int(value: number | bigint): void {
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) throw new FormatError('CBOR_NUMBER_RANGE')
      if (value >= 0) this.#head(UINT, value)
      else this.#head(NEGATIVE, -1 - value)
      return
    }
    if (value < MIN_INTEGER || value > MAX_INTEGER) throw new FormatError('CBOR_NUMBER_RANGE')
    const [major, argument] = value >= 0n ? [UINT, value] : [NEGATIVE, -1n - value]
    if (argument <= BigInt(Number.MAX_SAFE_INTEGER)) {
      this.#head(major, Number(argument))
    } else {
      this.#reserve(9)
      this.#wideHead(major << 5, argument)
    }
  }

  /** The shortest of half, single and double that keeps every bit, the sign of zero included. */
  float(value: number): void {
    if (!Number.isFinite(value)) throw new FormatError('CBOR_NOT_FINITE')
    this.#reserve(9)
    const half = halfBits(value)
    if (half !== undefined) {
      this.#buffer[this.#length++] = HALF
      this.#view.setUint16(this.#length, half)
      this.#length += 2
    } else if (Math.fround(value) === value) {
      this.#buffer[this.#length++] = SINGLE
      this.#view.setFloat32(this.#length, value)
      this.#length += 4
    } else {
      this.#buffer[this.#length++] = DOUBLE
      this.#view.setFloat64(this.#length, value)
      this.#length += 8
    }
  }

  /** @throws FormatError TEXT_SURROGATE */
  text(value: string): void {
    const bytes = toUtf8(value)
    this.#head(TEXT, bytes.length)
    this.#raw(bytes)
  }

  bytes(value: Uint8Array): void {
    this.#head(BYTES, value.length)
    this.#raw(value)
  }

  /** An array of integers, one per byte: how the protocol writes some byte strings (format §2, `octets`). */
  octets(value: Uint8Array): void {
    this.#head(ARRAY, value.length)
    for (const byte of value) this.#head(UINT, byte)
  }

  boolean(value: boolean): void {
    this.#byte(value ? TRUE : FALSE)
  }

  null(): void {
    this.#byte(NULL)
  }

  /** The head of an array; `count` items follow. */
  array(count: number): void {
    this.#head(ARRAY, count)
  }

  /** The head of a map; `count` pairs of key and value follow, in the order of their structure. */
  map(count: number): void {
    this.#head(MAP, count)
  }

  /** A map by name, its keys by UTF-8 bytes; each value is written by `write`. */
  named<T>(entries: ReadonlyMap<string, T>, write: (value: T) => void): void {
    const names = [...entries.keys()].sort(compareUtf8)
    this.map(names.length)
    for (const name of names) {
      this.text(name)
      write(entries.get(name) as T)
    }
  }

  /** A canonical value (format §6). */
  value(value: Value): void {
    switch (typeof value) {
      case 'string':
        this.text(value)
        break
      case 'number':
        if (Number.isInteger(value)) this.int(value)
        else this.float(value)
        break
      case 'bigint':
        this.int(value)
        break
      case 'boolean':
        this.boolean(value)
        break
      default:
        this.#composite(value)
    }
  }

  #composite(value: Exclude<Value, string | number | bigint | boolean>): void {
    if (value === null) {
      this.null()
    } else if (isFloat(value)) {
      this.float(value.float)
    } else if (isList(value)) {
      this.array(value.length)
      for (const item of value) this.value(item)
    } else {
      this.#object(value as ValueObject) // the one kind that is left
    }
  }

  #object(object: ValueObject): void {
    const names = sortedNames(object)
    this.map(names.length)
    for (const name of names) {
      this.text(name)
      this.value(object[name] as Value)
    }
  }
}

/** Bits of the half-precision float that equals `value` exactly, or undefined where there is none. */
const halfBits = (value: number): number | undefined => {
  if (value === 0) return Object.is(value, -0) ? 0x8000 : 0
  const sign = value < 0 ? 0x8000 : 0
  const size = Math.abs(value)
  if (size > 65_504) return undefined
  if (size < 2 ** -14) {
    const units = size / 2 ** -24 // subnormal: multiples of 2^-24
    return Number.isInteger(units) ? sign | units : undefined
  }
  const exponent = Math.floor(Math.log2(size))
  // log2 rounds: correct it so that 1 <= significand < 2
  const power = size < 2 ** exponent ? exponent - 1 : size >= 2 ** (exponent + 1) ? exponent + 1 : exponent
  const fraction = (size / 2 ** power - 1) * 1024
  return Number.isInteger(fraction) ? sign | ((power + 15) << 10) | fraction : undefined
}

const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

export type CborType = 'uint' | 'negative' | 'bytes' | 'text' | 'array' | 'map' | 'boolean' | 'null' | 'float'

export class CborReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0
  #depth = 0

  /** Reads `bytes` in place; they must not change while the reader lives. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get offset(): number {
    return this.#offset
  }

  /** The bytes from an earlier offset up to here, shared. */
  since(offset: number): Uint8Array {
    return this.#bytes.subarray(offset, this.#offset)
  }

  /** Asserts that nothing follows. @throws FormatError CBOR_TRAILING_BYTES */
  end(): void {
    if (this.#offset !== this.#bytes.length) throw new FormatError('CBOR_TRAILING_BYTES')
  }

  /** The type of the next item. */
  peek(): CborType {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    switch (initial >> 5) {
      case UINT:
        return 'uint'
      case NEGATIVE:
        return 'negative'
      case BYTES:
        return 'bytes'
      case TEXT:
        return 'text'
      case ARRAY:
        return 'array'
      case MAP:
        return 'map'
      case TAG:
        throw new FormatError('CBOR_TAGGED')
    }
    if (initial === FALSE || initial === TRUE) return 'boolean'
    if (initial === NULL) return 'null'
    if (initial >= HALF && initial <= DOUBLE) return 'float'
    throw new FormatError(initial === 0xff ? 'CBOR_INDEFINITE' : 'CBOR_MALFORMED')
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.#offset) throw new FormatError('CBOR_TRUNCATED')
  }

  #unexpected(initial: number): FormatError {
    return new FormatError(initial >> 5 === TAG ? 'CBOR_TAGGED' : 'CBOR_UNEXPECTED_TYPE')
  }

  /** Takes a head of the given major type and returns its argument; beyond 2^53 - 1 it is refused. */
  #head(major: number): number {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    if (initial >> 5 !== major) throw this.#unexpected(initial)
    const info = initial & 31
    if (info < 24) {
      this.#offset++
      return info
    }
    if (info === 24) {
      this.#need(2)
      const value = this.#bytes[this.#offset + 1] as number
      if (value < 24) throw new FormatError('CBOR_NOT_CANONICAL')
      this.#offset += 2
      return value
    }
    if (info === 25) {
      this.#need(3)
      const value = this.#view.getUint16(this.#offset + 1)
      if (value < 0x100) throw new FormatError('CBOR_NOT_CANONICAL')
      this.#offset += 3
      return value
    }
    if (info === 26) {
      this.#need(5)
      const value = this.#view.getUint32(this.#offset + 1)
      if (value < 0x10000) throw new FormatError('CBOR_NOT_CANONICAL')
      this.#offset += 5
      return value
    }
    if (info === 27) {
      const value = this.#wide()
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new FormatError('CBOR_NUMBER_RANGE')
      return Number(value)
    }
    throw new FormatError(info === 31 ? 'CBOR_INDEFINITE' : 'CBOR_MALFORMED')
  }

  #wide(): bigint {
    this.#need(9)
    const value = this.#view.getBigUint64(this.#offset + 1)
    if (value < 0x100000000n) throw new FormatError('CBOR_NOT_CANONICAL')
    this.#offset += 9
    return value
  }

  /** A non-negative safe integer, at most `max`. */
  uint(max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#head(UINT)
    if (value > max) throw new FormatError('CBOR_NUMBER_RANGE')
    return value
  }

  /** An integer of 64 bits, signed, in canonical form: a number where it is safe. */
  int(): number | bigint {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    const major = initial >> 5
    if (major !== UINT && major !== NEGATIVE) throw this.#unexpected(initial)
    if ((initial & 31) !== 27) return major === UINT ? this.#head(UINT) : -1 - this.#head(NEGATIVE)
    const argument = this.#wide()
    const value = major === UINT ? argument : -1n - argument
    if (value < MIN_INTEGER || value > MAX_INTEGER || argument > MAX_U64)
      throw new FormatError('CBOR_NUMBER_RANGE')
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  }

  /** A finite float in its shortest form. */
  float(): number {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    let value: number
    let shorter: boolean
    if (initial === HALF) {
      this.#need(3)
      value = halfToNumber(this.#view.getUint16(this.#offset + 1))
      shorter = false
      this.#offset += 3
    } else if (initial === SINGLE) {
      this.#need(5)
      value = this.#view.getFloat32(this.#offset + 1)
      shorter = halfBits(value) !== undefined
      this.#offset += 5
    } else if (initial === DOUBLE) {
      this.#need(9)
      value = this.#view.getFloat64(this.#offset + 1)
      shorter = Math.fround(value) === value
      this.#offset += 9
    } else {
      throw this.#unexpected(initial)
    }
    if (!Number.isFinite(value)) throw new FormatError('CBOR_NOT_FINITE')
    if (shorter) throw new FormatError('CBOR_NOT_CANONICAL')
    return value
  }

  text(): string {
    const length = this.#head(TEXT)
    this.#need(length)
    const start = this.#offset
    this.#offset += length
    if (length < 48) {
      const plain = this.#ascii(start, length)
      if (plain !== undefined) return plain
    }
    return fromUtf8(this.#bytes.subarray(start, this.#offset))
  }

  /** Short ASCII text without the price of a decoder call; undefined where a byte is not ASCII. */
  #ascii(start: number, length: number): string | undefined {
    let text = ''
    for (let i = start; i < start + length; i++) {
      const byte = this.#bytes[i] as number
      if (byte > 0x7f) return undefined
      text += String.fromCharCode(byte)
    }
    return text
  }

  /** A copy of a byte string, of exactly `length` bytes when given. */
  bytes(length?: number): Uint8Array {
    return this.sharedBytes(length).slice()
  }

  /** A byte string that shares the memory of the input. */
  sharedBytes(length?: number): Uint8Array {
    const claimed = this.#head(BYTES)
    if (length !== undefined && claimed !== length)
      throw new FormatError('CBOR_UNEXPECTED_TYPE', 'byte length')
    this.#need(claimed)
    const start = this.#offset
    this.#offset += claimed
    return this.#bytes.subarray(start, this.#offset)
  }

  /** Bytes written as an array of integers, of exactly `length` when given. */
  octets(length?: number): Uint8Array {
    const count = this.#head(ARRAY)
    if (length !== undefined && count !== length) throw new FormatError('CBOR_UNEXPECTED_TYPE', 'byte length')
    this.#need(count)
    const bytes = new Uint8Array(count)
    for (let i = 0; i < count; i++) bytes[i] = this.uint(255)
    return bytes
  }

  boolean(): boolean {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    if (initial !== FALSE && initial !== TRUE) throw this.#unexpected(initial)
    this.#offset++
    return initial === TRUE
  }

  null(): void {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    if (initial !== NULL) throw this.#unexpected(initial)
    this.#offset++
  }

  /** Takes a null where one stands, and says so. */
  takeNull(): boolean {
    if (this.peek() !== 'null') return false
    this.#offset++
    return true
  }

  /** Reads an array: `read` is called for each item. */
  array(read: (index: number, count: number) => void, max: number = Number.MAX_SAFE_INTEGER): void {
    const count = this.#open(ARRAY, 1)
    if (count > max) throw new FormatError('CBOR_NUMBER_RANGE', 'array length')
    for (let i = 0; i < count; i++) read(i, count)
    this.#depth--
  }

  /** Reads an array of exactly `count` items. */
  tuple(count: number, read: (index: number) => void): void {
    const claimed = this.#open(ARRAY, 1)
    if (claimed !== count) throw new FormatError('CBOR_UNEXPECTED_TYPE', 'array length')
    for (let i = 0; i < count; i++) read(i)
    this.#depth--
  }

  /** Reads a map by name, whose names must ascend by UTF-8 bytes; `read` takes each value. */
  named(read: (name: string) => void, max: number = Number.MAX_SAFE_INTEGER): void {
    const count = this.#open(MAP, 2)
    if (count > max) throw new FormatError('CBOR_NUMBER_RANGE', 'map length')
    let previous: string | undefined
    for (let i = 0; i < count; i++) {
      const name = this.text()
      if (previous !== undefined) {
        const order = compareUtf8(previous, name)
        if (order === 0) throw new FormatError('CBOR_DUPLICATE_KEY')
        if (order > 0) throw new FormatError('CBOR_KEY_ORDER')
      }
      previous = name
      read(name)
    }
    this.#depth--
  }

  /**
   * Reads a struct-shaped map: its fields stand in declaration order, each optional one may be absent, and there is
   * no other. `read` takes the value of each field that is there.
   */
  struct<Name extends string>(
    fields: readonly Name[],
    required: readonly Name[],
    read: (name: Name) => void,
  ): void {
    const count = this.#open(MAP, 2)
    let next = 0
    const seen = new Set<string>()
    for (let i = 0; i < count; i++) {
      const name = this.text()
      const place = fields.indexOf(name as Name)
      if (place < 0) throw new FormatError('CBOR_UNKNOWN_FIELD')
      if (seen.has(name)) throw new FormatError('CBOR_DUPLICATE_KEY')
      if (place < next) throw new FormatError('CBOR_KEY_ORDER')
      next = place + 1
      seen.add(name)
      read(name as Name)
    }
    for (const name of required) {
      if (!seen.has(name)) throw new FormatError('CBOR_MISSING_FIELD', name)
    }
    this.#depth--
  }

  /** Reads a map of ascending integer keys; `read` takes the value of each. */
  numbered(read: (key: number) => void): void {
    const count = this.#open(MAP, 2)
    let previous = -1
    for (let i = 0; i < count; i++) {
      const key = this.uint()
      if (key === previous) throw new FormatError('CBOR_DUPLICATE_KEY')
      if (key < previous) throw new FormatError('CBOR_KEY_ORDER')
      previous = key
      read(key)
    }
    this.#depth--
  }

  #open(major: number, perItem: number): number {
    const count = this.#head(major)
    // Every item takes at least one byte: a longer claim than the bytes left is refused before anything is made.
    this.#need(count * perItem)
    if (++this.#depth > MAX_CBOR_DEPTH) throw new FormatError('CBOR_TOO_DEEP')
    return count
  }

  /** A value (format §6) in canonical form, frozen. */
  value(depth = 0): Value {
    if (depth > MAX_VALUE_DEPTH) throw new FormatError('VALUE_TOO_DEEP')
    switch (this.peek()) {
      case 'text':
        return this.text()
      case 'uint':
      case 'negative':
        return this.int()
      case 'float':
        return float(this.float())
      case 'boolean':
        return this.boolean()
      case 'null':
        this.null()
        return null
      case 'array': {
        const items: Value[] = []
        this.array(() => items.push(this.value(depth + 1)))
        return Object.freeze(items)
      }
      case 'map': {
        const object: Record<string, Value> = Object.create(null)
        this.named((name) => {
          object[name] = this.value(depth + 1)
        })
        return Object.freeze(object)
      }
      case 'bytes':
        throw new FormatError('CBOR_UNEXPECTED_TYPE')
    }
  }
}

/** The bytes of one canonical value. */
export const encodeValue = (value: Value): Uint8Array => {
  const writer = new CborWriter()
  writer.value(value)
  return writer.finish()
}

/** The value of bytes that hold exactly one, in the form that is written. @throws FormatError CBOR_… */
export const decodeValue = (bytes: Uint8Array): Value => {
  const reader = new CborReader(bytes)
  const value = reader.value()
  reader.end()
  return value
}
