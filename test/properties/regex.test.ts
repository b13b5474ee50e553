/**
 * Regular expressions against the reference's own engine, compiled to WebAssembly. Whatever is not refused must give
 * the same answer. Its memory runs out after some thousands of patterns: each is freed, and their count is kept low.
 */

import fc from 'fast-check'
import { RRegex } from 'rregex'
import { describe, expect, test } from 'vitest'
import { type CompiledRegex, compileRegex, MAX_REGEX_WORK } from '../../src/regex/engine.js'

const CHARACTERS = [
  ...['a', 'b', 'k', 'K', 's', 'S', '1', '_', '-', '.', ' ', '\n', '^', ']', '&', '/'],
  ...[
    '\u017f',
    '\u212a',
    'é',
    'É',
    'ß',
    'ẞ',
    'σ',
    'ς',
    'İ',
    'ı',
    '漢',
    '٣',
    '😀',
    '\u0301',
    '\u0085',
    '\ufeff',
    '\u200d',
  ],
]

const character = fc.constantFrom(...CHARACTERS)

const escapes = fc.constantFrom(
  ...[
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\b',
    '\\B',
    '\\A',
    '\\z',
    '\\.',
    '\\-',
    '\\]',
    '\\\\',
    '\\n',
    '\\x41',
  ],
  ...[
    '\\x{e9}',
    '\\u00e9',
    '\\p{L}',
    '\\pN',
    '\\p{Greek}',
    '\\p{Lu}',
    '\\p{Han}',
    '\\/',
    '\\_',
    '\\ ',
    '\\v',
  ],
)

const classMember = fc.oneof(
  character,
  escapes,
  fc.constantFrom(
    'a-z',
    'A-Z',
    '0-9',
    'α-ω',
    '\\x00-\\x7f',
    '!-/',
    '[:alpha:]',
    '[:lower:]',
    '[:space:]',
    '-',
    '&&',
    '--',
    '\\--a',
  ),
)

const characterClass = fc
  .tuple(fc.constantFrom('[', '[^'), fc.array(classMember, { minLength: 1, maxLength: 4 }))
  .map(([open, members]) => `${open}${members.join('')}]`)

const quantifier = fc.constantFrom(
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '{2}',
  '{1,2}',
  '{0}',
  '{1,}',
  '*?',
  '??',
  '{,2}',
)

const OPENINGS = ['(', '(?:', '(?i:', '(?s:', '(?m:', '(?P<n>', '(?i-s:']

const { pattern } = fc.letrec<{ pattern: string; sequence: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    character,
    escapes,
    characterClass,
    fc.constantFrom('.', '^', '$', '(?i)', '(?m)'),
    fc.tuple(fc.constantFrom(...OPENINGS), tie('pattern')).map(([open, body]) => `${open}${body})`),
  ),
  sequence: fc
    .array(
      fc.tuple(tie('atom'), quantifier).map(([atom, times]) => atom + times),
      { maxLength: 4 },
    )
    .map((parts) => parts.join('')),
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
}))

const texts = fc.array(
  fc.array(character, { maxLength: 6 }).map((characters) => characters.join('')),
  { minLength: 8, maxLength: 8 },
)

const ours = (source: string): CompiledRegex | undefined => {
  try {
    return compileRegex(source)
  } catch {
    return undefined
  }
}

const answers = (source: string, subjects: readonly string[]): boolean[] | undefined => {
  let engine: RRegex
  try {
    engine = new RRegex(source)
  } catch {
    return undefined
  }
  try {
    return subjects.map((subject) => engine.isMatch(subject))
  } finally {
    engine.free()
  }
}

describe('against the engine of the reference', () => {
  test('whatever is compiled here compiles there and gives the same answers', () => {
    const seen = { compared: 0, found: 0 }
    fc.assert(
      fc.property(pattern, texts, (source, subjects) => {
        const compiled = ours(source)
        if (compiled === undefined) return
        const expected = answers(source, subjects)
        expect(expected, `the reference refuses ${source}`).toBeDefined()
        for (const [i, subject] of subjects.entries()) {
          const outcome = compiled.test(subject)
          if (typeof outcome === 'string') continue
          seen.compared++
          seen.found += Number(outcome)
          expect(outcome, `${source} in ${JSON.stringify(subject)}`).toBe(expected?.[i])
        }
      }),
      { numRuns: 2_500 },
    )
    expect(seen.compared).toBeGreaterThan(2_500)
    expect(seen.found).toBeGreaterThan(500)
  })

  test('classes and case agree character by character, or are a fault', () => {
    const points = fc.array(fc.integer({ min: 0, max: 0x1ffff }), { minLength: 200, maxLength: 200 })
    const sources = [
      '^\\w$',
      '^\\d$',
      '^\\s$',
      '^\\p{L}$',
      '(?i)^[a-z]$',
      '(?i)^\\p{Lu}$',
      '(?i)^[^α-ω]$',
      '^[[:punct:]]$',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...sources), points, (source, codes) => {
        const subjects = codes
          .filter((code) => code < 0xd800 || code > 0xdfff)
          .map((code) => String.fromCodePoint(code))
        const expected = answers(source, subjects) ?? []
        for (const [i, subject] of subjects.entries()) {
          const outcome = compileRegex(source).test(subject)
          if (typeof outcome === 'boolean') expect(outcome, `${source} ${subject}`).toBe(expected[i])
        }
      }),
      { numRuns: 60 },
    )
  })
})

test('no match is begun whose work is over the bound', () => {
  fc.assert(
    fc.property(pattern, fc.integer({ min: 0, max: 70_000 }), (source, length) => {
      const compiled = ours(source)
      if (compiled === undefined || compiled.work(length) <= MAX_REGEX_WORK) return
      expect(compiled.test('a'.repeat(length))).toBe('CONSTRAINT_TOO_COSTLY')
    }),
    { numRuns: 200 },
  )
})
