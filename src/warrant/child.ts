/** What every child has from its parent, and the refusal of one that would exceed it. */

import type { CoverageGap } from '../capability/capability.js'
import { describeConstraint, type Engines } from '../capability/constraint.js'
import { fixedMap } from '../capability/fixedMap.js'
import { findWidening } from '../capability/widening.js'
import { defaultBackend } from '../crypto/backend.js'
import { type PublicKey, vetPublicKey } from '../crypto/keys.js'
import { formatJson } from '../encoding/json.js'
import { MAX_CLEARANCE, MAX_DEPTH } from '../encoding/limits.js'
import { type EscalationCode, EscalationError, type TrustCode, type Widening } from '../errors.js'
import { type Chain, leafOf } from './chain.js'
import { type Draft, draftOf } from './draft.js'
import {
  approversOf,
  assertGatesReach,
  assertThreshold,
  extensionsOf,
  gateMapOf,
  wholeWithin,
} from './fields.js'
import type { Gate, Gates, GatesInput, ToolGate } from './gates.js'
import { givenWarrantId, type WarrantId } from './id.js'
import { type Breach, breachOfLink } from './laws.js'
import type { Payload } from './payload.js'
import { assertConsistent } from './structure.js'
import { wholeSecond } from './time.js'

/** What any child may say. */
export interface ChildOptions {
  /** Unix seconds. */
  readonly now: number
  /** Clamped to the parent's life, which is the default. */
  readonly ttlSeconds?: number
  /** The last second excluded, in Unix seconds; beyond the parent's it is refused. Instead of `ttlSeconds`. */
  readonly expiresAt?: number
  readonly maxDepth?: number
  readonly clearance?: number
  /** Gates besides the parent's, which are kept. */
  readonly gates?: Gates | GatesInput
  readonly approvers?: readonly PublicKey[]
  readonly minApprovals?: number
  readonly agentId?: string
  readonly extensions?: Readonly<Record<string, Uint8Array>>
  readonly id?: WarrantId
  /** For constraints that hold regular expressions or CEL. */
  readonly engines?: Engines
}

/** What a child is for. */
export type Authority = Pick<Payload, 'type' | 'tools' | 'issuableTools' | 'maxIssueDepth' | 'bounds'>

interface Given {
  readonly holder: PublicKey
  readonly gates: Gates | undefined
  readonly authority: Authority
  /** The clearance of a child that names none. */
  readonly clearance: number | undefined
}

/** Written out field by field: an object spread from others of this size is slow to make, to freeze and to read. */
const childFields = (
  parent: Payload,
  parentHash: Uint8Array,
  options: ChildOptions,
  { holder, gates, authority, clearance }: Given,
): Payload => {
  vetPublicKey(holder)
  // Not before its parent: the clocks of two holders differ by a second easily.
  const issuedAt = Math.max(wholeSecond(options.now), parent.issuedAt)
  if (options.now >= parent.expiresAt) throw new EscalationError('ATTENUATE_EXPIRED')
  if (parent.depth >= Math.min(parent.maxDepth, MAX_DEPTH))
    throw new EscalationError('ATTENUATE_TERMINAL', undefined, { where: 'depth' })
  const { approvers, minApprovals } = approvalsOf(parent, options)
  return {
    id: givenWarrantId(options.id, options.now),
    type: authority.type,
    tools: authority.tools,
    holder,
    issuer: parent.holder,
    issuedAt,
    expiresAt: expiryOf(parent, options, issuedAt),
    maxDepth: childMaxDepth(parent, options),
    parentHash,
    extensions: extensionsOf(options.extensions, gates),
    sessionId: parent.sessionId,
    agentId: options.agentId ?? parent.agentId,
    gates,
    issuableTools: authority.issuableTools,
    maxIssueDepth: authority.maxIssueDepth,
    bounds: authority.bounds,
    approvers,
    minApprovals,
    clearance: clearanceOf(options.clearance) ?? clearance,
    depth: parent.depth + 1,
  }
}

/** The depth limit of a child: its own, or that of the parent. */
export const childMaxDepth = (parent: Payload, { maxDepth }: ChildOptions): number =>
  maxDepth === undefined
    ? Math.min(parent.maxDepth, MAX_DEPTH)
    : wholeWithin(maxDepth, MAX_DEPTH, 'max_depth')

/** A clearance as it is signed. */
const clearanceOf = (clearance: number | undefined): number | undefined =>
  clearance === undefined ? undefined : wholeWithin(clearance, MAX_CLEARANCE, 'clearance')

type Approvals = Pick<Payload, 'approvers' | 'minApprovals'>

/** A list of its own without a threshold of its own asks all of them. */
const approvalsOf = (parent: Payload, options: ChildOptions): Approvals => {
  const given = options.approvers
  const approvers = given === undefined ? parent.approvers : approversOf(given)
  const minApprovals = options.minApprovals ?? (given === undefined ? parent.minApprovals : undefined)
  if (options.gates !== undefined && approvers === undefined)
    throw new EscalationError('MINT_APPROVERS', 'gates without approvers', { where: 'gates' })
  if (given !== undefined || options.minApprovals !== undefined) assertThreshold(approvers, minApprovals)
  return { approvers, minApprovals }
}

