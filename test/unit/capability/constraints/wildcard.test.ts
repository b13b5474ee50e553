import { expect, test } from 'vitest'
import { covers, describeConstraint } from '../../../../src/capability/constraint.js'
import { all, any, exact, range, unknown, wildcard } from '../../../../src/capability/constructors.js'
import { engines } from '../../../support/engines.js'
import { hexOf, mayGo, reread, samplesOf, witnessOf } from '../../../support/kinds.js'

test('a Wildcard is the same one wherever it is made or read', () => {
  expect(wildcard()).toEqual({ kind: 'wildcard' })
  expect(reread(wildcard())).toBe(wildcard())
  expect(hexOf(wildcard())).toBe('8210f6')
})

test('a Wildcard covers everything, and nothing else covers it', () => {
  for (const child of [wildcard(), exact(1), any([]), unknown(55, Uint8Array.of())])
    expect(covers(wildcard(), child, engines)).toBe(true)
  for (const parent of [exact(1), any([wildcard()]), range({})])
    expect(covers(parent, wildcard(), engines)).toBe(false)
})

test('a Wildcard never faults', () => {
  expect(mayGo(all([wildcard(), exact('y')]))).toBe(true)
})

test('a Wildcard has no edges', () => {
  expect(samplesOf(wildcard())).toEqual([])
  expect(witnessOf(range({ max: 10 }), wildcard())).toBe(11)
  expect(witnessOf(range({ max: 10 }), all([wildcard(), range({ min: 1000 })]))).toBe(1000)
})

test('a Wildcard in words', () => {
  expect(describeConstraint(wildcard())).toBe('anything')
})
