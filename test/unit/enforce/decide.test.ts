/** The pipeline: its order, every code it denies with, and that none of its checks can go missing unnoticed. */

import { describe, expect, test } from 'vitest'
import { callOf } from '../../../src/capability/call.js'
import { regex } from '../../../src/capability/constraints/regex.js'
import { unknown } from '../../../src/capability/constraints/unknown.js'
import { exact, wildcard } from '../../../src/capability/constructors.js'
import type { Constraint } from '../../../src/capability/kinds.js'
import { float, type Value } from '../../../src/encoding/value.js'
import { type EnforcerConfig, readConfig } from '../../../src/enforce/config.js'
import { CHECKS, type CheckName, firstRefusal } from '../../../src/enforce/decide.js'
import { createEnforcer, type EnforceRequest } from '../../../src/enforce/enforcer.js'
import { askedOf, Matter } from '../../../src/enforce/matter.js'
import { createReplayMemory } from '../../../src/enforce/replay.js'
import { approve } from '../../../src/statement/approval.js'
import { signRevocationList } from '../../../src/statement/revocation.js'
import { attenuate } from '../../../src/warrant/attenuate.js'
import { type Chain, chainOf } from '../../../src/warrant/chain.js'
import { mint } from '../../../src/warrant/mint.js'
import {
  ARGS,
  approvers,
  clockAt,
  controlPlane,
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
  thief,
} from '../../support/enforcing.js'

const ORDER: readonly CheckName[] = [
  'call',
  'chain',
  'authenticity',
  'clock',
  'time',
  'revocation',
  'session',
  'type',
  'clearance',
  'tool',
  'constraints',
  'proof',
  'approvals',
  'replay',
]

test('the order is the one that was decided', () => {
  expect(CHECKS.map(({ name }) => name)).toEqual(ORDER)
})

const plain = minted()
const sessioned = minted({ sessionId: 's1' })
const gated = minted({
  gates: { [TOOL]: 'whole' },
  approvers: approvers.map(({ publicKey }) => publicKey),
  minApprovals: 2,
})
const issuing = mint({ holder: holder.publicKey, issuableTools: [TOOL], now: NOW, ttlSeconds: TTL }, issuer)
const revoking = (...chains: readonly Chain[]): Uint8Array =>
  signRevocationList(
    {
      revokedIds: chains.flatMap(({ warrants }) => warrants.map(({ payload }) => payload.id)),
      version: 1,
      issuedAt: NOW,
    },
    controlPlane,
  ).bytes

const request = (chain: Chain, more: Partial<EnforceRequest> = {}): EnforceRequest =>
  ({ chain, tool: TOOL, args: ARGS, proof: proofOf(chain), ...more }) as EnforceRequest // a test may ask for anything

/** The tool with other arguments, and the proof for them. */
const withArgs = (args: unknown): EnforceRequest =>
  request(plain, { args, proof: proofOf(plain, TOOL, args) })

/** A call of the one argument. */
const ofPath = (chain: Chain): EnforceRequest =>
  request(chain, { args: { path: 'a' }, proof: proofOf(chain, TOOL, { path: 'a' }) })

/** One request for each way to fail, which would be allowed if its check were missing: only that check refuses it. */
interface Failing {
  readonly check: CheckName
  readonly code: string
  readonly request: EnforceRequest
  readonly config?: Partial<EnforcerConfig>
  readonly now?: number
}

const forged = ((): Chain => {
  const bytes = Uint8Array.from(plain.bytes)
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
  return { ...plain, bytes }
})()
const orphan = chainOf([minted({}, thief).warrants[0] as Chain['warrants'][number]])
const ARGUMENTS = { path: '/etc/passwd', limit: 10 }

