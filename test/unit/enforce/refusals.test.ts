/** What a refusal says besides its code: the place, the rule, and the hint; and the bound on either side of which it stands. */

import { describe, expect, test } from 'vitest'
import { regex } from '../../../src/capability/constraints/regex.js'
import { exact, urlSafe, wildcard } from '../../../src/capability/constructors.js'
import type { EnforcerConfig } from '../../../src/enforce/config.js'
import type { ApprovalRetry, Deny } from '../../../src/enforce/decision.js'
import { denialOf } from '../../../src/enforce/decision.js'
import type { EnforceRequest } from '../../../src/enforce/enforcer.js'
import type { ReplayStore } from '../../../src/enforce/replay.js'
import { approve } from '../../../src/statement/approval.js'
import { signRevocationList } from '../../../src/statement/revocation.js'
import { attenuate } from '../../../src/warrant/attenuate.js'
import type { Chain } from '../../../src/warrant/chain.js'
import {
  ARGS,
  approvers,
  clockAt,
  controlPlane,
  denial,
  enforcerWith,
  holder,
  keyOf,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TOOLS,
  TTL,
  thief,
} from '../../support/enforcing.js'

const decided = (
  chain: Chain,
  more: Readonly<Record<string, unknown>> = {},
  config: Partial<EnforcerConfig> = {},
  now: number = NOW,
) =>
  enforcerWith(config, clockAt(now)).enforce({
    chain,
    tool: TOOL,
    args: ARGS,
    proof: proofOf(chain, TOOL, ARGS, holder, now),
    ...more,
  } as EnforceRequest) // a test may ask for anything

/** Code, place and rule. */
const told = ({ code, where, rule }: Deny): readonly unknown[] => [code, where, rule]

describe('session', () => {
  const bound = minted({ sessionId: 's1' })

  test('of another name, of none, and where one is required', () => {
    expect(told(denial(decided(bound, { session: 's2' })))).toEqual([
      'SESSION_MISMATCH',
      'session',
      'SESSION_BINDING',
    ])
    expect(told(denial(decided(bound)))).toEqual(['SESSION_MISMATCH', 'session', 'SESSION_BINDING'])
    expect(told(denial(decided(minted(), {}, { sessionRequired: true })))).toEqual([
      'SESSION_MISMATCH',
      'session',
      undefined,
    ])
    expect(outcome(decided(bound, { session: 's1' }, { sessionRequired: true }))).toBe('allow')
  })
})

describe('clearance', () => {
  const clearances = { [TOOL]: 5 }

  test.each<[number | undefined, string]>([
    [undefined, 'CLEARANCE_TOO_LOW'],
    [0, 'CLEARANCE_TOO_LOW'],
    [4, 'CLEARANCE_TOO_LOW'],
    [5, 'allow'],
    [6, 'allow'],
    [255, 'allow'],
  ])('%s where 5 is asked for: %s', (clearance, expected) => {
    expect(outcome(decided(minted(clearance === undefined ? {} : { clearance }), {}, { clearances }))).toBe(
      expected,
    )
  })

  test('none is enough where none is asked for', () => {
    expect(outcome(decided(minted(), {}, { clearances: { '*': 0 } }))).toBe('allow')
    expect(outcome(decided(minted(), {}, { clearances: { other: 9 } }))).toBe('allow')
  })

  test('says what is asked for, and what the warrant has', () => {
    const refused = denial(decided(minted({ clearance: 3 }), {}, { clearances }))
    expect(told(refused)).toEqual(['CLEARANCE_TOO_LOW', 'clearance', undefined])
    expect(refused.hint).toBe('needs 5, has 3')
  })
})

