import { describe, expect, test } from 'vitest'
import {
  compileConstraint,
  covers,
  stricterCover,
  stricterMatch,
} from '../../../../src/capability/constraint.js'
import { exact } from '../../../../src/capability/constraints/exact.js'
import { not } from '../../../../src/capability/constraints/not.js'
import { regex } from '../../../../src/capability/constraints/regex.js'
import type { Value } from '../../../../src/encoding/value.js'
import { engines } from '../../../support/engines.js'

const outcome = (pattern: string, value: Value) => compileConstraint(regex(pattern), engines)(value, 0)

describe('a regular expression', () => {
  test('is found in strings and in nothing else', () => {
    expect(outcome('a', 'xax')).toBe(true)
    for (const value of [1, true, null, Object.freeze(['a'])]) expect(outcome('.*', value)).toBe(false)
  })

  test('that does not compile is a fault for every value, so that its negation permits nothing', () => {
    for (const value of ['x', 1]) expect(outcome('(', value)).toBe('CONSTRAINT_ERROR')
    expect(compileConstraint(not(regex('(')), engines)('x', 0)).toBe('CONSTRAINT_ERROR')
  })

  test('without an engine is a fault for every value', () => {
    expect(compileConstraint(regex('a'), {})('a', 0)).toBe('CONSTRAINT_ENGINE_MISSING')
    expect(compileConstraint(regex('a'), {})(1, 0)).toBe('CONSTRAINT_ENGINE_MISSING')
  })

  test('is compiled when it is made, where an engine is given', () => {
    expect(() => regex('(', engines.regex)).toThrow(expect.objectContaining({ code: 'CONSTRAINT_INVALID' }))
    expect(regex('(').pattern).toBe('(')
    expect(() => regex('\ud800')).toThrow(expect.objectContaining({ code: 'TEXT_SURROGATE' }))
  })
})

describe('narrowing', () => {
  test('covers the identical text alone, valid or not', () => {
    expect(covers(regex('('), regex('('), engines)).toBe(true)
    expect(covers(regex('a'), regex('(a)'), engines)).toBe(false)
    expect(covers(regex('^(a|b)$'), regex('^a$'), {})).toBe(false)
  })

  test('covers an Exact that it matches, with an engine', () => {
    expect(covers(regex('^a'), exact('ab'), engines)).toBe(true)
    expect(covers(regex('^a'), exact('ba'), engines)).toBe(false)
    expect(covers(regex('^a'), exact('ab'), {})).toBe(false)
    expect(covers(regex('.*'), exact(1), engines)).toBe(false)
  })
})

describe('a stricter refusal names its rule', () => {
  const long = 'a'.repeat(65_537)

  test.each([
    ['(?x) a', 'a', 'REGEX_DIALECT'],
    ['\\bé', 'é', 'REGEX_TEXT'],
    ['a', long, 'MATCHING_BOUNDED'],
    ['(', 'a', undefined],
    ['a', 'b', undefined],
  ])('%s', (pattern, text, rule) => {
    expect(outcome(pattern, text)).not.toBe(true)
    expect(stricterMatch(regex(pattern), text, engines)).toBe(rule)
  })

  test('of an Exact too', () => {
    expect(stricterCover(regex('a'), exact(long), engines)).toBe('MATCHING_BOUNDED')
  })
})
