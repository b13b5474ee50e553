/** What the fields of one warrant must be to one another, whatever chain it stands in (format §5). */

import { MAX_DEPTH } from '../encoding/limits.js'
import { EscalationError, FormatError } from '../errors.js'
import type { StricterRule } from '../rules.js'
import type { Payload } from './payload.js'

/** A field that contradicts another. */
interface Contradiction {
  readonly where: string
  readonly rule?: StricterRule
}

/**
 * Asserts that the fields of a warrant that was received do not contradict each other.
 * @throws FormatError WARRANT_STRUCTURE, with the field.
 */
export const assertStructure = (payload: Payload): void => {
  const found = contradictionIn(payload)
  if (found !== undefined) throw new FormatError('WARRANT_STRUCTURE', undefined, found)
}

/**
 * The same of a warrant that is being made.
 * @throws EscalationError MINT_STRUCTURE, with the field.
 */
export const assertConsistent = (payload: Payload): void => {
  const found = contradictionIn(payload)
  if (found !== undefined) throw new EscalationError('MINT_STRUCTURE', undefined, { where: found.where })
}

const contradictionIn = (payload: Payload): Contradiction | undefined => {
  if (payload.expiresAt <= payload.issuedAt) return { where: 'expires_at' }
  const ofType = payload.type === 'execution' ? inExecution(payload) : inIssuer(payload)
  return ofType ?? inApprovers(payload) ?? inDepth(payload)
}

const inExecution = ({ issuableTools, maxIssueDepth, bounds }: Payload): Contradiction | undefined => {
  if (issuableTools !== undefined) return { where: 'issuable_tools' }
  if (maxIssueDepth !== undefined) return { where: 'max_issue_depth' }
  // The reference carries bounds in an execution warrant and never asks them: something that looks like a limit.
  return bounds === undefined ? undefined : { where: 'constraint_bounds', rule: 'STRUCTURE_BOUNDS' }
}

const inIssuer = ({ tools, issuableTools, maxIssueDepth, maxDepth }: Payload): Contradiction | undefined => {
  if (tools.size > 0) return { where: 'tools' }
  if (issuableTools === undefined || issuableTools.length === 0) return { where: 'issuable_tools' }
  return maxIssueDepth !== undefined && maxIssueDepth > maxDepth ? { where: 'max_issue_depth' } : undefined
}

const inApprovers = ({ approvers, minApprovals }: Payload): Contradiction | undefined => {
  if (approvers === undefined || minApprovals === undefined) return undefined
  const isMet = minApprovals >= 1 && minApprovals <= approvers.length
  return isMet ? undefined : { where: 'min_approvals' }
}

/** The reference asks none of these of the first warrant of a chain. */
const inDepth = ({ depth, maxDepth, parentHash }: Payload): Contradiction | undefined => {
  if (depth > MAX_DEPTH || depth > maxDepth) return { where: 'depth', rule: 'STRUCTURE_DEPTH' }
  const isFirst = depth === 0
  return isFirst === (parentHash === undefined)
    ? undefined
    : { where: 'parent_hash', rule: 'STRUCTURE_DEPTH' }
}
