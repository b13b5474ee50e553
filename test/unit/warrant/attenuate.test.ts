/** Attenuating and granting: what a child has from its parent, what it may say, and what it is told when it may not. */

import { describe, expect, test } from 'vitest'
import { range } from '../../../src/capability/constraints/range.js'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { EscalationError } from '../../../src/errors.js'
import {
  type AttenuateOptions,
  attenuate,
  attenuateAsync,
  grant,
  grantAsync,
  prepareAttenuate,
} from '../../../src/warrant/attenuate.js'
import { type Chain, chainOf, leafOf, type Payload } from '../../../src/warrant/chain.js'
import { finishDraft } from '../../../src/warrant/draft.js'
import { type MintIssuerOptions, type MintOptions, mint } from '../../../src/warrant/mint.js'
import { verify } from '../../../src/warrant/verify.js'
import { engines } from '../../support/engines.js'
import { codeOf } from '../../support/values.js'
import { alice, altered, bob, carol, dave, last, NOW, options, root, TTL } from '../../support/warrants.js'

const approvers = [bob.publicKey, carol.publicKey]
const parent = mint(
  {
    holder: alice.publicKey,
    tools: { read: { path: subpath('/data'), limit: range({ max: 10 }) }, list: {} },
    ttlSeconds: TTL,
    maxDepth: 3,
    sessionId: 's',
    agentId: 'a',
    clearance: 20,
    gates: { read: { path: subpath('/data/secret') } },
    approvers,
    minApprovals: 1,
    extensions: { 'com.example': Uint8Array.of(1) },
    now: NOW,
  },
  root,
)
const child = (change: Partial<AttenuateOptions> = {}, from: Chain = parent): Payload =>
  last(attenuate(from, { now: NOW + 1, engines, ...change }, alice)).payload
const refusal = (change: object, from: Chain = parent): unknown =>
  codeOf(() => attenuate(from, { now: NOW, engines, ...change } as AttenuateOptions, alice))
const minted = (change: Partial<MintOptions>): Chain =>
  mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds: TTL, now: NOW, ...change }, root)
const mandated = (change: Partial<MintIssuerOptions> = {}): Chain =>
  mint(
    { holder: alice.publicKey, issuableTools: ['read', 'list'], ttlSeconds: TTL, now: NOW, ...change },
    root,
  )

describe('a child that says nothing', () => {
  test('has everything of its parent but the extensions of applications', () => {
    const { payload } = leafOf(parent)
    const got = child()
    for (const field of [
      'holder',
      'expiresAt',
      'maxDepth',
      'sessionId',
      'agentId',
      'clearance',
      'approvers',
      'minApprovals',
    ] as const)
      expect(got[field]).toEqual(payload[field])
    expect([...got.tools.keys()]).toEqual(['list', 'read'])
    expect([got.depth, got.issuedAt, got.issuer]).toEqual([1, NOW + 1, alice.publicKey])
    expect([...(got.gates?.keys() ?? [])]).toEqual(['read'])
    expect(got.extensions.has('com.example')).toBe(false)
    expect(verify(attenuate(parent, { now: NOW }, alice), options()).leaf.payload.depth).toBe(1)
  })

  test('loses the gates of tools that it does not keep', () => {
    expect(child({ tools: { list: {} } }).gates).toBeUndefined()
    expect(child({ tools: { list: {} }, gates: { list: 'whole' } }).gates?.size).toBe(1)
  })

  test('of an issuer warrant keeps what that may issue', () => {
    const from = mandated({ bounds: { path: subpath('/data') }, maxDepth: 5, maxIssueDepth: 4, clearance: 9 })
    const got = child({}, from)
    expect(got).toMatchObject({
      type: 'issuer',
      issuableTools: ['list', 'read'],
      maxIssueDepth: 4,
      clearance: 9,
    })
    expect([...(got.bounds?.constraints.keys() ?? [])]).toEqual(['path'])
    // A lower limit of depth takes the issue depth with it.
    expect(child({ maxDepth: 2 }, from)).toMatchObject({ maxDepth: 2, maxIssueDepth: 2 })
  })

  test('of an issuer warrant keeps the gates of what that may issue, and no others', () => {
    const gates = { read: 'whole', list: 'whole' } as const
    const from = mandated({ gates, approvers })
    expect([...(child({}, from).gates?.keys() ?? [])]).toEqual(['list', 'read'])
    expect([...(child({ issuableTools: ['read'] }, from).gates?.keys() ?? [])]).toEqual(['read'])
  })

  test('takes a limit of depth above 64, which only others write, for 64', () => {
    const tall = chainOf([altered(leafOf(minted({})), { maxDepth: 255 })])
    expect(child({}, tall).maxDepth).toBe(64)
  })
})

