/** The `--gate` language. */

import { describe, expect, test } from 'vitest'
import { exact } from '../../../src/capability/constraints/exact.js'
import { oneOf } from '../../../src/capability/constraints/oneOf.js'
import { range } from '../../../src/capability/constraints/range.js'
import { FormatError } from '../../../src/errors.js'
import { parseGates } from '../../../src/schema/index.js'
import { encodeGates, type GatesInput, gatesOf } from '../../../src/warrant/gates.js'

const whereRefused = (...texts: readonly string[]): string | undefined => {
  try {
    parseGates(texts)
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'SPEC_MALFORMED') return thrown.where
    throw thrown
  }
  throw new Error('nothing was refused')
}

describe('gates', () => {
  test.each<readonly [string, GatesInput]>([
    ['deploy', { deploy: 'whole' }],
    ['pay:amount', { pay: { amount: 'all' } }],
    ['pay:amount=range:100..', { pay: { amount: range({ min: 100 }) } }],
    ['pay:to!=alice|bob', { pay: { to: { unless: oneOf(['alice', 'bob']) } } }],
    [
      'pay:amount=range:100.., to != alice ,memo',
      { pay: { amount: range({ min: 100 }), to: { unless: exact('alice') }, memo: 'all' } },
    ],
    ['a\\:b:c', { 'a:b': { c: 'all' } }],
    ['t:__proto__=x', { t: Object.fromEntries([['__proto__', exact('x')]]) }],
  ])('%s', (text, meant) => {
    expect(encodeGates(parseGates([text]))).toEqual(encodeGates(gatesOf(meant)))
  })

  test('of several tools', () => {
    expect([...parseGates(['a', 'b:x']).keys()]).toEqual(['a', 'b'])
  })

  test('that cannot be read are refused with their place', () => {
    expect(whereRefused('')).toBe('1, character 1')
    expect(whereRefused('a', 'b:')).toBe('2, character 3')
    expect(whereRefused('a', 'a:x')).toBe('2, character 1')
    expect(whereRefused('a:x,x=1')).toBe('1, character 5')
    expect(whereRefused('a:!=1')).toBe('1, character 3')
    expect(whereRefused('a:x=int:y')).toBe('1, character 9')
    // An exemption that everything falls under would be no gate.
    expect(whereRefused('a:x!=*')).toBe('1, character 1')
  })
})
