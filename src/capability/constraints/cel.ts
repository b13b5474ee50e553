/** Cel (format §6): an expression over the argument is true. Evaluated by an engine that is passed in; see `warrant/cel`. */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { ownOptions } from '../../encoding/options.js'
import type { Value } from '../../encoding/value.js'
import { FormatError, isWarrantError } from '../../errors.js'
import type { StricterRule } from '../../rules.js'
import { type CelToken, celTokens } from '../celTokens.js'
import type { CelEngine, Constraint, ConstraintKind, Matcher, Recurse } from '../constraint.js'
import { textInWords } from '../words.js'

export interface CelConstraint {
  readonly kind: 'cel'
  readonly expression: string
  /** What the expression was narrowed from, as the reference notes it down. Nothing is decided by it. */
  readonly parentExpression: string | undefined
}

export interface CelOptions {
  readonly parentExpression?: string
  /** Compiles the expression at once, so that one which is not valid is refused here. */
  readonly engine?: CelEngine
}

/**
 * An expression. The fields of an object are its variables; any other argument is `value`. It sees no other argument.
 * Without an engine it is not compiled: one that is not valid then denies every value.
 * @throws FormatError CONSTRAINT_INVALID where an engine is given that refuses it; TEXT_SURROGATE.
 */
export const cel = (expression: string, options: CelOptions = {}): CelConstraint => {
  const { parentExpression, engine } = ownOptions(options)
  if (!expression.isWellFormed() || parentExpression?.isWellFormed() === false) {
    throw new FormatError('TEXT_SURROGATE')
  }
  engine?.compile(expression)
  return celOf(expression, parentExpression)
}

const celOf = (expression: string, parentExpression: string | undefined): CelConstraint =>
  Object.freeze({ kind: 'cel', expression, parentExpression })

/** A compiled expression, or the error that says why there is none. */
const compiled = (expression: string, engine: CelEngine): Matcher | FormatError => {
  try {
    return engine.compile(expression)
  } catch (thrown) {
    if (isWarrantError(thrown)) return thrown as FormatError // the one family that an engine throws
    throw thrown
  }
}

const compiles = (expression: string, engine: CelEngine): boolean =>
  typeof compiled(expression, engine) === 'function'

// White_Space of Unicode, which the reference leaves out wherever it stands.
const SPACES = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g

/** The reference's comparison: texts without white space, brackets counted wherever they stand. */
const textNarrows = (parent: string, child: string): boolean => {
  const [from, to] = [parent.replace(SPACES, ''), child.replace(SPACES, '')]
  if (from === to) return true
  const conjunction = `(${from})&&`
  return to.startsWith(conjunction) && isOneGroup([...to.slice(conjunction.length)])
}

/** Whether the first bracket is closed by the last piece, and not before. */
const isOneGroup = (pieces: readonly string[]): boolean => {
  if (pieces[0] !== '(') return false
  let depth = 0
  for (const [i, piece] of pieces.entries()) {
    if (piece === '(') depth++
    else if (piece === ')' && --depth === 0 && i !== pieces.length - 1) return false
  }
  return depth === 0
}

const tokensNarrow = (parent: readonly CelToken[], child: readonly CelToken[]): boolean => {
  const [from, to] = [parent.map(({ text }) => text), child.map(({ text }) => text)]
  if (startsWith(to, from) && to.length === from.length) return true
  const conjunction = ['(', ...from, ')', '&&']
  return startsWith(to, conjunction) && isOneGroup(to.slice(conjunction.length))
}

const startsWith = (whole: readonly string[], part: readonly string[]): boolean =>
  part.every((piece, i) => whole[i] === piece)

/**
 * The order of expressions. `parent` covers `child` if and only if
 * 1. their texts are identical, or an engine is given that compiles both, and
 * 2. their tokens are identical, or
 * 3. the child's are `(` the parent's `) && (` any `)`, the last bracket closing the one behind `&&`;
 * and for 2 and 3 the reference's comparison of texts agrees, which takes literals for syntax.
 */
const covers = (parent: CelConstraint, child: CelConstraint, { engines }: Recurse): boolean => {
  if (parent.expression === child.expression) return true
  const from = tokensOf(parent)
  const to = tokensOf(child)
  return (
    engines.cel !== undefined &&
    from !== undefined &&
    to !== undefined &&
    tokensNarrow(from, to) &&
    textNarrows(parent.expression, child.expression) &&
    compiles(parent.expression, engines.cel) &&
    compiles(child.expression, engines.cel)
  )
}

