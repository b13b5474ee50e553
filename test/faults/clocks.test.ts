/** Clocks that jump, stop, lie or fail: every decision denies then, none brings anything back to life, all recover. */

import { describe, expect, test } from 'vitest'
import { createEnforcer, type EnforceRequest } from '../../src/enforce/enforcer.js'
import { signRevocationList } from '../../src/statement/revocation.js'
import { mint } from '../../src/warrant/mint.js'
import { verify } from '../../src/warrant/verify.js'
import {
  ARGS,
  clockAt,
  controlPlane,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TOOLS,
  TTL,
} from '../support/enforcing.js'
import { freshSeed, scaled } from '../support/scale.js'
import { codeOf } from '../support/values.js'

const chain = minted()
const request: EnforceRequest = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }

const BROKEN: readonly (readonly [string, () => unknown])[] = [
  ['NaN', () => Number.NaN],
  ['infinity', () => Number.POSITIVE_INFINITY],
  ['minus infinity', () => Number.NEGATIVE_INFINITY],
  ['a time before 1970', () => -1],
  ['milliseconds beyond all integers', () => 2 ** 60],
  ['text', () => String(NOW)],
  ['a bigint', () => BigInt(NOW)],
  ['a date', () => new Date(NOW * 1_000)],
  ['an object that is worth a number', () => ({ valueOf: () => NOW })],
  ['a list of one', () => [NOW]],
  ['a promise', () => Promise.resolve(NOW)],
  ['nothing', () => undefined],
  ['null', () => null],
  ['true', () => true],
  [
    'an error',
    () => {
      throw new Error('no clock')
    },
  ],
]

describe.each(BROKEN)('a clock that gives %s', (_, read) => {
  let isBroken = true
  const clock = (): number => (isBroken ? read() : NOW) as number // what it is not

  test('denies every call, in every way of asking, and is asked again for the next', () => {
    isBroken = true
    const enforcer = createEnforcer({ roots: [issuer.publicKey], clock })
    expect(outcome(enforcer.enforce(request))).toBe('CLOCK_UNAVAILABLE')
    expect(outcome(enforcer.explain(request).decision)).toBe('CLOCK_UNAVAILABLE')
    expect(codeOf(() => enforcer.bind(chain, holder))).toBe('CLOCK_UNAVAILABLE')
    isBroken = false
    const bound = enforcer.bind(chain, holder)
    isBroken = true
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('CLOCK_UNAVAILABLE')
    isBroken = false
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
    expect(outcome(enforcer.enforce(request))).toBe('allow') // the failures used nothing up
  })
})

describe('times that are handed in', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, String(NOW) as never])(
    '%s makes no warrant',
    (now) => {
      const options = { holder: holder.publicKey, tools: TOOLS, ttlSeconds: TTL, now }
      expect(codeOf(() => mint(options, issuer))).toBe('TIME_MALFORMED')
    },
  )

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, String(NOW) as never])(
    '%s verifies nothing',
    (now) => {
      expect(codeOf(() => verify(chain, { roots: [issuer.publicKey], now }))).toBe('CLOCK_UNAVAILABLE')
    },
  )
})

describe('a clock that jumps', () => {
  const TOLERANCE = 30

  test('forward and back again: nothing that has expired comes back, and the rest does with the time', () => {
    const clock = clockAt()
    const short = minted({ ttlSeconds: 60 })
    const enforcer = enforcerWith({}, clock)
    const [brief, bound] = [enforcer.bind(short, holder), enforcer.bind(chain, holder)]
    const outcomes = (): readonly string[] => [brief, bound].map((each) => outcome(each.enforce(TOOL, ARGS)))
    expect(outcomes()).toEqual(['allow', 'allow'])
    clock.now = NOW + 80
    expect(outcomes()).toEqual(['WARRANT_EXPIRED', 'allow'])
    clock.now = NOW + 80 - TOLERANCE
    expect(outcomes()).toEqual(['WARRANT_EXPIRED', 'allow'])
    clock.now = NOW + 80 - TOLERANCE - 1
    expect(outcomes()).toEqual(['CLOCK_UNAVAILABLE', 'CLOCK_UNAVAILABLE'])
    clock.now = NOW + 81
    expect(outcomes()).toEqual(['WARRANT_EXPIRED', 'allow'])
  })

  test('back far enough to use a proof again does not', () => {
    const clock = clockAt()
    const long = minted({ ttlSeconds: 3_600 })
    const asked = { chain: long, tool: TOOL, args: ARGS, proof: proofOf(long) }
    const enforcer = enforcerWith({}, clock)
    expect(outcome(enforcer.enforce(asked))).toBe('allow')
    clock.now = NOW + 1_000 // past the life of the memory's entry
    expect(outcome(enforcer.enforce(asked))).toBe('PROOF_INVALID')
    clock.now = NOW
    expect(outcome(enforcer.enforce(asked))).toBe('CLOCK_UNAVAILABLE')
  })

  test('back does not make a stale list fresh', () => {
    const clock = clockAt()
    const list = signRevocationList({ revokedIds: [], version: 1, issuedAt: NOW }, controlPlane)
    const revocation = { issuer: controlPlane.publicKey, maxAgeSeconds: 60, list }
    const bound = enforcerWith({ revocation }, clock).bind(chain, holder)
    clock.now = NOW + 70
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('REVOCATION_STALE')
    clock.now = NOW + 45
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('REVOCATION_STALE')
  })

  let state = freshSeed()
  const seed = state
  const chance = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state % below
  }

  test(`any number of times, by seed ${seed}: it allows inside the life of the warrant, and never once that was seen to end`, () => {
    const seen = new Map<string, number>()
    for (let run = 0; run < scaled(200, 5_000); run++) {
      const clock = clockAt()
      const bound = enforcerWith({}, clock).bind(chain, holder)
      let latest = NOW
      for (let step = 0; step < 40; step++) {
        const reading = [
          latest + chance(20),
          latest - chance(2 * TOLERANCE),
          NOW + chance(2 * TTL) - TTL / 2,
          Number.NaN,
          latest + 0.5,
        ][chance(5)] as number // one of the five
        clock.now = reading
        const found = outcome(bound.enforce(TOOL, ARGS))
        seen.set(found, (seen.get(found) ?? 0) + 1)
        const second = Math.floor(reading)
        const isUsable = second >= latest - TOLERANCE
        if (second > latest) latest = second
        const expected = !isUsable ? 'CLOCK_UNAVAILABLE' : latest >= NOW + TTL ? 'WARRANT_EXPIRED' : 'allow'
        if (found !== expected) expect.fail(`run ${run}, step ${step}: ${found} in place of ${expected}`)
      }
    }
    expect([...seen.keys()].sort()).toEqual(['CLOCK_UNAVAILABLE', 'WARRANT_EXPIRED', 'allow'])
  })
})