const FAILING: readonly Failing[] = [
  { check: 'call', code: 'CALL_MALFORMED', request: request(plain, { args: { ...ARGS, limit: () => 10 } }) },
  { check: 'call', code: 'CALL_MALFORMED', request: request(plain, { tool: '' }) },
  { check: 'call', code: 'CALL_NUMBER', request: request(plain, { args: { ...ARGS, limit: Number.NaN } }) },
  { check: 'call', code: 'CALL_TEXT', request: request(plain, { args: { ...ARGS, path: '/data/\ud800' } }) },
  { check: 'call', code: 'CALL_TOO_LARGE', request: request(plain, { tool: 'x'.repeat(257) }) },
  { check: 'call', code: 'CALL_TOO_DEEP', request: request(plain, { args: { deep: nested(40) } }) },
  {
    check: 'chain',
    code: 'WARRANT_MISSING',
    request: { tool: TOOL, args: ARGS } as unknown as EnforceRequest,
  },
  { check: 'chain', code: 'ENVELOPE_MALFORMED', request: request(plain, { chain: new Uint8Array([1]) }) },
  { check: 'chain', code: 'CHAIN_EMPTY', request: request(plain, { chain: new Uint8Array([0x80]) }) },
  { check: 'chain', code: 'CHAIN_TOO_LARGE', request: request(plain, { chain: new Uint8Array(262_145) }) },
  { check: 'chain', code: 'TEXT_NOT_BASE64', request: request(plain, { chain: '***' }) },
  { check: 'authenticity', code: 'SIGNATURE_INVALID', request: request(plain, { chain: forged.bytes }) },
  { check: 'authenticity', code: 'CHAIN_UNTRUSTED_ROOT', request: request(orphan) },
  { check: 'clock', code: 'CLOCK_UNAVAILABLE', request: request(plain), now: Number.NaN },
  {
    check: 'time',
    code: 'WARRANT_EXPIRED',
    request: request(plain, { proof: proofOf(plain, TOOL, ARGS, holder, NOW + TTL) }),
    now: NOW + TTL,
  },
  {
    check: 'time',
    code: 'CHAIN_ISSUED_AT',
    request: request(plain, { proof: proofOf(plain, TOOL, ARGS, holder, NOW - 31) }),
    now: NOW - 31,
  },
  {
    check: 'revocation',
    code: 'WARRANT_REVOKED',
    request: request(plain),
    config: { revocation: { issuer: controlPlane.publicKey, list: revoking(plain) } },
  },
  {
    check: 'revocation',
    code: 'REVOCATION_STALE',
    request: request(plain),
    config: { revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: 60 } },
  },
  { check: 'session', code: 'SESSION_MISMATCH', request: request(sessioned) },
  { check: 'session', code: 'SESSION_MISMATCH', request: request(sessioned, { session: 's2' }) },
  {
    check: 'session',
    code: 'SESSION_MISMATCH',
    request: request(plain, { session: 's1' }),
    config: { sessionRequired: true },
  },
  { check: 'type', code: 'WARRANT_NOT_EXECUTION', request: request(issuing) },
  {
    check: 'clearance',
    code: 'CLEARANCE_TOO_LOW',
    request: request(plain),
    config: { clearances: { [TOOL]: 1 } },
  },
  {
    check: 'tool',
    code: 'TOOL_NOT_GRANTED',
    request: request(plain, { tool: 'write_file', proof: proofOf(plain, 'write_file') }),
  },
  {
    check: 'constraints',
    code: 'CONSTRAINT_VIOLATED',
    request: withArgs(ARGUMENTS),
  },
  {
    check: 'constraints',
    code: 'CONSTRAINT_ARGUMENT_MISSING',
    request: withArgs({ path: '/data/a' }),
  },
  {
    check: 'constraints',
    code: 'CONSTRAINT_ARGUMENT_UNKNOWN',
    request: withArgs({ ...ARGS, mode: 'w' }),
  },
  {
    check: 'constraints',
    code: 'CONSTRAINT_UNKNOWN',
    request: ofPath(minted({ tools: { [TOOL]: { path: unknown(99, new Uint8Array([1])) } } })),
  },
  {
    check: 'constraints',
    code: 'CONSTRAINT_ENGINE_MISSING',
    request: ofPath(minted({ tools: { [TOOL]: { path: regex('^a$') } } })),
  },
  { check: 'proof', code: 'PROOF_MISSING', request: { chain: plain, tool: TOOL, args: ARGS } },
  {
    check: 'proof',
    code: 'PROOF_INVALID',
    request: request(plain, { proof: proofOf(plain, TOOL, ARGS, thief) }),
  },
  { check: 'proof', code: 'PROOF_MALFORMED', request: request(plain, { proof: new Uint8Array(63) }) },
  { check: 'proof', code: 'PROOF_MALFORMED', request: request(plain, { proof: 'not a proof' }) },
  { check: 'approvals', code: 'APPROVAL_REQUIRED', request: request(gated) },
  {
    check: 'approvals',
    code: 'APPROVAL_MALFORMED',
    request: request(gated, { approvals: [new Uint8Array(5)] }),
  },
]