describe('time', () => {
  test('is clamped where it is a duration, and refused where it is a moment', () => {
    expect(child({ ttlSeconds: 60 }).expiresAt).toBe(NOW + 61)
    expect(child({ ttlSeconds: 10 * TTL }).expiresAt).toBe(NOW + TTL)
    expect(child({ expiresAt: NOW + TTL }).expiresAt).toBe(NOW + TTL)
    expect(refusal({ expiresAt: NOW + TTL + 1 })).toBe('ATTENUATE_EXPIRY')
    for (const wrong of [
      { ttlSeconds: 0 },
      { ttlSeconds: 1.5 },
      { expiresAt: NOW },
      { expiresAt: NOW + 9, ttlSeconds: 9 },
    ])
      expect(refusal(wrong)).toBe('MINT_TTL')
  })

  test('of a parent that has expired is over, to the second', () => {
    expect(refusal({ now: NOW + TTL - 0.5 })).toBeUndefined()
    expect(refusal({ now: NOW + TTL })).toBe('ATTENUATE_EXPIRED')
    expect(refusal({ now: Number.NaN })).toBe('TIME_MALFORMED')
  })
})

describe('more than the parent', () => {
  const open = minted({ tools: { '*': {} } })
  test.each([
    ['a tool', { tools: { write: {} } }, 'ATTENUATE_TOOL'],
    ['a wildcard', { tools: { '*': {} } }, 'ATTENUATE_TOOL'],
    ['a wider constraint', { tools: { read: { path: subpath('/'), limit: 1 } } }, 'ATTENUATE_CONSTRAINT'],
    ['a constraint less', { tools: { read: { path: subpath('/data') } } }, 'ATTENUATE_CONSTRAINT'],
    ['an open capability', { tools: { read: {} } }, 'ATTENUATE_CONSTRAINT'],
    ['depth', { maxDepth: 4 }, 'ATTENUATE_DEPTH'],
    ['no room for itself', { maxDepth: 0 }, 'ATTENUATE_DEPTH'],
    ['clearance', { clearance: 21 }, 'ATTENUATE_CLEARANCE'],
    [
      'another approver',
      { approvers: [...approvers, dave.publicKey], minApprovals: 1 },
      'ATTENUATE_APPROVERS',
    ],
    ['no approver', { approvers: [] }, 'ATTENUATE_APPROVERS'],
    ['a gate less', { gates: { read: { path: subpath('/data/secret/deep') } } }, 'ATTENUATE_GATE'],
    ['a type', { issuableTools: ['read'] }, 'ATTENUATE_TYPE'],
  ])('%s', (_, change, code) => {
    expect(refusal(change)).toBe(code)
  })

  test.each([
    ['a tool to issue', { issuableTools: ['write'] }, 'ATTENUATE_TOOL'],
    ['bounds', { bounds: { path: subpath('/') } }, 'ATTENUATE_BOUNDS'],
    ['no bounds', { bounds: {} }, 'ATTENUATE_BOUNDS'],
    ['issue depth', { maxIssueDepth: 4 }, 'ATTENUATE_ISSUE_DEPTH'],
    ['tools', { tools: { read: {} } }, 'ATTENUATE_TYPE'],
    ['nothing to issue', { issuableTools: [] }, 'MINT_STRUCTURE'],
    ['half an issue depth', { maxIssueDepth: 1.5 }, 'MINT_STRUCTURE'],
  ])('of an issuer warrant: %s', (_, change, code) => {
    expect(refusal(change, mandated({ bounds: { path: subpath('/data') }, maxIssueDepth: 3 }))).toBe(code)
  })

  test('fields that cannot stand, and a parent that cannot have a child', () => {
    expect(refusal({ tools: {} })).toBe('MINT_STRUCTURE')
    expect(refusal({ clearance: 1.5 })).toBe('MINT_STRUCTURE')
    expect(refusal({ minApprovals: 3 })).toBe('MINT_APPROVERS')
    expect(refusal({ gates: { list: 'whole' } }, open)).toBe('MINT_APPROVERS')
    expect(refusal({ gates: { '*': 'whole' }, approvers }, open)).toBe('MINT_STRUCTURE')
    expect(refusal({ gates: { write: 'whole' } })).toBe('MINT_STRUCTURE')
    expect(refusal({}, minted({ maxDepth: 0 }))).toBe('ATTENUATE_TERMINAL')
    const deepest = altered(leafOf(minted({})), { depth: 64, maxDepth: 255, parentHash: new Uint8Array(32) })
    expect(refusal({}, chainOf([deepest]))).toBe('ATTENUATE_TERMINAL')
  })

  test('whoever asks is told both sides, a value and a child that would do', () => {
    try {
      child({ tools: { read: { path: subpath('/data'), limit: range({ max: 50 }) } } })
      expect.fail('made')
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(EscalationError)
      expect(thrown).toMatchObject({ code: 'ATTENUATE_CONSTRAINT', where: 'tools.read.limit' })
      const { widening } = thrown as EscalationError
      expect(Number(widening?.witness)).toBeGreaterThan(10)
      expect(Object.keys(widening ?? {}).sort()).toEqual(['child', 'nearest', 'parent', 'witness'])
    }
  })
})

