/** Issuing: an execution warrant from an issuer warrant, for somebody else. */

import { describe, expect, test } from 'vitest'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { attenuate } from '../../../src/warrant/attenuate.js'
import type { Chain, Payload } from '../../../src/warrant/chain.js'
import { type IssueOptions, issue, issueAsync } from '../../../src/warrant/issue.js'
import { type MintIssuerOptions, mint } from '../../../src/warrant/mint.js'
import { verify } from '../../../src/warrant/verify.js'
import { codeOf } from '../../support/values.js'
import { alice, bob, carol, dave, last, NOW, options, root, TTL } from '../../support/warrants.js'

const mandate = (change: Partial<MintIssuerOptions> = {}): Chain =>
  mint(
    {
      holder: alice.publicKey,
      issuableTools: ['read', 'list'],
      bounds: { path: subpath('/data') },
      maxDepth: 5,
      maxIssueDepth: 3,
      clearance: 20,
      sessionId: 's',
      agentId: 'a',
      ttlSeconds: TTL,
      now: NOW,
      ...change,
    },
    root,
  )
const plain: IssueOptions = { holder: bob.publicKey, tools: { read: { path: subpath('/data/a') } }, now: NOW }
const issued = (change: Partial<IssueOptions> = {}, from: Chain = mandate()): Payload =>
  last(issue(from, { ...plain, ...change }, alice)).payload
const refusal = (change: Partial<IssueOptions>, from?: Chain): unknown => codeOf(() => issued(change, from))

test('what is issued is within the issuer warrant, and no clearance comes by itself', () => {
  expect(issued()).toMatchObject({
    type: 'execution',
    issuer: alice.publicKey,
    holder: bob.publicKey,
    depth: 1,
    maxDepth: 3,
    expiresAt: NOW + TTL,
    clearance: undefined,
    sessionId: 's',
    agentId: 'a',
    bounds: undefined,
    issuableTools: undefined,
    maxIssueDepth: undefined,
  })
  expect(issued({ clearance: 20, ttlSeconds: 9, agentId: 'b' })).toMatchObject({
    clearance: 20,
    expiresAt: NOW + 9,
    agentId: 'b',
  })
  const chain = issue(mandate(), plain, alice)
  expect(verify(chain, options()).leaf.payload.type).toBe('execution')
  // And can be narrowed as any other.
  expect(verify(attenuate(chain, { now: NOW }, bob), options()).leaf.payload.depth).toBe(2)
})

describe('what is refused', () => {
  test.each([
    ['a tool that may not be issued', { tools: { write: { path: subpath('/data') } } }, 'ATTENUATE_TOOL'],
    ['every tool', { tools: { '*': { path: subpath('/data') } } }, 'ATTENUATE_TOOL'],
    ['no tool', { tools: {} }, 'MINT_STRUCTURE'],
    ['a constraint outside the bounds', { tools: { read: { path: subpath('/') } } }, 'ATTENUATE_CONSTRAINT'],
    [
      'an argument that the bounds do not name',
      { tools: { read: { path: '/data/x', n: 1 } } },
      'ATTENUATE_CONSTRAINT',
    ],
    ['an argument less than the bounds name', { tools: { read: {} } }, 'ATTENUATE_CONSTRAINT'],
    ['for the holder', { holder: alice.publicKey }, 'ATTENUATE_SELF_ISSUANCE'],
    ['for the issuer', { holder: root.publicKey }, 'ATTENUATE_SELF_ISSUANCE'],
    ['a clearance above', { clearance: 21 }, 'ATTENUATE_CLEARANCE'],
    ['a depth limit past the issue depth', { maxDepth: 4 }, 'ATTENUATE_ISSUE_DEPTH'],
    ['a depth limit past that of the issuer warrant', { maxDepth: 6 }, 'ATTENUATE_DEPTH'],
    ['a later end', { expiresAt: NOW + TTL + 1 }, 'ATTENUATE_EXPIRY'],
  ] satisfies [string, Partial<IssueOptions>, string][])('%s', (_, change, code) => {
    expect(refusal(change)).toBe(code)
  })

  test('below the issue depth, and below the depth limit', () => {
    const shallow = mandate({ maxIssueDepth: 1 })
    expect(refusal({}, shallow)).toBeUndefined()
    const below = attenuate(shallow, { now: NOW }, alice)
    expect(refusal({}, below)).toBe('ATTENUATE_ISSUE_DEPTH')
    expect(refusal({ maxDepth: 2 }, below)).toBe('ATTENUATE_ISSUE_DEPTH')
    expect(refusal({}, mandate({ maxDepth: 0, maxIssueDepth: 0 }))).toBe('ATTENUATE_TERMINAL')
  })

  test('from an execution warrant, and by another key', () => {
    expect(codeOf(() => issue(issue(mandate(), plain, alice), plain, bob))).toBe('ATTENUATE_TYPE')
    expect(codeOf(() => issue(mandate(), plain, bob))).toBe('ATTENUATE_NOT_HOLDER')
  })
})

describe('gates and approvers', () => {
  const gated = mandate({
    gates: { read: 'whole' },
    approvers: [carol.publicKey, dave.publicKey],
    minApprovals: 1,
  })

  test('follow what is issued', () => {
    const payload = issued({}, gated)
    expect(payload.gates?.get('read')).toBe('whole')
    expect(payload).toMatchObject({ minApprovals: 1 })
    expect(payload.approvers).toHaveLength(2)
    expect(issued({ tools: { list: { path: '/data/x' } } }, gated).gates).toBeUndefined()
  })

  test('are not weakened on the way', () => {
    expect(refusal({ approvers: [] }, gated)).toBe('ATTENUATE_APPROVERS')
    expect(refusal({ approvers: [carol.publicKey] }, gated)).toBeUndefined()
    expect(refusal({ approvers: [carol.publicKey, bob.publicKey], minApprovals: 1 }, gated)).toBe(
      'ATTENUATE_APPROVERS',
    )
  })
})

test('by a key that is elsewhere', async () => {
  const chain = await issueAsync(mandate(), plain, alice)
  expect(verify(chain, options()).leaf.payload.holder).toBe(bob.publicKey)
  await expect(issueAsync(mandate(), plain, dave)).rejects.toMatchObject({ code: 'ATTENUATE_NOT_HOLDER' })
})

test('an issuer warrant for any tool issues any, and one for some tools no other', () => {
  expect([
    ...issued({ tools: { write: { path: '/data/a' } } }, mandate({ issuableTools: ['*'] })).tools.keys(),
  ]).toEqual(['write'])
  expect(() => issued({ tools: { write: { path: '/data/a' } } })).toThrow(
    expect.objectContaining({ code: 'ATTENUATE_TOOL', message: expect.stringContaining('tool-not-granted') }),
  )
})
