import { expect, test } from 'vitest'
import { covers, describeConstraint, permits } from '../../../../src/capability/constraint.js'
import { all, any, exact, unknown, wildcard } from '../../../../src/capability/constructors.js'
import { engines } from '../../../support/engines.js'
import { mayGo, nearestOf, samplesOf, witnessOf } from '../../../support/kinds.js'

const [mystery, other] = [unknown(55, Uint8Array.of()), unknown(77, Uint8Array.of(1))]

test('an Unknown faults on every value, as every other does, and so permits none', () => {
  for (const value of ['a', 1, null])
    expect(permits(mystery, value, { engines, now: 0 })).toBe('CONSTRAINT_UNKNOWN')
  expect(mayGo(mystery)).toBe(false)
  expect(covers(any([mystery, wildcard()]), any([other]), engines)).toBe(true)
  expect(covers(any([mystery, wildcard()]), any([exact(1)]), engines)).toBe(false)
})

test('an Unknown covers nothing, not even itself', () => {
  for (const child of [mystery, other, exact(1), wildcard()])
    expect(covers(mystery, child, engines)).toBe(false)
})

test('an Unknown has no edges: the witness is a plain value, and none where it is the child', () => {
  expect(samplesOf(mystery)).toEqual([])
  expect(witnessOf(mystery, wildcard())).toBe('x')
  for (const child of [mystery, all([mystery])]) {
    expect(witnessOf(exact(1), child)).toBeUndefined()
    expect(nearestOf(exact(1), child)).toEqual(exact(1))
  }
})

test('an Unknown in words', () => {
  expect(describeConstraint(mystery)).toBe('a constraint of the unknown type 55')
})
