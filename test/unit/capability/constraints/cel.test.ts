import { describe, expect, test } from 'vitest'
import {
  compileConstraint,
  covers,
  decodeConstraint,
  describeConstraint,
  encodeConstraint,
  stricterCover,
  stricterMatch,
} from '../../../../src/capability/constraint.js'
import { all, any, cel, exact, not } from '../../../../src/capability/constructors.js'
import { kindOf } from '../../../../src/capability/kinds.js'
import { Run } from '../../../../src/capability/run.js'
import { CborReader, CborWriter } from '../../../../src/encoding/cbor.js'
import type { Value } from '../../../../src/encoding/value.js'
import { engines } from '../../../support/engines.js'
import { samplesOf, witnessOf } from '../../../support/kinds.js'
import { objectOf } from '../../../support/values.js'

describe('an expression', () => {
  test('without an engine is a fault for every value', () => {
    expect(compileConstraint(cel('true'), {})('x', 0)).toBe('CONSTRAINT_ENGINE_MISSING')
    expect(compileConstraint(not(cel('false')), {})('x', 0)).toBe('CONSTRAINT_ENGINE_MISSING')
  })

  test('that does not compile is a fault for every value', () => {
    expect(compileConstraint(cel('('), engines)('x', 0)).toBe('CONSTRAINT_ERROR')
    expect(compileConstraint(not(cel('value')), engines)(0, 0)).toBe('CONSTRAINT_ERROR')
  })

  test('is compiled when it is made, where an engine is given', () => {
    const engine = engines.cel
    expect(() => cel('(', engine === undefined ? {} : { engine })).toThrow(
      expect.objectContaining({ code: 'CONSTRAINT_INVALID' }),
    )
    for (const make of [() => cel('\ud800'), () => cel('true', { parentExpression: '\ud800' })])
      expect(make).toThrow(expect.objectContaining({ code: 'TEXT_SURROGATE' }))
  })

  test('names the rule that denies what the reference permits', () => {
    expect(stricterMatch(cel('!!true'), 1, engines)).toBe('CEL_DIALECT')
    expect(stricterMatch(cel('value && true'), 1, engines)).toBe('CEL_STRICT')
    expect(stricterMatch(cel('value > 1'), 1, engines)).toBeUndefined()
    expect(stricterMatch(cel('value > 1'), 'a', engines)).toBeUndefined()
  })

  test.each([undefined, 'value > 1'])('is written as it is read, with parent %s', (parentExpression) => {
    const constraint = cel(
      '(value > 1) && (true)',
      parentExpression === undefined ? {} : { parentExpression },
    )
    const writer = new CborWriter()
    encodeConstraint(writer, constraint)
    expect(decodeConstraint(new CborReader(writer.finish()))).toEqual(constraint)
  })
})

