/**
 * From the reference's regular expressions to the engine's (format §6).
 *
 * The two dialects look alike and differ in what `\d`, `\w`, `\s` and `\b` mean, in classes, and in a hundred corners.
 * So a pattern is read here in full, what both engines are known to read alike is written anew in the plainest form
 * (every literal as itself or as `\x{…}`, every group without capture), and all else is refused: a pattern that is not
 * understood never runs.
 */

import { ClassReader } from './characterClass.js'
import { invalid, literalOf, MAX_REPEAT, outside, PatternText } from './patternText.js'
import { PERL_CLASSES } from './properties.js'

export interface Translation {
  /** The pattern in the syntax of the engine. */
  readonly source: string
  /** Uses `\b` or `\B`, which the two engines read alike on ASCII text alone. */
  readonly wordBoundary: boolean
  /** Uses Unicode classes, which makes each step dearer. */
  readonly wide: boolean
  /** Ignores case somewhere. */
  readonly foldsCase: boolean
  /** Within the dialect, and too large to be compiled. */
  readonly tooLarge: boolean
}

/** UTF-16 units of a pattern. */
const MAX_PATTERN = 1_024
/** Groups on one path; the reference gives up at 250 nodes of its tree, of which a group is up to four. */
const MAX_NESTING = 50
/** Estimated size of the compiled pattern: repetitions multiply. */
const MAX_WEIGHT = 8_000

const FLAGS = 'imsU'

/**
 * Reads and rewrites a pattern.
 * @throws FormatError CONSTRAINT_INVALID for what is not a pattern, or is one outside the dialect or its bounds: then
 * with rule REGEX_DIALECT.
 */
export const translate = (pattern: string): Translation => {
  if (pattern.length > MAX_PATTERN) throw outside('longer than 1,024 characters')
  const text = new PatternText(pattern)
  const reader = new PatternReader(text)
  const { source, weight } = reader.alternatives(0)
  if (!text.done) throw invalid('a group is closed that was not opened')
  const { wordBoundary, wide, foldsCase } = reader
  return { source, wordBoundary, wide, foldsCase, tooLarge: weight > MAX_WEIGHT }
}

interface Part {
  readonly source: string
  readonly weight: number
}

/** Nothing to match, and nothing to repeat: an anchor, or flags for what follows. */
interface Item extends Part {
  readonly repeatable: boolean
}

const atom = (source: string, weight = 1): Item => ({ source, weight, repeatable: true })
const anchor = (source: string): Item => ({ source, weight: 1, repeatable: false })

class PatternReader {
  wordBoundary = false
  wide = false
  foldsCase = false
  readonly #text: PatternText
  readonly #names = new Set<string>()

  constructor(text: PatternText) {
    this.#text = text
  }

  alternatives(depth: number): Part {
    if (depth > MAX_NESTING) throw outside('groups nested more than 50 deep')
    let { source, weight } = this.#sequence(depth)
    while (this.#text.take('|')) {
      const next = this.#sequence(depth)
      source += `|${next.source}`
      weight += next.weight + 1
    }
    return { source, weight }
  }

