/** What is handed on: notes, causes and parts of a request, through guards and bound warrants, to the checks that ask. */

import { describe, expect, test } from 'vitest'
import { isBound } from '../../../src/enforce/bind.js'
import { type Deny, denialOf } from '../../../src/enforce/decision.js'
import { createEnforcer, type Enforcer } from '../../../src/enforce/enforcer.js'
import { createGuard, type GuardContext } from '../../../src/enforce/guard.js'
import { askedOf } from '../../../src/enforce/matter.js'
import { ownBytes } from '../../../src/enforce/outsideBytes.js'
import { refusalOfError } from '../../../src/enforce/refusal.js'
import type { ReplayStore } from '../../../src/enforce/replay.js'
import { DenialError, FormatError } from '../../../src/errors.js'
import { approve } from '../../../src/statement/approval.js'
import { attenuate } from '../../../src/warrant/attenuate.js'
import type { Chain, Warrant } from '../../../src/warrant/chain.js'
import { formatChain } from '../../../src/warrant/text.js'
import {
  ARGS,
  approvers,
  clockAt,
  denial,
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
} from '../../support/enforcing.js'

const chain = minted()
const told = ({ code, where, rule }: Deny): readonly unknown[] => [code, where, rule]

const guardOf = (
  enforcer: Enforcer,
  session: Chain | ReturnType<Enforcer['bind']>,
  audit?: () => unknown,
) => {
  const guard = createGuard({ enforcer, audit })
  guard.sessions.set('s', session as never)
  return guard
}

const asked = async (
  guard: ReturnType<typeof guardOf>,
  context?: unknown,
  args: unknown = ARGS,
): Promise<Deny> => denial(await guard.check(TOOL, args, context as GuardContext))

describe('a guard', () => {
  const enforcer = enforcerWith()
  const guard = guardOf(enforcer, enforcer.bind(chain, holder))

  test('that denies for itself names the place, and has nothing to add', async () => {
    const unknown = await asked(guard, { session: 'other' })
    expect([told(unknown), unknown.notes]).toEqual([['SESSION_UNKNOWN', 'session', undefined], []])
    const uncopied = await asked(guard, { session: 's' }, { ...ARGS, limit: () => 1 })
    expect([uncopied.code, uncopied.notes]).toEqual(['CALL_MALFORMED', []])
    const unwritten = await asked(
      guardOf(enforcer, enforcer.bind(chain, holder), () => Promise.reject(new Error())),
      { session: 's' },
    )
    expect([unwritten.code, unwritten.notes]).toEqual(['AUDIT_FAILED', []])
  })

  test.each([undefined, null, 5, 's', true, () => 's'])('reads no context of %s', async (context) => {
    expect((await asked(guard, context)).code).toBe('SESSION_UNKNOWN')
  })

  test('reads nothing of a context that throws', async () => {
    const context = {
      session: 's',
      get approvals() {
        throw new Error('a getter')
      },
    }
    expect((await asked(guard, context)).code).toBe('SESSION_UNKNOWN')
  })

  test.each([5, ['s'], { toString: () => 's' }, null])('knows no session by %s', async (session) => {
    expect((await asked(guard, { session })).code).toBe('SESSION_UNKNOWN')
  })

  test('hands the session to the warrant that is bound to it', async () => {
    const bound = enforcer.bind(minted({ sessionId: 's' }), holder)
    expect(outcome(await guardOf(enforcer, bound).check(TOOL, ARGS, { session: 's' }))).toBe('allow')
    const other = enforcer.bind(minted({ sessionId: 't' }), holder)
    expect(told(await asked(guardOf(enforcer, other), { session: 's' }))).toEqual([
      'SESSION_MISMATCH',
      'session',
      'SESSION_BINDING',
    ])
  })

  test('hands approvals on, and the chain and the proof that come with a call', async () => {
    const gated = minted({
      gates: { [TOOL]: 'whole' },
      approvers: [approvers[0]?.publicKey as never],
      minApprovals: 1,
    })
    const binding = guardOf(enforcer, enforcer.bind(gated, holder))
    const short = await asked(binding, { session: 's' })
    expect(short.code).toBe('APPROVAL_REQUIRED')
    const approvals = [approve(short.retry as never, { externalId: 'a', now: NOW }, approvers[0] as never)]
    expect(outcome(await binding.check(TOOL, ARGS, { session: 's', approvals }))).toBe('allow')
    const context = { chain: gated, proof: proofOf(gated), approvals }
    expect(outcome(await guardOf(enforcerWith(), chain).check(TOOL, ARGS, context))).toBe('allow')
  })

  test('that writes no record asks the clock once', async () => {
    const clock = clockAt(NOW)
    let readings = 0
    const counting = enforcerWith({
      clock: () => {
        readings++
        return clock.now
      },
    })
    const bound = counting.bind(chain, holder)
    readings = 0
    expect(outcome(await guardOf(counting, bound).check(TOOL, ARGS, { session: 's' }))).toBe('allow')
    expect(readings).toBe(1)
    expect(outcome(await guardOf(counting, bound, () => undefined).check(TOOL, ARGS, { session: 's' }))).toBe(
      'allow',
    )
    expect(readings).toBe(3)
  })

  test('asks for a name that is one', () => {
    for (const name of [5, undefined, null, ''])
      expect(() => guard(name as never, () => 1)).toThrow(TypeError)
    for (const enforcing of [undefined, null, {}])
      expect(() => createGuard({ enforcer: enforcing as never })).toThrow(TypeError)
  })
})

