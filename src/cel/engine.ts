/** The CEL engine: expressions compiled once, and evaluated for every value within their bounds. */

import type { CelEngine, Matcher, Outcome } from '../capability/constraint.js'
import { isObject, type Value } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { StricterRule } from '../rules.js'
import { evaluate, type Scope } from './evaluate.js'
import type { CelNode } from './node.js'
import { parseCel } from './parse.js'
import { toCel, toCelMap } from './value.js'
import { CelFault, Work } from './work.js'

const MAX_CACHED = 256

/** Refusals too: a warrant can hold one expression thousands of times, and that it is none takes longest to find out. */
const cache = new Map<string, CelNode | FormatError>()

const parsed = (expression: string): CelNode | FormatError => {
  try {
    return parseCel(expression)
  } catch (thrown) {
    if (thrown instanceof FormatError) return thrown
    throw thrown
  }
}

const compiled = (expression: string): CelNode => {
  const known = cache.get(expression)
  const node = known ?? parsed(expression)
  if (known !== undefined)
    cache.delete(expression) // so that it is the youngest again
  else if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string) // not empty
  cache.set(expression, node)
  if (node instanceof FormatError) throw node
  return node
}

/** The fields of an object are variables, and then there is no `value`; any other value is `value`. */
const scopeOf = (value: Value): Scope => ({
  variables: isObject(value) ? toCelMap(value) : new Map([['value', toCel(value)]]),
})

interface Result {
  readonly outcome: Outcome
  readonly rule: StricterRule | undefined
}

const run = (node: CelNode, value: Value, now: number): Result => {
  try {
    const result = evaluate(node, scopeOf(value), { work: new Work(), now })
    return { outcome: typeof result === 'boolean' ? result : 'CONSTRAINT_ERROR', rule: undefined }
  } catch (thrown) {
    if (thrown instanceof CelFault) return { outcome: thrown.code, rule: thrown.rule }
    return { outcome: 'CONSTRAINT_ERROR', rule: undefined }
  }
}

/**
 * CEL for `Engines.cel`. An error anywhere in an evaluation is a fault, which denies: `1 / 0 == 0 || true` never
 * permits. Nothing is evaluated that does not mean the same in the reference and here.
 */
export const celEngine: CelEngine = Object.freeze({
  compile(expression: string): Matcher {
    const node = compiled(expression)
    return (value, now) => run(node, value, now).outcome
  },

  stricter(expression: string, value: Value, now: number): StricterRule | undefined {
    return run(compiled(expression), value, now).rule
  },
})
