/**
 * Reads the one CBOR form of the protocol (format §2) and refuses every other.
 *
 * The reader is a cursor with one method per expected type, so that a decoder reads as the structure it decodes and
 * no generic tree is ever built. It refuses indefinite lengths, longer heads than needed, tags, `undefined`, other
 * simple values, invalid UTF-8, repeated or disordered names, and whatever follows. Its cost is linear in the input:
 * nothing is allocated from a claimed length.
 */

import { type FormatCode, FormatError } from '../errors.js'
import { compareUtf8, fromUtf8 } from './bytes.js'
import {
  ARRAY,
  BYTES,
  DOUBLE,
  FALSE,
  HALF,
  MAP,
  NEGATIVE,
  NULL,
  SINGLE,
  TAG,
  TEXT,
  TRUE,
  UINT,
} from './cborMajor.js'
import { halfBits, halfToNumber } from './halfFloat.js'
import { MAX_CBOR_DEPTH, MAX_VALUE_DEPTH } from './limits.js'
import { float, MAX_INTEGER, MIN_INTEGER, type Value } from './value.js'

/** Read by the reference, but not the one form that is written. */
const otherForm = (code: FormatCode, detail?: string): FormatError =>
  new FormatError(code, detail, { rule: 'ENCODING_ONE_FORM' })

/** Forms of null and of booleans besides their own: `undefined`, and simple values in two bytes. */
const isOtherSimple = (initial: number): boolean => initial === 0xf7 || initial === 0xf8

export type CborType = 'uint' | 'negative' | 'bytes' | 'text' | 'array' | 'map' | 'boolean' | 'null' | 'float'

export class CborReader {
  readonly #bytes: Uint8Array
  #offset = 0
  #depth = 0