describe('a bound warrant', () => {
  test('is told from everything else', () => {
    for (const thing of [undefined, null, 5, 's', true, {}, [], chain, () => 1])
      expect(isBound(thing)).toBe(false)
    expect(isBound(enforcerWith().bind(chain, holder))).toBe(true)
  })

  test('that cannot be made is refused with the denial as cause, which has no notes', () => {
    const late = enforcerWith({}, clockAt(NOW + TTL))
    try {
      late.bind(chain, holder)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'WARRANT_EXPIRED', where: 'warrants.0', cause: { notes: [] } })
    }
  })

  test.each([undefined, null, 5, 's', true])('has no context of %s', (context) => {
    const bound = enforcerWith().bind(minted({ sessionId: 's' }), holder)
    expect(outcome(bound.enforce(TOOL, ARGS, context as never))).toBe('SESSION_MISMATCH')
    expect(outcome(bound.enforce(TOOL, ARGS, { session: 's' }))).toBe('allow')
  })
})

describe('a request', () => {
  test.each([undefined, null, 5, 'x', true])('of %s asks for nothing', (request) => {
    expect(Object.values(askedOf(request)).every((part) => part === undefined)).toBe(true)
    expect(outcome(enforcerWith().enforce(request as never))).toBe('CALL_MALFORMED')
  })

  test('that throws while it is read asks for nothing', () => {
    const request = {
      get chain() {
        throw new Error('a getter')
      },
    }
    expect(Object.values(askedOf(request)).every((part) => part === undefined)).toBe(true)
  })

  test('whose chain is text that is none names the chain', () => {
    const enforcer = enforcerWith()
    const request = { tool: TOOL, args: ARGS, proof: proofOf(chain) }
    expect(told(denial(enforcer.enforce({ ...request, chain: '!' })))).toEqual([
      'TEXT_NOT_BASE64',
      'chain',
      undefined,
    ])
    const long = Uint8Array.of(...chain.bytes, 0)
    expect(told(denial(enforcer.enforce({ ...request, chain: long })))).toEqual([
      'CBOR_TRAILING_BYTES',
      'chain',
      'ENCODING_ONE_FORM',
    ])
    expect(outcome(enforcer.enforce({ ...request, chain: formatChain(chain) }))).toBe('allow')
  })

  test('under a chain whose first link stands on the tolerance names the second, which is past it', () => {
    const first = minted({ now: NOW + 30 })
    const second = attenuate(first, { tools: TOOLS, now: NOW + 31 }, holder)
    expect(
      told(denial(enforcerWith().enforce({ chain: second, tool: TOOL, args: ARGS, proof: proofOf(second) }))),
    ).toEqual(['CHAIN_ISSUED_AT', 'warrants.1', 'ISSUED_AT_FUTURE'])
  })
})

