/**
 * From text to the tree that is evaluated; the only importer of the CEL parser.
 *
 * The parser reads a skeleton of the expression: see `skeleton.ts`.
 */

import { parse } from '@bufbuild/cel'
import { celTokens } from '../capability/celTokens.js'
import { MAX_INTEGER, MIN_INTEGER } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { BinaryOperator, CelNode, Fold } from './node.js'
import { isSignature } from './signatures.js'
import { type Skeleton, skeletonOf } from './skeleton.js'

type Expr = ReturnType<typeof parse>['expr']
type Kind = Expr['exprKind']
type Call = Extract<Kind, { case: 'callExpr' }>['value']
type Comprehension = Extract<Kind, { case: 'comprehensionExpr' }>['value']
type Constant = Extract<Kind, { case: 'constExpr' }>['value']
type Struct = Extract<Kind, { case: 'structExpr' }>['value']

const MAX_NODES = 256
const MAX_DEPTH = 32
const MAX_FOLDS = 2

/** Outside the part of CEL that is evaluated here, or no CEL at all: which of the two is not told apart. */
const refuse = (detail: string): FormatError =>
  new FormatError('CONSTRAINT_INVALID', detail, { rule: 'CEL_DIALECT' })

/** @throws FormatError CONSTRAINT_INVALID for what is not an expression, or is not within the dialect and its bounds. */
export const parseCel = (expression: string): CelNode => {
  const tokens = celTokens(expression)
  if (tokens === undefined) throw refuse('tokens that are not known, or too many')
  const skeleton = skeletonOf(tokens)
  return new Reader(skeleton).node(parseSkeleton(skeleton.text), 0, 0)
}

const parseSkeleton = (text: string): Expr => {
  try {
    return parse(text).expr
  } catch (cause) {
    throw new FormatError('CONSTRAINT_INVALID', 'not an expression', { cause })
  }
}

const BINARY: ReadonlyMap<string, BinaryOperator> = new Map(
  (['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'] as const).map((operator) => [
    `_${operator}_`,
    operator,
  ]),
)

class Reader {
  readonly #skeleton: Skeleton
  #nodes = 0

  constructor(skeleton: Skeleton) {
    this.#skeleton = skeleton
  }

