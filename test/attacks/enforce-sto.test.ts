/** Stores that are down, slow, wrong, forgetful or full, and time that passes while they are asked: STO-1 to STO-4, REV-1, REV-4. */

import { describe, expect, test } from 'vitest'
import { type AsyncEnforcer, createEnforcer, type EnforceRequest } from '../../src/enforce/enforcer.js'
import {
  type AsyncReplayStore,
  createReplayMemory,
  type ReplayOutcome,
  type ReplayStore,
} from '../../src/enforce/replay.js'
import { type RevocationList, signRevocationList } from '../../src/statement/revocation.js'
import { grant } from '../../src/warrant/attenuate.js'
import type { WarrantId } from '../../src/warrant/id.js'
import {
  ARGS,
  clockAt,
  controlPlane,
  enforcerWith,
  holder,
  issuer,
  keyOf,
  minted,
  NOW,
  outcome,
  proofOf,
  type TestClock,
  TOOL,
  TTL,
} from '../support/enforcing.js'
import { codeOf } from '../support/values.js'

const chain = minted()
const request: EnforceRequest = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }

const timer = (run: () => void, milliseconds: number): (() => void) => {
  const handle = setTimeout(run, milliseconds)
  return () => clearTimeout(handle)
}

const far = (
  claim: () => unknown,
  clock: TestClock = clockAt(),
  peek: () => unknown = claim,
): AsyncEnforcer =>
  createEnforcer({
    roots: [issuer.publicKey],
    clock: clock.read,
    revocation: { issuer: controlPlane.publicKey },
    replay: { store: { claim, peek } as unknown as AsyncReplayStore, timer, timeoutMilliseconds: 20 },
  })

const fresh = async (): Promise<ReplayOutcome> => 'fresh'

describe('STO-1: a store that is down or slow', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('down'))],
    ['never answers', async () => new Promise(() => {})],
  ])('%s: the call is denied in time', async (_, claim) => {
    expect(outcome(await far(claim).enforceAsync(request))).toBe('STORE_FAILED')
  })

  test('it recovers without a restart', async () => {
    let isUp = false
    const enforcer = far(async () => (isUp ? 'fresh' : Promise.reject(new Error('down'))))
    expect(outcome(await enforcer.enforceAsync(request))).toBe('STORE_FAILED')
    isUp = true
    expect(outcome(await enforcer.enforceAsync(request))).toBe('allow')
  })

  test('it is not asked about a call that is denied anyway, nor told anything by an explanation', async () => {
    let claims = 0
    const enforcer = far(
      async () => {
        claims++
        return 'fresh'
      },
      clockAt(),
      fresh,
    )
    expect(outcome(await enforcer.enforceAsync({ ...request, tool: 'other' }))).toBe('TOOL_NOT_GRANTED')
    const { decision, checks } = await enforcer.explainAsync(request)
    expect(outcome(decision)).toBe('allow')
    expect(checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
    expect(claims).toBe(0)
  })
})

describe('STO-2: a store that answers nonsense', () => {
  const NONSENSE: readonly unknown[] = [
    true,
    1,
    null,
    undefined,
    'OK',
    'FRESH',
    {},
    ['fresh'],
    Object('fresh'),
  ]

  test.each(NONSENSE.map((each) => [String(each), each]))('%s is not believed', async (_, answer) => {
    expect(outcome(await far(async () => answer).enforceAsync(request))).toBe('STORE_FAILED')
    const near = { claim: () => answer, peek: () => answer } as unknown as ReplayStore
    expect(outcome(enforcerWith({ replay: near }).enforce(request))).toBe('STORE_FAILED')
  })

  test('a store asked at once that answers with a promise is not believed either, and its rejection is not lost', async () => {
    const near = {
      claim: () => Promise.reject(new Error('later')),
      peek: () => Promise.resolve('fresh'),
    } as unknown as ReplayStore
    expect(outcome(enforcerWith({ replay: near }).enforce(request))).toBe('STORE_FAILED')
    expect(outcome(enforcerWith({ replay: near }).explain(request).decision)).toBe('STORE_FAILED')
    await new Promise((resolve) => setTimeout(resolve, 1))
  })
})

describe('what happens while a store is asked', () => {
  test('the warrant expires', async () => {
    const clock = clockAt()
    const enforcer = far(async () => {
      clock.now = NOW + TTL
      return 'fresh'
    }, clock)
    expect(outcome(await enforcer.enforceAsync(request))).toBe('WARRANT_EXPIRED')
  })

  test('the warrant is revoked', async () => {
    const list = signRevocationList(
      { revokedIds: chain.warrants.map(({ payload }) => payload.id), version: 1, issuedAt: NOW },
      controlPlane,
    )
    const enforcer: AsyncEnforcer = far(async () => {
      enforcer.updateRevocations(list)
      return 'fresh'
    })
    expect(outcome(await enforcer.enforceAsync(request))).toBe('WARRANT_REVOKED')
  })

  test('the clock is lost, and the explanation says which check failed then', async () => {
    const clock = clockAt()
    const enforcer = far(async () => {
      clock.now = Number.NaN
      return 'fresh'
    }, clock)
    const { decision, checks } = await enforcer.explainAsync(request)
    expect(outcome(decision)).toBe('CLOCK_UNAVAILABLE')
    expect(checks.find(({ outcome }) => outcome === 'failed')?.check).toBe('clock')
  })

  test('the arguments are changed: what was copied before is what is allowed', async () => {
    const args: { path: string; limit: number } = { ...ARGS }
    const enforcer = far(async () => {
      args.path = '/etc/passwd'
      return 'fresh'
    })
    const decision = await enforcer.enforceAsync({ ...request, args })
    expect(decision.kind === 'allow' && decision.call.args).toEqual(ARGS)
  })
})

