/**
 * The tokens of a CEL expression, as far as every reader of CEL agrees on them (format §6).
 *
 * Expressions are compared by tokens when they are narrowed, and evaluated from them. What the reference and the
 * standard read differently is no token here: comments, bytes, unsigned numbers, texts in triple quotes, a quote
 * escaped inside the other kind of quotes, and `!!` and `--`, which the reference takes for `!` and `-`.
 */

import { toUtf8 } from '../encoding/bytes.js'

export type CelToken =
  | { readonly kind: 'name' | 'symbol' | 'integer' | 'double'; readonly text: string }
  /** `text` is the literal as it is written, `value` what it stands for. */
  | { readonly kind: 'string'; readonly text: string; readonly value: string }

/** UTF-8 bytes of an expression. */
export const MAX_CEL_BYTES = 4_096
export const MAX_CEL_TOKENS = 512
/** Brackets of all kinds on one path. */
export const MAX_CEL_NESTING = 32

const SPACE = /[\t\n\f\r ]+/y
const NAME = /[A-Za-z_][A-Za-z0-9_]{0,127}/y
const DOUBLE = /[0-9]{1,40}(?:\.[0-9]{1,40}(?:[eE][+-]?[0-9]{1,4})?|[eE][+-]?[0-9]{1,4})/y
const INTEGER = /0x[0-9A-Fa-f]{1,16}|[0-9]{1,40}/y
const SYMBOL = /==|!=|<=|>=|&&|\|\||[-<>+*/%!?:,.()[\]{}]/y
const WORD = /[A-Za-z0-9_]/
const OPENING = '([{'
const CLOSING = ')]}'

/**
 * The tokens of an expression; undefined where it has something that is not one of them, brackets that do not pair,
 * or is over the bounds.
 */
export const celTokens = (expression: string): readonly CelToken[] | undefined => {
  if (!expression.isWellFormed() || toUtf8(expression).length > MAX_CEL_BYTES) return undefined
  const tokens: CelToken[] = []
  const open: string[] = []
  for (let at = 0; ; ) {
    at += matchAt(SPACE, expression, at)?.length ?? 0
    if (at === expression.length) return open.length === 0 ? tokens : undefined
    const token = tokenAt(expression, at)
    if (token === undefined || tokens.length >= MAX_CEL_TOKENS) return undefined
    if (token.kind === 'symbol' && !allowsSymbol(token.text, tokens.at(-1), open)) return undefined
    // The reference reads `0x1` behind a minus as no number.
    if (token.text.startsWith('0x') && tokens.at(-1)?.text === '-') return undefined
    tokens.push(token)
    at += token.text.length
  }
}

const tokenAt = (expression: string, at: number): CelToken | undefined => {
  const string = stringAt(expression, at)
  if (string !== undefined) return string
  const name = matchAt(NAME, expression, at)
  if (name !== undefined) return endsWord('name', name, expression, at)
  const double = matchAt(DOUBLE, expression, at)
  if (double !== undefined) return endsWord('double', double, expression, at)
  const integer = matchAt(INTEGER, expression, at)
  if (integer !== undefined) return endsWord('integer', integer, expression, at)
  const text = matchAt(SYMBOL, expression, at)
  return text === undefined || expression.startsWith('//', at) ? undefined : { kind: 'symbol', text }
}

/** A word, unless it runs on: `1u`, `b'…'`, a name that is too long. */
const endsWord = (
  kind: 'name' | 'integer' | 'double',
  text: string,
  expression: string,
  at: number,
): CelToken | undefined => {
  const next = expression.charAt(at + text.length)
  if (WORD.test(next) || next === '"' || next === "'") return undefined
  return kind !== 'name' && next === '.' ? undefined : { kind, text }
}

/** Keeps the brackets paired; refuses `!!` and `--`, and a dot before a name that stands by itself. */
const allowsSymbol = (symbol: string, previous: CelToken | undefined, open: string[]): boolean => {
  if ((symbol === '!' || symbol === '-') && previous?.text === symbol) return false
  if (symbol === '.' && (previous === undefined || isOperator(previous))) return false
  if (OPENING.includes(symbol)) return open.push(symbol) <= MAX_CEL_NESTING
  const closing = CLOSING.indexOf(symbol)
  return closing < 0 || open.pop() === OPENING[closing]
}

const isOperator = ({ kind, text }: CelToken): boolean => kind === 'symbol' && !CLOSING.includes(text)

const matchAt = (expression: RegExp, text: string, at: number): string | undefined => {
  expression.lastIndex = at
  return expression.exec(text)?.[0]
}

const QUOTED = /(["'])(?:\\[^\n\r]|(?!\1)[^\\\n\r])*\1/y
const RAW = /[rR](?:"[^"\n\r]*"|'[^'\n\r]*')/y

const stringAt = (expression: string, at: number): CelToken | undefined => {
  const raw = matchAt(RAW, expression, at)
  const text = raw ?? matchAt(QUOTED, expression, at)
  if (text === undefined) return undefined
  const quote = text.at(-1) as string // both end with one
  // Three quotes open another kind of text, and a word behind a text is none.
  const next = expression.charAt(at + text.length)
  if (next === '"' || next === "'" || WORD.test(next)) return undefined
  const body = text.slice(raw === undefined ? 1 : 2, -1)
  const value = raw === undefined ? unescaped(body, quote) : rawValue(body)
  return value === undefined ? undefined : { kind: 'string', text, value }
}

/** The reference lets a backslash hide the closing quote of a raw text. */
const rawValue = (body: string): string | undefined =>
  (/\\*$/.exec(body)?.[0].length ?? 0) % 2 === 0 ? body : undefined

const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|(.))/gsu
const SINGLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['?', '?'],
  ['`', '`'],
])

/** What an escaped text stands for; undefined for an escape that is not known or stands for no character. */
const unescaped = (body: string, quote: string): string | undefined => {
  let known = true
  const value = body.replace(
    ESCAPE,
    (_, hex?: string, short?: string, long?: string, octal?: string, single?: string) => {
      const digits = hex ?? short ?? long
      const point = digits === undefined ? Number.parseInt(`${octal}`, 8) : Number.parseInt(digits, 16)
      const character =
        single === undefined ? characterOf(point) : single === quote ? quote : SINGLE.get(single)
      known &&= character !== undefined
      return character ?? ''
    },
  )
  return known ? value : undefined
}

const characterOf = (point: number): string | undefined =>
  point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? undefined : String.fromCodePoint(point)
