/** CEL against the standard's own engine where both give an answer, and the laws that narrowing rests on. */

import { type CelInput, celEnv, parse, plan } from '@bufbuild/cel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers } from '../../src/capability/constraint.js'
import { cel } from '../../src/capability/constraints/cel.js'
import { celEngine } from '../../src/cel/index.js'
import { isObject, type Value } from '../../src/encoding/value.js'
import { isWarrantError } from '../../src/errors.js'
import { engines } from '../support/engines.js'
import { objectOf } from '../support/values.js'

const list = (...items: readonly Value[]): Value => Object.freeze(items)

const VALUES: readonly Value[] = [
  ...[0, 1, 2, -1, 1.5, 'a', 'ab', '', true, false, null, list(1, 2), list('a', 'b'), list()],
  objectOf([
    ['a', 1],
    ['b', 'ab'],
    ['c', list(1, 2)],
    ['d', objectOf([['a', true]])],
  ]),
]

const { boolean } = fc.letrec<{ boolean: string; number: string; text: string; list: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('0', '1', '2', '-1', '10', '1.5', '0.5', '9223372036854775807', 'value', 'a', 'c[0]'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('list').map((items) => `size(${items})`),
    tie('boolean').map((condition) => `(${condition} ? 1 : 2)`),
    tie('number').map((number) => `-(${number})`),
  ),
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(`'a'`, `"ab"`, `''`, `'a b'`, 'value', 'b'),
    fc.tuple(tie('text'), tie('text')).map(([left, right]) => `(${left} + ${right})`),
  ),
  list: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('[]', '[1, 2]', `['a', 'ab']`, 'value', 'c'),
    fc.array(tie('number'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(tie('list'), tie('number')).map(([items, body]) => `${items}.map(x, ${body})`),
    fc.tuple(tie('list'), tie('boolean')).map(([items, body]) => `${items}.filter(x, ${body})`),
  ),
  boolean: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('true', 'false', 'value', 'd.a', 'has(d.a)', 'missing', 'x == 1'),
    fc
      .tuple(tie('number'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), tie('number'))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc
      .tuple(tie('text'), fc.constantFrom('.startsWith', '.endsWith', '.contains'), tie('text'))
      .map(([text, method, part]) => `${text}${method}(${part})`),
    fc
      .tuple(tie('boolean'), fc.constantFrom('&&', '||'), tie('boolean'))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie('boolean').map((condition) => `!(${condition})`),
    fc.tuple(tie('number'), tie('list')).map(([item, items]) => `${item} in ${items}`),
    fc
      .tuple(tie('list'), fc.constantFrom('all', 'exists', 'exists_one'), tie('boolean'))
      .map(([items, macro, body]) => `${items}.${macro}(x, ${body})`),
  ),
}))

const value = fc.constantFrom(...VALUES)

const outcome = (expression: string, subject: Value) => {
  try {
    return celEngine.compile(expression)(subject, 0)
  } catch (thrown) {
    if (isWarrantError(thrown)) return thrown.code
    throw thrown
  }
}

const inputOf = (subject: Value): CelInput => {
  if (typeof subject === 'number') return Number.isInteger(subject) ? BigInt(subject) : subject
  if (Array.isArray(subject)) return subject.map(inputOf)
  if (isObject(subject))
    return new Map(Object.entries(subject).map(([name, field]) => [name, inputOf(field)]))
  return subject as string | boolean | null // the kinds that are left in the pool
}

const environment = celEnv()

const standard = (expression: string, subject: Value): unknown => {
  const variables = isObject(subject)
    ? Object.fromEntries(Object.entries(subject).map(([name, field]) => [name, inputOf(field)]))
    : { value: inputOf(subject) }
  return plan(environment, parse(expression))(variables)
}

describe('against the engine of the standard', () => {
  test('where both give a boolean it is the same one', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(boolean, value, (expression, subject) => {
        const ours = outcome(expression, subject)
        if (typeof ours !== 'boolean') return
        seen[`${ours}`]++
        const theirs = standard(expression, subject)
        if (typeof theirs === 'boolean') expect(ours, expression).toBe(theirs)
      }),
      { numRuns: 4_000 },
    )
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(200)
  })
})

describe('an error makes no allow', () => {
  test('whatever stands behind what fails, it fails', () => {
    fc.assert(
      fc.property(boolean, value, (expression, subject) => {
        const failing = typeof outcome(expression, subject) !== 'boolean'
        for (const around of [`(${expression}) || true`, `!(${expression}) || true`]) {
          if (failing) expect(outcome(around, subject), around).not.toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('a negation permits exactly where there is an answer, and it is no', () => {
    fc.assert(
      fc.property(boolean, value, (expression, subject) => {
        const [plain, negated] = [outcome(expression, subject), outcome(`!(${expression})`, subject)]
        if (typeof plain === 'boolean') expect([!plain, 'CONSTRAINT_INVALID']).toContain(negated)
        else expect(negated).not.toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('narrowing', () => {
  test('a conjunction is covered and permits no more', () => {
    let permitted = 0
    fc.assert(
      fc.property(boolean, fc.oneof(fc.constant('true'), boolean), value, (parent, more, subject) => {
        const child = `(${parent}) && (${more})`
        if (!covers(cel(parent), cel(child), engines)) return
        if (outcome(child, subject) !== true) return
        permitted++
        expect(outcome(parent, subject)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    expect(permitted).toBeGreaterThan(20)
  })

  test('no text put behind a conjunction widens it', () => {
    const tail = fc.constantFrom(
      ' || (true)',
      ') || (true',
      ' ? (true) : (true)',
      ' == (false)',
      `|| ('' == ')')`,
      `//\n|| (true)`,
      ' || !(false)',
    )
    fc.assert(
      fc.property(boolean, boolean, tail, value, (parent, more, behind, subject) => {
        const child = `(${parent}) && (${more})${behind}`
        if (!covers(cel(parent), cel(child), engines)) return
        if (outcome(child, subject) === true) expect(outcome(parent, subject), child).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('white space between tokens changes nothing, and none is left out of a text', () => {
    const spaces = fc.constantFrom(' ', '\n', '\t ', '  ')
    fc.assert(
      fc.property(boolean, spaces, value, (expression, space, subject) => {
        const spaced = expression.replaceAll(/[()[\],]/g, (bracket) => `${space}${bracket}${space}`)
        expect(outcome(spaced, subject)).toBe(outcome(expression, subject))
      }),
      { numRuns: 1_000 },
    )
  })
})
