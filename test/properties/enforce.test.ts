/** Laws of enforcement, for any request put together of good and bad parts. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callOf } from '../../src/capability/call.js'
import { oneOf } from '../../src/capability/constraints/oneOf.js'
import { range } from '../../src/capability/constraints/range.js'
import { subpath } from '../../src/capability/constraints/subpath.js'
import { equalValues } from '../../src/encoding/value.js'
import type { EnforcerConfig } from '../../src/enforce/config.js'
import { CHECKS } from '../../src/enforce/decide.js'
import { createEnforcer, type EnforceRequest, type Enforcer } from '../../src/enforce/enforcer.js'
import { approve, requestHash } from '../../src/statement/approval.js'
import { signRevocationList } from '../../src/statement/revocation.js'
import { attenuate } from '../../src/warrant/attenuate.js'
import type { Chain } from '../../src/warrant/chain.js'
import { mint } from '../../src/warrant/mint.js'
import { formatChain } from '../../src/warrant/text.js'
import {
  ARGS,
  approvers,
  clockAt,
  controlPlane,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TOOLS,
  TTL,
  thief,
} from '../support/enforcing.js'

const gatedOptions = {
  gates: { [TOOL]: 'whole' },
  approvers: approvers.map(({ publicKey }) => publicKey),
  minApprovals: 1,
} as const
const plain = minted()
const CHAINS: readonly Chain[] = [
  plain,
  attenuate(
    plain,
    { tools: { [TOOL]: { path: subpath('/data/a'), limit: range({ min: 5, max: 10 }) } }, now: NOW },
    holder,
  ),
  minted({ sessionId: 's1' }),
  minted(gatedOptions),
  minted({ tools: { '*': {} } }),
  minted({ tools: { [TOOL]: { path: oneOf(['/data/a', 1]) } }, clearance: 20 }),
  minted({}, thief),
  mint({ holder: holder.publicKey, issuableTools: ['*'], now: NOW, ttlSeconds: TTL }, issuer),
]
const REVOKED = minted()
const BROKEN = Uint8Array.from(plain.bytes).fill(7, 40, 44)

const path = fc.constantFrom<unknown>('/data/a', '/data/a/b', '/data/../etc', '/etc/passwd', 7, null, '')
const limit = fc.constantFrom<unknown>(5, 10, 1, 100, 101, 0, 9.5, '5', Number.NaN)
const args = fc.oneof(
  { weight: 6, arbitrary: fc.record({ path, limit }) },
  { weight: 1, arbitrary: fc.record({ path }) },
  {
    weight: 1,
    arbitrary: fc.record({ path, limit, extra: fc.constantFrom<unknown>(1, undefined, () => {}) }),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(ARGS, null, [], 'args') },
)

interface Choice {
  readonly chain: Chain
  readonly form: 'object' | 'bytes' | 'text' | 'broken' | 'missing'
  readonly tool: string
  readonly args: unknown
  readonly proof: 'good' | 'none' | 'stolen' | 'early' | 'late' | 'other' | 'malformed'
  readonly approvals: 'none' | 'good' | 'malformed'
  readonly session: string | undefined
  readonly after: number
}

const choices: fc.Arbitrary<Choice> = fc.record({
  chain: fc.constantFrom(...CHAINS, REVOKED),
  form: fc.constantFrom('object', 'object', 'bytes', 'text', 'broken', 'missing'),
  tool: fc.constantFrom(TOOL, TOOL, TOOL, TOOL, 'other', ''),
  args,
  proof: fc.constantFrom(
    'good',
    'good',
    'good',
    'good',
    'none',
    'stolen',
    'early',
    'late',
    'other',
    'malformed',
  ),
  approvals: fc.constantFrom('none', 'good', 'good', 'malformed'),
  session: fc.constantFrom(undefined, 's1', 's2'),
  after: fc.constantFrom(0, 0, 0, 1, 29, 30, -31, TTL - 1, TTL),
})

const proofFor = ({ chain, tool, args, proof, after }: Choice): unknown => {
  const time = {
    good: after,
    early: after - 90,
    late: after + 90,
    stolen: after,
    other: after,
    none: 0,
    malformed: 0,
  }[proof]
  if (proof === 'none') return undefined
  if (proof === 'malformed') return new Uint8Array(3)
  try {
    return proofOf(
      chain,
      proof === 'other' ? 'another' : tool,
      args,
      proof === 'stolen' ? thief : holder,
      NOW + time,
    )
  } catch {
    return new Uint8Array(64) // no proof can be made of a call that is none
  }
}

const approvalsFor = ({ chain, tool, args, approvals, after }: Choice): unknown => {
  if (approvals === 'none') return undefined
  if (approvals === 'malformed') return [new Uint8Array(2)]
  try {
    const leaf = chain.warrants.at(-1)?.payload
    if (leaf === undefined) return []
    const hash = requestHash(leaf.id, tool, callOf(tool, args).args, leaf.holder)
    return [
      approve({ requestHash: hash }, { externalId: 'a', now: NOW + after }, approvers[0] ?? holder).bytes,
    ]
  } catch {
    return []
  }
}

const requestOf = (choice: Choice): EnforceRequest => {
  const chain = {
    object: choice.chain,
    bytes: choice.chain.bytes,
    text: formatChain(choice.chain),
    broken: BROKEN,
    missing: undefined,
  }[choice.form]
  return {
    chain,
    tool: choice.tool,
    args: choice.args,
    proof: proofFor(choice),
    approvals: approvalsFor(choice),
    session: choice.session,
  } as unknown as EnforceRequest // parts of any kind, as they come from outside
}

const CONFIG: Partial<EnforcerConfig> = {
  revocation: {
    issuer: controlPlane.publicKey,
    list: signRevocationList(
      { revokedIds: REVOKED.warrants.map(({ payload }) => payload.id), version: 1, issuedAt: NOW },
      controlPlane,
    ),
  },
  clearances: { other: 30 },
}
const make = (now: number): Enforcer =>
  createEnforcer({ roots: [issuer.publicKey], clock: clockAt(now).read, ...CONFIG })

describe('for any request', () => {
  test('explain agrees with enforce: one failed check at most, and its code is the one of the decision', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(choices, (choice) => {
        const enforcer = make(NOW + choice.after)
        const request = requestOf(choice)
        const { decision, checks } = enforcer.explain(request)
        const enforced = enforcer.enforce(request)
        expect(outcome(enforced)).toBe(outcome(decision))
        expect(enforced.kind === 'deny' && enforced.message).toBe(
          decision.kind === 'deny' && decision.message,
        )
        expect(checks.map(({ check }) => check)).toEqual(CHECKS.map(({ name }) => name))
        const at = checks.findIndex(({ outcome }) => outcome !== 'passed')
        expect(at < 0 ? 'allow' : checks[at]?.code).toBe(outcome(decision))
        if (at >= 0) expect(checks.slice(at + 1).every(({ outcome }) => outcome === 'not reached')).toBe(true)
        seen.set(outcome(decision), (seen.get(outcome(decision)) ?? 0) + 1)
      }),
      { numRuns: 400 },
    )
    // The law would say little if everything were refused for one reason.
    expect(seen.has('allow')).toBe(true)
    expect(seen.size).toBeGreaterThan(8)
  })

  test('an enforcer that has seen much decides like one that has seen nothing', () => {
    // One memory would tell repeated proofs apart from new ones, so both are asked to explain.
    const seasoned = new Map<number, Enforcer>()
    fc.assert(
      fc.property(choices, (choice) => {
        const now = NOW + choice.after
        const old = seasoned.get(now) ?? make(now)
        seasoned.set(now, old)
        const request = requestOf(choice)
        expect(outcome(old.explain(request).decision)).toBe(outcome(make(now).explain(request).decision))
      }),
      { numRuns: 400 },
    )
  })

  test('a bound warrant allows exactly what a proof of its holder allows', () => {
    fc.assert(
      fc.property(choices, (given) => {
        const choice: Choice = { ...given, form: 'object', proof: 'good' }
        const enforcer = make(NOW + choice.after)
        const request = requestOf(choice)
        const { session, approvals } = request
        const proved = outcome(enforcer.explain(request).decision)
        try {
          const bound = enforcer.bind(choice.chain, holder)
          expect(outcome(bound.enforce(choice.tool, choice.args, { session, approvals }))).toBe(proved)
        } catch (refused) {
          // What cannot be bound could not be used with a proof either.
          expect(refused).toHaveProperty('code')
          expect(proved).not.toBe('allow')
        }
      }),
      { numRuns: 300 },
    )
  })

  test('what is allowed is a frozen copy of what was asked', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const decision = make(NOW + choice.after).enforce(requestOf(choice))
        if (decision.kind !== 'allow') return
        const expected = callOf(choice.tool, choice.args)
        expect(decision.call.tool).toBe(expected.tool)
        expect(equalValues(decision.call.args, expected.args)).toBe(true)
        expect(decision.call.args).not.toBe(choice.args)
        expect(Object.isFrozen(decision.call.args)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('no denial shows an argument value, a key or warrant bytes', () => {
    const secret = 'S3cr3tArgumentValue'
    fc.assert(
      fc.property(choices, (choice) => {
        const leaky: Choice = { ...choice, args: { path: `/${secret}`, limit: 10 } }
        const decision = make(NOW + choice.after).enforce(requestOf(leaky))
        const text = JSON.stringify(decision)
        expect(text).not.toContain(secret)
        if (decision.kind === 'allow') return
        expect(decision.message).not.toContain(secret)
        for (const key of [issuer, holder, ...approvers]) expect(text).not.toContain(key.publicKey)
        expect(text).not.toContain(formatChain(choice.chain).slice(0, 40))
      }),
      { numRuns: 200 },
    )
  })
})

describe('for any bytes', () => {
  test('as a chain, a proof or an approval there is a decision, and it is no allow', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(bytes, bytes, (chain, proof) => {
        const enforcer = make(NOW)
        expect(enforcer.enforce({ chain, tool: TOOL, args: ARGS, proof }).kind).toBe('deny')
        expect(enforcer.enforce({ chain: plain, tool: TOOL, args: ARGS, proof }).kind).toBe('deny')
      }),
    )
  })

  test('any value at all as a request is a denial', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }),
        (request) => {
          expect(make(NOW).enforce(request as EnforceRequest).kind).toBe('deny')
        },
      ),
    )
  })

  test('any arguments at all are decided, and TOOLS stay as they are', () => {
    const bound = make(NOW).bind(plain, holder)
    const before = JSON.stringify(TOOLS)
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }),
        (value) => {
          expect(['allow', 'deny']).toContain(bound.enforce(TOOL, value as object).kind)
          expect(['allow', 'deny']).toContain(bound.enforce(TOOL, { path: value, limit: 10 }).kind)
        },
      ),
    )
    expect(JSON.stringify(TOOLS)).toBe(before)
  })
})
