import { describe, expect, test, vi } from 'vitest'
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
    ['*b*', 'a', false],
    ['\0', '\0', true],
    ['\0', 'a', false],
    ['?', '\u{10000}', true],
    ['*\u{10000}', 'x\u{10000}', true],
    ['*\u{103ff}', 'x\u{103ff}', true],
    ['*\uff01', 'x\uff01', true],
    ['\uffffa', '\uffffa', true],
    ['\uffffa', '\uffff', false],
    ['*\uffff*', 'x\uffffy', true],
    ['*😀*', 'x😀y', true],
    ['*😀*', 'x😂y', false],
    ['*a😀*', 'xa😀', true],
    ['*a😀*', 'x😀a', false],
    ['*?*', '', false],
    ['*a?*b', 'acb', true],
    ['*a?*b', 'xxacb', true],
    ['*a?*b', '😀acb', true],
    ['*a?*b', 'xxcb', false],
    ['*a?*b', 'ab', false],
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
    ['[a-c]', '-', false],
    ['[a-c]', 'c', true],
    ['[b-d]', 'a', false],
    ['[b-d]', 'e', false],
    ['[😀]', '😀', true],
    ['[a😀-]', '-', true],
    ['[ab][cd]', 'ac', true],
    ['[ab][cd]', 'ca', false],
    ['[ab][cd]', 'cc', false],
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
    ['**/*', '', true],
    ['**/*', 'a', true],
    ['**/b/**', 'aa/b/', true],
    ['**/[ab]c/**', 'ac/', true],
    ['**/[ab]c/**', 'x/ac/', true],
    ['**/[ab]c/**', '/ac/', true],
    ['**/[ab]c/**', 'xx/yy/bc/', true],
    ['**/[ab]c/**', 'xac/', false],
    ['**/[ab]c/**', 'x', false],
    ['**/[ab]c/**', 'x/y/', false],
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected)
  })
})

test('literal text is found wherever it stands', () => {
  const words = (length: number): string[] =>
    length === 0 ? [''] : ['', ...words(length - 1).flatMap((word) => [`${word}a`, `${word}b`])]
  const texts = words(7)
  for (const needle of words(5)) {
    const glob = parseGlob(`*${needle}*`)
    const missed = texts.filter((text) => matchGlob(glob, text) !== text.includes(needle))
    expect(missed, needle).toEqual([])
  }
})

describe('a glob is read', () => {
  test('into what stands between its wildcards', () => {
    expect(parseGlob('ab*[c-d]?*')).toEqual({
      segments: [
        { wildcard: undefined, points: [0x61, 0x62], classes: [], isText: true, weight: 1 },
        {
          wildcard: 'run',
          points: [-2, -1],
          classes: [{ kind: 'class', negated: false, ranges: [[0x63, 0x64]] }],
          isText: false,
          weight: 2,
        },
        { wildcard: 'run', points: [], classes: [], isText: true, weight: 1 },
      ],
      weight: 2,
    })
  })

  test('with repeated components once', () => {
    expect(parseGlob('**/**/**/b')).toEqual(parseGlob('**/b'))
    expect(parseGlob('a/**/**')).toEqual(parseGlob('a/**'))
    expect(parseGlob('**/a/**/b').segments).toHaveLength(3)
    expect(parseGlob('**/*').segments).toHaveLength(3)
  })

  test('and its tokens are told one by one', () => {
    expect(tokensOf(parseGlob('\0?*[!a]/**'))).toEqual([
      { kind: 'literal', point: 0 },
      { kind: 'any' },
      { kind: 'run' },
      { kind: 'class', negated: true, ranges: [[0x61, 0x61]] },
      { kind: 'literal', point: 0x2f },
      { kind: 'components' },
    ])
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

  test('literal text is looked for in one go through the text', () => {
    const text = 'a'.repeat(2_000)
    const glob = parseGlob(`*${'a'.repeat(500)}b*`)
    const looks = vi.spyOn(String.prototype, 'charCodeAt')
    try {
      expect(matchGlob(glob, text)).toBe(false)
      expect(looks.mock.contexts.length).toBe(text.length)
    } finally {
      looks.mockRestore()
    }
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
  const globs = [
    'a',
    'b',
    '?',
    '*',
    '**',
    '[a]',
    '[b]',
    '[!a]',
    '[ab]',
    '[ac]',
    '[bc]',
    '[a-b]',
    '[a-c]',
    '[c-c]',
  ]
  for (const [i, a] of globs.entries()) {
    for (const [j, b] of globs.entries()) {
      expect(sameToken(first(a) as never, first(b) as never), `${a} ${b}`).toBe(i === j)
    }
  }
})
