/** Each law by itself: a lawful link, and links that break that law and no other. */

import { describe, expect, test } from 'vitest'
import { range } from '../../../src/capability/constraints/range.js'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import type { Payload, Warrant } from '../../../src/warrant/chain.js'
import { toolsOf } from '../../../src/warrant/fields.js'
import {
  approvalsNeeded,
  approversHold,
  type Breach,
  boundsHold,
  breachOfLink,
  clearanceHolds,
  depthLimitHolds,
  depthRisesByOne,
  expiryHolds,
  gatesHold,
  issueDepthHolds,
  issueOrderHolds,
  issuerIsParentHolder,
  LAWS,
  type Law,
  type Link,
  noSelfIssuance,
  parentHashMatches,
  sessionHolds,
  toolsAreGranted,
  typeMayFollow,
} from '../../../src/warrant/laws.js'
import { engines } from '../../support/engines.js'
import {
  alice,
  altered,
  bob,
  carol,
  childOf,
  dave,
  EXECUTION,
  gated,
  hashOf,
  mallory,
  mandate,
  minted,
  root,
  tools,
  UNGATED,
} from '../../support/warrants.js'

const linkOf = (parent: Warrant, change: Partial<Payload> = {}): Link => ({
  parent: parent.payload,
  child: childOf(parent, change, alice).payload,
  parentHash: hashOf(parent),
  engines,
})

const approvers = [bob.publicKey, carol.publicKey]
const plain = minted({ tools: { read: { path: subpath('/data') }, list: {} } })
const gatedParent = minted({ tools: { read: {}, list: {} }, gates: { read: 'whole' }, approvers })
const gatedTwice = minted({
  tools: { read: {}, list: {} },
  gates: { read: 'whole', list: 'whole' },
  approvers,
})
const issuing = mandate({
  issuableTools: ['read', 'list'],
  bounds: { path: subpath('/data') },
  maxIssueDepth: 3,
  clearance: 20,
})
const bounds = (root: string): Payload['bounds'] => toolsOf({ t: { path: subpath(root) } }).get('t')
const issued: Partial<Payload> = {
  ...EXECUTION,
  ...tools({ read: { path: subpath('/data/a') } }),
  maxDepth: 3,
}

test.each([
  ['execution', plain, {}],
  ['execution, narrower', plain, tools({ read: { path: subpath('/data/a') } })],
  ['execution, under gates', gatedParent, {}],
  ['issuer', issuing, {}],
  ['issuer, narrower', issuing, { issuableTools: ['read'], bounds: bounds('/data/a'), maxIssueDepth: 2 }],
  ['issued', issuing, issued],
] as const)('a lawful link breaks none: %s', (_, parent, change) => {
  expect(LAWS.map((law) => law(linkOf(parent, change))).filter((breach) => breach !== undefined)).toEqual([])
})

/** A link that breaks one law alone: with that law gone, it would stand. */
type Row = readonly [law: Law, breach: Partial<Breach>, parent: Warrant, change: Partial<Payload>]

