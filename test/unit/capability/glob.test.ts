import { describe, expect, test } from 'vitest'
import {
  MAX_SEGMENT_WEIGHT,
  matchGlob,
  parseGlob,
  sameToken,
  tokensOf,
} from '../../../src/capability/glob.js'
import { MAX_CALL_TEXT } from '../../../src/encoding/limits.js'
import { isWarrantError } from '../../../src/errors.js'

const matches = (glob: string, text: string): boolean | 'CONSTRAINT_TOO_COSTLY' =>
  matchGlob(parseGlob(glob), text)

describe('a glob is refused', () => {
  test.each(['a**', '**a', 'a/**b', '***', '/***', '[', '[]', '[!]', '[ab', 'x[*', '[!a'])('%s', (glob) => {
    try {
      parseGlob(glob)
    } catch (thrown) {
      expect(isWarrantError(thrown) && [thrown.code, thrown.rule]).toEqual([
        'CONSTRAINT_INVALID',
        'PATTERN_INVALID',
      ])
      return
    }
    expect.unreachable('it was read')
  })

  test('with a lone surrogate', () => {
    expect(() => parseGlob('a\ud800')).toThrow(expect.objectContaining({ code: 'TEXT_SURROGATE' }))
  })
})

describe('a star is any run, a question mark any one', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', '/.x\n', true],
    ['a*', 'a/b/../c', true],
    ['*a', 'aba', true],
    ['*a*a*', 'a', false],
    ['a*b*c', 'abbc', true],
    ['a*b*c', 'acb', false],
    ['??', '😀😀', true],
    ['??', '😀', false],
    ['*?', '', false],
    ['*😀', 'x😀', true],
    ['*aab*', 'aaaab', true],
    ['*abab*c', 'abaababc', true],
    ['*abab*c', 'abaabac', false],
    ['**/ab/**', 'xab/ab/', true],
    ['**/ab/**', 'xab/', false],
    ['**/aa/**/b', 'aaa/aa/aa/b', true],
    ['\\*', '\\x', true],
    ['{a,b}', 'a', false],
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected)
  })
})

describe('a class is one of its members', () => {
  test.each([
    ['[]]', ']', true],
    ['[!]]', ']', false],
    ['[a-c]', 'b', true],
    ['[c-a]', 'b', false],
    ['[!c-a]', 'b', true],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[^a]', '^', true],
    ['[*?]', '?', true],
    ['[*?]', 'x', false],
    ['a]', 'a]', true],
    ['[😀-😂]', '😁', true],
    ['[!a]', '😀', true],
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected)
  })
})

describe('two stars are whole components', () => {
  test.each([
    ['**', 'a/b', true],
    ['**/b', 'b', true],
    ['**/b', 'a/b', true],
    ['**/b', 'ab', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/xb', false],
    ['a/**', 'a/', true],
    ['a/**', 'a', false],
    ['a/**/**/b', 'a/b', true],
    ['**/x*/**/y', 'q/xz/p/y', true],
    ['**/x*/**/y', 'q/xz/py', false],
    ['**/?b', 'a/cb', true],
    ['**/?b', '/b', true], // the question mark takes the slash
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected)
  })
})

describe('the work is bounded', () => {
  test('only what has to be looked for weighs: not a head, not a tail, not literal text', () => {
    const long = 'a'.repeat(1_000)
    expect(parseGlob(`${long}?*?${long}`).weight).toBe(0)
    expect(parseGlob(`*${long}*`).weight).toBe(1)
    expect(parseGlob(`*${long}?*`).weight).toBe(1_001)
    expect(parseGlob(`*[${long}]*`).weight).toBe(1_000)
    expect(matches(`${long}*${long}`, long + long)).toBe(true)
  })

  test('a glob over the bound is too costly for every text', () => {
    const over = parseGlob(`*${'?'.repeat(MAX_SEGMENT_WEIGHT + 1)}*`)
    expect(matchGlob(over, '')).toBe('CONSTRAINT_TOO_COSTLY')
    expect(matches(`*${'?'.repeat(MAX_SEGMENT_WEIGHT)}*`, '')).toBe(false)
  })

  test('a text longer than any call is too costly for every glob', () => {
    expect(matches('*', 'a'.repeat(MAX_CALL_TEXT))).toBe(true)
    expect(matches('*', 'a'.repeat(MAX_CALL_TEXT + 1))).toBe('CONSTRAINT_TOO_COSTLY')
  })
})

test('tokens are the same only when everything in them is', () => {
  const first = (glob: string) => tokensOf(parseGlob(glob))[0]
  const globs = ['a', 'b', '?', '*', '**', '[a]', '[b]', '[!a]', '[ab]', '[a-b]']
  for (const [i, a] of globs.entries()) {
    for (const [j, b] of globs.entries()) {
      expect(sameToken(first(a) as never, first(b) as never), `${a} ${b}`).toBe(i === j)
    }
  }
})