/** By constraint: one that is compared with many others is tokenised once. */
const known = new WeakMap<CelConstraint, { readonly tokens: readonly CelToken[] | undefined }>()

const tokensOf = (constraint: CelConstraint): readonly CelToken[] | undefined => {
  const found = known.get(constraint) ?? { tokens: celTokens(constraint.expression) }
  known.set(constraint, found)
  return found.tokens
}

const KEYWORDS = ['in', 'true', 'false', 'null']

/** Numbers and texts of the expression, as the value or as every variable at once. */
const samples = ({ expression }: CelConstraint): readonly Value[] => {
  const tokens = celTokens(expression) ?? []
  const values = tokens.flatMap((token): Value[] => {
    if (token.kind === 'string') return [token.value]
    const number = Number(token.text)
    const isNumber = token.kind === 'integer' && Number.isSafeInteger(number + 1)
    return isNumber ? [number, number - 1, number + 1] : []
  })
  const names = tokens.flatMap(({ kind, text }, i) =>
    kind === 'name' && !KEYWORDS.includes(text) && tokens[i - 1]?.text !== '.' && tokens[i + 1]?.text !== '('
      ? [text]
      : [],
  )
  const some = values.slice(0, 48)
  if (names.length === 0 || names.includes('value')) return some
  return some.map((value) => objectOf(new Set(names), value))
}

const objectOf = (names: ReadonlySet<string>, value: Value): Value => {
  const object: Record<string, Value> = Object.create(null)
  for (const name of names) object[name] = value
  return Object.freeze(object)
}

/** How expressions are read, written, matched and ordered. */
export const celKind: ConstraintKind<CelConstraint> = {
  kind: 'cel',
  tag: 15,
  coversExact: false,
  needsEngine: true,

  decode(reader: CborReader): CelConstraint {
    const fields: { expression?: string; parent_expression?: string } = {}
    reader.struct(['expression', 'parent_expression'], ['expression'], (name) => {
      fields[name] = reader.text()
    })
    return celOf(fields.expression as string, fields.parent_expression) // required, hence read
  },

  encode(writer: CborWriter, { expression, parentExpression }: CelConstraint): void {
    writer.map(parentExpression === undefined ? 1 : 2)
    writer.text('expression')
    writer.text(expression)
    if (parentExpression === undefined) return
    writer.text('parent_expression')
    writer.text(parentExpression)
  },

  compile({ expression }: CelConstraint, { engines }: Recurse): Matcher {
    if (engines.cel === undefined) return () => 'CONSTRAINT_ENGINE_MISSING'
    const matcher = compiled(expression, engines.cel)
    return typeof matcher === 'function' ? matcher : () => 'CONSTRAINT_ERROR'
  },

  covers,

  nearest(parent: CelConstraint, child: Constraint, recurse: Recurse): Constraint | undefined {
    if (child.kind !== 'cel') return undefined
    const conjunction = celOf(`(${parent.expression}) && (${child.expression})`, parent.expression)
    return covers(parent, conjunction, recurse) ? conjunction : undefined
  },

  samples,

  describe: ({ expression }: CelConstraint) => `for which ${textInWords(expression)}`,

  differsByFaultOnly: true,

  stricterMatch({ expression }: CelConstraint, value: Value, { engines }: Recurse, now: number) {
    if (engines.cel === undefined) return undefined
    const matcher = compiled(expression, engines.cel)
    return typeof matcher === 'function' ? engines.cel.stricter?.(expression, value, now) : matcher.rule
  },

  stricterCover(parent: CelConstraint, child: Constraint, recurse: Recurse): StricterRule | undefined {
    const engine = recurse.engines.cel
    if (child.kind !== 'cel' || engine === undefined || covers(parent, child, recurse)) return undefined
    if (!textNarrows(parent.expression, child.expression)) return undefined
    const refused = [parent, child].map(({ expression }) => compiled(expression, engine))
    const error = refused.find((each) => typeof each !== 'function')
    return typeof error === 'object' ? error.rule : 'CEL_TOKENS'
  },
}