describe('STO-3: a store that loses data', () => {
  test('keeps a proof for as long as it could be accepted, by what it is told, and no longer', () => {
    const clock = clockAt()
    const long = minted({ ttlSeconds: 3_600, now: NOW - 600 })
    const proof = proofOf(long)
    const kept = new Map<string, number>()
    const keeping: ReplayStore = {
      claim: (key, expiresAt, now) => {
        if ((kept.get(key) ?? 0) > now) return 'seen'
        kept.set(key, expiresAt)
        return 'fresh'
      },
      peek: (key, now) => ((kept.get(key) ?? 0) > now ? 'seen' : 'fresh'),
    }
    // Every call by an enforcer that was just started, so that the store alone remembers.
    const ask = (): string =>
      outcome(
        enforcerWith({ replay: keeping }, clock).enforce({ chain: long, tool: TOOL, args: ARGS, proof }),
      )
    // The first second at which it is accepted: two windows before its own.
    const earliest = Math.floor(NOW / 30) * 30 - 60
    clock.now = earliest - 1
    expect(ask()).toBe('PROOF_INVALID')
    clock.now = earliest
    expect(ask()).toBe('allow')
    const after: string[] = []
    while (++clock.now < NOW + 240) after.push(ask())
    expect(new Set(after)).toEqual(new Set(['PROOF_REPLAYED', 'PROOF_INVALID']))
    expect(kept.size).toBe(1)
  })

  test('lets a proof pass once more after a restart, within its windows and never after them', () => {
    const clock = clockAt()
    const long = minted({ ttlSeconds: 3_600 })
    const proof = proofOf(long)
    const restarted = (): string =>
      outcome(enforcerWith({}, clock).enforce({ chain: long, tool: TOOL, args: ARGS, proof }))
    expect([restarted(), restarted()]).toEqual(['allow', 'allow'])
    clock.now = NOW + 240
    expect(restarted()).toBe('PROOF_INVALID')
  })
})

describe('STO-4: the memory is filled', () => {
  test('it denies at its bound, forgets nothing that lives, and has room again later', () => {
    const clock = clockAt()
    const long = minted({ ttlSeconds: 3_600 })
    const enforcer = enforcerWith({ replay: createReplayMemory({ capacity: 5 }) }, clock)
    const ask = (limit: number): string => {
      const args = { ...ARGS, limit }
      return outcome(
        enforcer.enforce({
          chain: long,
          tool: TOOL,
          args,
          proof: proofOf(long, TOOL, args, holder, clock.now),
        }),
      )
    }
    expect([1, 2, 3, 4, 5, 6].map(ask)).toEqual([
      'allow',
      'allow',
      'allow',
      'allow',
      'allow',
      'REPLAY_MEMORY_FULL',
    ])
    expect([1, 2, 3, 4, 5].map(ask)).toEqual(Array.from({ length: 5 }, () => 'PROOF_REPLAYED'))
    clock.now = NOW + 240
    expect(ask(6)).toBe('allow')
  })
})

describe('REV-1: a revoked warrant, or what was made of one', () => {
  const other = keyOf(3)
  const child = grant(chain, { holder: other.publicKey, now: NOW }, holder)
  const revoking = (id: string | undefined): RevocationList =>
    signRevocationList({ revokedIds: [id as WarrantId], version: 1, issuedAt: NOW }, controlPlane)

  test('is refused by the next call, however often it was allowed before', () => {
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } })
    const [root, leaf] = child.warrants.map(({ payload }) => payload.id)
    const calls = [enforcer.bind(child, other), enforcer.bind(chain, holder)] as const
    const outcomes = (): readonly string[] => calls.map((bound) => outcome(bound.enforce(TOOL, ARGS)))
    expect(outcomes()).toEqual(['allow', 'allow'])
    enforcer.updateRevocations(revoking(leaf))
    expect(outcomes()).toEqual(['WARRANT_REVOKED', 'allow'])
    const both = { revokedIds: [root as WarrantId], version: 2, issuedAt: NOW }
    enforcer.updateRevocations(signRevocationList(both, controlPlane))
    expect(outcomes()).toEqual(['WARRANT_REVOKED', 'WARRANT_REVOKED'])
  })

  test('CHN-9: and one whose root is revoked is refused though its leaf is not', () => {
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } })
    const bound = enforcer.bind(child, other)
    enforcer.updateRevocations(revoking(child.warrants[0]?.payload.id))
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('WARRANT_REVOKED')
  })

  test('cannot be bound either', () => {
    const enforcer = enforcerWith({
      revocation: { issuer: controlPlane.publicKey, list: revoking(chain.warrants[0]?.payload.id) },
    })
    expect(codeOf(() => enforcer.bind(child, other))).toBe('WARRANT_REVOKED')
  })
})

test('REV-4: a list that is not refreshed denies past its age, whatever else is right', () => {
  const clock = clockAt()
  const list = signRevocationList({ revokedIds: [], version: 1, issuedAt: NOW }, controlPlane)
  const enforcer = enforcerWith(
    { revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: 100, list } },
    clock,
  )
  const bound = enforcer.bind(chain, holder)
  clock.now = NOW + 100
  expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
  clock.now = NOW + 101
  expect(outcome(bound.enforce(TOOL, ARGS))).toBe('REVOCATION_STALE')
})
