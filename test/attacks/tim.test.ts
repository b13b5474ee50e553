/** Time bent: TIM-1 and TIM-2, to the second. (TIM-3 is about a running clock: see the enforcer.) */

import { describe, expect, test } from 'vitest'
import { MAX_TTL_SECONDS } from '../../src/encoding/limits.js'
import { attenuate } from '../../src/warrant/attenuate.js'
import { chainOf, decodeChain } from '../../src/warrant/chain.js'
import { mint } from '../../src/warrant/mint.js'
import { assertCurrent, verify } from '../../src/warrant/verify.js'
import { codeOf } from '../support/values.js'
import {
  alice,
  altered,
  childOf,
  minted,
  NOW,
  options,
  refusalOf,
  root,
  ruleOfRefusal,
  TTL,
} from '../support/warrants.js'

const first = minted()
const second = childOf(first, { expiresAt: NOW + 60 })

describe('TIM-1: expiry', () => {
  test('is exact: the last second counts, the second of expiry does not', () => {
    const at = (now: number): unknown => refusalOf([first], { now })
    expect(at(NOW + TTL - 1)).toBeUndefined()
    expect(at(NOW + TTL - 0.001)).toBeUndefined()
    expect(at(NOW + TTL)).toBe('WARRANT_EXPIRED')
    expect(at(NOW + TTL + 1)).toBe('WARRANT_EXPIRED')
    expect(at(NOW + 10 * TTL)).toBe('WARRANT_EXPIRED')
  })

  test('has no tolerance for any link: the earliest decides', () => {
    const at = (now: number): unknown => refusalOf([first, second, childOf(second)], { now })
    expect(at(NOW + 59)).toBeUndefined()
    expect(at(NOW + 60)).toBe('WARRANT_EXPIRED')
    expect(at(NOW + 89)).toBe('WARRANT_EXPIRED')
  })

  test('is asked anew of a chain that was verified before', () => {
    const verified = verify(decodeChain(chainOf([first, second]).bytes), options())
    expect(codeOf(() => assertCurrent(verified, NOW))).toBeUndefined()
    expect(codeOf(() => assertCurrent(verified, NOW + 60))).toBe('WARRANT_EXPIRED')
    expect(codeOf(() => assertCurrent(verified, NOW))).toBeUndefined()
  })

  test('a warrant that has expired makes no other', () => {
    const chain = chainOf([first])
    const at = (now: number): unknown => codeOf(() => attenuate(chain, { now }, alice))
    expect(at(NOW + TTL - 1)).toBeUndefined()
    expect(at(NOW + TTL)).toBe('ATTENUATE_EXPIRED')
    expect(at(NOW + TTL + 29)).toBe('ATTENUATE_EXPIRED')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined, null, '0', {}])(
    'a time that is none (%s) is no time before expiry',
    (now) => {
      expect(refusalOf([first], { now: now as number })).toBe('CLOCK_UNAVAILABLE') // whatever a caller hands in
    },
  )

  test('fields are whole seconds, and a clock that is not is rounded down', () => {
    const made = mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds: 10, now: NOW + 0.9 }, root)
    expect(made.warrants[0]?.payload).toMatchObject({ issuedAt: NOW, expiresAt: NOW + 10 })
    for (const now of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      const making = (): unknown => mint({ holder: alice.publicKey, tools: { read: {} }, now }, root)
      expect(codeOf(making)).toBe('TIME_MALFORMED')
    }
  })
})

describe('TIM-2: issued in the future, expiring before issue, living too long', () => {
  test('30 seconds ahead are tolerated, for every link, and no more', () => {
    const at = (issuedAt: number): unknown => refusalOf([altered(first, { issuedAt })])
    expect(at(NOW + 30)).toBeUndefined()
    expect(at(NOW + 31)).toBe('CHAIN_ISSUED_AT')
    expect(refusalOf([first, childOf(first, { issuedAt: NOW + 30 })])).toBeUndefined()
    expect(refusalOf([first, childOf(first, { issuedAt: NOW + 31 })])).toBe('CHAIN_ISSUED_AT')
    const late = childOf(first, { issuedAt: NOW + 31 })
    expect(refusalOf([first, late, childOf(late, { issuedAt: NOW + 31 })])).toBe('CHAIN_ISSUED_AT')
    expect(refusalOf([first, late, childOf(late, { issuedAt: NOW })])).toBe('CHAIN_ISSUE_ORDER')
    expect(ruleOfRefusal([first, late])).toBe('ISSUED_AT_FUTURE')
  })

  test('expiry comes after issue', () => {
    for (const expiresAt of [NOW, NOW - 1, 0]) {
      expect(refusalOf([altered(first, { expiresAt })])).toBe('WARRANT_STRUCTURE')
      expect(refusalOf([first, childOf(first, { expiresAt })])).toBe('WARRANT_STRUCTURE')
    }
  })

  test('90 days are the most, for whoever mints and for whoever reads', () => {
    const making = (ttlSeconds: number): unknown =>
      codeOf(() => mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds, now: NOW }, root))
    expect(making(MAX_TTL_SECONDS)).toBeUndefined()
    for (const ttl of [MAX_TTL_SECONDS + 1, 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(making(ttl)).toBe('MINT_TTL')
    }
    expect(refusalOf([altered(first, { expiresAt: NOW + MAX_TTL_SECONDS })])).toBeUndefined()
    const longer = altered(first, { expiresAt: NOW + MAX_TTL_SECONDS + 1 })
    expect(refusalOf([longer])).toBe('WARRANT_TTL')
    expect(ruleOfRefusal([longer])).toBe('TTL_CEILING')
    expect(refusalOf([longer, childOf(longer, { expiresAt: NOW + 60 })])).toBe('WARRANT_TTL')
  })

  test('times beyond every calendar are compared as the numbers that they are', () => {
    const beyond = 8_300_000_000_000
    const far = altered(first, { issuedAt: beyond, expiresAt: beyond + 60 })
    expect(codeOf(() => verify(chainOf([far]), options({ now: beyond })))).toBeUndefined()
    expect(refusalOf([far])).toBe('CHAIN_ISSUED_AT')
    const outliving = childOf(far, { expiresAt: beyond + 61 })
    expect(codeOf(() => verify(chainOf([far, outliving]), options({ now: beyond })))).toBe('CHAIN_EXPIRY')
  })
})
