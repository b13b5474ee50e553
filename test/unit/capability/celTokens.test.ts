import { describe, expect, test } from 'vitest'
import {
  celTokens,
  MAX_CEL_BYTES,
  MAX_CEL_NESTING,
  MAX_CEL_TOKENS,
} from '../../../src/capability/celTokens.js'

const texts = (expression: string) => celTokens(expression)?.map(({ text }) => text)

const readText = (literal: string) => {
  const [token] = celTokens(literal) ?? []
  return token?.kind === 'string' ? token.value : undefined
}

test('white space separates and is nothing else', () => {
  expect(texts(' a<=\t10.5e3\n&&! b . c( "x y" )[0x1F] ')).toEqual([
    'a',
    '<=',
    '10.5e3',
    '&&',
    '!',
    'b',
    '.',
    'c',
    '(',
    '"x y"',
    ')',
    '[',
    '0x1F',
    ']',
  ])
  expect(texts('a\u00a0b')).toBeUndefined()
})

describe('a text literal stands for', () => {
  test.each([
    [`'a b'`, 'a b'],
    [`"//)"`, '//)'],
    [`'\\''`, "'"],
    [`"\\""`, '"'],
    [`'"'`, '"'],
    [`'\\\\\\n\\t\\x41\\u00e9\\U0001F600\\101\\?\\\`'`, '\\\n\tAé😀A?`'],
    [`r'\\d'`, '\\d'],
    [`R"a\\'b"`, "a\\'b"],
    [`r'\\\\'`, '\\\\'],
  ])('%s', (literal, value) => {
    expect(readText(literal)).toBe(value)
  })
})

describe('what readers take differently is no token', () => {
  test.each([
    ['a comment', 'a // b'],
    ['two signs', '!!a'],
    ['two signs apart', '- -1'],
    ['an unsigned number', '1u'],
    ['bytes', `b'a'`],
    ['raw bytes', `br'a'`],
    ['a text in triple quotes', `'''a'''`],
    ['a text with a break', `'a\nb'`],
    ['an escaped quote of the other kind', `"\\'"`],
    ['a raw text whose end is hidden', `r'a\\'`],
    ['an escape that is not known', `'\\q'`],
    ['an escape of no character', `'\\ud800'`],
    ['an octal escape too large', `'\\400'`],
    ['an open text', `'a`],
    ['a dot before a name by itself', '.a'],
    ['a dot behind an operator', 'a + .b'],
    ['a number that runs on', '1abc'],
    ['a number with an empty fraction', '1.'],
    ['hexadecimal behind a minus', '-0x1'],
    ['one ampersand', 'a & b'],
    ['an assignment', 'a = b'],
    ['a name in backticks', '`a`'],
    ['a letter that is not ASCII', 'é'],
    ['brackets that do not pair', '(a]'],
    ['a bracket too many', 'a)'],
    ['a bracket too few', '(a'],
  ])('%s: %s', (_, expression) => {
    expect(celTokens(expression)).toBeUndefined()
  })
})

describe('bounds', () => {
  test('bytes', () => {
    const literal = (bytes: number) => `'${'é'.repeat((bytes - 2) / 2)}'`
    expect(celTokens(literal(MAX_CEL_BYTES))).toHaveLength(1)
    expect(celTokens(literal(MAX_CEL_BYTES + 2))).toBeUndefined()
  })

  test('tokens', () => {
    expect(celTokens('a '.repeat(MAX_CEL_TOKENS))).toHaveLength(MAX_CEL_TOKENS)
    expect(celTokens('a '.repeat(MAX_CEL_TOKENS + 1))).toBeUndefined()
  })

  test('nesting', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(celTokens(nested(MAX_CEL_NESTING))).toHaveLength(2 * MAX_CEL_NESTING)
    expect(celTokens(nested(MAX_CEL_NESTING + 1))).toBeUndefined()
  })

  test('surrogates', () => {
    expect(celTokens(`'\ud800'`)).toBeUndefined()
  })
})

