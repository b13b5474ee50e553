import { describe, expect, test } from 'vitest'
import { isWarrantError } from '../../../src/errors.js'
import { compileRegex, MAX_REGEX_WORK } from '../../../src/regex/engine.js'
import { regexEngine } from '../../../src/regex/index.js'
import { UNICODE_PROPERTIES } from '../../../src/regex/properties.js'

const search = (pattern: string, text: string) => regexEngine.compile(pattern)(text)

const refusalOf = (pattern: string): readonly [code: string, rule: string | undefined] => {
  try {
    regexEngine.compile(pattern)
  } catch (thrown) {
    if (isWarrantError(thrown)) return [thrown.code, thrown.rule]
  }
  return expect.unreachable(`${pattern} was compiled`)
}

describe('search', () => {
  test.each([
    ['prod', 'my-prod-db', true],
    ['^a$', 'a\n', false],
    ['^.$', '\n', false],
    ['(?s)^.$', '\n', true],
    ['(?m)^b$', 'a\nb', true],
    ['(?i)straße', 'STRAẞE', true],
    ['(?i:a)b', 'Ab', true],
    ['(?i:a)b', 'AB', false],
    ['(?i)k', '\u212a', true],
    ['\\Aab\\z', 'ab', true],
    ['(?P<n>a)(?<m>b)', 'ab', true],
    ['^[]a]$', ']', true],
    ['^[^]a]$', ']', false],
    ['^[a-c-e]$', '-', true],
    ['^[\\--a]$', '/', true],
    ['^\\w$', 'é', true],
    ['^\\d$', '٣', true],
    ['^\\s$', '\u0085', true],
    ['^\\s$', '\ufeff', false],
    ['^\\W$', 'é', false],
    ['^\\p{Greek}$', 'σ', true],
    ['^[[:alpha:]]$', 'é', false],
    ['^\\x{1F600}\\u00e9\\U0001F600$', '😀é😀', true],
    ['^.$', '😀', true],
    ['^a{2,3}?$', 'aaa', true],
    ['}]', '}]', true],
    ['(a+)+$', `${'a'.repeat(5_000)}b`, false],
  ])('%s in %j: %s', (pattern, text, expected) => {
    expect(search(pattern, text)).toBe(expected)
  })
})

describe('what is no pattern is refused', () => {
  test.each([
    '(',
    ')',
    'a)',
    '*a',
    '?',
    '{1}',
    'a{2,1}',
    '[b-a]',
    '[',
    '[^',
    '(?P<n>a)(?P<n>b)',
    '(?ii)',
    '\\x{110000}',
    '\\ud800',
  ])('%s', (pattern) => {
    expect(refusalOf(pattern)).toEqual(['CONSTRAINT_INVALID', undefined])
  })
})

describe('what is not certain to mean the same is refused by its rule', () => {
  test.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?>a)',
    '(?#a)',
    '(a)\\1',
    '\\C',
    '\\Qa\\E',
    '\\Z',
    '\\07',
    '\\b{start}',
    '\\<',
    '[a&&b]',
    '[a--b]',
    '[a~~b]',
    '[[a]]',
    '[[:^alpha:]]',
    '[[:nope:]]',
    '[\\W]',
    '[\\b]',
    '[a-\\d]',
    '[\\d-z]',
    '[]-a]',
    'a**',
    'a+*',
    'a{2}{3}',
    '^*',
    '\\b+',
    '(?i)*',
    '(?x) a',
    '(?u)a',
    '(?R)a',
    '(?i-)a',
    '(?)',
    '(?-)',
    'a{',
    'a{,3}',
    'a{ 2 }',
    'a{1001}',
    '\\P{Greek}',
    '\\p{^Greek}',
    '\\p{greek}',
    '\\p{Script=Greek}',
    '\\pX',
    '\\u{41}',
    '\\e',
    '\\cA',
    'a'.repeat(1_025),
    `${'('.repeat(51)}a${')'.repeat(51)}`,
    '(?:a{40}){40}',
  ])('%s', (pattern) => {
    expect(refusalOf(pattern)).toEqual(['CONSTRAINT_INVALID', 'REGEX_DIALECT'])
  })
})

describe('text that engines see differently is a fault', () => {
  test('at the bounds of words, all that is not ASCII', () => {
    expect(search('\\bfoo\\b', 'a foo b')).toBe(true)
    expect(search('\\bfoo\\b', 'é foo b')).toBe('CONSTRAINT_ERROR')
    expect(search('a\\Bb', 'é')).toBe('CONSTRAINT_ERROR')
  })

  test('for classes, what Unicode added since the reference was built', () => {
    expect(search('^\\w$', '\u{16ea0}')).toBe('CONSTRAINT_ERROR')
    expect(search('(?i)a', '\u0295')).toBe('CONSTRAINT_ERROR')
    expect(search('^.$', '\u{16ea0}')).toBe(true)
  })
})

describe('the work is bounded before it starts', () => {
  const FULL = 65_536

  test('a text over 64 Ki units is too costly for every pattern', () => {
    expect(search('^a', 'a'.repeat(FULL))).toBe(true)
    expect(search('^a', 'a'.repeat(FULL + 1))).toBe('CONSTRAINT_TOO_COSTLY')
  })

  test.each([
    '(a|aa)+$',
    '(?:[ab]{0,1}){900}',
    '(?:a?){200}b',
    '(?:\\w?){16}!',
    '(?i)(?:k|s){1,80}$',
    'x{1000}y{999}',
  ])('%s is too costly for 64 KiB', (pattern) => {
    const compiled = compileRegex(pattern)
    expect(compiled.work(FULL)).toBeGreaterThan(MAX_REGEX_WORK)
    expect(compiled.test('a'.repeat(FULL))).toBe('CONSTRAINT_TOO_COSTLY')
    expect(compiled.test('a')).not.toBe('CONSTRAINT_TOO_COSTLY')
  })

  test('a pattern that would be too large when compiled is too costly for every text', () => {
    for (const pattern of ['(?:a{10}){10}'.repeat(70), '\\w{300}', 'a{1000}'.repeat(9)]) {
      expect(search(pattern, ''), pattern).toBe('CONSTRAINT_TOO_COSTLY')
    }
  })

  test('ordinary patterns are within it on 32 KiB', () => {
    for (const pattern of ['^prod-[a-z]+$', '^\\w+$', '(a+)+$', '^[^;|&]*$', '(?i)secret']) {
      expect(typeof search(pattern, 'a'.repeat(FULL / 2)), pattern).toBe('boolean')
    }
  })

  test('the cache forgets, and compiles again to the same', () => {
    const first = compileRegex('^a0$')
    expect(compileRegex('^a0$')).toBe(first)
    for (let i = 0; i < 300; i++) compileRegex(`^b${i}$`)
    expect(compileRegex('^a0$')).not.toBe(first)
    expect(compileRegex('^a0$').test('a0')).toBe(true)
  })
})

test('every property that may be named is one that the engine has', () => {
  for (const property of UNICODE_PROPERTIES)
    expect(typeof search(`\\p{${property}}`, 'a'), property).toBe('boolean')
})

test('a pattern that is refused is not translated again for every time that a warrant holds it', () => {
  const refusal = (): unknown => {
    try {
      return compileRegex('(?<=a)b')
    } catch (thrown) {
      return thrown
    }
  }
  const first = refusal()
  expect(isWarrantError(first) && first.code).toBe('CONSTRAINT_INVALID')
  expect(refusal()).toBe(first)
})