  /** Reads `bytes` in place; they must not change while the reader lives. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** For wide integers and floats, which are rarer than readers. */
  #view(): DataView {
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
  }

  /** Two bytes that are there, most significant first. */
  #uint16(offset: number): number {
    return ((this.#bytes[offset] as number) << 8) | (this.#bytes[offset + 1] as number)
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
    if (this.#offset !== this.#bytes.length) throw otherForm('CBOR_TRAILING_BYTES')
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
        throw otherForm('CBOR_TAGGED')
    }
    if (initial === FALSE || initial === TRUE) return 'boolean'
    if (initial === NULL) return 'null'
    if (initial >= HALF && initial <= DOUBLE) return 'float'
    if (isOtherSimple(initial)) throw otherForm('CBOR_MALFORMED')
    throw initial === 0xff ? otherForm('CBOR_INDEFINITE') : new FormatError('CBOR_MALFORMED')
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.#offset) throw new FormatError('CBOR_TRUNCATED')
  }

  #unexpected(initial: number, wanted?: number): FormatError {
    if (initial >> 5 === TAG) return otherForm('CBOR_TAGGED')
    const isOther = isOtherSimple(initial) || (wanted === TEXT && initial >> 5 === BYTES)
    return isOther ? otherForm('CBOR_UNEXPECTED_TYPE') : new FormatError('CBOR_UNEXPECTED_TYPE')
  }

  /** Takes a head of the given major type and returns its argument; beyond 2^53 - 1 it is refused. */
  #head(major: number): number {
    const initial = this.#bytes[this.#offset]
    if (initial === undefined) throw new FormatError('CBOR_TRUNCATED')
    if (initial >> 5 !== major) throw this.#unexpected(initial, major)
    const info = initial & 31
    if (info < 24) {
      this.#offset++
      return info
    }
    if (info === 24) {
      this.#need(2)
      const value = this.#bytes[this.#offset + 1] as number
      if (value < 24) throw otherForm('CBOR_NOT_CANONICAL')
      this.#offset += 2
      return value
    }
    if (info === 25) {
      this.#need(3)
      const value = this.#uint16(this.#offset + 1)
      if (value < 0x100) throw otherForm('CBOR_NOT_CANONICAL')
      this.#offset += 3
      return value
    }
    if (info === 26) {
      this.#need(5)
      const value = this.#uint16(this.#offset + 1) * 0x10000 + this.#uint16(this.#offset + 3)
      if (value < 0x10000) throw otherForm('CBOR_NOT_CANONICAL')
      this.#offset += 5
      return value
    }
    if (info === 27) {
      const value = this.#wide()
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new FormatError('CBOR_NUMBER_RANGE')
      return Number(value)
    }
    throw info === 31 ? otherForm('CBOR_INDEFINITE') : new FormatError('CBOR_MALFORMED')
  }

  #wide(): bigint {
    this.#need(9)
    const value = this.#view().getBigUint64(this.#offset + 1)
    if (value < 0x100000000n) throw otherForm('CBOR_NOT_CANONICAL')
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
    if (value < MIN_INTEGER || value > MAX_INTEGER) throw new FormatError('CBOR_NUMBER_RANGE')
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
      value = halfToNumber(this.#uint16(this.#offset + 1))
      shorter = false
      this.#offset += 3
    } else if (initial === SINGLE) {
      this.#need(5)
      value = this.#view().getFloat32(this.#offset + 1)
      shorter = halfBits(value) !== undefined
      this.#offset += 5
    } else if (initial === DOUBLE) {
      this.#need(9)
      value = this.#view().getFloat64(this.#offset + 1)
      shorter = Math.fround(value) === value
      this.#offset += 9
    } else {
      throw this.#unexpected(initial)
    }
    if (!Number.isFinite(value))
      throw new FormatError('CBOR_NOT_FINITE', undefined, { rule: 'VALUE_NOT_FINITE' })
    if (shorter) throw otherForm('CBOR_NOT_CANONICAL')
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
    const units = new Array<number>(length)
    for (let i = 0; i < length; i++) {
      const byte = this.#bytes[start + i] as number // as many were needed
      if (byte > 0x7f) return undefined
      units[i] = byte
    }
    return String.fromCharCode.apply(null, units)
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

  /** What `read` makes of a byte string, which it is shown where it stands: a view of every short one is costly. */
  bytesAt<T>(read: (memory: Uint8Array, start: number, length: number) => T): T {
    const length = this.#head(BYTES)
    this.#need(length)
    const start = this.#offset
    this.#offset += length
    return read(this.#bytes, start, length)
  }

  /** Bytes written as an array of integers, of exactly `length` when given. */
  octets(length?: number): Uint8Array {
    const count = this.#head(ARRAY)
    if (length !== undefined && count !== length) throw new FormatError('CBOR_UNEXPECTED_TYPE', 'byte length')
    this.#need(count)
    const bytes = new Uint8Array(count)
    for (let i = 0; i < count; i++) bytes[i] = this.#octet()
    return bytes
  }

  /** One of them: most often in the two bytes that an integer from 24 on takes. */
  #octet(): number {
    const value = this.#bytes[this.#offset + 1]
    if (this.#bytes[this.#offset] !== 0x18 || value === undefined || value < 24) return this.uint(255)
    this.#offset += 2
    return value
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

  /** Enters an array of exactly `count` items. Whoever enters reads each of them, and then leaves. */
  enter(count: number): void {
    const claimed = this.#open(ARRAY, 1)
    // The reference takes the items that it wants, and does not ask how many were announced.
    if (claimed > count) throw otherForm('CBOR_UNEXPECTED_TYPE', 'array length')
    if (claimed < count) throw new FormatError('CBOR_UNEXPECTED_TYPE', 'array length')
  }

  leave(): void {
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
        if (order === 0) throw otherForm('CBOR_DUPLICATE_KEY')
        if (order > 0) throw otherForm('CBOR_KEY_ORDER')
      }
      previous = name
      read(name)
    }
    this.#depth--
  }

  /** Reads a map by name in any order, each name once: for the one map whose order the protocol leaves open. */
  unordered(read: (name: string) => void, max: number = Number.MAX_SAFE_INTEGER): void {
    const count = this.#open(MAP, 2)
    if (count > max) throw new FormatError('CBOR_NUMBER_RANGE', 'map length')
    const seen = new Set<string>()
    for (let i = 0; i < count; i++) {
      const name = this.text()
      if (seen.has(name)) throw new FormatError('CBOR_DUPLICATE_KEY')
      seen.add(name)
      read(name)
    }
    this.#depth--
  }

  /**
   * Reads a struct-shaped map: its fields stand in declaration order, each optional one may be absent, and there is
   * no other. `read` takes the value of each field that is there. Of at most 31 fields.
   */
  struct<Name extends string>(
    fields: readonly Name[],
    required: readonly Name[],
    read: (name: Name) => void,
  ): void {
    const count = this.#open(MAP, 2)
    let next = 0
    let seen = 0 // a bit for each place
    for (let i = 0; i < count; i++) {
      // Most often it is the next field: told without making a text of it.
      const place = this.#takes(fields[next]) ? next : fields.indexOf(this.text() as Name) // if it is one
      if (place < 0)
        throw new FormatError('CBOR_UNKNOWN_FIELD', undefined, { rule: 'ENCODING_UNKNOWN_FIELD' })
      if ((seen & (1 << place)) !== 0) throw otherForm('CBOR_DUPLICATE_KEY')
      if (place < next) throw otherForm('CBOR_KEY_ORDER')
      next = place + 1
      seen |= 1 << place
      read(fields[place] as Name) // within the length
    }
    for (const name of required) {
      if ((seen & (1 << fields.indexOf(name))) === 0) throw new FormatError('CBOR_MISSING_FIELD', name)
    }
    this.#depth--
  }

  /** Takes this text, of ASCII and shorter than 24, where it is the next item. */
  #takes(text: string | undefined): boolean {
    if (text === undefined || this.#bytes[this.#offset] !== (TEXT << 5) + text.length) return false
    const start = this.#offset + 1
    for (let i = 0; i < text.length; i++) if (this.#bytes[start + i] !== text.charCodeAt(i)) return false
    this.#offset = start + text.length
    return true
  }

  /** Reads a map of ascending integer keys; `read` takes the value of each. */
  numbered(read: (key: number) => void): void {
    const count = this.#open(MAP, 2)
    let previous = -1
    for (let i = 0; i < count; i++) {
      const key = this.uint()
      if (key === previous) throw otherForm('CBOR_DUPLICATE_KEY')
      if (key < previous) throw otherForm('CBOR_KEY_ORDER')
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
        throw otherForm('CBOR_UNEXPECTED_TYPE')
    }
  }
}
