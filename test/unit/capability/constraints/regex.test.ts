import { describe, expect, test } from 'vitest'
import { capability, compileCapability } from '../../../../src/capability/capability.js'
import {
  compileConstraint,
  covers,
  describeConstraint,
  type Engines,
  type RegexEngine,
  stricterCover,
  stricterMatch,
} from '../../../../src/capability/constraint.js'
import { all, any, exact, not, regex } from '../../../../src/capability/constructors.js'
import { copyArgs } from '../../../../src/capability/inert.js'
import type { Value } from '../../../../src/encoding/value.js'
import { FormatError } from '../../../../src/errors.js'
import { engines } from '../../../support/engines.js'
import { samplesOf, witnessOf } from '../../../support/kinds.js'

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

describe('the witness is made of what is written in the pattern:', () => {
  test.each([
    ['nothing', '^x?$', ''],
    ['the pattern', '[*]', '[*]'],
    ['a word of it', '^(?:report|invoice)$', 'report'],
    ['its words as one', '^2024[.]?q3$', '2024q3'],
  ])('%s', (_what, pattern, witness) => {
    expect(witnessOf(exact('other'), regex(pattern))).toBe(witness)
  })

  test('of the first of many words, and of none', () => {
    const words = Array.from({ length: 20 }, (_, i) => `w${i}`)
    const pattern = words.join('|')
    expect(samplesOf(regex(pattern))).toEqual(['', pattern, ...words.slice(0, 8), words.join('')])
    expect(samplesOf(regex('^[.]$'))).toEqual(['', '^[.]$', ''])
  })
})

describe('the steps of a search', () => {
  const search = (): boolean => true
  const asked = (engines: Engines, length: number): unknown =>
    compileCapability(capability({ a: regex('abcd') }), engines)(copyArgs({ a: 'x'.repeat(length) }), 0)?.code

  test.each<[string, RegexEngine, number]>([
    ['are those that the engine tells', { compile: () => search, work: () => 16 }, 2 ** 18],
    ['are guessed from the pattern where it tells none', { compile: () => search }, 2 ** 16],
  ])('%s', (_what, engine, longest) => {
    expect(asked({ regex: engine }, longest)).toBeUndefined()
    expect(asked({ regex: engine }, longest + 1)).toBe('CONSTRAINT_TOO_COSTLY')
  })

  test('are guessed without an engine, and one where there is nothing to run', () => {
    expect(asked({}, 2 ** 16)).toBe('CONSTRAINT_ENGINE_MISSING')
    expect(asked({}, 2 ** 16 + 1)).toBe('CONSTRAINT_TOO_COSTLY')
    const refusing: RegexEngine = { compile: () => refuse(), work: () => refuse() }
    expect(asked({ regex: refusing }, 2 ** 18)).toBe('CONSTRAINT_ERROR')
  })
})

const refuse = (): never => {
  throw new FormatError('CONSTRAINT_INVALID')
}

test('a regular expression in words', () => {
  expect(describeConstraint(regex('^a b$'))).toBe('in which the regular expression "^a b$" is found')
})

test('no more than 64 that differ are compiled for one argument', () => {
  const texts = Array.from({ length: 65 }, (_, i) => regex(`a${i}`))
  const outcomeOf = (count: number): unknown => compileConstraint(any(texts.slice(0, count)), engines)('x', 0)
  expect([outcomeOf(64), outcomeOf(65)]).toEqual([false, 'CONSTRAINT_TOO_COSTLY'])
})

test('what did not fault does not fault inside a Not either', () => {
  expect(
    covers(
      any([all([regex('^w')]), not(regex('^w')), exact('v')]),
      any([all([regex('^w')]), exact('v')]),
      engines,
    ),
  ).toBe(true)
})
