/** A pattern as its readers see it: a cursor over its characters, and the pieces that classes and sequences share. */

import { FormatError } from '../errors.js'
import { UNICODE_PROPERTIES } from './properties.js'

/** The engine's own bound on `{n,m}`. */
export const MAX_REPEAT = 1_000

/** A character that stands for itself, in a form that no engine reads as anything else. */
export const literalOf = (character: string): string =>
  /^[A-Za-z0-9]$/.test(character)
    ? character
    : `\\x{${(character.codePointAt(0) as number).toString(16).toUpperCase()}}` // never empty

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  t: '\t',
  n: '\n',
  r: '\r',
  v: '\v',
}

/** Printable ASCII characters that are neither letters nor digits; `<` and `>` escaped are word boundaries. */
const PUNCTUATION = /^[ -/:;=?@[-`{-~]$/

/** Not a pattern in the reference either. */
export const invalid = (detail: string): FormatError => new FormatError('CONSTRAINT_INVALID', detail)

/** A pattern that the reference may well read, and that is refused here. */
export const outside = (detail: string): FormatError =>
  new FormatError('CONSTRAINT_INVALID', detail, { rule: 'REGEX_DIALECT' })

export class PatternText {
  readonly #pattern: string
  #at = 0

  constructor(pattern: string) {
    if (!pattern.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
    this.#pattern = pattern
  }

  get done(): boolean {
    return this.#at >= this.#pattern.length
  }

  sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at)
  }

  take(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at += text.length
    return true
  }

  /** The next character, which there must be. */
  next(): string {
    const point = this.#pattern.codePointAt(this.#at)
    if (point === undefined) throw invalid('the pattern ends too soon')
    const character = String.fromCodePoint(point)
    this.#at += character.length
    return character
  }

  /** What a sticky expression finds here. */
  takeMatch(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#pattern)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  /** The character that an escape stands for, its first character already taken, as a literal. */
  escapedLiteral(character: string): string {
    const control = CONTROLS[character]
    if (control !== undefined && Object.hasOwn(CONTROLS, character)) return literalOf(control)
    if (PUNCTUATION.test(character)) return literalOf(character)
    const digits =
      character === 'x'
        ? (this.takeMatch(/[0-9A-Fa-f]{2}/y) ?? this.takeMatch(/\{[0-9A-Fa-f]{1,8}\}/y)?.slice(1, -1))
        : character === 'u'
          ? this.takeMatch(/[0-9A-Fa-f]{4}/y)
          : character === 'U'
            ? this.takeMatch(/[0-9A-Fa-f]{8}/y)
            : undefined
    if (digits === undefined) throw outside('an escape that is not known')
    const point = Number.parseInt(digits, 16)
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw invalid('an escape of no character')
    }
    return literalOf(String.fromCodePoint(point))
  }

  /** A property behind `\p`: one letter, or a name in braces. */
  property(): string {
    const written = this.takeMatch(/[A-Z]/y) ?? this.takeMatch(/\{[A-Za-z]+\}/y)?.slice(1, -1)
    if (written === undefined || !UNICODE_PROPERTIES.has(written))
      throw outside('a property that is not known')
    return `\\p{${written}}`
  }
}
