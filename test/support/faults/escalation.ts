/** A fault for every code of escalation: what whoever makes a child meets, or whoever mints. */

import fc from 'fast-check'
import type { EscalationCode } from '../../../src/errors.js'
import {
  type AttenuateOptions,
  attenuate,
  type Chain,
  grant,
  type IssueOptions,
  issue,
  type MintIssuerOptions,
  type MintOptions,
  mint,
  range,
  subpath,
  type Value,
} from '../../../src/index.js'
import { TEST_NOW, testKey } from '../../../src/testing/index.js'
import type { Faults } from './case.js'
import type { Reached } from './unreached.js'

const root = testKey(1)
const holder = testKey(2)
const other = testKey(3)
const approver = testKey(21)
const second = testKey(22)
const names = fc.stringMatching(/^[a-z]{1,8}$/).map((name) => `tool_${name}`)
const seconds = fc.integer({ min: 1, max: 5_000 })
const now = TEST_NOW

const at = { now }

const parentOf = (options: Partial<MintOptions>): Chain =>
  mint({ holder: holder.publicKey, tools: { read: {} }, ttlSeconds: 600, now, ...options }, root)

const mandateOf = (options: Partial<MintIssuerOptions>): Chain =>
  mint({ holder: holder.publicKey, issuableTools: ['read'], ttlSeconds: 600, now, ...options }, root)

const child = (parent: Chain, options: Partial<AttenuateOptions>, signer = holder): Chain =>
  grant(parent, { holder: other.publicKey, ...at, ...options }, signer)

const issued = (parent: Chain, options: Partial<IssueOptions>): Chain =>
  issue(parent, { holder: other.publicKey, tools: { read: {} }, ...at, ...options }, holder)

const gated = (minApprovals?: number): Partial<MintOptions> => ({
  gates: { read: { path: subpath('/data') } },
  approvers: [approver.publicKey, second.publicKey],
  ...(minApprovals !== undefined && { minApprovals }),
})

export const ESCALATION_FAULTS: Faults<Reached<EscalationCode>> = {
  ATTENUATE_NOT_HOLDER: seconds.map((ttlSeconds) => () => child(parentOf({}), { ttlSeconds }, other)),
  ATTENUATE_TERMINAL: fc.constantFrom(0, 1, 2).map((maxDepth) => () => {
    let chain = parentOf({ maxDepth })
    for (let depth = 0; depth <= maxDepth; depth++) chain = attenuate(chain, at, holder)
  }),
  ATTENUATE_EXPIRED: seconds.map((late) => () => child(parentOf({}), { now: now + 599 + late })),
  ATTENUATE_TOOL: names.map((name) => () => child(parentOf({}), { tools: { [name]: {} } })),
  ATTENUATE_CONSTRAINT: fc
    .tuple(names, fc.constantFrom<Value>('/data', '/', null, 1), seconds)
    .map(([name, value, max]) => () => {
      const tools = { [name]: { path: subpath('/data/x'), limit: range({ max }) } }
      child(parentOf({ tools }), { tools: { [name]: { path: value, limit: range({ max: max + 1 }) } } })
    }),
  ATTENUATE_DEPTH: fc
    .integer({ min: 9, max: 64 })
    .map((maxDepth) => () => child(parentOf({ maxDepth: 8 }), { maxDepth })),
  ATTENUATE_EXPIRY: seconds.map((more) => () => child(parentOf({}), { expiresAt: now + 600 + more })),
  ATTENUATE_CLEARANCE: fc
    .integer({ min: 1, max: 255 })
    .map((clearance) => () => child(parentOf({ clearance: clearance - 1 }), { clearance })),
  ATTENUATE_APPROVERS: fc
    .constantFrom<Partial<AttenuateOptions>>(
      { minApprovals: 1 },
      { approvers: [approver.publicKey] },
      { approvers: [other.publicKey, approver.publicKey], minApprovals: 2 },
    )
    .map((weaker) => () => child(parentOf(gated(2)), weaker)),
  ATTENUATE_GATE: fc
    .constantFrom('/data/x', '/other')
    .map((path) => () => child(parentOf(gated()), { gates: { read: { path: subpath(path) } } })),
  ATTENUATE_TYPE: names.map((name) => () => child(parentOf({}), { issuableTools: [name] })),
  ATTENUATE_BOUNDS: seconds.map((max) => () => {
    const parent = mandateOf({ bounds: { limit: range({ max }) } })
    child(parent, { bounds: { limit: range({ max: max + 1 }) } })
  }),
  ATTENUATE_SELF_ISSUANCE: fc
    .constantFrom(root.publicKey, holder.publicKey)
    .map((itself) => () => issued(mandateOf({}), { holder: itself })),
  ATTENUATE_ISSUE_DEPTH: fc
    .integer({ min: 2, max: 8 })
    .map((maxDepth) => () => issued(mandateOf({ maxIssueDepth: 1 }), { maxDepth })),
  MINT_TTL: fc
    .oneof(fc.integer({ max: 0 }), fc.integer({ min: 7_776_001 }), fc.double({ min: 0.1, max: 0.9 }))
    .map((ttlSeconds) => () => parentOf({ ttlSeconds })),
  MINT_APPROVERS: fc
    .constantFrom<Partial<MintOptions>>(
      { gates: { read: 'whole' } },
      { approvers: [approver.publicKey] },
      { ...gated(), minApprovals: 3 },
      { ...gated(), minApprovals: 0 },
    )
    .map((options) => () => parentOf(options)),
  MINT_STRUCTURE: fc
    .constantFrom<Partial<MintOptions>>(
      { tools: {} },
      { maxDepth: 65 },
      { maxDepth: -1 },
      { clearance: 256 },
      { ...gated(), gates: { '*': 'whole' } },
      { ...gated(), gates: { write: 'whole' } },
    )
    .map((options) => (): unknown => parentOf(options)),
}