const rows: readonly Row[] = [
  [issuerIsParentHolder, { code: 'CHAIN_ISSUER', where: 'issuer' }, plain, { issuer: bob.publicKey }],
  [
    parentHashMatches,
    { code: 'CHAIN_PARENT_HASH', where: 'parent_hash' },
    plain,
    { parentHash: hashOf(issuing) },
  ],
  [parentHashMatches, { code: 'CHAIN_PARENT_HASH' }, plain, { parentHash: undefined }],
  [parentHashMatches, { code: 'CHAIN_PARENT_HASH' }, plain, { parentHash: hashOf(plain).slice(0, 31) }],
  [depthRisesByOne, { code: 'CHAIN_DEPTH', where: 'depth' }, plain, { depth: 0 }],
  [depthRisesByOne, { code: 'CHAIN_DEPTH' }, plain, { depth: 2 }],
  [depthRisesByOne, { code: 'CHAIN_DEPTH' }, plain, { maxDepth: 0 }],
  [depthRisesByOne, { code: 'CHAIN_DEPTH' }, altered(plain, { maxDepth: 0 }), {}],
  [
    depthRisesByOne,
    { code: 'CHAIN_DEPTH', rule: 'STRUCTURE_DEPTH' },
    altered(plain, { depth: 64, maxDepth: 255 }),
    {},
  ],
  [depthLimitHolds, { code: 'CHAIN_MAX_DEPTH', where: 'max_depth' }, plain, { maxDepth: 9 }],
  [
    expiryHolds,
    { code: 'CHAIN_EXPIRY', where: 'expires_at' },
    plain,
    { expiresAt: plain.payload.expiresAt + 1 },
  ],
  [expiryHolds, { code: 'CHAIN_EXPIRY' }, plain, { expiresAt: Number.MAX_SAFE_INTEGER }],
  [
    issueOrderHolds,
    { code: 'CHAIN_ISSUE_ORDER', where: 'issued_at', rule: 'ISSUE_ORDER' },
    plain,
    { issuedAt: plain.payload.issuedAt - 1 },
  ],
  [
    typeMayFollow,
    { code: 'CHAIN_TYPE', where: 'warrant_type' },
    plain,
    { type: 'issuer', issuableTools: ['read'], ...tools({}) },
  ],
  [toolsAreGranted, { code: 'CHAIN_TOOL', where: 'tools.write' }, plain, tools({ write: {} })],
  [toolsAreGranted, { code: 'CHAIN_TOOL', where: 'tools.*' }, plain, tools({ '*': {} })],
  [
    toolsAreGranted,
    { code: 'CHAIN_CONSTRAINT', where: 'tools.read.path' },
    plain,
    tools({ read: { path: subpath('/') } }),
  ],
  [toolsAreGranted, { code: 'CHAIN_CONSTRAINT', where: 'tools.read.path' }, plain, tools({ read: {} })],
  [
    toolsAreGranted,
    { code: 'CHAIN_TOOL', rule: 'TOOLS_EMPTY' },
    altered(plain, tools({})),
    tools({ read: {} }),
  ],
  [
    toolsAreGranted,
    { code: 'CHAIN_CONSTRAINT', where: 'tools.read', rule: 'TOOL_WILDCARD' },
    minted({ tools: { '*': {}, read: { path: subpath('/data') } } }),
    tools({ '*': {} }),
  ],
  [
    toolsAreGranted,
    { code: 'CHAIN_TOOL', where: 'tools.write' },
    issuing,
    { issuableTools: ['read', 'write'] },
  ],
  [toolsAreGranted, { code: 'CHAIN_TOOL', where: 'tools.*' }, issuing, { issuableTools: ['*'] }],
  [
    toolsAreGranted,
    { code: 'CHAIN_TOOL', where: 'tools.write' },
    issuing,
    { ...issued, ...tools({ write: { path: subpath('/data') } }) },
  ],
  [
    boundsHold,
    { code: 'CHAIN_BOUNDS', where: 'constraint_bounds', rule: 'BOUNDS_KEPT' },
    issuing,
    { bounds: undefined },
  ],
  [boundsHold, { code: 'CHAIN_BOUNDS', where: 'constraint_bounds.path' }, issuing, { bounds: bounds('/') }],
  [
    boundsHold,
    { code: 'CHAIN_CONSTRAINT', where: 'tools.read.path' },
    issuing,
    { ...issued, ...tools({ read: { path: subpath('/etc') } }) },
  ],
  [
    boundsHold,
    { code: 'CHAIN_CONSTRAINT', where: 'tools.read.limit' },
    issuing,
    { ...issued, ...tools({ read: { path: subpath('/data'), limit: range({ max: 1 }) } }) },
  ],
  [
    issueDepthHolds,
    { code: 'CHAIN_ISSUE_DEPTH', where: 'max_issue_depth', rule: 'ISSUE_DEPTH_KEPT' },
    issuing,
    { maxIssueDepth: 4 },
  ],
  [issueDepthHolds, { code: 'CHAIN_ISSUE_DEPTH' }, issuing, { maxIssueDepth: undefined }],
  [issueDepthHolds, { code: 'CHAIN_ISSUE_DEPTH' }, issuing, { ...issued, maxDepth: 4 }],
  [issueDepthHolds, { code: 'CHAIN_ISSUE_DEPTH' }, altered(issuing, { maxIssueDepth: 0 }), issued],
  [
    noSelfIssuance,
    { code: 'CHAIN_SELF_ISSUANCE', where: 'holder' },
    issuing,
    { ...issued, holder: alice.publicKey },
  ],
  [noSelfIssuance, { code: 'CHAIN_SELF_ISSUANCE' }, issuing, { ...issued, holder: root.publicKey }],
  [clearanceHolds, { code: 'CHAIN_CLEARANCE', where: 'clearance' }, issuing, { ...issued, clearance: 21 }],
  [clearanceHolds, { code: 'CHAIN_CLEARANCE', rule: 'CLEARANCE_KEPT' }, issuing, { clearance: 21 }],
  [clearanceHolds, { code: 'CHAIN_CLEARANCE', rule: 'CLEARANCE_KEPT' }, plain, { clearance: 1 }],
  [
    approversHold,
    { code: 'CHAIN_APPROVERS', where: 'required_approvers', rule: 'APPROVERS_KEPT' },
    gatedParent,
    { approvers: undefined },
  ],
  [approversHold, { code: 'CHAIN_APPROVERS' }, gatedParent, { minApprovals: 1 }],
  [
    approversHold,
    { code: 'CHAIN_APPROVERS' },
    altered(gatedParent, { approvers: undefined }),
    { approvers: [mallory.publicKey] },
  ],
  [
    approversHold,
    { code: 'CHAIN_APPROVERS' },
    altered(gatedTwice, { approvers: undefined }),
    { ...tools({ read: {} }), approvers: [mallory.publicKey] },
  ],
  [gatesHold, { code: 'CHAIN_GATE', where: 'approval_gates.read', rule: undefined }, gatedParent, UNGATED],
  [
    gatesHold,
    { code: 'CHAIN_GATE', where: 'approval_gates.read', rule: 'GATE_KEPT' },
    mandate({ gates: { read: 'whole' }, approvers }),
    UNGATED,
  ],
  [
    sessionHolds,
    { code: 'CHAIN_SESSION', where: 'session_id', rule: 'SESSION_CHAIN' },
    plain,
    { sessionId: 's' },
  ],
  [sessionHolds, { code: 'CHAIN_SESSION' }, minted({ sessionId: 's' }), { sessionId: undefined }],
  [sessionHolds, { code: 'CHAIN_SESSION' }, minted({ sessionId: 's' }), { sessionId: 'S' }],
]

