/** Regex (format §6): the argument is a string in which a regular expression is found, anywhere unless it is anchored. */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import type { Value } from '../../encoding/value.js'
import { FormatError, isWarrantError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'
import type { ConstraintKind, Engines, Matcher, Recurse, RegexEngine } from '../constraint.js'
import { textInWords } from '../words.js'

export interface RegexConstraint {
  readonly kind: 'regex'
  readonly pattern: string
}

/**
 * A regular expression in the dialect of format §6. It is searched for: write `^…$` to match the whole string.
 * Without an engine it is not compiled: one that is not valid then denies every value.
 * @throws FormatError CONSTRAINT_INVALID where an engine is given that refuses it; TEXT_SURROGATE.
 */
export const regex = (pattern: string, engine?: RegexEngine): RegexConstraint => {
  if (!pattern.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
  engine?.compile(pattern)
  return Object.freeze({ kind: 'regex', pattern })
}

type Search = ReturnType<RegexEngine['compile']>

/** The compiled pattern, or the error that says why there is none. */
const searchOf = (pattern: string, engine: RegexEngine): Search | FormatError => {
  try {
    return engine.compile(pattern)
  } catch (thrown) {
    if (isWarrantError(thrown)) return thrown as FormatError // the one family that an engine throws
    throw thrown
  }
}

const compile = ({ pattern }: RegexConstraint, { regex: engine }: Engines): Matcher => {
  if (engine === undefined) return () => 'CONSTRAINT_ENGINE_MISSING'
  const search = searchOf(pattern, engine)
  if (typeof search !== 'function') return () => 'CONSTRAINT_ERROR'
  return (value) => typeof value === 'string' && search(value)
}

/** How regular expressions are read, written, matched and ordered. */
export const regexKind: ConstraintKind<RegexConstraint> = {
  kind: 'regex',
  tag: 5,
  coversExact: true,
  needsEngine: true,

  decode(reader: CborReader): RegexConstraint {
    const fields: { pattern?: string } = {}
    reader.struct(['pattern'], ['pattern'], () => {
      fields.pattern = reader.text()
    })
    return regex(fields.pattern as string) // required, hence read
  },

  encode(writer: CborWriter, { pattern }: RegexConstraint): void {
    writer.map(1)
    writer.text('pattern')
    writer.text(pattern)
  },

  compile: (constraint: RegexConstraint, { engines }: Recurse) => compile(constraint, engines),

  /** `parent` covers `child` if and only if their texts are identical: whether one language holds another is not asked. */
  covers: (parent: RegexConstraint, child: RegexConstraint) => parent.pattern === child.pattern,

  /** What the engine says, four of its steps for one of a glob; where it does not, a guess that is not low. */
  work({ pattern }: RegexConstraint, { engines: { regex: engine } }: Recurse) {
    try {
      return 4 * (engine?.work?.(pattern) ?? 16 * pattern.length)
    } catch {
      return 1 // not a pattern: it is never run
    }
  },

  samples({ pattern }: RegexConstraint) {
    const words = pattern.match(/[A-Za-z0-9]+/g) ?? []
    return ['', pattern, ...words.slice(0, 8), words.join('')]
  },

  describe: ({ pattern }: RegexConstraint) =>
    `in which the regular expression ${textInWords(pattern)} is found`,

  differsByFaultOnly: true,

  stricterMatch(constraint: RegexConstraint, value: Value, { engines }: Recurse): StricterRule | undefined {
    if (engines.regex === undefined) return undefined
    const search = searchOf(constraint.pattern, engines.regex)
    if (typeof search !== 'function') return search.rule
    const outcome = typeof value === 'string' && search(value)
    if (outcome === 'CONSTRAINT_TOO_COSTLY') return 'MATCHING_BOUNDED'
    return outcome === 'CONSTRAINT_ERROR' ? 'REGEX_TEXT' : undefined
  },
}
