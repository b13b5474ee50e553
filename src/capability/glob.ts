/**
 * The glob dialect of Pattern and UrlPattern (format §6): `*`, `?`, `[…]`, `[!…]`, and `**` as a whole component.
 *
 * A glob is parsed once and matched by code point. Its wildcards cut it into segments: the first stands at the start
 * of the text, the last at its end, and each between them at the first place where it fits. That loses nothing,
 * because a wildcard can stop wherever one before it could have: `*` anywhere, `**` behind any slash, and a `**` always
 * follows a slash. So no choice is ever taken back, and the work is at most the text times the heaviest segment that
 * has to be looked for, which {@link MAX_SEGMENT_WEIGHT} bounds; literal text is looked for in linear time.
 */

import { MAX_CALL_TEXT } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { endAtEnd, endOfFirst, endOfMatch, type Segment, segmentOf } from './globSegment.js'
import type { ClassRange, GlobToken, PointToken, WildcardToken } from './globToken.js'

export { type GlobToken, sameToken } from './globToken.js'

export interface Glob {
  readonly tokens: readonly GlobToken[]
  readonly segments: readonly Segment[]
  /** Of the heaviest segment between two wildcards. */
  readonly weight: number
}

/** 64 KiB of hostile text against a glob of this weight take some 30 ms of one slow core. */
export const MAX_SEGMENT_WEIGHT = 32

const SLASH = 0x2f
const STAR = 0x2a
const QUESTION = 0x3f
const OPEN = 0x5b
const CLOSE = 0x5d
const BANG = 0x21
const DASH = 0x2d

const invalid = (detail: string): FormatError =>
  new FormatError('CONSTRAINT_INVALID', detail, { rule: 'PATTERN_INVALID' })

/**
 * Reads a glob.
 * @throws FormatError CONSTRAINT_INVALID for a class that is not closed, and for stars that are neither `*` nor a
 * `**` that is a whole component; TEXT_SURROGATE.
 */
export const parseGlob = (text: string): Glob => {
  if (!text.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
  const points = Array.from(text, (character) => character.codePointAt(0) as number) // one code point each
  const tokens: GlobToken[] = []
  for (let at = 0; at < points.length; ) {
    const point = points[at] as number
    if (point === STAR) at = readStars(points, at, tokens)
    else if (point === OPEN) at = readClass(points, at, tokens)
    else {
      tokens.push(point === QUESTION ? ANY : { kind: 'literal', point })
      at++
    }
  }
  const segments = segmentsOf(tokens)
  const weight = segments.slice(1, -1).reduce((most, segment) => Math.max(most, segment.weight), 0)
  return { tokens, segments, weight }
}

const ANY: PointToken = { kind: 'any' }
const RUN: WildcardToken = { kind: 'run' }
const COMPONENTS: WildcardToken = { kind: 'components' }

const readStars = (points: readonly number[], start: number, tokens: GlobToken[]): number => {
  let end = start
  while (points[end] === STAR) end++
  if (end - start === 1) {
    tokens.push(RUN)
    return end
  }
  if (end - start > 2) throw invalid('three stars')
  const opens = start === 0 || points[start - 1] === SLASH
  const closes = end === points.length || points[end] === SLASH
  if (!opens || !closes) throw invalid('two stars that are not a whole component')
  if (tokens.at(-1) !== COMPONENTS) tokens.push(COMPONENTS) // `**/**/` says no more than `**/`
  return Math.min(end + 1, points.length)
}

const readClass = (points: readonly number[], start: number, tokens: GlobToken[]): number => {
  const negated = points[start + 1] === BANG
  const first = start + (negated ? 2 : 1)
  const end = points.indexOf(CLOSE, first + 1) // the first member may itself be `]`
  if (end < 0) throw invalid('a class that is not closed')
  const ranges: ClassRange[] = []
  for (let at = first; at < end; ) {
    const point = points[at] as number
    const isRange = at + 2 < end && points[at + 1] === DASH
    ranges.push([point, isRange ? (points[at + 2] as number) : point])
    at += isRange ? 3 : 1
  }
  tokens.push({ kind: 'class', negated, ranges })
  return end + 1
}

const isWildcard = (token: GlobToken): token is WildcardToken =>
  token.kind === 'run' || token.kind === 'components'

const segmentsOf = (tokens: readonly GlobToken[]): Segment[] => {
  const segments: Segment[] = []
  let points: PointToken[] = []
  let wildcard: Segment['wildcard']
  for (const token of tokens) {
    if (isWildcard(token)) {
      segments.push(segmentOf(wildcard, points))
      wildcard = token.kind
      points = []
    } else {
      points.push(token)
    }
  }
  return [...segments, segmentOf(wildcard, points)]
}

/**
 * Whether a glob matches the whole of a text. 'CONSTRAINT_TOO_COSTLY' for a glob over {@link MAX_SEGMENT_WEIGHT},
 * whatever the text, and for a text longer than a call can hold, whatever the glob.
 */
export const matchGlob = (glob: Glob, text: string): boolean | 'CONSTRAINT_TOO_COSTLY' => {
  if (glob.weight > MAX_SEGMENT_WEIGHT || text.length > MAX_CALL_TEXT) return 'CONSTRAINT_TOO_COSTLY'
  const last = glob.segments.length - 1
  let at = 0
  for (const [i, segment] of glob.segments.entries()) {
    if (segment.wildcard === undefined) {
      at = endOfMatch(segment, text, 0)
      if (at >= 0 && last === 0) return at === text.length
    } else {
      at = i === last ? endAtEnd(segment, text, at) : endOfFirst(segment, text, at)
    }
    if (at < 0) return false
  }
  return true
}