describe('who signs, and for whom', () => {
  test('only the holder of the parent, here or elsewhere', async () => {
    expect(codeOf(() => attenuate(parent, { now: NOW }, bob))).toBe('ATTENUATE_NOT_HOLDER')
    expect(codeOf(() => attenuate(parent, { now: NOW }, root))).toBe('ATTENUATE_NOT_HOLDER')
    await expect(attenuateAsync(parent, { now: NOW }, bob)).rejects.toMatchObject({
      code: 'ATTENUATE_NOT_HOLDER',
    })
    const chain = await grantAsync(parent, { now: NOW, holder: bob.publicKey }, alice)
    expect(verify(chain, options()).leaf.payload.holder).toBe(bob.publicKey)
    expect(verify(await attenuateAsync(parent, { now: NOW }, alice), options()).chain.warrants).toHaveLength(
      2,
    )
  })

  test('a grant is for another holder, who can grant in turn', () => {
    const first = grant(parent, { now: NOW, holder: bob.publicKey }, alice)
    const second = grant(first, { now: NOW, holder: carol.publicKey, tools: { list: {} } }, bob)
    expect(verify(second, options()).leaf.payload).toMatchObject({ holder: carol.publicKey, depth: 2 })
    expect(codeOf(() => grant(first, { now: NOW, holder: carol.publicKey }, alice))).toBe(
      'ATTENUATE_NOT_HOLDER',
    )
    // An issuer warrant may be granted too, also to whoever holds it: nothing is issued by that.
    for (const holder of [alice.publicKey, bob.publicKey])
      expect(verify(grant(mandated(), { now: NOW, holder }, alice), options()).leaf.payload.holder).toBe(
        holder,
      )
  })

  test('what a polluted prototype lends is not said', () => {
    Object.assign(Object.prototype, { holder: dave.publicKey, maxDepth: 1, clearance: 0 })
    try {
      expect(child()).toMatchObject({ holder: alice.publicKey, maxDepth: 3, clearance: 20 })
    } finally {
      for (const name of ['holder', 'maxDepth', 'clearance']) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test('a draft is finished by the signature over its message', () => {
    const draft = prepareAttenuate(parent, { now: NOW })
    expect(verify(finishDraft(draft, alice.sign(draft.message)), options()).leaf.payload).toEqual(
      draft.payload,
    )
    expect(codeOf(() => verify(finishDraft(draft, bob.sign(draft.message)), options()))).toBe(
      'SIGNATURE_INVALID',
    )
    expect(codeOf(() => finishDraft(draft, new Uint8Array(63)))).toBe('SIGNATURE_LENGTH')
  })
})
