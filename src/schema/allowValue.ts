/**
 * What may stand behind `arg=` in the `--allow` language.
 *
 * A value without a form reads as in hermes-tenuo: `*` anything, `0..10` a range of numbers, `a|b|c` one of several texts,
 * `acme*` a glob, `/data` a path and what is under it, anything else exactly that text. `form:body` names any other
 * constraint. A backslash escapes `,` everywhere and `|` in lists; before any other character it is itself.
 */

import type { Engines } from '../capability/constraint.js'
import { cel } from '../capability/constraints/cel.js'
import { cidr } from '../capability/constraints/cidr.js'
import { contains } from '../capability/constraints/contains.js'
import { exact } from '../capability/constraints/exact.js'
import { notOneOf } from '../capability/constraints/notOneOf.js'
import { oneOf } from '../capability/constraints/oneOf.js'
import { pattern } from '../capability/constraints/pattern.js'
import { range } from '../capability/constraints/range.js'
import { regex } from '../capability/constraints/regex.js'
import { shlex } from '../capability/constraints/shlex.js'
import { subpath } from '../capability/constraints/subpath.js'
import { subset } from '../capability/constraints/subset.js'
import { urlPattern } from '../capability/constraints/urlPattern.js'
import { wildcard } from '../capability/constraints/wildcard.js'
import type { Constraint } from '../capability/kinds.js'
import { parseJson } from '../encoding/json.js'
import { float, integer, type Value } from '../encoding/value.js'
import { looksMistyped } from './allowDoubt.js'
import { urlSafeFrom } from './allowUrlSafe.js'
import { constraintFromJson } from './constraintJson.js'
import { placeOf, refuseAt, type Span, sliceOf, splitAt, unescaped, within } from './span.js'

/** What the `--allow` language is read with. */
export interface AllowOptions {
  /** What `~` stands for at the start of a path; without it such a path is refused. */
  readonly home?: string | undefined
  /** With these, a regular expression or CEL expression that is not valid is refused. */
  readonly engines?: Engines | undefined
  /**
   * Told of a value that is read as it stands although it looks like another form mistyped, such as `Subpath:/x` or
   * `0..1e400`: the place of it, as in a refusal.
   */
  readonly onDoubt?: ((where: string) => void) | undefined
}

type Form = (body: Span, engines: Engines) => Constraint

/**
 * Reads one value.
 * @throws FormatError SPEC_MALFORMED with the place.
 */
export const parseAllowValue = (value: Span, options: AllowOptions): Constraint => {
  const [form, body] = formOf(value)
  if (form !== undefined) return within(value, () => form(body, options.engines ?? {}))
  const read = within(value, () => bare(value, options))
  if (read.kind !== 'range' && looksMistyped(sliceOf(value), FORMS)) options.onDoubt?.(placeOf(value))
  return read
}