describe('a link that breaks one law', () => {
  test.each(rows)('%O: %o', (law, breach, parent, change) => {
    const link = linkOf(parent, change)
    expect(breachOfLink(link)).toMatchObject(breach)
    expect(LAWS.filter((each) => each(link) !== undefined)).toEqual([law])
  })

  test('every law has such a link', () => {
    expect(new Set(rows.map(([law]) => law))).toEqual(new Set(LAWS))
  })

  test('the first law that is broken gives the code', () => {
    const change = { issuer: bob.publicKey, depth: 3, maxDepth: 99, ...tools({ write: {} }) }
    expect(breachOfLink(linkOf(plain, change))?.code).toBe('CHAIN_ISSUER')
  })
})

describe('approvers', () => {
  const [a, b, c, d] = [bob.publicKey, carol.publicKey, dave.publicKey, mallory.publicKey] as const
  const needing = (
    list: readonly (typeof a)[],
    min?: number,
  ): Pick<Payload, 'approvers' | 'minApprovals'> => ({
    approvers: list,
    minApprovals: min,
  })

  test('the number needed is capped by the list, and all of it by default', () => {
    expect(approvalsNeeded({ ...plain.payload, ...needing([a, b, c]) })).toBe(3)
    expect(approvalsNeeded({ ...plain.payload, ...needing([a, b, c], 2) })).toBe(2)
    expect(approvalsNeeded({ ...plain.payload, ...needing([a], 9) })).toBe(1)
    expect(approvalsNeeded({ ...plain.payload, approvers: undefined, minApprovals: 9 })).toBe(0)
  })

  /** Every set of approvals of four keys that satisfies the child satisfies the parent. */
  const isSound = (parent: Payload, child: Payload): boolean => {
    const satisfies = (set: readonly (typeof a)[], payload: Payload): boolean => {
      const needed = approvalsNeeded(payload)
      return needed > 0 && set.filter((key) => payload.approvers?.includes(key)).length >= needed
    }
    for (let bits = 0; bits < 16; bits++) {
      const set = [a, b, c, d].filter((_, i) => (bits >> i) % 2 === 1)
      if (satisfies(set, child) && !satisfies(set, parent)) return false
    }
    return true
  }

  test('whatever stands is sound, and is refused only where a listing without repeats would not be', () => {
    const lists = [[], [a], [a, a], [a, b], [b, c], [a, b, c], [a, a, b], [a, b, c, d], [c, d]]
    const mins = [undefined, 1, 2, 3, 4]
    let [stands, falls] = [0, 0]
    for (const [parents, parentMin] of lists.flatMap((list) => mins.map((min) => [list, min] as const))) {
      for (const [children, childMin] of lists.flatMap((list) => mins.map((min) => [list, min] as const))) {
        const parent = { ...gatedParent.payload, ...needing(parents, parentMin) }
        const child = { ...gatedParent.payload, ...needing(children, childMin) }
        const breach = approversHold({ parent, child, parentHash: hashOf(plain), engines })
        const sound = isSound(parent, child)
        if (breach === undefined)
          expect(sound, JSON.stringify([parents, parentMin, children, childMin])).toBe(true)
        if (breach === undefined) stands++
        else falls++
        const isPlain = new Set(parents).size === parents.length && new Set(children).size === children.length
        if (sound && isPlain && children.length > 0 && parents.length > 0) expect(breach).toBeUndefined()
      }
    }
    expect(Math.min(stands, falls)).toBeGreaterThan(100)
  })
})

