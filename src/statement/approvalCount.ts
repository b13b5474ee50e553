/** Counting approvals: how many of those supplied stand, and whether that is enough (format §10.3). */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import type { PublicKey } from '../crypto/keys.js'
import { equalBytes } from '../encoding/bytes.js'
import { CLOCK_TOLERANCE_SECONDS } from '../encoding/limits.js'
import type { DenialCode } from '../errors.js'
import type { Approval } from './approval.js'

/** Why one approval does not count. It is skipped; the others still count. */
export type ApprovalFault =
  | 'signature'
  | 'from-the-future'
  | 'no-duration'
  | 'not-an-approver'
  | 'repeated'
  | 'expired'
  | 'another-request'

/** The outcome of a count. */
export interface ApprovalCount {
  /** Undefined when there are enough. */
  readonly denial: ApprovalDenial | undefined
  /** How many approvers must agree. */
  readonly needed: number
  /** Those whose approval stands, in the order of their approvals; counting stops when there are enough. */
  readonly approvers: readonly PublicKey[]
  /** One for each approval that was skipped. */
  readonly faults: readonly ApprovalFault[]
}

/** Why approvals do not suffice. */
export type ApprovalDenial = Extract<
  DenialCode,
  | 'APPROVAL_REQUIRED'
  | 'APPROVAL_INSUFFICIENT'
  | 'APPROVAL_UNCONFIGURED'
  | 'APPROVAL_TOO_MANY'
  | 'APPROVAL_INVALID'
>

/** What approvals are counted for. */
export interface CountApprovalsOptions {
  /** What the approvals must be for. */
  readonly requestHash: Uint8Array
  /** Those of the leaf; undefined or empty means that nobody can approve. */
  readonly approvers: readonly PublicKey[] | undefined
  /** How many must agree: all of the list where undefined, never more than all. */
  readonly minApprovals: number | undefined
  /** Unix seconds. */
  readonly now: number
  readonly backend?: CryptoBackend
}

/**
 * Counts the approvals of a call whose gate has fired. One approver counts once. More approvals than twice the
 * approvers are refused before any is verified. Asked only when a gate fires: it never says that none are needed.
 */
export const countApprovals = (
  approvals: readonly Approval[],
  options: CountApprovalsOptions,
): ApprovalCount => {
  const { approvers = [], minApprovals, backend = defaultBackend } = options
  const needed = Math.min(minApprovals ?? approvers.length, approvers.length)
  const outcome = (
    denial: ApprovalDenial | undefined,
    counted: readonly PublicKey[] = [],
    faults: readonly ApprovalFault[] = [],
  ): ApprovalCount => Object.freeze({ denial, needed, approvers: counted, faults })

  if (!(needed >= 1)) return outcome('APPROVAL_UNCONFIGURED')
  if (approvals.length === 0) return outcome('APPROVAL_REQUIRED')
  if (approvals.length > 2 * approvers.length) return outcome('APPROVAL_TOO_MANY')

  const listed = new Set(approvers)
  const counted = new Set<PublicKey>()
  const faults: ApprovalFault[] = []
  for (const approval of approvals) {
    const fault = faultOf(approval, listed, counted, options, backend)
    if (fault !== undefined) {
      faults.push(fault)
      continue
    }
    counted.add(approval.approver)
    if (counted.size >= needed) return outcome(undefined, [...counted], faults)
  }
  const single = approvals.length === 1 && needed === 1
  return outcome(single ? 'APPROVAL_INVALID' : 'APPROVAL_INSUFFICIENT', [...counted], faults)
}

const faultOf = (
  { payload, payloadBytes, approver, signature }: Approval,
  listed: ReadonlySet<PublicKey>,
  counted: ReadonlySet<PublicKey>,
  { requestHash, now }: CountApprovalsOptions,
  backend: CryptoBackend,
): ApprovalFault | undefined => {
  if (backend.verify(approver, signedMessage('approval', payloadBytes), signature) !== true)
    return 'signature'
  const seconds = Math.floor(now)
  // Written so that a time that is none counts for nothing.
  if (!(payload.approvedAt <= seconds + CLOCK_TOLERANCE_SECONDS)) return 'from-the-future'
  if (!(payload.expiresAt > payload.approvedAt)) return 'no-duration'
  if (!listed.has(approver)) return 'not-an-approver'
  if (counted.has(approver)) return 'repeated'
  if (!(payload.expiresAt + CLOCK_TOLERANCE_SECONDS >= seconds)) return 'expired'
  if (!equalBytes(payload.requestHash, requestHash)) return 'another-request'
  return undefined
}