/** Whether the commas of a value belong to JSON. */
export const isJsonForm = (value: Span): boolean => /^(?:json|value):\s*[[{"]/.test(sliceOf(value))

const formOf = (value: Span): [form: Form | undefined, body: Span] => {
  const name = /^([a-z]+):/.exec(sliceOf(value))?.[1]
  if (name === undefined) return [undefined, value]
  return [FORMS.get(name), { ...value, start: value.start + name.length + 1 }]
}

const bare = (value: Span, { home }: AllowOptions): Constraint => {
  const text = unescaped(value, ',')
  if (text === '*') return wildcard()
  const bounds = BARE_RANGE.exec(text)
  if (bounds !== null) return rangeOf(value, bounds[1] as string, bounds[2] as string)
  if (splitAt(value, '|').length > 1) return choiceOf(value)
  const literal = unescaped(value, ',|')
  if (/[*?]/.test(literal)) return pattern(literal)
  if (literal.startsWith('~')) return subpath(underHome(value, literal, home))
  return literal.startsWith('/') ? subpath(literal) : exact(literal)
}

/** Choices as bare texts; empty ones are passed over. */
const choiceOf = (value: Span): Constraint => {
  const choices = texts(value)
  return choices.length === 0 ? refuseAt(value, 'no choice between the bars') : oneOf(choices)
}

const underHome = (value: Span, path: string, home: string | undefined): string => {
  if (path !== '~' && !path.startsWith('~/')) return refuseAt(value, 'the home of another user')
  return home === undefined ? refuseAt(value, '~ without a home folder') : home + path.slice(1)
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`
const BARE_RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/
const RANGE = new RegExp(String.raw`^([[(]?)\s*(${NUMBER})?\s*\.\.\s*(${NUMBER})?\s*([\])]?)$`)

const MAX_RANGE = 1_000

/** `0..10`, either side left out; `(` and `)` leave the bound itself out. */
const rangeForm: Form = (body) => {
  // Two numbers are short; a long text of white space would take the expression quadratic time.
  const text = body.end - body.start > MAX_RANGE ? '' : unescaped(body, ',')
  const [, open, low, high, close] = RANGE.exec(text) ?? refuseAt(body, 'expected MIN..MAX')
  return rangeOf(body, low, high, { minInclusive: open !== '(', maxInclusive: close !== ')' })
}

const rangeOf = (
  span: Span,
  low: string | undefined,
  high: string | undefined,
  inclusive: { readonly minInclusive?: boolean; readonly maxInclusive?: boolean } = {},
): Constraint => {
  const [min, max] = [bound(span, low), bound(span, high)]
  if (min !== undefined && max !== undefined && min > max)
    refuseAt(span, 'the lower bound is above the upper')
  return range({ min, max, ...inclusive })
}

/** Bounds are doubles: beyond the safe integers neighbouring numbers are one, so such a bound is not what it says. */
const bound = (span: Span, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const number = Number(text)
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : refuseAt(span, 'a bound beyond 2^53 - 1')
}

const texts = (list: Span): string[] =>
  splitAt(list, '|')
    .map((item) => unescaped(item, ',|'))
    .filter((text) => text !== '')

/** Members between bars: texts, or `int:`, `float:`, `bool:`, `null:`, `value:`. */
const members = (list: Span): Value[] =>
  sliceOf(list).trim() === '' ? [] : splitAt(list, '|').map((item) => member(item))

const member = (item: Span): Value => {
  const name = /^([a-z]+):/.exec(sliceOf(item))?.[1]
  const typed = name === undefined ? undefined : TYPED.get(name)
  return typed === undefined
    ? unescaped(item, ',|')
    : typed({ ...item, start: item.start + (name as string).length + 1 })
}

const TYPED: ReadonlyMap<string, (body: Span) => Value> = new Map([
  ['int', (body: Span) => integer(BigInt(matching(body, /^-?\d{1,19}$/, 'expected a whole number')))],
  ['float', (body: Span) => float(Number(matching(body, new RegExp(`^${NUMBER}$`), 'expected a number')))],
  ['bool', (body: Span) => matching(body, /^(?:true|false)$/, 'expected true or false') === 'true'],
  ['null', (body: Span) => nothingAfter(body, null)],
  ['value', (body: Span) => parseJson(sliceOf(body))],
  ['text', (body: Span) => unescaped(body, ',|')],
])

const matching = (body: Span, shape: RegExp, expected: string): string => {
  const text = sliceOf(body)
  return shape.test(text) ? text : refuseAt(body, expected)
}

const nothingAfter = <T>(body: Span, meant: T): T =>
  body.start === body.end ? meant : refuseAt(body, 'nothing follows this form')

const literal = (body: Span): string => unescaped(body, ',')

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...[...TYPED].map(([name, read]): [string, Form] => [name, (body) => exact(read(body))]),
  ['exact', (body) => exact(literal(body))],
  ['subpath', (body) => subpath(literal(body))],
  ['range', rangeForm],
  ['oneof', (body) => oneOf(members(body))],
  ['notoneof', (body) => notOneOf(members(body))],
  ['contains', (body) => contains(members(body))],
  ['subset', (body) => subset(members(body))],
  ['pattern', (body) => pattern(literal(body))],
  ['regex', (body, engines) => regex(literal(body), engines.regex)],
  ['cidr', (body) => cidr(literal(body))],
  ['url', (body) => urlPattern(literal(body))],
  ['urlsafe', urlSafeFrom],
  ['shlex', (body) => shlex(texts(body))],
  ['cel', (body, { cel: engine }) => cel(literal(body), engine === undefined ? {} : { engine })],
  ['wildcard', (body) => nothingAfter(body, wildcard())],
  ['json', (body, engines) => constraintFromJson(parseJson(sliceOf(body)), { engines })],
])
