/** The view of a chain: everything that it claims, and that nothing was verified. */

import { expect, test } from 'vitest'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { chainOf } from '../../../src/warrant/chain.js'
import { inspect } from '../../../src/warrant/inspect.js'
import {
  alice,
  altered,
  bob,
  childOf,
  mandate,
  minted,
  NOW,
  root,
  TTL,
  tools,
} from '../../support/warrants.js'

test('a view says that nothing was verified, even of what could not be', () => {
  const forged = altered(minted(), tools({ '*': {} }), bob)
  expect(inspect(chainOf([forged]))).toMatchObject({
    verified: false,
    warrants: [{ issuer: root.publicKey }],
  })
})

test('every field that is there, and none that is not', () => {
  const first = minted({
    tools: { read: { path: subpath('/data') } },
    sessionId: 's',
    agentId: 'a',
    clearance: 3,
    gates: { read: 'whole' },
    approvers: [bob.publicKey],
    minApprovals: 1,
    extensions: { x: Uint8Array.of(0xab) },
  })
  const { warrants } = inspect(chainOf([first, childOf(first)]))
  expect(warrants[0]).toMatchObject({
    id: first.payload.id,
    type: 'execution',
    issuer: root.publicKey,
    holder: alice.publicKey,
    issuedAt: NOW,
    expiresAt: NOW + TTL,
    depth: 0,
    maxDepth: 8,
    sessionId: 's',
    agentId: 'a',
    clearance: 3,
    approvers: [bob.publicKey],
    minApprovals: 1,
    gatedTools: ['read'],
  })
  expect(warrants[0]?.tools['read']?.arguments['path']).toContain('/data')
  expect(warrants[0]?.extensions?.['x']).toBe('ab')
  expect(warrants[0]).not.toHaveProperty('parentHash')
  expect(warrants[0]).not.toHaveProperty('bounds')
  expect(warrants[1]?.parentHash).toMatch(/^[0-9a-f]{64}$/)
  const issuing = inspect(chainOf([mandate({ bounds: { path: 'x' }, maxIssueDepth: 0 })])).warrants[0]
  expect(issuing).toMatchObject({ type: 'issuer', issuableTools: ['read'], maxIssueDepth: 0 })
  expect(Object.keys(issuing?.bounds?.arguments ?? {})).toEqual(['path'])
})

test('names are names, and the view is plain, frozen and fit for JSON', () => {
  const named = altered(minted(), tools(JSON.parse('{"__proto__": {"constructor": 1}}')))
  const view = inspect(chainOf([named]))
  expect(Object.keys(view.warrants[0]?.tools ?? {})).toEqual(['__proto__'])
  expect(JSON.parse(JSON.stringify(view)).warrants[0].id).toBe(named.payload.id)
  for (const part of [view, view.warrants, view.warrants[0], view.warrants[0]?.tools])
    expect(Object.isFrozen(part)).toBe(true)
})
