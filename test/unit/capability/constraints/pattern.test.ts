import { describe, expect, test, vi } from 'vitest'
import { compileCapability } from '../../../../src/capability/capability.js'
import {
  compileConstraint,
  covers,
  stricterCover,
  stricterMatch,
} from '../../../../src/capability/constraint.js'
import { exact } from '../../../../src/capability/constraints/exact.js'
import { pattern, patternKind } from '../../../../src/capability/constraints/pattern.js'
import { not } from '../../../../src/capability/constructors.js'
import { Run } from '../../../../src/capability/run.js'
import { CborReader, CborWriter } from '../../../../src/encoding/cbor.js'
import { MAX_CALL_TEXT } from '../../../../src/encoding/limits.js'
import {
  constraintIn,
  mayGo,
  mayNarrow,
  nearestOf,
  reread,
  samplesOf,
  witnessOf,
} from '../../../support/kinds.js'
import { codeOf } from '../../../support/values.js'

const refusal = (glob: string) => expect(() => pattern(glob))

describe('a pattern is refused when it is made or read', () => {
  test('with a glob that is not valid', () => {
    refusal('a**').toThrow(expect.objectContaining({ code: 'CONSTRAINT_INVALID', rule: 'PATTERN_INVALID' }))
    const writer = new CborWriter()
    writer.map(1)
    writer.text('pattern')
    writer.text('[')
    expect(() => patternKind.decode(new CborReader(writer.finish()), () => expect.unreachable(), 2)).toThrow(
      expect.objectContaining({ code: 'CONSTRAINT_INVALID' }),
    )
  })

  test('with too much between two stars', () => {
    const error = expect.objectContaining({ code: 'CONSTRAINT_INVALID', rule: 'PATTERN_BOUNDED' })
    refusal(`*${'?'.repeat(33)}*`).toThrow(error)
    refusal(`*${'a'.repeat(32)}?/**`).toThrow(error)
    refusal(`*[${'a'.repeat(33)}]*`).toThrow(error)
    expect(pattern(`*${'?'.repeat(32)}*`).kind).toBe('pattern')
    expect(pattern(`${'?'.repeat(500)}*${'a'.repeat(500)}*${'?'.repeat(500)}`).kind).toBe('pattern')
  })
})

test('a pattern is read back as it was written, and not without its text', () => {
  for (const glob of ['', 'a*', '[!😀]']) expect(reread(pattern(glob))).toEqual(pattern(glob))
  expect(codeOf(() => constraintIn('8202a0'))).toBe('CBOR_MISSING_FIELD')
})

describe('a widening that looks alike by text', () => {
  test.each([
    ['*]', '*[ab]'],
    ['*b]', '*[ab]'],
    ['*]', '[ab]'],
    ['*-x]', '*[!-x]'],
  ])('%s does not cover %s, and says by which rule', (parent, child) => {
    expect(covers(pattern(parent), pattern(child), {})).toBe(false)
    expect(stricterCover(pattern(parent), pattern(child), {})).toBe('PATTERN_TOKENS')
  })

  test.each([
    ['*]', '*a]'],
    ['*[ab]', '*x[ab]'],
    ['[ab]*', '[ab]c*'],
    ['a*', 'a?'],
    ['a*', 'a[bc]'],
    ['*c', '??c'],
    ['a*', 'a'],
    ['a*', 'ab*'],
    ['*a', '*ba'],
    ['*', 'a*'],
    ['a*b', 'a*b'],
    ['a?', 'a?'],
    ['**', '**'],
  ])('%s covers %s, whose tokens show it', (parent, child) => {
    expect(covers(pattern(parent), pattern(child), {})).toBe(true)
  })

  test.each([
    ['a?', 'ab'],
    ['[ab]', 'a'],
    ['a*b', 'a*xb'],
    ['a*', '*a'],
    ['*', '**'],
    ['*', '*a'],
    ['**', '*'],
    ['/data/**', '/data/x'],
    ['ab*', 'ac*'],
    ['ab*', 'a'],
    ['*ab', '*b'],
    ['*ab', 'ab*'],
    ['b', 'ab'],
    ['b', '*b'],
    ['a*b', 'aa*b'],
    ['a*b', 'xa*b'],
    ['*a*', '*xa*'],
    ['*a*', 'xa'],
    ['a*', 'ab*b'],
    ['*a', 'b*a'],
  ])('%s does not cover %s, in the reference neither', (parent, child) => {
    expect(covers(pattern(parent), pattern(child), {})).toBe(false)
    expect(stricterCover(pattern(parent), pattern(child), {})).toBeUndefined()
  })

  test('an Exact is covered where it matches', () => {
    expect(covers(pattern('a?c'), exact('abc'), {})).toBe(true)
    expect(covers(pattern('a?c'), exact('ab'), {})).toBe(false)
    expect(covers(pattern('*'), exact(1), {})).toBe(false)
  })
})

