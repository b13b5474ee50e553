/**
 * Evaluation, from left to right, and strictly: an error anywhere ends it, whatever stands around (decision: an error
 * never makes an allow). Only what `&&`, `||`, `?:` and the macros over lists leave out is not evaluated.
 */

import { functionOf, type Surroundings } from './functions.js'
import type { CelNode, Fold } from './node.js'
import { binary, indexed, isKey, negate } from './operators.js'
import { isFunctionName } from './signatures.js'
import { type CelKey, type CelList, type CelValue, isCelList, isCelMap } from './value.js'
import { failure, strictFailure } from './work.js'

/** Names in scope: the innermost binding first. */
export type Scope =
  | { readonly name: string; readonly value: CelValue; readonly outer: Scope }
  | { readonly variables: ReadonlyMap<string, CelValue> }

/** @throws CelFault for every error, and past the bound on work. */
export const evaluate = (node: CelNode, scope: Scope, surroundings: Surroundings): CelValue => {
  const value = (inner: CelNode): CelValue => evaluate(inner, scope, surroundings)
  surroundings.work.spend(1)
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'variable':
      return lookUp(scope, node.name)
    case 'select':
      return selected(value(node.operand), node.field)
    case 'has':
      return hasField(value(node.operand), node.field)
    case 'list':
      return node.items.map(value)
    case 'map':
      return mapOf(node.entries.map(([key, entry]) => [value(key), value(entry)]))
    case 'not':
      return !truth(value(node.operand))
    case 'negate':
      return negate(value(node.operand))
    case 'and':
      return truth(value(node.left)) && truth(value(node.right))
    case 'or':
      return truth(value(node.left)) || truth(value(node.right))
    case 'choice':
      return value(truth(value(node.condition)) ? node.yes : node.no)
    case 'index':
      return indexed(value(node.left), value(node.right))
    case 'binary':
      return binary(node.operator, value(node.left), value(node.right), surroundings.work)
    case 'call':
      return functionOf(node.name)(node.args.map(value), surroundings)
    case 'fold':
      return folded(node, value(node.range), scope, surroundings)
  }
}

/** A condition is a boolean; the reference takes any value for one. */
const truth = (value: CelValue): boolean => {
  if (typeof value !== 'boolean') throw strictFailure()
  return value
}

const lookUp = (scope: Scope, name: string): CelValue => {
  let inner = scope
  while ('outer' in inner) {
    if (inner.name === name) return inner.value
    inner = inner.outer
  }
  const value = inner.variables.get(name)
  if (value === undefined) throw failure()
  return value
}

const selected = (whole: CelValue, field: string): CelValue => {
  const value = isCelMap(whole) ? whole.get(field) : undefined
  // Under the name of one of its functions, the reference goes on with that function as a value.
  if (value === undefined) throw isFunctionName(field) ? strictFailure() : failure()
  return value
}

const hasField = (whole: CelValue, field: string): boolean => {
  if (!isCelMap(whole)) throw strictFailure()
  return whole.has(field)
}

const mapOf = (entries: readonly (readonly [CelValue, CelValue])[]): ReadonlyMap<CelKey, CelValue> => {
  const map = new Map<CelKey, CelValue>()
  for (const [key, value] of entries) {
    if (!isKey(key)) throw failure()
    if (map.has(key)) throw strictFailure()
    map.set(key, value)
  }
  return map
}

/**
 * A macro. Over a list it stops where its result is certain, as the reference does. Over a map every key is looked at,
 * since the reference takes them in any order: no result may depend on which it came to first.
 */
const folded = (node: Fold, range: CelValue, scope: Scope, surroundings: Surroundings): CelValue => {
  const isMap = isCelMap(range)
  if (!isMap && !isCelList(range)) throw failure()
  if (isMap && node.fold === 'map') throw strictFailure()
  const items: CelList = isMap ? [...range.keys()] : range
  const test = (inner: CelNode, item: CelValue): CelValue =>
    evaluate(inner, { name: node.variable, value: item, outer: scope }, surroundings)
  switch (node.fold) {
    case 'map': {
      const { filter } = node
      const taken = filter === undefined ? items : items.filter((item) => truth(test(filter, item)))
      return taken.map((item) => test(node.body, item))
    }
    case 'existsOne':
      return items.filter((item) => truth(test(node.body, item))).length === 1
    case 'all':
    case 'exists': {
      const decisive = node.fold === 'exists'
      if (!isMap) return items.some((item) => truth(test(node.body, item)) === decisive) === decisive
      return items.filter((item) => truth(test(node.body, item)) === decisive).length > 0 === decisive
    }
  }
}
