/** What the fields of one warrant must be to one another, whatever chain it stands in (format §5). */

import { MAX_DEPTH } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import type { Payload } from './payload.js'

const contradiction = (where: string): FormatError =>
  new FormatError('WARRANT_STRUCTURE', undefined, { where })

/**
 * Asserts that the fields of a warrant do not contradict each other.
 * @throws FormatError WARRANT_STRUCTURE, with the field.
 */
export const assertStructure = (payload: Payload): void => {
  if (payload.expiresAt <= payload.issuedAt) throw contradiction('expires_at')
  if (payload.type === 'execution') assertExecution(payload)
  else assertIssuer(payload)
  assertApprovers(payload)
  assertDepth(payload)
}

/** The reference asks none of these of the first warrant of a chain. */
const assertDepth = ({ depth, maxDepth, parentHash }: Payload): void => {
  const rule = { rule: 'STRUCTURE_DEPTH' } as const
  if (depth > MAX_DEPTH || depth > maxDepth)
    throw new FormatError('WARRANT_STRUCTURE', undefined, { where: 'depth', ...rule })
  if ((depth === 0) !== (parentHash === undefined))
    throw new FormatError('WARRANT_STRUCTURE', undefined, { where: 'parent_hash', ...rule })
}

const assertExecution = ({ issuableTools, maxIssueDepth, bounds }: Payload): void => {
  if (issuableTools !== undefined) throw contradiction('issuable_tools')
  if (maxIssueDepth !== undefined) throw contradiction('max_issue_depth')
  // The reference carries bounds in an execution warrant and never asks them: something that looks like a limit.
  if (bounds !== undefined)
    throw new FormatError('WARRANT_STRUCTURE', undefined, {
      where: 'constraint_bounds',
      rule: 'STRUCTURE_BOUNDS',
    })
}

const assertIssuer = ({ tools, issuableTools, maxIssueDepth, maxDepth }: Payload): void => {
  if (tools.size > 0) throw contradiction('tools')
  if (issuableTools === undefined || issuableTools.length === 0) throw contradiction('issuable_tools')
  if (maxIssueDepth !== undefined && maxIssueDepth > maxDepth) throw contradiction('max_issue_depth')
}

const assertApprovers = ({ approvers, minApprovals }: Payload): void => {
  if (approvers === undefined || minApprovals === undefined) return
  if (minApprovals < 1 || minApprovals > approvers.length) throw contradiction('min_approvals')
}