describe('tokens by their kinds', () => {
  const kinds = (expression: string) => celTokens(expression)?.map(({ kind, text }) => `${kind} ${text}`)

  test.each<[string, readonly string[]]>([
    ['a', ['name a']],
    ['_a1', ['name _a1']],
    ['a  \t\n b', ['name a', 'name b']],
    ['a.b', ['name a', 'symbol .', 'name b']],
    ['f(1).g', ['name f', 'symbol (', 'integer 1', 'symbol )', 'symbol .', 'name g']],
    ['"a".b', ['string "a"', 'symbol .', 'name b']],
    ['12', ['integer 12']],
    ['0x1F', ['integer 0x1F']],
    ['0xabcdefABCDEF0123', ['integer 0xabcdefABCDEF0123']],
    ['12.25', ['double 12.25']],
    ['1.5e3', ['double 1.5e3']],
    ['1.5E+30', ['double 1.5E+30']],
    ['1.5e-300', ['double 1.5e-300']],
    ['1e5', ['double 1e5']],
    ['10e+50', ['double 10e+50']],
    ['1E-5000', ['double 1E-5000']],
    ['-1', ['symbol -', 'integer 1']],
    ['-a', ['symbol -', 'name a']],
    ['a-1.5', ['name a', 'symbol -', 'double 1.5']],
    ['!a', ['symbol !', 'name a']],
    ['a?b:c', ['name a', 'symbol ?', 'name b', 'symbol :', 'name c']],
    ['"a" + r"b"', ['string "a"', 'symbol +', 'string r"b"']],
  ])('%j', (expression, expected) => {
    expect(kinds(expression)).toEqual(expected)
  })

  test.each<[string, number, boolean]>([
    ['a', 128, true],
    ['a', 129, false],
    ['1', 40, true],
    ['1', 41, false],
  ])('%s as long as a token may be, %i times: %s', (unit, times, isToken) => {
    expect(celTokens(unit.repeat(times)) !== undefined).toBe(isToken)
  })

  test.each([
    'a"b"',
    `a'b'`,
    `1"a"`,
    `1'a'`,
    `"a"'b'`,
    `'a'"b"`,
    '"a"b',
    '"a"1',
    '"a"_',
    '1.5.5',
    '1..5',
    '1.5e',
    '1e',
    '1e12345',
    '0x',
    '0x12345678901234567',
    '1a',
    '0xg',
    'a\u2028b',
    '"a\rb"',
  ])('%j is none', (expression) => {
    expect(celTokens(expression)).toBeUndefined()
  })
})

describe('escapes', () => {
  test.each([
    ['\\a', '\x07'],
    ['\\b', '\b'],
    ['\\f', '\f'],
    ['\\n', '\n'],
    ['\\r', '\r'],
    ['\\t', '\t'],
    ['\\v', '\v'],
    ['\\\\', '\\'],
    ['\\?', '?'],
    ['\\`', '`'],
    ['\\x00', '\0'],
    ['\\xfF', '\xff'],
    ['\\377', '\xff'],
    ['\\000', '\0'],
    ['\\ud7ff', '\ud7ff'],
    ['\\ue000', '\ue000'],
    ['\\U0010ffff', '\u{10ffff}'],
    ['\\U00010000', '\u{10000}'],
  ])('%s is one character', (written, character) => {
    expect(readText(`'${written}'`)).toBe(character)
    expect(readText(`"a${written}b"`)).toBe(`a${character}b`)
  })

  test.each([
    '\\ud800',
    '\\udfff',
    '\\U00110000',
    '\\U0000d800',
    '\\400',
    '\\x4',
    '\\u004',
    '\\U0001F60',
    '\\8',
    '\\\u{1F600}',
  ])('%s is none', (written) => {
    expect(celTokens(`'${written}'`)).toBeUndefined()
  })
})
