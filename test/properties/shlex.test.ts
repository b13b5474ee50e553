/** Shlex against the words of its definition, in another form. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers, permits } from '../../src/capability/constraint.js'
import type { ShlexConstraint } from '../../src/capability/constraints/shlex.js'
import { exact, shlex } from '../../src/capability/constructors.js'

const RUNS = { numRuns: 4_000 }

const REFUSED = [...'\0\n\r\v\f\x07\b\x7f$`|&;<>()']
const lines = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'ls',
        'cat',
        '/bin/ls',
        '/',
        '.',
        '..',
        'l',
        's',
        ' ',
        '\t',
        '\u0085',
        '\ufeff',
        '\u2003',
        '-l',
        "'",
        '"',
        '\\',
        '*',
      ),
      fc.constantFrom(...REFUSED),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''))
const allowing: fc.Arbitrary<ShlexConstraint> = fc
  .subarray(['ls', 'cat', '/bin/ls', 'l', '', 'é'])
  .map((allow) => shlex(allow))

const isPermitted = (constraint: ShlexConstraint, line: string): boolean =>
  permits(constraint, line, { engines: {}, now: 0 }) === true

describe('Shlex', () => {
  test('permits a line if and only if nothing in it is refused and its first word is listed', () => {
    fc.assert(
      fc.property(allowing, lines, (constraint, line) => {
        const first = line.split(/\p{White_Space}+/u).find((word) => word !== '')
        const isListed =
          first !== undefined &&
          !first.includes('..') &&
          constraint.allow.some((entry) => entry === first || entry === first.split('/').at(-1))
        expect(isPermitted(constraint, line)).toBe(isListed && !REFUSED.some((sign) => line.includes(sign)))
      }),
      RUNS,
    )
  })

  test('denies whatever holds a refused character, wherever it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REFUSED), fc.string(), fc.string(), (sign, before, after) => {
        expect(isPermitted(shlex(['ls']), `ls ${before}${sign}${after}`)).toBe(false)
      }),
    )
  })

  test('law: what a covered list permits, its parent permits', () => {
    fc.assert(
      fc.property(allowing, allowing, lines, (parent, child, line) => {
        if (covers(parent, child, {}) && isPermitted(child, line))
          expect(isPermitted(parent, line)).toBe(true)
        expect(covers(parent, exact(line), {})).toBe(isPermitted(parent, line))
      }),
      RUNS,
    )
  })
})
