/**
 * The chain laws (format §7): what must hold between a parent and its child, each a function of its own with a code of
 * its own. They ask bytes and fields alone: signatures, roots and time are asked in `verify.ts`.
 *
 * Where the reference asks less, the breach names the stricter rule.
 */

import { type CoverageGap, coversCapability, coversTools, findCapability } from '../capability/capability.js'
import type { Engines } from '../capability/constraint.js'
import { type Allowance, chainAllowance } from '../capability/run.js'
import type { PublicKey } from '../crypto/keys.js'
import { equalBytes } from '../encoding/bytes.js'
import { MAX_DEPTH } from '../encoding/limits.js'
import type { TrustCode } from '../errors.js'
import type { StricterRule } from '../rules.js'
import { gateGap } from './gates.js'
import type { Payload } from './payload.js'

/** How a law is broken. */
export interface Breach {
  readonly code: TrustCode
  /** The field, such as `tools.read_file.path`. */
  readonly where: string
  readonly rule?: StricterRule | undefined
  /** Where two constraints conflict, both of them. */
  readonly gap?: CoverageGap
}

/** A parent and the child that claims to follow from it. */
export interface Link {
  readonly parent: Payload
  readonly child: Payload
  /** SHA-256 of the parent's payload bytes, as received. */
  readonly parentHash: Uint8Array
  readonly engines: Engines
  /** What is left of the steps that comparing this chain may take; a link by itself has all of them. */
  readonly allowance?: Allowance
}

export type Law = (link: Link) => Breach | undefined

/** I1: only the holder of the parent can delegate. */
export const issuerIsParentHolder: Law = ({ parent, child }) =>
  child.issuer === parent.holder ? undefined : { code: 'CHAIN_ISSUER', where: 'issuer' }

/** I5: the child names the very bytes of its parent. */
export const parentHashMatches: Law = ({ child, parentHash }) =>
  child.parentHash !== undefined && equalBytes(child.parentHash, parentHash)
    ? undefined
    : { code: 'CHAIN_PARENT_HASH', where: 'parent_hash' }

/** I2: depth rises by one, within the limit of the parent and so, by the next law, of every ancestor. */
export const depthRisesByOne: Law = ({ parent, child }) => {
  const lawful =
    child.depth === parent.depth + 1 && child.depth <= parent.maxDepth && child.depth <= child.maxDepth
  if (!lawful) return { code: 'CHAIN_DEPTH', where: 'depth' }
  return child.depth <= MAX_DEPTH
    ? undefined
    : { code: 'CHAIN_DEPTH', where: 'depth', rule: 'STRUCTURE_DEPTH' }
}

/** I2: a limit on depth is never raised. */
export const depthLimitHolds: Law = ({ parent, child }) =>
  child.maxDepth <= parent.maxDepth ? undefined : { code: 'CHAIN_MAX_DEPTH', where: 'max_depth' }

/** I3: a child does not outlive its parent. */
export const expiryHolds: Law = ({ parent, child }) =>
  child.expiresAt <= parent.expiresAt ? undefined : { code: 'CHAIN_EXPIRY', where: 'expires_at' }

/** I3: a child is not issued before its parent. Newer versions of the reference ask it as well, older ones do not. */
export const issueOrderHolds: Law = ({ parent, child }) =>
  child.issuedAt >= parent.issuedAt
    ? undefined
    : { code: 'CHAIN_ISSUE_ORDER', where: 'issued_at', rule: 'ISSUE_ORDER' }

/** I4: execution warrants make no issuer warrants. */
export const typeMayFollow: Law = ({ parent, child }) =>
  parent.type === 'execution' && child.type === 'issuer'
    ? { code: 'CHAIN_TYPE', where: 'warrant_type' }
    : undefined

const ANY_TOOL = '*'

const isIssuable = ({ issuableTools = [] }: Payload, tool: string): boolean =>
  issuableTools.includes(tool) || issuableTools.includes(ANY_TOOL)

/** I4: no tool that the parent does not grant. */
export const toolsAreGranted: Law = ({ parent, child, engines, allowance }) => {
  if (parent.type === 'issuer') {
    const tools = child.type === 'issuer' ? (child.issuableTools ?? []) : [...child.tools.keys()]
    const tool = tools.find((name) => !isIssuable(parent, name))
    return tool === undefined
      ? undefined
      : { code: 'CHAIN_TOOL', where: `tools.${tool}`, gap: notGranted(tool) }
  }
  const gap = coversTools(parent.tools, child.tools, engines, allowance)
  if (gap === undefined) return undefined
  // The reference takes a parent without tools for one that has no say.
  return breachOf(parent.tools.size === 0 ? { ...gap, rule: 'TOOLS_EMPTY' } : gap, 'tools')
}

const notGranted = (tool: string): CoverageGap => ({ reason: 'tool-not-granted', tool })

const breachOf = (gap: CoverageGap, field: string): Breach => {
  const where = [field, gap.tool, gap.argument].filter((part) => part !== undefined).join('.')
  const code = gap.reason === 'tool-not-granted' ? 'CHAIN_TOOL' : 'CHAIN_CONSTRAINT'
  return { code, where, rule: gap.rule, gap }
}