describe('narrowing', () => {
  const P = 'value > 0'

  test.each([
    ['identity', P, P],
    ['other white space', P, ' value>0\n'],
    ['a conjunction', P, `(${P}) && (value < 5)`],
    ['a conjunction of a disjunction', P, `(${P})&&(value < 5 || value == 9)`],
    ['two steps', `(${P}) && (value < 9)`, `((${P}) && (value < 9)) && (value < 5)`],
    ['brackets in a text', P, `(${P}) && (value != 1 && "()" == "()")`],
  ])('is allowed by %s', (_, parent, child) => {
    expect(covers(cel(parent), cel(child), engines)).toBe(true)
  })

  test.each([
    ['another expression', P, 'value > 1'],
    ['brackets alone', P, `(${P})`],
    ['no brackets behind', P, `(${P}) && value < 5`],
    ['no brackets before', P, `${P} && (value < 5)`],
    ['a sign before the brackets behind', P, `(${P}) && !(value == 1)`],
    ['a bracket that opens in a text', P, `(${P}) && ("(" == "(")`],
    ['a bracket that closes in a text', P, `(${P}) && (")" == ")")`],
    ['a disjunction behind', P, `(${P}) && (value < 5) || (true)`],
    ['a ternary behind', P, `(${P}) && (false) ? (true) : (true)`],
    ['something behind the last bracket', P, `(${P}) && (value).size() > (0)`],
    ['a child that does not compile', P, `(${P}) && (value <)`],
    ['a parent in disguise', 'value > 0) || (true', '(value > 0) || (true) && (true)'],
    ['words that run together', '1 in value', '1 invalue'],
    ['an Exact', 'value == 1', undefined],
  ])('is refused for %s', (_, parent, child) => {
    const narrower = child === undefined ? exact(1) : cel(child)
    expect(covers(cel(parent), narrower, engines)).toBe(false)
  })

  test.each([
    ['white space in a text', `value == 'a b'`, `value == 'ab'`, 'CEL_TOKENS'],
    [
      'a bracket in a text',
      `value == 'x'`,
      `(value == 'x') && (value == '(') || (value == ')')`,
      'CEL_TOKENS',
    ],
    ['a bracket that hides or', P, `(${P}) && ('' == '(') || (true || '' == ')')`, 'CEL_TOKENS'],
    ['a comment that hides or', P, `(${P}) && (true //(\n) || (true //)\n)`, 'CEL_DIALECT'],
    ['a dialect of its own', '!!(value == 1)', '!! (value == 1)', 'CEL_DIALECT'],
  ])('is refused by its rule for %s', (_, parent, child, rule) => {
    expect(covers(cel(parent), cel(child), engines)).toBe(false)
    expect(stricterCover(cel(parent), cel(child), engines)).toBe(rule)
  })

  test('without an engine is identity of texts', () => {
    expect(covers(cel('('), cel('('), {})).toBe(true)
    expect(covers(cel(P), cel('value>0'), {})).toBe(false)
    expect(covers(cel(P), cel(`(${P}) && (true)`), {})).toBe(false)
    expect(stricterCover(cel(P), cel('value>0'), {})).toBeUndefined()
  })

  test('has a nearest: the conjunction', () => {
    const [parent, child] = [cel(P), cel('value < 5')]
    const nearest = kindOf(parent).nearest?.(parent, child, new Run(engines))
    expect(nearest).toEqual(cel(`(${P}) && (value < 5)`, { parentExpression: P }))
    expect(kindOf(parent).nearest?.(parent, cel('!!true'), new Run(engines))).toBeUndefined()
    expect(kindOf(parent).nearest?.(parent, exact(5), new Run(engines))).toBeUndefined()
  })
})

describe('the witness is made of what is written in the expressions:', () => {
  test.each<[string, string, string, Value]>([
    ['a number or one beside it', 'value < 5', 'value < 100', 99],
    ['a text', 'value == "q"', 'value == "s"', 's'],
    ['a number, where nothing is asked of the argument', 'false', '1 < 2', 1],
    ['a field', 'amount < 5', 'amount < 100', objectOf([['amount', 99]])],
    [
      'fields alike',
      'a < 5',
      'a < 100 && b < 100',
      objectOf([
        ['a', 99],
        ['b', 99],
      ]),
    ],
    [
      'a field, and no word of the language',
      'amount < 5',
      'amount < 100 && (true || false) && amount in [99, 100] && null == null',
      objectOf([['amount', 99]]),
    ],
    [
      'a field, and no name of a function',
      'name == "q"',
      'size(name) < 10 && name.startsWith("ab")',
      objectOf([['name', 'ab']]),
    ],
  ])('%s', (_what, parent, child, witness) => {
    expect(witnessOf(cel(parent), cel(child))).toStrictEqual(witness)
  })

  test('of the first of many', () => {
    const numbers = Array.from({ length: 100 }, (_, i) => 10 * i)
    const samples = samplesOf(cel(`value in [${numbers.join(', ')}]`))
    expect(samples).toHaveLength(48)
    expect(samples.slice(0, 6)).toEqual([0, -1, 1, 10, 9, 11])
  })

  test('of nothing, where it is none', () => {
    expect(samplesOf(cel('(1 < 2'))).toEqual([])
    expect(samplesOf(cel('value > 1.5 && value > 10.0 && value < 9007199254740991'))).toEqual([])
  })

  test('for a variable, and not for a field of one', () => {
    for (const expression of ['order.total < 7', '7 > order'])
      expect(samplesOf(cel(expression))).toEqual([7, 6, 8].map((number) => objectOf([['order', number]])))
  })
})

test('an expression in words', () => {
  expect(describeConstraint(cel('value < 5'))).toBe('for which "value < 5"')
})

test('no more than 64 that differ are compiled for one argument', () => {
  const texts = Array.from({ length: 65 }, (_, i) => cel(`value == ${i}`))
  const outcomeOf = (count: number): unknown => compileConstraint(any(texts.slice(0, count)), engines)('x', 0)
  expect([outcomeOf(64), outcomeOf(65)]).toEqual([false, 'CONSTRAINT_TOO_COSTLY'])
})

test('what did not fault does not fault inside a Not either', () => {
  expect(
    covers(
      any([all([cel('value == 1')]), not(cel('value == 1')), exact(2)]),
      any([all([cel('value == 1')]), exact(2)]),
      engines,
    ),
  ).toBe(true)
})