describe('tool and arguments', () => {
  test('of a tool that is not granted, the hint names those that are', () => {
    const refused = denial(decided(minted(), { tool: 'rm' }))
    expect(told(refused)).toEqual(['TOOL_NOT_GRANTED', 'tool', undefined])
    expect(refused.hint).toBe(`granted: ${TOOL}`)
  })

  test('of an argument that is not known, those that are', () => {
    const refused = denial(decided(minted(), { args: { ...ARGS, mode: 'r' } }))
    expect(told(refused)).toEqual(['CONSTRAINT_ARGUMENT_UNKNOWN', 'mode', undefined])
    expect(refused.hint).toBe('arguments: limit, path')
  })

  test('of an argument that is missing or refused, what is allowed', () => {
    const missing = denial(decided(minted(), { args: { limit: 1 } }))
    expect(told(missing)).toEqual(['CONSTRAINT_ARGUMENT_MISSING', 'path', undefined])
    expect(missing.hint).toMatch(/^allowed: .*\/data/)
    const refused = denial(decided(minted(), { args: { ...ARGS, limit: 101 } }))
    expect(told(refused)).toEqual(['CONSTRAINT_VIOLATED', 'limit', undefined])
    expect(refused.hint).toMatch(/^allowed: .*100/)
  })

  test('the rule by which it is stricter than the published servers', () => {
    const chain = minted({ tools: { [TOOL]: { path: urlSafe(), limit: wildcard() } } })
    const args = { ...ARGS, path: 'http://100.64.0.1/' }
    const refused = denial(decided(chain, { args }))
    expect(told(refused)).toEqual(['CONSTRAINT_VIOLATED', 'path', 'URL_SAFE_SPECIAL_ADDRESS'])
    const known = denial(decided(chain, { args: { ...ARGS, path: 'http://10.0.0.1/' } }))
    expect(told(known)).toEqual(['CONSTRAINT_VIOLATED', 'path', undefined])
  })

  test('an engine that is missing is said of the argument that asks for it', () => {
    const chain = minted({ tools: { [TOOL]: { path: regex('^/data/'), limit: wildcard() } } })
    const refused = denial(decided(chain))
    expect(refused.code).toBe('CONSTRAINT_ENGINE_MISSING')
    expect(refused.where).toBe('path')
  })
})

describe('time', () => {
  const child = attenuate(minted(), { tools: TOOLS, ttlSeconds: 60, now: NOW }, holder)

  test('the first warrant that has expired is named, at the very second', () => {
    expect(outcome(decided(child, {}, {}, NOW + 59))).toBe('allow')
    expect(told(denial(decided(child, {}, {}, NOW + 60)))).toEqual([
      'WARRANT_EXPIRED',
      'warrants.1',
      undefined,
    ])
    expect(told(denial(decided(child, {}, {}, NOW + TTL)))).toEqual([
      'WARRANT_EXPIRED',
      'warrants.0',
      undefined,
    ])
  })

  test('a warrant from further ahead than clocks may differ is named with its rule', () => {
    const ahead = minted({ now: NOW + 31 })
    expect(told(denial(decided(ahead)))).toEqual(['CHAIN_ISSUED_AT', 'warrants.0', 'ISSUED_AT_FUTURE'])
    expect(outcome(decided(minted({ now: NOW + 30 })))).toBe('allow')
  })

  test('of a chain, whichever link it is', () => {
    const later = attenuate(minted(), { tools: TOOLS, now: NOW + 40 }, holder)
    expect(told(denial(decided(later)))).toEqual(['CHAIN_ISSUED_AT', 'warrants.1', 'ISSUED_AT_FUTURE'])
    expect(outcome(decided(later, {}, {}, NOW + 10))).toBe('allow')
    expect(told(denial(decided(later, {}, {}, NOW + 9)))).toEqual([
      'CHAIN_ISSUED_AT',
      'warrants.1',
      'ISSUED_AT_FUTURE',
    ])
  })
})

describe('chain', () => {
  test.each<[string, unknown, string, string | undefined]>([
    ['nothing', undefined, 'WARRANT_MISSING', undefined],
    ['null', null, 'WARRANT_MISSING', undefined],
    ['a number', 5, 'ENVELOPE_MALFORMED', 'chain'],
    ['an object without bytes', {}, 'ENVELOPE_MALFORMED', 'chain'],
    ['other bytes', new Int8Array(4), 'ENVELOPE_MALFORMED', 'chain'],
    ['one byte more than is read', new Uint8Array(262_145), 'CHAIN_TOO_LARGE', 'chain'],
  ])('%s', (_, chain, code, where) => {
    expect(told(denial(decided(minted(), { chain })))).toEqual([code, where, undefined])
  })

  test('as many bytes as are read are read', () => {
    expect(denial(decided(minted(), { chain: new Uint8Array(262_144) })).code).not.toBe('CHAIN_TOO_LARGE')
  })
})

