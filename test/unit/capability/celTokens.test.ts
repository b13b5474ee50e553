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
