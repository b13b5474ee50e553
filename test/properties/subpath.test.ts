/** Subpath against the slow way of saying the same. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers, permits } from '../../src/capability/constraint.js'
import type { SubpathConstraint } from '../../src/capability/constraints/subpath.js'
import { exact, subpath } from '../../src/capability/constructors.js'
import { isPlainPath, normalizePath } from '../../src/capability/lexicalPath.js'

const RUNS = { numRuns: 4_000 }

const parts = fc.oneof(
  fc.constantFrom(
    '',
    '.',
    '..',
    '...',
    'data',
    'DATA',
    'x',
    'X',
    '.hidden',
    'é',
    'É',
    'İ',
    'ΑΣ',
    'Σ.',
    '%2e%2e',
    'a\0',
    ' ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
)
const starts = fc.constantFrom(
  '/',
  '/',
  '/',
  '/data/',
  '/data/x/',
  'C:/',
  'C:\\',
  'c:/',
  '',
  '//',
  '\\',
  'C:',
  './',
)
const paths = fc
  .tuple(
    starts,
    fc.array(parts, { maxLength: 6 }),
    fc.constantFrom('/', '/', '\\', '//'),
    fc.constantFrom('', '', '/'),
  )
  .map(([start, inner, separator, end]) => start + inner.join(separator) + end)

const rooted: fc.Arbitrary<SubpathConstraint> = fc
  .tuple(paths, fc.boolean(), fc.boolean())
  .filter(([root]) => normalizePath(root) !== undefined)
  .map(([root, caseSensitive, allowEqual]) => subpath(root, { caseSensitive, allowEqual }))

const isPermitted = (constraint: SubpathConstraint, path: string): boolean =>
  permits(constraint, path, { engines: {}, now: 0 }) === true

/** The parts of a path after resolving it, drive or `/` first; undefined for one that is refused. */
const resolve = (path: string, separators = /[\\/]/): readonly string[] | undefined => {
  const drive = /^(?:\/|[A-Za-z]:[/\\])/.exec(path)?.[0]
  if (drive === undefined || path.includes('\0')) return undefined
  const stack: string[] = []
  for (const part of path.slice(drive.length).split(separators)) {
    if (part === '..') stack.pop()
    else if (part !== '' && part !== '.') stack.push(part)
  }
  return [drive, ...stack]
}

/** Inside where backslashes separate, and on Unix, where they do not, unless the path is one of a drive. */
const model = (constraint: SubpathConstraint, path: string): boolean =>
  isInside(constraint, resolve(path)) && (path[0] !== '/' || isInside(constraint, resolve(path, /\//)))

const isInside = (
  { root, caseSensitive, allowEqual }: SubpathConstraint,
  resolved: readonly string[] | undefined,
): boolean => {
  const inside = resolved?.map((part) => (caseSensitive ? part : part.toLowerCase()))
  const outer = resolve(root)
  if (inside === undefined || outer === undefined) return false
  if (outer.length === 1 && outer[0]?.endsWith('\\'))
    return allowEqual && inside.length === 1 && inside[0] === outer[0]
  if (inside.length === outer.length && outer.length > 1 && !allowEqual) return false
  return outer.every((part, i) => part === inside[i])
}

describe('Subpath', () => {
  test('is the resolved path below the resolved root, part by part', () => {
    fc.assert(
      fc.property(rooted, paths, fc.boolean(), (constraint, path, isBelow) => {
        const text = isBelow ? `${constraint.root}/${path}` : path
        expect(isPermitted(constraint, text), text).toBe(model(constraint, text))
      }),
      RUNS,
    )
  })

  test('takes no other verdict on a plain path than on one that is spelled out', () => {
    fc.assert(
      fc.property(rooted, paths, (constraint, path) => {
        if (isPlainPath(path)) expect(normalizePath(path)).toBe(path)
        expect(isPermitted(constraint, path)).toBe(isPermitted(constraint, path.replace(/^\//, '/./')))
      }),
      RUNS,
    )
  })

  test('normalises once and for all', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const normal = normalizePath(path)
        if (normal !== undefined) expect(normalizePath(normal)).toBe(normal)
      }),
      RUNS,
    )
  })

  test('folds letter case part by part, so that a root folds as its paths do', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        expect(`${a}/${b}`.toLowerCase()).toBe(`${a.toLowerCase()}/${b.toLowerCase()}`)
      }),
      RUNS,
    )
  })

  test('law: what a covered root permits, its parent permits', () => {
    fc.assert(
      fc.property(rooted, rooted, paths, fc.boolean(), (parent, other, path, isRelated) => {
        const child = isRelated ? subpath(`${parent.root}/${path.replaceAll('\0', '')}`, other) : other
        for (const text of [
          path,
          child.root,
          `${child.root}/x`,
          `${child.root.toUpperCase()}/x`,
          `${child.root}/${path}`,
        ]) {
          if (covers(parent, child, {}) && isPermitted(child, text))
            expect(isPermitted(parent, text), text).toBe(true)
          expect(covers(parent, exact(text), {})).toBe(isPermitted(parent, text))
        }
      }),
      RUNS,
    )
  })
})