function nested(depth: number): unknown {
  let inner: unknown = 1
  for (let i = 0; i < depth; i++) inner = [inner]
  return inner
}

describe('each refusal comes from its own check and from no other', () => {
  test.each(FAILING.map((each) => [each.check, each.code, each] as const))(
    '%s: %s',
    (check, code, failing) => {
      const enforcer = enforcerWith(failing.config, clockAt(failing.now))
      const { decision, checks } = enforcer.explain(failing.request)
      expect(outcome(decision)).toBe(code)
      const at = ORDER.indexOf(check)
      expect(checks.map(({ outcome }) => outcome)).toEqual(
        ORDER.map((_, i) => (i < at ? 'passed' : i === at ? 'failed' : 'not reached')),
      )
      expect(outcome(enforcer.enforce(failing.request))).toBe(code)
    },
  )

  /** Checks on which no later one relies for what it found out. */
  const REMOVABLE: readonly CheckName[] = [
    'time',
    'revocation',
    'session',
    'type',
    'clearance',
    'constraints',
    'proof',
    'approvals',
  ]

  test.each(
    FAILING.filter(({ check }) => REMOVABLE.includes(check)).map(
      (each) => [each.check, each.code, each] as const,
    ),
  )('%s: %s: without that check it would pass', (check, _, { request: asked, config, now }) => {
    // An issuer warrant grants no tool either: what would refuse it next is not asked.
    const skipped: readonly CheckName[] = check === 'type' ? ['type', 'tool', 'constraints'] : [check]
    const { setting } = readConfig({ roots: [issuer.publicKey], clock: () => now ?? NOW, ...config })
    const matter = new Matter(setting, 'enforce', askedOf(asked), undefined)
    const remaining = CHECKS.filter(({ name }) => !skipped.includes(name))
    const refused = firstRefusal(remaining, matter)
    expect(refused).toBeUndefined()
  })

  test('every check is met by a request that it alone refuses', () => {
    const met = new Set(FAILING.map(({ check }) => check))
    expect(ORDER.filter((name) => !met.has(name) && name !== 'replay')).toEqual([])
  })
})

describe('the last check', () => {
  test('refuses a proof that was used, by a code of its own', () => {
    const enforcer = enforcerWith()
    expect(outcome(enforcer.enforce(request(plain)))).toBe('allow')
    const { decision, checks } = enforcer.explain(request(plain))
    expect(outcome(decision)).toBe('PROOF_REPLAYED')
    expect(checks.at(-1)).toEqual({ check: 'replay', outcome: 'failed', code: 'PROOF_REPLAYED' })
  })

  test('a call that was denied has used up nothing', () => {
    const replay = createReplayMemory()
    for (const { request: refused, config, now } of FAILING) {
      enforcerWith({ ...config, replay }, clockAt(now)).enforce(refused)
    }
    expect(replay.size).toBe(0)
    expect(outcome(enforcerWith({ replay }).enforce(request(plain)))).toBe('allow')
    expect(replay.size).toBe(1)
  })

  test('an explanation uses up nothing', () => {
    const enforcer = enforcerWith()
    for (let i = 0; i < 3; i++) expect(outcome(enforcer.explain(request(plain)).decision)).toBe('allow')
    expect(outcome(enforcer.enforce(request(plain)))).toBe('allow')
  })

  test('full of live proofs, the next is denied', () => {
    const enforcer = enforcerWith({ replay: createReplayMemory({ capacity: 1 }) })
    expect(outcome(enforcer.enforce(request(plain)))).toBe('allow')
    const other = { ...ARGS, limit: 11 }
    const next = request(plain, { args: other, proof: proofOf(plain, TOOL, other) })
    expect(outcome(enforcer.enforce(next))).toBe('REPLAY_MEMORY_FULL')
  })

  test('an idempotent tool is exempt, and the decision says so', () => {
    const enforcer = enforcerWith({ idempotentTools: [TOOL] })
    for (let i = 0; i < 2; i++) {
      const decision = enforcer.enforce(request(plain))
      expect([outcome(decision), decision.notes]).toEqual(['allow', ['idempotent-tool']])
    }
    expect(outcome(enforcerWith({ idempotentTools: ['read_fil'] }).enforce(request(plain)))).toBe('allow')
  })
})