  node(expr: Expr | undefined, depth: number, folds: number): CelNode {
    if (++this.#nodes > MAX_NODES) throw refuse('more than 256 nodes')
    if (depth > MAX_DEPTH) throw refuse('nested more than 32 deep')
    const read = (inner: Expr | undefined): CelNode => this.node(inner, depth + 1, folds)
    const kind = expr?.exprKind
    switch (kind?.case) {
      case 'constExpr':
        return { kind: 'literal', value: inRange(this.#constant(kind.value)) }
      case 'identExpr':
        return { kind: 'variable', name: this.#name(kind.value.name) }
      case 'selectExpr':
        return {
          kind: kind.value.testOnly ? 'has' : 'select',
          operand: read(kind.value.operand),
          field: this.#name(kind.value.field),
        }
      case 'listExpr':
        return { kind: 'list', items: kind.value.elements.map(read) }
      case 'structExpr':
        return this.#map(kind.value, read)
      case 'callExpr':
        return this.#call(kind.value, read)
      case 'comprehensionExpr':
        if (folds >= MAX_FOLDS) throw refuse('macros nested more than 2 deep')
        return foldOf({ ...kind.value, iterVar: this.#name(kind.value.iterVar) }, read, (inner) =>
          this.node(inner, depth + 1, folds + 1),
        )
      default:
        throw refuse('an expression of a kind that is not known')
    }
  }

  #name(placeholder: string): string {
    const name = this.#skeleton.names.get(placeholder)
    if (name === undefined) throw refuse('a name that is not known')
    return name
  }

  #constant({ constantKind }: Constant): null | boolean | bigint | number | string {
    switch (constantKind.case) {
      case 'nullValue':
        return null
      case 'boolValue':
      case 'int64Value':
      case 'doubleValue':
        return constantKind.value
      case 'stringValue': {
        const literal = this.#skeleton.literals[Number(constantKind.value)]
        if (literal !== undefined) return literal
      }
    }
    throw refuse('a literal of a kind that is not known')
  }

  #map({ messageName, entries }: Struct, read: (expr: Expr | undefined) => CelNode): CelNode {
    if (messageName !== '') throw refuse('a message')
    return {
      kind: 'map',
      entries: entries.map(({ keyKind, value, optionalEntry }) => {
        if (keyKind.case !== 'mapKey' || optionalEntry) throw refuse('an entry of a kind that is not known')
        return [read(keyKind.value), read(value)]
      }),
    }
  }

  #call(call: Call, read: (expr: Expr | undefined) => CelNode): CelNode {
    const { function: name, target, args } = call
    if (target !== undefined) return callOf(`.${name}`, [target, ...args].map(read))
    switch (name) {
      case '-_':
        return negated(args[0], read, (constant) => this.#constant(constant))
      case '!_':
        return { kind: 'not', operand: read(args[0]) }
      case '_?_:_':
        return { kind: 'choice', condition: read(args[0]), yes: read(args[1]), no: read(args[2]) }
      case '_&&_':
        return { kind: 'and', left: read(args[0]), right: read(args[1]) }
      case '_||_':
        return { kind: 'or', left: read(args[0]), right: read(args[1]) }
      case '_[_]':
        return unwrapped({ kind: 'index', left: read(args[0]), right: read(args[1]) })
      case '@in':
        return { kind: 'binary', operator: 'in', left: read(args[0]), right: read(args[1]) }
    }
    const operator = BINARY.get(name)
    return operator === undefined
      ? callOf(name, args.map(read))
      : { kind: 'binary', operator, left: read(args[0]), right: read(args[1]) }
  }
}

/** What `[x][0]` is: x. */
const unwrapped = (node: CelNode & { readonly kind: 'index' }): CelNode => {
  const { left, right } = node
  const only = left.kind === 'list' && left.items.length === 1 ? left.items[0] : undefined
  return only !== undefined && right.kind === 'literal' && right.value === 0n ? only : node
}

/** A literal of 64 bits, or finite. */
const inRange = <T>(value: T): T => {
  if (typeof value === 'bigint' && (value < MIN_INTEGER || value > MAX_INTEGER))
    throw refuse('a number beyond 64 bits')
  if (typeof value === 'number' && !Number.isFinite(value)) throw refuse('a number that is not finite')
  return value
}

/** A minus and a number are one literal, so that the least integer can be written. */
const negated = (
  expr: Expr | undefined,
  read: (expr: Expr | undefined) => CelNode,
  constantOf: (constant: Constant) => unknown,
): CelNode => {
  const constant = expr?.exprKind.case === 'constExpr' ? constantOf(expr.exprKind.value) : undefined
  if (typeof constant === 'bigint' || typeof constant === 'number') {
    return { kind: 'literal', value: inRange(-constant) }
  }
  return { kind: 'negate', operand: read(expr) }
}

const callOf = (name: string, args: readonly CelNode[]): CelNode => {
  if (!isSignature(name, args.length)) throw refuse('a function that is not known')
  return { kind: 'call', name, args }
}

/** The macro that the parser wrote out as a comprehension: told by what it starts from. */
const foldOf = (
  { iterVar, iterRange, accuInit, loopStep }: Comprehension,
  read: (expr: Expr | undefined) => CelNode,
  readBody: (expr: Expr | undefined) => CelNode,
): Fold => {
  const shared = { kind: 'fold', variable: iterVar, range: read(iterRange) } as const
  const step = argsOf(loopStep)
  const start = accuInit?.exprKind
  if (start?.case === 'listExpr') {
    const filter = step.length === 3 ? step[0] : undefined
    const appended = filter === undefined ? step[1] : argsOf(step[1])[1]
    const item = appended?.exprKind.case === 'listExpr' ? appended.exprKind.value.elements[0] : undefined
    return {
      ...shared,
      fold: 'map',
      filter: filter === undefined ? undefined : readBody(filter),
      body: readBody(item),
    }
  }
  const value = start?.case === 'constExpr' ? start.value.constantKind.value : undefined
  if (value === 0n) return { ...shared, fold: 'existsOne', filter: undefined, body: readBody(step[0]) }
  if (typeof value !== 'boolean') throw refuse('a macro that is not known')
  return { ...shared, fold: value ? 'all' : 'exists', filter: undefined, body: readBody(step[1]) }
}

const argsOf = (expr: Expr | undefined): readonly Expr[] =>
  expr?.exprKind.case === 'callExpr' ? expr.exprKind.value.args : []
