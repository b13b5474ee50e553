/** What the fields of one warrant must be to one another, asked of whoever receives it and of whoever makes it. */

import { describe, expect, test } from 'vitest'
import type { Payload } from '../../../src/warrant/chain.js'
import { assertConsistent, assertStructure } from '../../../src/warrant/structure.js'
import { bob, carol, EXECUTION, hashOf, mandate, minted, NOW, TTL, tools } from '../../support/warrants.js'

const execution = minted().payload
const issuer = mandate().payload
const approvers = [bob.publicKey, carol.publicKey]
const parentHash = hashOf(minted())

const contradictions: readonly (readonly [where: string, rule: string | undefined, Payload])[] = [
  ['expires_at', undefined, { ...execution, expiresAt: NOW }],
  ['expires_at', undefined, { ...execution, expiresAt: NOW - 1 }],
  ['issuable_tools', undefined, { ...execution, issuableTools: ['read'] }],
  ['issuable_tools', undefined, { ...execution, issuableTools: [] }],
  ['max_issue_depth', undefined, { ...execution, maxIssueDepth: 0 }],
  ['constraint_bounds', 'STRUCTURE_BOUNDS', { ...execution, bounds: execution.tools.get('read') }],
  ['tools', undefined, { ...issuer, ...tools({ read: {} }) }],
  ['issuable_tools', undefined, { ...issuer, issuableTools: undefined }],
  ['issuable_tools', undefined, { ...issuer, issuableTools: [] }],
  ['max_issue_depth', undefined, { ...issuer, maxDepth: 3, maxIssueDepth: 4 }],
  ['min_approvals', undefined, { ...execution, approvers, minApprovals: 0 }],
  ['min_approvals', undefined, { ...execution, approvers, minApprovals: 3 }],
  ['min_approvals', undefined, { ...execution, approvers: [], minApprovals: 1 }],
  ['depth', 'STRUCTURE_DEPTH', { ...execution, depth: 9, maxDepth: 8, parentHash }],
  ['depth', 'STRUCTURE_DEPTH', { ...execution, depth: 65, maxDepth: 255, parentHash }],
  ['parent_hash', 'STRUCTURE_DEPTH', { ...execution, parentHash }],
  ['parent_hash', 'STRUCTURE_DEPTH', { ...execution, depth: 1 }],
]

describe('fields that contradict each other', () => {
  test.each(contradictions)('%s %s', (where, rule, payload) => {
    const thrown = (run: (payload: Payload) => void): unknown => {
      try {
        run(payload)
      } catch (error) {
        return error
      }
      return undefined
    }
    expect(thrown(assertStructure)).toMatchObject({
      code: 'WARRANT_STRUCTURE',
      family: 'format',
      where,
      rule,
    })
    expect(thrown(assertConsistent)).toMatchObject({ code: 'MINT_STRUCTURE', family: 'escalation', where })
  })
})

test.each([
  ['execution', execution],
  ['issuer', issuer],
  ['one second', { ...execution, expiresAt: NOW + 1 }],
  ['no tools: it permits nothing', { ...execution, ...tools({}) }],
  ['an issue depth up to the depth', { ...issuer, maxDepth: 3, maxIssueDepth: 3 }],
  ['a threshold of all', { ...execution, approvers, minApprovals: 2 }],
  ['a threshold of nobody, which gates that fire never meet', { ...execution, minApprovals: 2 }],
  ['a child', { ...execution, depth: 1, parentHash }],
  ['the last child', { ...execution, depth: 64, maxDepth: 64, parentHash }],
  ['a limit that nothing can reach', { ...execution, maxDepth: 255 }],
  ['issued', { ...issuer, ...EXECUTION, expiresAt: NOW + TTL }],
] as const)('fields that stand together: %s', (_, payload) => {
  expect(() => assertStructure(payload)).not.toThrow()
  expect(() => assertConsistent(payload)).not.toThrow()
})
