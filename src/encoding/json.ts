/**
 * JSON, read and written without loss: `1` is an Integer and `1.0` a Float, integers beyond 2^53 are exact, a name
 * stands once in an object. `JSON.parse` can do none of these, and each is a way for two readers to see two calls.
 *
 * Time is linear in the text: one pass, no backtracking, and no number is built from more digits than 64 bits hold.
 */

import { type FormatCode, FormatError } from '../errors.js'
import { MAX_JSON_DEPTH, MAX_JSON_TEXT } from './limits.js'
import {
  float,
  integer,
  isFloat,
  isList,
  MAX_INTEGER,
  MIN_INTEGER,
  sortedNames,
  type Value,
  type ValueObject,
} from './value.js'

/**
 * The value of a JSON text, exactly.
 *
 * A number without fraction and exponent is an Integer of 64 bits (`-0`, which is none, is the Float -0.0), any other
 * a Float. White space is that of JSON; a byte order mark is not.
 *
 * @throws FormatError JSON_MALFORMED, JSON_DUPLICATE_KEY, JSON_NUMBER_INEXACT (an integer beyond 64 bits, a Float that
 * overflows or vanishes), JSON_TOO_DEEP, JSON_TOO_LARGE, TEXT_SURROGATE; `where` is line and column.
 */
export const parseJson = (text: string): Value => {
  if (text.length > MAX_JSON_TEXT) throw new FormatError('JSON_TOO_LARGE')
  return new JsonReader(text).document()
}

/**
 * The one JSON text of a value: names by UTF-8 bytes, no white space unless `indent` asks for it, `1.0` for the Float.
 * `parseJson` gives the same value back.
 * @throws FormatError TEXT_SURROGATE where a string or name is not well-formed.
 */
export const formatJson = (value: Value, indent: number = 0): string => write(value, indent, '\n')

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** What stands in a string otherwise than as itself, or not at all: a backslash, and what is below the space. */
const NOT_PLAIN = /[^ -[\]-\uffff]/

/** Digits of the largest integer of 64 bits. */
const MAX_INTEGER_DIGITS = 19

class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Value {
    const value = this.#value(0)
    this.#space()
    if (this.#at !== this.#text.length) throw this.#error('JSON_MALFORMED')
    return value
  }