describe('two faults: the earlier check answers', () => {
  const faults: readonly [string, EnforceRequest, Partial<EnforcerConfig>, number, string][] = [
    [
      'a violated constraint costs no proof',
      request(plain, { args: ARGUMENTS, proof: new Uint8Array(64) }),
      {},
      NOW,
      'CONSTRAINT_VIOLATED',
    ],
    [
      'expiry before revocation',
      request(plain),
      { revocation: { issuer: controlPlane.publicKey, list: revoking(plain) } },
      NOW + TTL,
      'WARRANT_EXPIRED',
    ],
    [
      'forgery before the clock',
      request(plain, { chain: forged.bytes }),
      {},
      Number.NaN,
      'SIGNATURE_INVALID',
    ],
    ['a malformed call before everything', request(orphan, { args: 1 }), {}, Number.NaN, 'CALL_MALFORMED'],
    ['the session before the tool', request(sessioned, { tool: 'write_file' }), {}, NOW, 'SESSION_MISMATCH'],
    ['the proof before approvals', request(gated, { proof: new Uint8Array(64) }), {}, NOW, 'PROOF_INVALID'],
  ]
  test.each(faults)('%s', (_, asked, config, now, code) => {
    expect(outcome(enforcerWith(config, clockAt(now)).enforce(asked))).toBe(code)
  })
})