/** I4: what an issuer warrant makes stays within its bounds, and bounds never vanish (weak point W3). */
export const boundsHold: Law = ({ parent, child, engines, allowance = chainAllowance() }) => {
  if (parent.type !== 'issuer' || parent.bounds === undefined) return undefined
  if (child.type === 'issuer') {
    if (child.bounds === undefined)
      return { code: 'CHAIN_BOUNDS', where: 'constraint_bounds', rule: 'BOUNDS_KEPT' }
    const gap = coversCapability(parent.bounds, child.bounds, engines, allowance)
    return gap === undefined ? undefined : { ...breachOf(gap, 'constraint_bounds'), code: 'CHAIN_BOUNDS' }
  }
  for (const [tool, capability] of child.tools) {
    const gap = coversCapability(parent.bounds, capability, engines, allowance)
    if (gap !== undefined) return breachOf({ ...gap, tool }, 'tools')
  }
  return undefined
}

/** I4: what an issuer warrant makes lies within its issue depth, and that is never raised (weak point W3). */
export const issueDepthHolds: Law = ({ parent, child }) => {
  const limit = parent.maxIssueDepth
  if (parent.type !== 'issuer' || limit === undefined) return undefined
  const lawful =
    child.type === 'issuer'
      ? child.maxIssueDepth !== undefined && child.maxIssueDepth <= limit
      : child.depth <= limit && child.maxDepth <= limit
  return lawful
    ? undefined
    : { code: 'CHAIN_ISSUE_DEPTH', where: 'max_issue_depth', rule: 'ISSUE_DEPTH_KEPT' }
}

/** I4: an issuer warrant grants execution to somebody else than those who made it. */
export const noSelfIssuance: Law = ({ parent, child }) => {
  if (parent.type !== 'issuer' || child.type !== 'execution') return undefined
  return child.holder === parent.holder || child.holder === parent.issuer
    ? { code: 'CHAIN_SELF_ISSUANCE', where: 'holder' }
    : undefined
}

/** I4: a clearance never rises; a parent without one has 0 (weak point W2). */
export const clearanceHolds: Law = ({ parent, child }) => {
  if (child.clearance === undefined || child.clearance <= (parent.clearance ?? 0)) return undefined
  const isTested = parent.clearance !== undefined && child.type === 'execution' // by the reference
  return { code: 'CHAIN_CLEARANCE', where: 'clearance', rule: isTested ? undefined : 'CLEARANCE_KEPT' }
}

/** How many approvals a warrant asks for where a gate fires. */
export const approvalsNeeded = ({ approvers = [], minApprovals }: Payload): number =>
  Math.min(minApprovals ?? approvers.length, approvers.length)

/** Whether a warrant can come to grant a tool: by its own name, or under `*`. */
const reachOf = (payload: Payload): ((tool: string) => boolean) => {
  if (payload.type === 'issuer') return (tool) => isIssuable(payload, tool)
  return (tool) => findCapability(payload.tools, tool) !== undefined
}

/**
 * I4: every set of approvals that satisfies the child satisfies the parent, if and only if
 * 1. the child asks for as many as the parent even when all whom it added have approved (weak point W1); and
 * 2. where the parent has gates that nobody can open, the child does not name who opens those that it keeps.
 */
export const approversHold: Law = ({ parent, child }) => {
  if (parent.approvers === undefined || parent.approvers.length === 0) {
    const keepsGate = parent.gates !== undefined && [...parent.gates.keys()].some(reachOf(child))
    return keepsGate && approvalsNeeded(child) > 0 ? APPROVERS_BREACH : undefined
  }
  const parents = new Set<PublicKey>(parent.approvers)
  const added = new Set(child.approvers?.filter((key) => !parents.has(key))).size
  const lawful = child.approvers !== undefined && approvalsNeeded(child) - added >= approvalsNeeded(parent)
  return lawful ? undefined : APPROVERS_BREACH
}

const APPROVERS_BREACH: Breach = Object.freeze({
  code: 'CHAIN_APPROVERS',
  where: 'required_approvers',
  rule: 'APPROVERS_KEPT',
})

/** I4: whatever needs approval under the parent needs it under the child. */
export const gatesHold: Law = ({ parent, child, engines, allowance }) => {
  const gap = gateGap(
    parent.gates,
    child.gates,
    reachOf(child),
    (tool) => child.type === 'execution' && child.tools.has(tool),
    engines,
    allowance,
  )
  if (gap === undefined) return undefined
  const where = ['approval_gates', gap.tool, gap.argument].filter((part) => part !== undefined).join('.')
  return { code: 'CHAIN_GATE', where, rule: gap.rule }
}

/** A session, or its absence, is that of the whole chain: what is bound to one stays bound, what is not cannot be. */
export const sessionHolds: Law = ({ parent, child }) =>
  child.sessionId === parent.sessionId
    ? undefined
    : { code: 'CHAIN_SESSION', where: 'session_id', rule: 'SESSION_CHAIN' }

/** Every law, in the order in which they are asked. */
export const LAWS: readonly Law[] = [
  issuerIsParentHolder,
  parentHashMatches,
  depthRisesByOne,
  depthLimitHolds,
  expiryHolds,
  issueOrderHolds,
  typeMayFollow,
  toolsAreGranted,
  boundsHold,
  issueDepthHolds,
  noSelfIssuance,
  clearanceHolds,
  approversHold,
  gatesHold,
  sessionHolds,
]

/** The first law that a link breaks. */
export const breachOfLink = (link: Link): Breach | undefined => {
  for (const law of LAWS) {
    const breach = law(link)
    if (breach !== undefined) return breach
  }
  return undefined
}