describe('a decision', () => {
  test('that allows says as JSON everything but the arguments', () => {
    const allowed = enforcerWith().enforce({ chain, tool: TOOL, args: ARGS, proof: proofOf(chain) })
    const { id, issuer } = (chain.warrants[0] as Warrant).payload
    expect(JSON.parse(JSON.stringify(allowed))).toEqual({
      kind: 'allow',
      tool: TOOL,
      warrantId: id,
      rootIssuer: issuer,
      depth: 0,
      notes: [],
    })
  })

  test('that denies has a place and a rule as an error only where it has them', () => {
    const bare = denialOf(denial(enforcerWith().enforce({ chain, tool: TOOL, args: ARGS })))
    expect([bare.code, bare.where, bare.rule]).toEqual(['PROOF_MISSING', undefined, undefined])
  })
})

describe('outside bytes', () => {
  test.each([
    undefined,
    null,
    5,
    'x',
    { bytes: 'x' },
    { bytes: null },
    Object.create({ bytes: new Uint8Array(1) }),
  ])('of %s are none', (holding) => {
    expect(ownBytes(holding)).toBeUndefined()
  })

  test('of an object that throws are none', () => {
    const throwing = {
      get bytes() {
        throw new Error('a getter')
      },
    }
    expect(ownBytes(throwing)).toBeUndefined()
    expect(ownBytes({ bytes: Uint8Array.of(1) })).toEqual(Uint8Array.of(1))
  })
})

test('the refusal of an error keeps its code, its place and its rule', () => {
  const ruled = new FormatError('CBOR_TAGGED', undefined, { where: 'here', rule: 'ENCODING_ONE_FORM' })
  const kept = refusalOfError(ruled, 'ENFORCE_INTERNAL', 'there')
  expect([kept.code, kept.where, kept.rule?.()]).toEqual(['CBOR_TAGGED', 'here', 'ENCODING_ONE_FORM'])
  const placed = refusalOfError(new DenialError('PROOF_INVALID'), 'ENFORCE_INTERNAL', 'there')
  expect([placed.code, placed.where, placed.rule?.()]).toEqual(['PROOF_INVALID', 'there', undefined])
  for (const strange of [new Error(), undefined, 'text', { code: 'PROOF_INVALID' }]) {
    const refused = refusalOfError(strange, 'ENFORCE_INTERNAL', 'there')
    expect([refused.code, refused.where]).toEqual(['ENFORCE_INTERNAL', 'there'])
  }
})

test('a store that answers with a promise is refused, and its rejection is taken', () => {
  let taken = 0
  const answer = Object.assign(Promise.resolve('fresh'), {
    catch: () => {
      taken++
    },
  })
  const replay = { claim: () => answer, peek: () => answer } as unknown as ReplayStore // as JavaScript could pass it
  expect(
    outcome(enforcerWith({ replay }).enforce({ chain, tool: TOOL, args: ARGS, proof: proofOf(chain) })),
  ).toBe('STORE_FAILED')
  expect(taken).toBe(1)
})

test('a store across a network is not asked about a tool that may be repeated', async () => {
  let asked = 0
  const answer = async (): Promise<'fresh'> => {
    asked++
    return 'fresh'
  }
  const enforcer = createEnforcer({
    roots: [issuer.publicKey],
    clock: () => NOW,
    idempotentTools: [TOOL],
    replay: { store: { claim: answer, peek: answer }, timer: () => () => undefined },
  })
  const request = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }
  for (let i = 0; i < 2; i++) {
    const decision = await enforcer.enforceAsync(request)
    expect([outcome(decision), decision.notes]).toEqual(['allow', ['idempotent-tool']])
  }
  expect(asked).toBe(0)
})