describe('approvals', () => {
  const retry = denial(enforcerWith().enforce(request(gated))).retry
  if (retry === undefined) throw new Error('no retry')
  const approved = (...keys: readonly number[]): Uint8Array[] =>
    keys.map(
      (i) => approve(retry, { externalId: 'a', now: NOW }, approvers[i] as (typeof approvers)[0]).bytes,
    )

  test('the denial says what to have approved, and by whom', () => {
    const { payload } = gated.warrants[0] as Chain['warrants'][number]
    expect(retry).toMatchObject({
      warrantId: payload.id,
      tool: TOOL,
      holder: holder.publicKey,
      approvers: payload.approvers,
      needed: 2,
      received: 0,
      expiresAt: NOW + TTL,
    })
    expect(retry.requestHash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('one of two is short, and says how many there are; two are enough', () => {
    const short = denial(enforcerWith().enforce(request(gated, { approvals: approved(0) })))
    expect([short.code, short.retry?.received, short.retry?.needed]).toEqual(['APPROVAL_INSUFFICIENT', 1, 2])
    expect(outcome(enforcerWith().enforce(request(gated, { approvals: approved(0, 2) })))).toBe('allow')
  })

  test('a flood is refused unread', () => {
    const flood = Array.from({ length: 7 }, () => new Uint8Array([0xff]))
    expect(outcome(enforcerWith().enforce(request(gated, { approvals: flood })))).toBe('APPROVAL_TOO_MANY')
  })

  test('none are asked for where no gate fires', () => {
    const elsewhere = minted({
      gates: { write_file: 'whole' },
      approvers: approvers.map(({ publicKey }) => publicKey),
      tools: { [TOOL]: {}, write_file: {} },
    })
    expect(outcome(enforcerWith().enforce(request(elsewhere)))).toBe('allow')
  })
})

describe('facts', () => {
  test('an allow carries the checked copy and who is behind it', () => {
    const child = attenuate(plain, { tools: TOOLS, now: NOW }, holder)
    const decision = enforcerWith().enforce(request(child))
    expect(decision).toMatchObject({
      kind: 'allow',
      warrantId: child.warrants[1]?.payload.id,
      rootIssuer: issuer.publicKey,
      depth: 1,
      notes: [],
      call: { tool: TOOL, args: ARGS },
    })
  })

  test('a child alone, of an issuer who is a root, is allowed and said to be detached', () => {
    const child = attenuate(minted({ holder: holder.publicKey }), { tools: TOOLS, now: NOW }, holder)
    const alone = chainOf([child.warrants[1] as Chain['warrants'][number]])
    expect(outcome(enforcerWith().enforce(request(alone)))).toBe('CHAIN_UNTRUSTED_ROOT')
    const trusting = enforcerWith({ roots: [holder.publicKey] })
    const decision = trusting.enforce(request(alone))
    expect([outcome(decision), decision.notes]).toEqual(['allow', ['detached-root']])
  })

  test('an inert call is taken as it is', () => {
    const call = callOf(TOOL, ARGS)
    const decision = enforcerWith().enforce({ chain: plain, call, proof: proofOf(plain) })
    expect(decision.kind === 'allow' && decision.call).toBe(call)
  })
})

test('a proof profile that leaves something out leaves it out of the call', () => {
  const open = minted({ tools: { [TOOL]: {} } })
  const args = { path: 'a', none: null }
  const enforcer = createEnforcer({
    roots: [issuer.publicKey],
    clock: () => NOW,
    proof: { profile: 'tenuo-python' },
  })
  // The proof covers the path alone: what it does not cover never reaches the tool.
  const decision = enforcer.enforce(request(open, { args, proof: proofOf(open, TOOL, { path: 'a' }) }))
  expect(decision.kind === 'allow' && decision.call.args).toEqual({ path: 'a' })
  const inner = request(open, { args: { inner: {} } })
  expect(outcome(enforcer.enforce(inner))).toBe('PROOF_PROFILE')
})

test('a proof profile that writes a call otherwise has it checked, and run, as it is signed', () => {
  const whole = minted({ tools: { [TOOL]: { n: exact(1) } } })
  const enforcer = createEnforcer({
    roots: [issuer.publicKey],
    clock: () => NOW,
    proof: { profile: 'tenuo-json' },
  })
  const proof = proofOf(whole, TOOL, { n: 1 })
  const decision = enforcer.enforce(request(whole, { args: { n: float(1) }, proof }))
  expect(decision.kind === 'allow' && decision.call.args).toEqual({ n: 1 })
  const other = minted({ tools: { [TOOL]: { n: exact(float(1)) } } })
  const refused = enforcer.enforce(
    request(other, { args: { n: float(1) }, proof: proofOf(other, TOOL, { n: 1 }) }),
  )
  expect(outcome(refused)).toBe('CONSTRAINT_VIOLATED')
})

test('a proof profile whose servers judge arguments without nulls asks constraints in both forms', () => {
  const config = { roots: [issuer.publicKey], clock: () => NOW }
  const json = createEnforcer({ ...config, proof: { profile: 'tenuo-json' } })
  const asked = (constraint: Constraint, value: Value, enforcer = json): string => {
    const chain = minted({ tools: { [TOOL]: { a: constraint } } })
    const args = { a: value }
    return outcome(enforcer.enforce(request(chain, { args, proof: proofOf(chain, TOOL, args) })))
  }
  expect(asked(wildcard(), null)).toBe('CONSTRAINT_ARGUMENT_MISSING')
  expect(asked(wildcard(), [1, null])).toBe('allow')
  expect(asked(exact([1, null]), [1, null])).toBe('CONSTRAINT_VIOLATED')
  expect(asked(exact([1]), [1, null])).toBe('CONSTRAINT_VIOLATED')
  expect(asked(wildcard(), { b: null })).toBe('allow')
  expect(asked(wildcard(), null, createEnforcer(config))).toBe('allow')
})

describe('what a denial says besides', () => {
  test('of a chain that is not known: nothing', () => {
    const decision = enforcerWith({ roots: [thief.publicKey] }).enforce(request(plain))
    expect([outcome(decision), decision.notes]).toEqual(['CHAIN_UNTRUSTED_ROOT', []])
  })

  test('before the proof is looked at: not that the tool is idempotent', () => {
    const decision = enforcerWith({ idempotentTools: [TOOL] }).enforce(
      request(plain, { args: { path: '/etc' } }),
    )
    expect([outcome(decision), decision.notes]).toEqual(['CONSTRAINT_ARGUMENT_MISSING', []])
  })

  test('of an argument that is missing: no rule', () => {
    const { code, rule } = denial(enforcerWith().enforce(request(plain, { args: { limit: 1 } })))
    expect([code, rule]).toEqual(['CONSTRAINT_ARGUMENT_MISSING', undefined])
  })
})