const expiryOf = (parent: Payload, { ttlSeconds, expiresAt }: ChildOptions, issuedAt: number): number => {
  if (expiresAt !== undefined) {
    if (!Number.isSafeInteger(expiresAt) || expiresAt <= issuedAt || ttlSeconds !== undefined)
      throw new EscalationError('MINT_TTL', undefined, { where: 'expiresAt' })
    return expiresAt
  }
  if (ttlSeconds === undefined) return parent.expiresAt
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1)
    throw new EscalationError('MINT_TTL', undefined, { where: 'ttlSeconds' })
  return Math.min(issuedAt + ttlSeconds, parent.expiresAt)
}

/**
 * The gates of a child: those of its parent for tools that it can still reach, and its own besides. Where both gate one
 * argument, the child's stands and the laws decide.
 */
export const scopedGates = (
  parent: Gates | undefined,
  own: Gates | GatesInput | undefined,
  tools: Iterable<string>,
): Gates | undefined => {
  const reached = new Set(tools)
  const added = gateMapOf(own)
  assertGatesReach(added, reached)
  const kept = [...(parent ?? [])].filter(([tool]) => reached.has('*') || reached.has(tool))
  const merged = new Map<string, ToolGate>(kept)
  for (const [tool, gate] of added ?? []) merged.set(tool, mergedGate(merged.get(tool), gate))
  return merged.size === 0 ? undefined : fixedMap(merged)
}

const mergedGate = (inherited: ToolGate | undefined, own: ToolGate): ToolGate => {
  if (inherited === undefined) return own
  if (inherited === 'whole' || own === 'whole') return 'whole'
  return fixedMap<Gate>([...inherited, ...own])
}

/** The draft of a child, which every law lets stand. @throws EscalationError ATTENUATE_…, MINT_STRUCTURE */
export const draftChild = (chain: Chain, options: ChildOptions, given: Given): Draft => {
  const { engines = {} } = options
  const parent = leafOf(chain)
  const parentHash = defaultBackend.sha256(parent.payloadBytes)
  const draft = draftOf(childFields(parent.payload, parentHash, options, given), chain.warrants)
  const breach = breachOfLink({ parent: parent.payload, child: draft.payload, parentHash, engines })
  if (breach !== undefined) throw escalationOf(breach, engines)
  assertConsistent(draft.payload)
  return draft
}

/** The code of whoever attenuates, for the code of whoever would have received such a chain. */
const ESCALATIONS: Readonly<Partial<Record<TrustCode, EscalationCode>>> = {
  CHAIN_ISSUER: 'ATTENUATE_NOT_HOLDER',
  CHAIN_DEPTH: 'ATTENUATE_DEPTH',
  CHAIN_MAX_DEPTH: 'ATTENUATE_DEPTH',
  CHAIN_EXPIRY: 'ATTENUATE_EXPIRY',
  CHAIN_TYPE: 'ATTENUATE_TYPE',
  CHAIN_TOOL: 'ATTENUATE_TOOL',
  CHAIN_CONSTRAINT: 'ATTENUATE_CONSTRAINT',
  CHAIN_BOUNDS: 'ATTENUATE_BOUNDS',
  CHAIN_ISSUE_DEPTH: 'ATTENUATE_ISSUE_DEPTH',
  CHAIN_SELF_ISSUANCE: 'ATTENUATE_SELF_ISSUANCE',
  CHAIN_CLEARANCE: 'ATTENUATE_CLEARANCE',
  CHAIN_APPROVERS: 'ATTENUATE_APPROVERS',
  CHAIN_GATE: 'ATTENUATE_GATE',
  CHAIN_SESSION: 'ATTENUATE_SESSION',
}

const escalationOf = ({ code, where, rule, gap }: Breach, engines: Engines): EscalationError =>
  new EscalationError(ESCALATIONS[code] ?? 'MINT_STRUCTURE', gap?.reason, {
    where,
    ...(rule !== undefined && { rule }),
    ...(gap !== undefined && { widening: wideningOf(gap, engines) }),
  })

/** Both sides in words, and what was computed of them. They are the holder's own constraints: nothing new is revealed. */
const wideningOf = ({ parent, child }: CoverageGap, engines: Engines): Widening => {
  const hints = parent === undefined || child === undefined ? {} : findWidening(parent, child, engines)
  return {
    ...(parent !== undefined && { parent: describeConstraint(parent) }),
    ...(child !== undefined && { child: describeConstraint(child) }),
    ...(hints.witness !== undefined && { witness: formatJson(hints.witness) }),
    ...(hints.nearest !== undefined && { nearest: describeConstraint(hints.nearest) }),
  }
}
