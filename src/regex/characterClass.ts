/** Classes: `[a-z]`, `[^…]`, with escapes and `[:name:]`, without the reference's nesting and set operations. */

import { invalid, literalOf, outside, type PatternText } from './patternText.js'
import { PERL_CLASSES, POSIX_CLASSES } from './properties.js'

/** What stands in a class: one character, which may begin or end a range, or many, which may not. */
type Member = { readonly character: string } | { readonly set: string; readonly weight: number }

export class ClassReader {
  wide = false
  readonly #text: PatternText

  constructor(text: PatternText) {
    this.#text = text
  }

  /** The class whose `[` has been taken, in the syntax of the engine. */
  read(): { readonly source: string; readonly weight: number } {
    const text = this.#text
    let source = text.take('^') ? '[^' : '['
    let weight = 1
    if (text.take(']')) {
      // A bracket that comes first is a member; the reference lets it begin no range, the engine would.
      if (text.sees('-') && !text.sees('-]')) throw outside('a dash behind a bracket')
      source += literalOf(']')
    }
    while (!text.take(']')) {
      const written = this.#range()
      source += written.source
      weight += written.weight
    }
    return { source: `${source}]`, weight }
  }

  #range(): { readonly source: string; readonly weight: number } {
    const text = this.#text
    const first = this.#member()
    if (text.sees('--')) throw outside('an operation on sets')
    const isRange = text.sees('-') && !text.sees('-]')
    if ('set' in first) {
      if (isRange) throw outside('a class as one end of a range')
      return { source: first.set, weight: first.weight }
    }
    if (!isRange) return { source: literalOf(first.character), weight: 1 }
    text.take('-')
    const last = this.#member()
    if ('set' in last) throw outside('a class as one end of a range')
    if ((last.character.codePointAt(0) as number) < (first.character.codePointAt(0) as number)) {
      throw invalid('a range that ends before it begins')
    }
    return { source: `${literalOf(first.character)}-${literalOf(last.character)}`, weight: 2 }
  }

  #member(): Member {
    const text = this.#text
    for (const operator of ['&&', '--', '~~']) {
      if (text.sees(operator)) throw outside('an operation on sets')
    }
    if (text.sees('[')) return this.#posix()
    const character = text.next()
    return character === '\\' ? this.#escape() : { character }
  }

  #posix(): Member {
    const name = this.#text.takeMatch(/\[:[a-z]+:\]/y)?.slice(2, -2)
    if (name === undefined || !POSIX_CLASSES.has(name)) throw outside('a class inside a class')
    return { set: `[:${name}:]`, weight: 4 }
  }

  #escape(): Member {
    const text = this.#text
    const character = text.next()
    switch (character) {
      case 'd':
      case 's':
      case 'w':
        this.wide = true
        return { set: PERL_CLASSES[character], weight: 40 }
      case 'D':
        this.wide = true
        return { set: '\\P{Nd}', weight: 40 }
      case 'p':
        this.wide = true
        return { set: text.property(), weight: 40 }
      default:
        return { character: pointOf(text.escapedLiteral(character)) }
    }
  }
}

/** The character of a literal as `literalOf` writes it. */
const pointOf = (literal: string): string =>
  literal.length === 1 ? literal : String.fromCodePoint(Number.parseInt(literal.slice(3, -1), 16))