  #value(depth: number): Value {
    if (depth > MAX_JSON_DEPTH) throw this.#error('JSON_TOO_DEEP')
    this.#space()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): Value {
    const object: Record<string, Value> = Object.create(null)
    this.#at++
    if (this.#takes('}')) return Object.freeze(object)
    do {
      this.#space()
      const start = this.#at
      if (this.#text.charCodeAt(start) !== QUOTE) throw this.#error('JSON_MALFORMED')
      const name = this.#string()
      if (Object.hasOwn(object, name)) throw this.#error('JSON_DUPLICATE_KEY', start)
      if (!this.#takes(':')) throw this.#error('JSON_MALFORMED')
      object[name] = this.#value(depth + 1)
    } while (this.#takes(','))
    if (!this.#takes('}')) throw this.#error('JSON_MALFORMED')
    return Object.freeze(object)
  }

  #array(depth: number): Value {
    const items: Value[] = []
    this.#at++
    if (this.#takes(']')) return Object.freeze(items)
    do items.push(this.#value(depth + 1))
    while (this.#takes(','))
    if (!this.#takes(']')) throw this.#error('JSON_MALFORMED')
    return Object.freeze(items)
  }

  /** Takes a punctuation mark, after white space, where it is the next. */
  #takes(mark: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
      this.#at++
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error('JSON_MALFORMED')
    this.#at += word.length
    return value
  }

  #string(): string {
    const begin = this.#at++
    const end = this.#text.indexOf('"', this.#at)
    const plain = this.#text.slice(this.#at, end)
    if (end < 0 || NOT_PLAIN.test(plain)) return this.#escapedString(begin)
    this.#at = end + 1
    if (!plain.isWellFormed()) throw this.#error('TEXT_SURROGATE', begin)
    return plain
  }

  /** A string unit by unit: one that has escapes, or is none. */
  #escapedString(begin: number): string {
    let text = ''
    let start = this.#at
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit === QUOTE) break
      if (unit === BACKSLASH) {
        text += this.#text.slice(start, this.#at) + this.#escape()
        start = this.#at
      } else if (unit >= 0x20) {
        this.#at++
      } else {
        throw this.#error('JSON_MALFORMED') // a control character; or the end, which is no unit at all
      }
    }
    text += this.#text.slice(start, this.#at++)
    if (!text.isWellFormed()) throw this.#error('TEXT_SURROGATE', begin)
    return text
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6)
      if (digits.length < 4 || /[^0-9a-fA-F]/.test(digits)) throw this.#error('JSON_MALFORMED')
      this.#at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const unescaped = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (unescaped === undefined) throw this.#error('JSON_MALFORMED')
    this.#at += 2
    return unescaped
  }

  #number(): Value {
    const start = this.#at
    if (this.#text.charCodeAt(this.#at) === MINUS) this.#at++
    const leading = this.#text.charCodeAt(this.#at)
    const whole = this.#digits()
    if (whole > 1 && leading === ZERO) throw this.#error('JSON_MALFORMED', start)
    const integral = !this.#fractionOrExponent()
    const digits = this.#text.slice(start, this.#at)
    if (integral) return this.#integer(digits, whole, start)
    const number = Number(digits)
    // A Float is the double nearest to the text; one that is not near at all is no reading of it.
    if (!Number.isFinite(number) || (number === 0 && /^[^eE]*[1-9]/.test(digits))) {
      throw this.#error('JSON_NUMBER_INEXACT', start)
    }
    return float(number)
  }

  #integer(digits: string, count: number, start: number): Value {
    if (digits === '-0') return float(-0)
    if (count < 16) return Number(digits)
    if (count > MAX_INTEGER_DIGITS) throw this.#error('JSON_NUMBER_INEXACT', start)
    const whole = BigInt(digits)
    if (whole < MIN_INTEGER || whole > MAX_INTEGER) throw this.#error('JSON_NUMBER_INEXACT', start)
    return integer(whole)
  }

  #fractionOrExponent(): boolean {
    const start = this.#at
    if (this.#text.charCodeAt(this.#at) === POINT) {
      this.#at++
      this.#digits()
    }
    const exponent = this.#text[this.#at]
    if (exponent === 'e' || exponent === 'E') {
      const sign = this.#text[++this.#at]
      if (sign === '+' || sign === '-') this.#at++
      this.#digits()
    }
    return this.#at !== start
  }

  /** Takes one digit or more, and says how many. */
  #digits(): number {
    const start = this.#at
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (!(unit >= ZERO && unit <= 0x39)) break
      this.#at++
    }
    if (this.#at === start) throw this.#error('JSON_MALFORMED')
    return this.#at - start
  }

  #error(code: FormatCode, at: number = this.#at): FormatError {
    const before = this.#text.slice(0, at)
    const line = before.split('\n').length
    return new FormatError(code, undefined, {
      where: `line ${line}, column ${at - before.lastIndexOf('\n')}`,
    })
  }
}

const write = (value: Value, indent: number, newline: string): string => {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (isFloat(value)) return floatText(value.float)
  const inner = newline + ' '.repeat(indent)
  if (isList(value))
    return enclose(
      '[]',
      value.map((item) => write(item, indent, inner)),
      indent,
      newline,
    )
  const object = value as ValueObject // neither a Float nor a list
  const colon = indent === 0 ? ':' : ': '
  const pairs = sortedNames(object).map(
    (name) => quote(name) + colon + write(object[name] as Value, indent, inner),
  )
  return enclose('{}', pairs, indent, newline)
}

const enclose = (marks: '[]' | '{}', parts: readonly string[], indent: number, newline: string): string => {
  const [open, close] = [marks.charAt(0), marks.charAt(1)]
  if (indent === 0 || parts.length === 0) return open + parts.join(',') + close
  const inner = newline + ' '.repeat(indent)
  return open + inner + parts.join(`,${inner}`) + newline + close
}

const quote = (text: string): string => {
  if (!text.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
  return JSON.stringify(text)
}

/** An integral Float with the point that says so. */
const floatText = (number: number): string => {
  const text = Object.is(number, -0) ? '-0' : String(number)
  return text.includes('e') ? text : `${text}.0`
}
