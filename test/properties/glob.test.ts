/** Globs against a matcher that tries everything, and the law of patterns: what covers, permits. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers } from '../../src/capability/constraint.js'
import { pattern } from '../../src/capability/constraints/pattern.js'
import { type Glob, type GlobToken, matchGlob, parseGlob, tokensOf } from '../../src/capability/glob.js'

const ALPHABET = ['a', 'b', '/', ']', '[', '-', '!', '?', '*', '😀']

const texts = fc
  .array(fc.constantFrom('a', 'b', '/', ']', '-', '😀'), { maxLength: 9 })
  .map((t) => t.join(''))

const validGlob = (text: string): boolean => {
  try {
    parseGlob(text)
    return true
  } catch {
    return false
  }
}

const globs = fc
  .oneof(
    fc.array(fc.constantFrom(...ALPHABET), { maxLength: 9 }),
    fc.array(fc.constantFrom('a', 'b', '/', '*', '**/', '/**/', '?', '[ab]', '[!a]', '[]-]', '😀'), {
      maxLength: 8,
    }),
  )
  .map((pieces) => pieces.join(''))
  .filter(validGlob)

const one = (token: GlobToken, point: string): boolean => {
  switch (token.kind) {
    case 'literal':
      return String.fromCodePoint(token.point) === point
    case 'any':
      return true
    case 'class': {
      const code = point.codePointAt(0) as number // one character
      return token.ranges.some(([from, to]) => from <= code && code <= to) !== token.negated
    }
    default:
      return false
  }
}

/** Tries every stop of every wildcard. */
const naive = (tokens: readonly GlobToken[], points: readonly string[]): boolean => {
  const [token, ...rest] = tokens
  if (token === undefined) return points.length === 0
  if (token.kind === 'run') return points.some((_, i) => naive(rest, points.slice(i))) || naive(rest, [])
  if (token.kind === 'components') {
    const stops = points.flatMap((point, i) => (point === '/' ? [i + 1] : []))
    return [0, ...stops, points.length].some((stop) => naive(rest, points.slice(stop)))
  }
  return points[0] !== undefined && one(token, points[0]) && naive(rest, points.slice(1))
}

describe('matching', () => {
  test('agrees with trying everything', () => {
    let matched = 0
    fc.assert(
      fc.property(globs, texts, (glob, text) => {
        const parsed: Glob = parseGlob(glob)
        const expected = naive(tokensOf(parsed), [...text])
        matched += Number(expected)
        expect(matchGlob(parsed, text)).toBe(expected)
      }),
      { numRuns: 5_000 },
    )
    expect(matched).toBeGreaterThan(150)
  })

  test('a glob without special characters matches itself alone', () => {
    fc.assert(
      fc.property(texts, texts, (glob, text) => {
        fc.pre(!glob.includes('['))
        expect(matchGlob(parseGlob(glob), text)).toBe(glob === text)
      }),
    )
  })
})

describe('narrowing', () => {
  const permits = (glob: string, text: string): boolean => matchGlob(parseGlob(glob), text) === true

  test('every pair that is covered keeps the law', () => {
    const related = fc.tuple(globs, globs).map(([a, b]) => [`${a}*`, `${a}${b}`] as const)
    const mirrored = fc.tuple(globs, globs).map(([a, b]) => [`*${a}`, `${b}${a}`] as const)
    let covered = 0
    fc.assert(
      fc.property(fc.oneof(related, mirrored, fc.tuple(globs, globs)), texts, ([parent, child], text) => {
        fc.pre(validGlob(parent) && validGlob(child))
        if (!covers(pattern(parent), pattern(child), {})) return
        covered++
        if (permits(child, text)) expect(permits(parent, text), `${parent} covers ${child}`).toBe(true)
      }),
      { numRuns: 5_000 },
    )
    expect(covered).toBeGreaterThan(300)
  })

  test('nothing is covered that the comparison of texts refuses', () => {
    const shape = (text: string) => (text.match(/\*/g) ?? []).length
    fc.assert(
      fc.property(globs, globs, (parent, child) => {
        if (!covers(pattern(parent), pattern(child), {}) || parent === child) return
        expect(shape(parent)).toBe(1)
        expect(shape(child)).toBeLessThanOrEqual(1)
        expect(parent.startsWith('*') || parent.endsWith('*')).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })
})
