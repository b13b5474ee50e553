/** Writes the one CBOR form of the protocol (format §2). */

import { FormatError } from '../errors.js'
import { compareUtf8, toUtf8 } from './bytes.js'
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
  TEXT,
  TRUE,
  UINT,
} from './cborMajor.js'
import { halfBits } from './halfFloat.js'
import {
  isFloat,
  isList,
  MAX_INTEGER,
  MIN_INTEGER,
  sortedNames,
  type Value,
  type ValueObject,
} from './value.js'

/** The buffer of the last writer that finished: a new one for each of the many small pieces would cost more than they do. */
let spare: Uint8Array | undefined
const FIRST_BYTES = 1_024
const MOST_SPARE_BYTES = 65_536

const takeBuffer = (): Uint8Array => {
  const buffer = spare ?? new Uint8Array(FIRST_BYTES)
  spare = undefined
  return buffer
}

const NOTHING = new Uint8Array(0)

/** From this length on, an encoder is cheaper than a loop. */
const SHORT_TEXT = 64

/** Whether nothing is left to sort, as in every map that was read: sorting takes memory even then. */
const inOrder = (names: readonly string[]): boolean => {
  for (let i = 1; i < names.length; i++)
    if (compareUtf8(names[i - 1] as string, names[i] as string) > 0) return false
  return true
}

export class CborWriter {
  #buffer = takeBuffer()
  #length = 0

  /** A copy of what has been written; the writer is empty again. */
  finish(): Uint8Array {
    const written = this.#buffer.slice(0, this.#length)
    if (this.#buffer.length <= MOST_SPARE_BYTES) spare = this.#buffer
    this.#buffer = NOTHING
    this.#length = 0
    return written
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
    grown.set(this.#buffer)
    this.#buffer = grown
  }

  #view(): DataView {
    return new DataView(this.#buffer.buffer)
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
      this.#buffer[this.#length++] = argument >> 8
      this.#buffer[this.#length++] = argument & 0xff
    } else if (argument < 0x100000000) {
      this.#buffer[this.#length++] = type | 26
      this.#buffer[this.#length++] = argument >>> 24
      this.#buffer[this.#length++] = (argument >>> 16) & 0xff
      this.#buffer[this.#length++] = (argument >>> 8) & 0xff
      this.#buffer[this.#length++] = argument & 0xff
    } else {
      this.#wideHead(type, BigInt(argument))
    }
  }

  #wideHead(type: number, argument: bigint): void {
    this.#buffer[this.#length++] = type | 27
    this.#view().setBigUint64(this.#length, argument)
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
      this.#buffer[this.#length++] = half >> 8
      this.#buffer[this.#length++] = half & 0xff
    } else if (Math.fround(value) === value) {
      this.#buffer[this.#length++] = SINGLE
      this.#view().setFloat32(this.#length, value)
      this.#length += 4
    } else {
      this.#buffer[this.#length++] = DOUBLE
      this.#view().setFloat64(this.#length, value)
      this.#length += 8
    }
  }

  /** @throws FormatError TEXT_SURROGATE */
  text(value: string): void {
    if (value.length < SHORT_TEXT && this.#ascii(value)) return
    const bytes = toUtf8(value)
    this.#head(TEXT, bytes.length)
    this.#raw(bytes)
  }

  /** Writes short text of ASCII alone; whether it was. */
  #ascii(value: string): boolean {
    const start = this.#length
    this.#head(TEXT, value.length)
    this.#reserve(value.length)
    const buffer = this.#buffer
    const first = this.#length
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) {
        this.#length = start
        return false
      }
      buffer[first + i] = unit
    }
    this.#length = first + value.length
    return true
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
    const names = [...entries.keys()]
    if (!inOrder(names)) names.sort(compareUtf8)
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