test('a text beyond any call is a fault that names its rule, in whatever pattern', () => {
  const long = 'a'.repeat(MAX_CALL_TEXT + 1)
  for (const glob of ['*', 'b']) {
    expect(compileConstraint(pattern(glob), {})(long, 0)).toBe('CONSTRAINT_TOO_COSTLY')
    expect(stricterMatch(pattern(glob), long, {})).toBe('MATCHING_BOUNDED')
  }
  expect(compileConstraint(pattern('*'), {})(7, 0)).toBe(false)
})

test('a value that is no text, or a child of another kind, is no matter of a stricter rule', () => {
  expect(stricterMatch(pattern('a'), 7, {})).toBeUndefined()
  expect(stricterCover(pattern('a*'), exact('b'), {})).toBeUndefined()
})

test('a child may narrow a branch that shields another, or the opposite of one, as all patterns fault alike', () => {
  expect(mayNarrow(pattern('b*'), pattern('bc*'))).toBe(true)
  expect(mayNarrow(not(pattern('a*')), not(pattern('*')))).toBe(true)
  expect(mayGo(pattern('b*'))).toBe(false)
})

describe('a witness is looked for', () => {
  test.each<[string, readonly string[]]>([
    ['', ['', '', '']],
    ['ab', ['ab', 'ab', 'ab']],
    ['a*b', ['ab', 'axb', 'a/x/b']],
    ['a?', ['ax', 'ax', 'ax']],
    ['**/b', ['b', 'xb', '/x/b']],
    ['[b-d]', ['b', 'b', 'b']],
    ['[b]', ['b', 'b', 'b']],
    ['[d-bx]', ['x', 'x', 'x']],
    ['[d-b]', ['~', '~', '~']],
    ['[!b]', ['~', '~', '~']],
    ['😀*', ['😀', '😀x', '😀/x/']],
  ])('of %s in %j', (glob, texts) => {
    expect(samplesOf(pattern(glob))).toEqual(texts)
  })

  test('that the parent does not match', () => {
    expect(witnessOf(pattern('a'), pattern('a*'))).toBe('ax')
    expect(nearestOf(pattern('a*'), pattern('*'))).toEqual(pattern('a*'))
  })
})

test('a pattern counts as much work as is looked for at each place of a text', () => {
  const workOf = (glob: string): number => new Run({}).workOf(pattern(glob))
  expect(['a', '*a*', '*??*', `*${'?'.repeat(32)}*`].map(workOf)).toEqual([3, 4, 5, 35])
})

test('a long pattern is read once, however often it is asked', () => {
  const text = `${'a*'.repeat(1_000)}b`
  const read = vi.spyOn(String.prototype, 'isWellFormed')
  const reads = (): number => read.mock.contexts.filter((context) => String(context) === text).length
  try {
    const constraint = pattern(text)
    const capability = { constraints: new Map([['a', constraint]]), allowUnknown: false }
    expect(compileCapability(capability, {})({ a: 'ab' }, 0)?.code).toBe('CONSTRAINT_VIOLATED')
    stricterMatch(constraint, 'ab', {})
    expect(covers(pattern('a*'), constraint, {})).toBe(false)
    expect(reads()).toBe(1)
  } finally {
    read.mockRestore()
  }
})
