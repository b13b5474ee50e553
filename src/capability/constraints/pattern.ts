/** Pattern (format §6): the argument is a string that a glob matches as a whole. See `glob.ts` for the dialect. */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { FormatError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'
import type { Constraint, ConstraintKind } from '../constraint.js'
import {
  type Glob,
  type GlobToken,
  MAX_SEGMENT_WEIGHT,
  matchGlob,
  parseGlob,
  sameToken,
  tokensOf,
} from '../glob.js'
import { textInWords } from '../words.js'

export interface PatternConstraint {
  readonly kind: 'pattern'
  readonly pattern: string
}

/**
 * A glob over the whole string: `*`, `?`, `[a-z]`, `[!a-z]`, and `**` as a component. It knows nothing of paths:
 * `/data/*` matches `/data/../etc`. For paths use `subpath`.
 * @throws FormatError CONSTRAINT_INVALID for a glob that is not valid, or with more than 32 tokens between two of
 * its stars unless they are literal text; TEXT_SURROGATE.
 */
export const pattern = (glob: string): PatternConstraint => {
  const parsed = parseGlob(glob)
  if (parsed.weight > MAX_SEGMENT_WEIGHT) {
    throw new FormatError('CONSTRAINT_INVALID', 'too much between two stars', { rule: 'PATTERN_BOUNDED' })
  }
  const constraint: PatternConstraint = Object.freeze({ kind: 'pattern', pattern: glob })
  known.set(constraint, parsed)
  return constraint
}

/** By constraint, whose text is frozen: a long glob is read once, not whenever it is asked. */
const known = new WeakMap<PatternConstraint, Glob>()

/** The glob of a constraint, also of one that no constructor made. */
const globOf = (constraint: PatternConstraint): Glob => known.get(constraint) ?? parseGlob(constraint.pattern)

/**
 * How the reference narrows a pattern: by the stars in its text alone, those in classes included. The parent has one
 * star, at its end or its start; the child begins or ends alike, and has no star but one in that place.
 */
const textNarrows = (parent: string, child: string): boolean => {
  const star = parent.indexOf('*')
  if (star !== parent.lastIndexOf('*')) return false
  if (parent.endsWith('*'))
    return child.startsWith(parent.slice(0, -1)) && [-1, child.length - 1].includes(child.indexOf('*'))
  return star === 0 && child.endsWith(parent.slice(1)) && child.lastIndexOf('*') <= 0
}

/**
 * Whether the one run of the parent stands where the child has anything at all, and all its other tokens are the
 * child's. Only asked where the texts narrow: then the parent's one star, which is its first or last character and so
 * in no class, is its one run.
 */
const tokensNarrow = (parentGlob: Glob, childGlob: Glob): boolean => {
  const [parent, child] = [tokensOf(parentGlob), tokensOf(childGlob)]
  const run = parent.findIndex(({ kind }) => kind === 'run')
  // The star of the child, where it has one, needs no place of its own: it lies where the parent's does.
  if (child.length < parent.length - 1) return false
  const before = parent.slice(0, run)
  const after = parent.slice(run + 1)
  const tail = child.length - after.length
  return (
    before.every((token, i) => sameToken(token, child[i] as GlobToken)) &&
    after.every((token, i) => sameToken(token, child[tail + i] as GlobToken))
  )
}

/**
 * The order of patterns. `parent` covers `child` if and only if
 * 1. their texts are identical, or
 * 2. the parent is some tokens and one star at its end, the child's tokens begin with those tokens, and by text the
 *    child is a prefix or a pattern without a star that begins with the parent's; or
 * 3. likewise with one star at the start, and ends.
 * Rule 2 and 3 ask the reference's comparison of texts and one of tokens: by text alone `*]` would cover `*[ab]`.
 */
const covers = (parent: PatternConstraint, child: PatternConstraint): boolean =>
  parent.pattern === child.pattern ||
  (textNarrows(parent.pattern, child.pattern) && tokensNarrow(globOf(parent), globOf(child)))

const sampleOf = (token: GlobToken, run: string): string => {
  switch (token.kind) {
    case 'literal':
      return String.fromCodePoint(token.point)
    case 'any':
      return 'x'
    case 'run':
    case 'components':
      return run
    case 'class': {
      const inside = token.ranges.find(([first, last]) => first <= last)?.[0]
      return token.negated || inside === undefined ? '~' : String.fromCodePoint(inside)
    }
  }
}

/** How patterns are read, written, matched and ordered. */
export const patternKind: ConstraintKind<PatternConstraint> = {
  kind: 'pattern',
  tag: 2,
  coversExact: true,

  decode(reader: CborReader): PatternConstraint {
    let glob: string | undefined
    reader.struct(['pattern'], ['pattern'], () => {
      glob = reader.text()
    })
    if (glob === undefined) throw new FormatError('CONSTRAINT_MALFORMED')
    return pattern(glob)
  },

  encode(writer: CborWriter, constraint: PatternConstraint): void {
    writer.map(1)
    writer.text('pattern')
    writer.text(constraint.pattern)
  },

  compile(constraint: PatternConstraint) {
    const parsed = globOf(constraint)
    return (value) => typeof value === 'string' && matchGlob(parsed, value)
  },

  /** A valid pattern faults on strings that no call can hold, and on nothing else. */
  faults: () => 'alike',

  covers,

  /** Every segment is looked for once, from where the one before it ended. */
  work: (constraint: PatternConstraint) => 3 + globOf(constraint).weight,

  samples(constraint: PatternConstraint) {
    const tokens = tokensOf(globOf(constraint))
    return ['', 'x', '/x/'].map((run) => tokens.map((token) => sampleOf(token, run)).join(''))
  },

  describe({ pattern: glob }: PatternConstraint): string {
    return `matching ${textInWords(glob)}`
  },

  differsByFaultOnly: true,

  stricterMatch(constraint: PatternConstraint, value): StricterRule | undefined {
    if (typeof value !== 'string') return undefined
    return matchGlob(globOf(constraint), value) === 'CONSTRAINT_TOO_COSTLY' ? 'MATCHING_BOUNDED' : undefined
  },

  /** Only asked of a child that is not covered. */
  stricterCover(parent: PatternConstraint, child: Constraint): StricterRule | undefined {
    if (child.kind !== 'pattern') return undefined
    return textNarrows(parent.pattern, child.pattern) ? 'PATTERN_TOKENS' : undefined
  },
}