describe('reach', () => {
  const under = (change: Partial<Payload>): unknown =>
    gatesHold(linkOf(minted({ tools: { '*': {} }, gates: { x: 'whole' }, approvers }), change))?.where

  test('a gate is kept for as long as its tool can be called, by name or under *', () => {
    expect(under({ ...UNGATED, ...tools({ y: {} }) })).toBeUndefined()
    expect(under({ ...UNGATED, ...tools({ x: {} }) })).toBe('approval_gates.x')
    expect(under({ ...UNGATED, ...tools({ '*': {} }) })).toBe('approval_gates.x')
    expect(under({ ...gated({ x: { a: 'all' } }), ...tools({ x: {} }) })).toBe('approval_gates.x')
    expect(under(gated({ x: 'whole', y: 'whole' }))).toBeUndefined()
  })

  test('and so through any number of issuer warrants', () => {
    const first = mandate({ issuableTools: ['*'], gates: { x: 'whole' }, approvers })
    const dropping = linkOf(first, { ...UNGATED, issuableTools: ['x'] })
    expect(gatesHold(dropping)).toMatchObject({ where: 'approval_gates.x', rule: 'GATE_KEPT' })
    expect(gatesHold(linkOf(first, { ...UNGATED, issuableTools: ['y'] }))).toBeUndefined()
    expect(gatesHold(linkOf(first, { ...UNGATED, ...EXECUTION, ...tools({ '*': {} }) }))).toBeDefined()
  })
})