  #sequence(depth: number): Part {
    let source = ''
    let weight = 0
    while (!this.#text.done && !this.#text.sees('|') && !this.#text.sees(')')) {
      const part = this.#repetition(this.#item(depth))
      source += part.source
      weight += part.weight
    }
    return { source, weight }
  }

  #item(depth: number): Item {
    const text = this.#text
    const character = text.next()
    switch (character) {
      case '(':
        return this.#group(depth)
      case '[':
        return this.#class()
      case '\\':
        return this.#escape()
      case '.':
        return atom('.', 4)
      case '^':
      case '$':
        return anchor(character)
      case '*':
      case '+':
      case '?':
      case '{':
        throw invalid('nothing to repeat')
      default:
        return atom(literalOf(character))
    }
  }

  #class(): Item {
    const reader = new ClassReader(this.#text)
    const { source, weight } = reader.read()
    this.wide ||= reader.wide
    return atom(source, weight)
  }

  #group(depth: number): Item {
    const text = this.#text
    if (!text.take('?')) return this.#body('(?:', depth)
    if (text.take('P<') || text.take('<')) {
      this.#name()
      return this.#body('(?:', depth)
    }
    const flags = this.#flags()
    if (text.take(':')) return this.#body(`(?${flags}:`, depth)
    if (flags !== '' && text.take(')')) return { source: `(?${flags})`, weight: 0, repeatable: false }
    throw outside('a group of a kind that is not known')
  }

  #body(opening: string, depth: number): Item {
    const { source, weight } = this.alternatives(depth + 1)
    if (!this.#text.take(')')) throw invalid('a group that is not closed')
    return atom(`${opening}${source})`, weight + 1)
  }

  /** Names mean nothing to a test, but a name given twice is an error in the reference. */
  #name(): void {
    const name = this.#text.takeMatch(/[A-Za-z_][A-Za-z0-9_]*>/y)
    if (name === undefined) throw outside('a group of a kind that is not known')
    if (this.#names.has(name)) throw invalid('two groups of one name')
    this.#names.add(name)
  }

  #flags(): string {
    const flags = this.#text.takeMatch(/[A-Za-z-]*/y) ?? ''
    const letters = flags.replace('-', '')
    if (flags.endsWith('-') || [...letters].some((flag) => !FLAGS.includes(flag))) throw outside('flags')
    if (new Set(letters).size !== letters.length) throw invalid('a flag given twice')
    this.foldsCase ||= letters.includes('i')
    return flags
  }

  #escape(): Item {
    const text = this.#text
    const character = text.done ? '' : text.next()
    switch (character) {
      case 'A':
      case 'z':
        return anchor(`\\${character}`)
      case 'b':
      case 'B':
        if (text.sees('{')) throw outside('a word boundary of a special kind')
        this.wordBoundary = true
        return anchor(`\\${character}`)
      case 'd':
      case 's':
      case 'w':
        this.wide = true
        return atom(`[${PERL_CLASSES[character]}]`, 40)
      case 'D':
      case 'S':
      case 'W':
        this.wide = true
        return atom(`[^${PERL_CLASSES[character.toLowerCase() as 'd' | 's' | 'w']}]`, 40) // one of the three
      case 'p':
        this.wide = true
        return atom(text.property(), 40)
      default:
        return atom(text.escapedLiteral(character))
    }
  }

  #repetition(item: Item): Part {
    const text = this.#text
    const written = text.takeMatch(/[*+?]|\{[0-9]+(?:,[0-9]*)?\}/y)
    if (written === undefined) {
      if (text.sees('{')) throw outside('a repetition that is not {n}, {n,} or {n,m}')
      return item
    }
    if (!item.repeatable) throw outside('a repetition of an anchor or of flags')
    const [least, most] = bounds(written)
    if (most < least) throw invalid('a repetition that ends before it begins')
    if (Math.max(least, most === Number.POSITIVE_INFINITY ? 0 : most) > MAX_REPEAT) {
      throw outside('more than 1,000 repetitions')
    }
    const lazy = text.take('?') ? '?' : ''
    if (text.takeMatch(/[*+?{]/y) !== undefined) throw outside('a repetition of a repetition')
    const copies = most === Number.POSITIVE_INFINITY ? least + 1 : Math.max(most, 1)
    return { source: `${item.source}${written}${lazy}`, weight: copies * (item.weight + 1) }
  }
}

const bounds = (written: string): [least: number, most: number] => {
  if (written === '*') return [0, Number.POSITIVE_INFINITY]
  if (written === '+') return [1, Number.POSITIVE_INFINITY]
  if (written === '?') return [0, 1]
  const [least, most] = written.slice(1, -1).split(',')
  if (most === undefined) return [Number(least), Number(least)]
  return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)]
}
