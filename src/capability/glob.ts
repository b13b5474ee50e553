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
import {
  endAtEnd,
  endOfFirst,
  endOfMatch,
  type Segment,
  SegmentBuilder,
  tokenAt,
  widthOf,
} from './globSegment.js'
import type { ClassRange, GlobToken, WildcardToken } from './globToken.js'

export { type GlobToken, sameToken } from './globToken.js'

export interface Glob {
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
  const segments: Segment[] = []
  const building = new SegmentBuilder()
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at)
    if (unit === STAR) {
      const { wildcard, end } = readStars(text, at)
      at = end
      // `**/**/` says no more than `**/`
      if (building.isEmpty && building.wildcard === wildcard) continue
      segments.push(building.finish(wildcard))
    } else if (unit === OPEN) {
      at = readClass(text, at, building)
    } else if (unit === QUESTION) {
      building.any()
      at++
    } else {
      const point = text.codePointAt(at) as number // before the end
      building.literal(point)
      at += widthOf(point)
    }
  }
  segments.push(building.finish(undefined))
  const weight = segments.slice(1, -1).reduce((most, segment) => Math.max(most, segment.weight), 0)
  return { segments, weight }
}

/** The tokens of a glob, one by one. */
export const tokensOf = ({ segments }: Glob): readonly GlobToken[] => {
  const tokens: GlobToken[] = []
  for (const segment of segments) {
    if (segment.wildcard !== undefined) tokens.push({ kind: segment.wildcard })
    for (let i = 0; i < segment.points.length; i++) tokens.push(tokenAt(segment, i))
  }
  return tokens
}

const readStars = (text: string, start: number): { wildcard: WildcardToken['kind']; end: number } => {
  let end = start
  while (text.charCodeAt(end) === STAR) end++
  if (end - start === 1) return { wildcard: 'run', end }
  if (end - start > 2) throw invalid('three stars')
  const opens = start === 0 || text.charCodeAt(start - 1) === SLASH
  const closes = end === text.length || text.charCodeAt(end) === SLASH
  if (!opens || !closes) throw invalid('two stars that are not a whole component')
  return { wildcard: 'components', end: Math.min(end + 1, text.length) }
}

const readClass = (text: string, start: number, building: SegmentBuilder): number => {
  const negated = text.charCodeAt(start + 1) === BANG
  const first = start + (negated ? 2 : 1)
  const end = text.indexOf(']', first + 1) // the first may itself be `]`
  if (end < 0) throw invalid('a class that is not closed')
  const ranges: ClassRange[] = []
  for (let at = first; at < end; ) {
    const from = text.codePointAt(at) as number // before the end
    at += widthOf(from)
    const isRange = text.charCodeAt(at) === DASH && at + 1 < end
    const to = isRange ? (text.codePointAt(at + 1) as number) : from // before the end
    if (isRange) at += 1 + widthOf(to)
    ranges.push([from, to])
  }
  building.class({ kind: 'class', negated, ranges })
  return end + 1
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
      if (last === 0) return at === text.length
    } else {
      at = i === last ? endAtEnd(segment, text, at) : endOfFirst(segment, text, at)
    }
    if (at < 0) return false
  }
  return true
}