describe('proof', () => {
  const chain = minted()

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'PROOF_MISSING'],
    ['null', null, 'PROOF_MISSING'],
    ['an object', {}, 'PROOF_MALFORMED'],
    ['a number', 64, 'PROOF_MALFORMED'],
    ['false', false, 'PROOF_MALFORMED'],
    ['text that is none', 'proof', 'PROOF_MALFORMED'],
    ['no text', '', 'PROOF_MALFORMED'],
    ['bytes that are too few', new Uint8Array(63), 'PROOF_MALFORMED'],
    ['bytes that are too many', new Uint8Array(65), 'PROOF_MALFORMED'],
    ['a list of its bytes', [...proofOf(chain)], 'PROOF_MALFORMED'],
    ['of a thief', proofOf(chain, TOOL, ARGS, thief), 'PROOF_INVALID'],
  ])('%s', (_, proof, code) => {
    expect(outcome(decided(chain, { proof }))).toBe(code)
  })

  test('is remembered for as long as it could be accepted, the difference of clocks included', () => {
    const claimed: [string, number, number][] = []
    const replay: ReplayStore = {
      claim: (...asked) => {
        claimed.push(asked)
        return 'fresh'
      },
      peek: () => 'fresh',
    }
    expect(outcome(decided(chain, {}, { replay, proof: { maxWindows: 3 } }))).toBe('allow')
    const [, expiresAt = 0, now] = claimed[0] ?? []
    expect(now).toBe(NOW)
    // The proof of the last window that counts is accepted until that window has passed, by a clock that is behind.
    expect(expiresAt - NOW).toBeGreaterThanOrEqual(3 * 30 + 30)
  })

  test('that was used is said to need another', () => {
    const enforcer = enforcerWith()
    const request = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }
    expect(outcome(enforcer.enforce(request))).toBe('allow')
    const again = denial(enforcer.enforce(request))
    expect(again.code).toBe('PROOF_REPLAYED')
    expect(again.hint).toMatch(/30 seconds/)
  })
})

describe('approvals', () => {
  const gated = minted({
    gates: { [TOOL]: 'whole' },
    approvers: approvers.map(({ publicKey }) => publicKey),
    minApprovals: 2,
  })
  const retryOf = (args: unknown = ARGS): ApprovalRetry =>
    denial(decided(gated, { args, proof: proofOf(gated, TOOL, args) })).retry as ApprovalRetry
  const approvalOf = (key: (typeof approvers)[number]) =>
    approve(retryOf(), { externalId: 'someone', now: NOW }, key)
  const [first, second] = approvers.map(approvalOf) as [
    ReturnType<typeof approvalOf>,
    ReturnType<typeof approvalOf>,
  ]

  test.each<[string, unknown, string, string | undefined]>([
    ['none', undefined, 'APPROVAL_REQUIRED', undefined],
    ['null', null, 'APPROVAL_REQUIRED', undefined],
    ['an empty list', [], 'APPROVAL_REQUIRED', undefined],
    ['what is no list', 'all of them', 'APPROVAL_MALFORMED', 'approvals'],
    ['an object with a length', { length: 2, 0: first, 1: second }, 'APPROVAL_MALFORMED', 'approvals'],
    ['a list of numbers', [1], 'APPROVAL_MALFORMED', 'approvals'],
    ['a list of nothing', [null], 'APPROVAL_MALFORMED', 'approvals'],
    ['a list of objects', [{}], 'APPROVAL_MALFORMED', 'approvals'],
    ['one of two', [first], 'APPROVAL_INSUFFICIENT', undefined],
    [
      'one of two, several times',
      [first, first.bytes, first, first, first, first],
      'APPROVAL_INSUFFICIENT',
      undefined,
    ],
    [
      'more than could count',
      [first, second, first, second, first, second, first],
      'APPROVAL_TOO_MANY',
      'approvals',
    ],
  ])('%s', (_, given, code, where) => {
    const refused = denial(decided(gated, { approvals: given }))
    expect(told(refused)).toEqual([code, where, undefined])
    expect(refused.retry === undefined).toBe(!['APPROVAL_REQUIRED', 'APPROVAL_INSUFFICIENT'].includes(code))
  })

  test('the hint counts', () => {
    expect(denial(decided(gated)).hint).toBe('needs 2 of 3 approvers, has 0')
    expect(denial(decided(gated, { approvals: [first] })).hint).toBe('needs 2 of 3 approvers, has 1')
  })

  test('that approve something else count for nothing', () => {
    const other = approve(retryOf({ ...ARGS, limit: 2 }), { externalId: 'someone', now: NOW }, keyOf(21))
    const refused = denial(decided(gated, { approvals: [other] }))
    expect([refused.code, refused.retry?.received]).toEqual(['APPROVAL_INSUFFICIENT', 0])
  })

  test('of which one would do, and that is another, give no hint of how to ask again', () => {
    const single = minted({
      gates: { [TOOL]: 'whole' },
      approvers: approvers.map(({ publicKey }) => publicKey),
      minApprovals: 1,
    })
    const other = approve(retryOf({ ...ARGS, limit: 2 }), { externalId: 'someone', now: NOW }, keyOf(21))
    const refused = denial(decided(single, { approvals: [other] }))
    expect([refused.code, refused.retry, refused.hint]).toEqual(['APPROVAL_INVALID', undefined, undefined])
  })

  test('as many as could count are all read, and enough are enough', () => {
    expect(outcome(decided(gated, { approvals: [first, second] }))).toBe('allow')
    expect(outcome(decided(gated, { approvals: [first, first, first, first, first, second] }))).toBe('allow')
    expect(outcome(decided(gated, { approvals: [first.bytes, second] }))).toBe('allow')
  })

  test('of a warrant without gates are not looked at', () => {
    expect(outcome(decided(minted(), { approvals: 'whatever' }))).toBe('allow')
  })
})

