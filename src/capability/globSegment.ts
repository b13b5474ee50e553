/** Segments of a glob: what stands between two of its wildcards, and how it is found in a text. */

import type { ClassToken, PointToken, WildcardToken } from './globToken.js'

export interface Segment {
  /** What stands before it; undefined for the first. */
  readonly wildcard: WildcardToken['kind'] | undefined
  /** One number per code point, so that looking for them is quick: a literal as itself, {@link ANY_POINT}, or a class. */
  readonly points: readonly number[]
  /** The class that -2 stands for, then -3, and so on. */
  readonly classes: readonly ClassToken[]
  /** Whether every token is literal, so that the whole is looked for as one text. */
  readonly isText: boolean
  /** Steps to try it at one place: a class counts its ranges, any other token one; a text takes one step all told. */
  readonly weight: number
}

const ANY_POINT = -1
const FIRST_CLASS = -2
const NO_CLASSES: ClassToken[] = []

/** Segment after segment, from their tokens one by one. A glob can have tens of thousands: none is an object of its own. */
export class SegmentBuilder {
  wildcard: WildcardToken['kind'] | undefined
  #points: number[] = []
  #classes: ClassToken[] = NO_CLASSES
  #ranges = 0
  #isText = true

  get isEmpty(): boolean {
    return this.#points.length === 0
  }

  literal(point: number): void {
    this.#points.push(point)
  }

  any(): void {
    this.#isText = false
    this.#points.push(ANY_POINT)
  }

  class(token: ClassToken): void {
    if (this.#classes === NO_CLASSES) this.#classes = []
    this.#isText = false
    this.#ranges += token.ranges.length
    this.#points.push(FIRST_CLASS + 1 - this.#classes.push(token))
  }

  /** The segment of the tokens so far; `next` is what stands before the one that follows. */
  finish(next: WildcardToken['kind'] | undefined): Segment {
    const points = this.#points
    const classes = this.#classes
    const isText = this.#isText
    const weight = isText ? 1 : points.length - classes.length + this.#ranges
    const segment = { wildcard: this.wildcard, points, classes, isText, weight }
    this.wildcard = next
    this.#points = []
    this.#classes = NO_CLASSES
    this.#ranges = 0
    this.#isText = true
    return segment
  }
}

/** A token of a segment by itself. */
export const tokenAt = ({ points, classes }: Segment, place: number): PointToken => {
  const point = points[place] as number // within its length
  if (point >= 0) return { kind: 'literal', point }
  return point === ANY_POINT ? { kind: 'any' } : (classes[FIRST_CLASS - point] as ClassToken) // numbered when it was read
}

/**
 * Text to look for, in UTF-16 units: well-formed text is found only where its characters begin. The table has, for
 * each length of a part that matched, the length of its longest end that is a beginning too.
 */
interface Needle {
  readonly units: readonly number[]
  readonly table: readonly number[]
}

/** By segment, made when it is first looked for: many a glob is read and never matched. */
const needles = new WeakMap<Segment, Needle>()

const needleOf = (segment: Segment): Needle => {
  const known = needles.get(segment)
  if (known !== undefined) return known
  const units = unitsOf(segment.points)
  const table = [0]
  let matched = 0
  for (let i = 1; i < units.length; i++) {
    while (matched > 0 && units[matched] !== units[i]) matched = table[matched - 1] as number
    if (units[matched] === units[i]) matched++
    table.push(matched)
  }
  const needle = { units, table }
  needles.set(segment, needle)
  return needle
}

const unitsOf = (points: readonly number[]): readonly number[] =>
  points.flatMap((point) => {
    if (point <= 0xffff) return point
    const text = String.fromCodePoint(point)
    return [text.charCodeAt(0), text.charCodeAt(1)]
  })

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
  if (segment.isText) return segment.points.length === 0 ? from : endOfNeedle(segment, text, from)
  for (let start = from; ; ) {
    const end = endOfMatch(segment, text, start)
    if (end >= 0 || start >= text.length) return end
    start = nextStop(segment, text, start)
  }
}

/** Goes through the text once: where a part of the needle stood, the table says how much of it stands there still. */
const endOfNeedle = (segment: Segment, text: string, from: number): number => {
  const { units, table } = needleOf(segment)
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

/** UTF-16 units of a code point. */
export const widthOf = (point: number): number => (point > 0xffff ? 2 : 1)
