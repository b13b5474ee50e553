/** Segments of a glob: what stands between two of its wildcards, and how it is found in a text. */

import type { ClassToken, PointToken, WildcardToken } from './globToken.js'

export interface Segment {
  /** What stands before it; undefined for the first. */
  readonly wildcard: WildcardToken['kind'] | undefined
  /** One number per code point, so that looking for them is quick: a literal as itself, {@link ANY_POINT}, or a class. */
  readonly points: Int32Array
  /** The class that -2 stands for, then -3, and so on. */
  readonly classes: readonly ClassToken[]
  /** Where the whole segment is literal, that text with the table to look for it. */
  readonly needle: Needle | undefined
  /** Steps to try it at one place: a class counts its ranges, any other token one; a needle takes one step all told. */
  readonly weight: number
}

/**
 * Text to look for, in UTF-16 units: well-formed text is found only where its characters begin. The table has, for
 * each length of a part that matched, the length of its longest end that is a beginning too.
 */
interface Needle {
  readonly units: Uint16Array
  readonly table: Int32Array
}

const ANY_POINT = -1
const FIRST_CLASS = -2

/** The tokens between two wildcards, made ready to be looked for. */
export const segmentOf = (wildcard: Segment['wildcard'], tokens: readonly PointToken[]): Segment => {
  const classes: ClassToken[] = []
  const points = tokens.map((token) => {
    if (token.kind === 'literal') return token.point
    return token.kind === 'class' ? FIRST_CLASS + 1 - classes.push(token) : ANY_POINT
  })
  const ranges = classes.reduce((sum, token) => sum + token.ranges.length, 0)
  const isText = points.every((point) => point >= 0)
  const needle = isText ? needleOf(points.map((point) => String.fromCodePoint(point)).join('')) : undefined
  const weight = isText ? 1 : tokens.length - classes.length + ranges
  return { wildcard, points: Int32Array.from(points), classes, needle, weight }
}

const needleOf = (text: string): Needle => {
  const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  const table = new Int32Array(units.length)
  let matched = 0
  for (let i = 1; i < units.length; i++) {
    while (matched > 0 && units[matched] !== units[i]) matched = table[matched - 1] as number
    if (units[matched] === units[i]) matched++
    table[i] = matched
  }
  return { units, table }
}

/** Where a segment ends that stands at `start`; -1 where the text has something else there. */
export const endOfMatch = (segment: Segment, text: string, start: number): number => {
  const { points } = segment
  let at = start
  for (let i = 0; i < points.length; i++) {
    const expected = points[i] as number
    const unit = text.charCodeAt(at)
    if ((expected === unit || expected === ANY_POINT) && unit < 0xd800) {
      at++
      continue
    }
    const point = text.codePointAt(at)
    if (point === undefined || (expected !== point && !accepts(segment, expected, point))) return -1
    at += widthOf(point)
  }
  return at
}

const accepts = ({ classes }: Segment, expected: number, point: number): boolean => {
  if (expected >= 0) return false
  if (expected === ANY_POINT) return true
  const { negated, ranges } = classes[FIRST_CLASS - expected] as ClassToken // numbered when it was read
  for (const [first, last] of ranges) {
    if (point >= first && point <= last) return !negated
  }
  return negated
}

/** Where a segment ends at the first place, from `from` on, that its wildcard can reach. */
export const endOfFirst = (segment: Segment, text: string, from: number): number => {
  if (segment.needle !== undefined) return endOfNeedle(segment, segment.needle, text, from)
  for (let start = from; ; ) {
    const end = endOfMatch(segment, text, start)
    if (end >= 0 || start >= text.length) return end
    start = nextStop(segment, text, start)
  }
}

/** Goes through the text once: where a part of the needle stood, the table says how much of it stands there still. */
const endOfNeedle = (segment: Segment, { units, table }: Needle, text: string, from: number): number => {
  if (units.length === 0) return from
  let matched = 0
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    while (matched > 0 && units[matched] !== unit) matched = table[matched - 1] as number
    if (units[matched] === unit) matched++
    if (matched === units.length) {
      if (reaches(segment, text, from, at + 1 - matched)) return at + 1
      matched = table[matched - 1] as number
    }
  }
  return -1
}

/** Whether the wildcard of a segment, behind `from`, can stop at `stop`. */
const reaches = ({ wildcard }: Segment, text: string, from: number, stop: number): boolean =>
  wildcard === 'run' || stop === from || text[stop - 1] === '/'

/** The next place behind `from`, which is before the end, where the wildcard of a segment can stop. */
const nextStop = ({ wildcard }: Segment, text: string, from: number): number => {
  if (wildcard === 'run') return from + widthOf(text.codePointAt(from) as number) // from is before the end
  const slash = text.indexOf('/', from)
  return slash < 0 ? text.length : slash + 1
}

/** The end of the text if the last segment stands there, behind a stop of its wildcard. */
export const endAtEnd = (segment: Segment, text: string, from: number): number => {
  const { points } = segment
  if (points.length === 0) return text.length
  let start = text.length
  for (let left = points.length; left > 0; left--) {
    if (start <= from) return -1
    const unit = text.charCodeAt(start - 1)
    start -= unit >= 0xdc00 && unit <= 0xdfff ? 2 : 1 // text of a call is well-formed
  }
  return start >= from && reaches(segment, text, from, start) ? endOfMatch(segment, text, start) : -1
}

const widthOf = (point: number): number => (point > 0xffff ? 2 : 1)