describe('revocation', () => {
  const child = attenuate(minted(), { tools: TOOLS, now: NOW }, holder)
  const list = (ids: readonly string[], version: number) =>
    signRevocationList({ revokedIds: ids as never, version, issuedAt: NOW }, controlPlane)

  test('where ancestors could be revoked, a child without them is refused by its rule', () => {
    const orphan = { bytes: child.bytes }
    expect(
      outcome(decided(child, { chain: orphan }, { revocation: { issuer: controlPlane.publicKey } })),
    ).toBe('allow')
  })

  test('takes a list as bytes, as text, or as it was decoded; and nothing else', () => {
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } })
    const signed = list([], 1)
    enforcer.updateRevocations(signed.bytes)
    enforcer.updateRevocations(Buffer.from(list([], 2).bytes).toString('base64'))
    enforcer.updateRevocations(list([], 3))
    for (const nothing of [null, 5, {}, { bytes: 'text' }, undefined])
      expect(() => enforcer.updateRevocations(nothing as never)).toThrow(TypeError)
    expect(() => enforcerWith().updateRevocations(signed)).toThrow(TypeError)
  })

  test('the root of a chain counts as its leaf does', () => {
    const root = child.warrants[0]?.payload.id as string
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey, list: list([root], 1) } })
    const request = { chain: child, tool: TOOL, args: ARGS, proof: proofOf(child) }
    expect(outcome(enforcer.enforce(request))).toBe('WARRANT_REVOKED')
    expect(outcome(enforcer.enforce(request))).toBe('WARRANT_REVOKED')
  })
})

describe('as an error', () => {
  test('has the code, the place and the rule of the denial, where it has them', () => {
    const bound = denial(decided(minted({ sessionId: 's1' })))
    expect(denialOf(bound)).toMatchObject({
      code: 'SESSION_MISMATCH',
      where: 'session',
      rule: 'SESSION_BINDING',
    })
    const missing = denialOf(denial(decided(minted(), { proof: undefined })))
    expect(missing.code).toBe('PROOF_MISSING')
    expect('where' in missing ? missing.where : undefined).toBeUndefined()
    expect('rule' in missing ? missing.rule : undefined).toBeUndefined()
  })

  test('and the message names tool and place, where they are known', () => {
    const refused = denial(decided(minted(), { tool: 'rm' }))
    expect(refused.message).toMatch(/^rm: .*, at tool \(granted: read_file\)$/)
    const nameless = denial(decided(minted(), { tool: 5 }))
    expect(nameless.tool).toBeUndefined()
    expect(nameless.message).not.toMatch(/undefined/)
    expect(denial(decided(minted(), { proof: undefined })).message).not.toMatch(/undefined|, at/)
  })
})

test('an exact value is compared as it is, and a key that nobody knows is no approver', () => {
  const chain = minted({ tools: { [TOOL]: { path: exact('/data/q3.csv'), limit: wildcard() } } })
  expect(outcome(decided(chain))).toBe('allow')
  expect(outcome(decided(chain, { proof: proofOf(chain, TOOL, ARGS, keyOf(77)) }))).toBe('PROOF_INVALID')
})
