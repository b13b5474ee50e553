/** The checks of the holder and of those who approve; and last the one that uses something up. */

import type { Call } from '../capability/call.js'
import { copyBytes, toHex } from '../encoding/bytes.js'
import { CLOCK_TOLERANCE_SECONDS } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { type Approval, decodeApproval, parseApproval, requestHash } from '../statement/approval.js'
import { countApprovals } from '../statement/approvalCount.js'
import { checkProof, parseProof, proofFromBytes, proofLifetimeSeconds } from '../statement/proof.js'
import type { ApprovalRetry } from './decision.js'
import type { Matter } from './matter.js'
import { isBytes, ownBytes } from './outsideBytes.js'
import { type Refusal, refusal, refusalOfError } from './refusal.js'
import { isReplayOutcome, type ReplayOutcome } from './replay.js'
import type { Standing } from './standing.js'

/** Possession of the holder's key: for this call, or once and for all calls of a bound warrant. */
export const checkPossession = (matter: Matter): Refusal | undefined => {
  if (matter.bound) return undefined
  const given = matter.asked.proof
  if (given === undefined || given === null) return refusal('PROOF_MISSING')
  const proof = readProof(given)
  if (!isBytes(proof)) return proof
  const { setting, now } = matter
  const call = matter.call as Call // by checkCall
  const { leaf } = matter.standing as Standing // by checkAuthenticity
  const { maxWindows, profile, backend } = setting
  const code = checkProof(leaf, call, proof, { now, maxWindows, profile, backend })
  if (code !== undefined) return refusal(code)
  matter.exempt = setting.idempotentTools.has(call.tool)
  if (matter.exempt) return undefined
  // A strict signature of one call in one window: nobody without the key can make another of the same.
  const lifetime = proofLifetimeSeconds(maxWindows) + CLOCK_TOLERANCE_SECONDS
  matter.replay = { key: toHex(proof), expiresAt: now + lifetime }
  return undefined
}

const readProof = (given: unknown): Uint8Array | Refusal => {
  try {
    if (typeof given === 'string') return parseProof(given)
    // Copied first: the length of what is theirs may be a getter.
    return isBytes(given) ? proofFromBytes(copyBytes(given)) : refusal('PROOF_MALFORMED')
  } catch (thrown) {
    return refusalOfError(thrown, 'PROOF_MALFORMED')
  }
}

/** Approvals, where a gate of the leaf fires. Where none does, whatever was supplied is not looked at. */
export const checkApprovals = (matter: Matter): Refusal | undefined => {
  const standing = matter.standing as Standing // by checkAuthenticity
  if (standing.payload.gates === undefined) return undefined
  const fired = standing.gateOutcome(matter.call as Call, matter.now) // by checkCall
  if (fired === false) return undefined
  return fired === true ? refusalOfApprovals(matter, standing) : refusal(fired, 'gates')
}

const refusalOfApprovals = (matter: Matter, { payload }: Standing): Refusal | undefined => {
  const { tool, args } = matter.call as Call // by checkCall
  const { now, setting } = matter
  const { approvers = [], minApprovals, id, holder, expiresAt } = payload
  const approvals = readApprovals(matter.asked.approvals, 2 * approvers.length)
  if (!Array.isArray(approvals)) return approvals as Refusal // not a list, hence the other
  const hash = requestHash(id, tool, args, holder, setting.backend)
  const { backend } = setting
  const count = countApprovals(approvals, { requestHash: hash, approvers, minApprovals, now, backend })
  if (count.denial === undefined) return undefined
  const retry: ApprovalRetry = Object.freeze({
    requestHash: toHex(hash),
    warrantId: id,
    tool,
    holder,
    approvers,
    needed: count.needed,
    received: count.approvers.length,
    expiresAt,
  })
  const hint = (): string => `needs ${retry.needed} of ${approvers.length} approvers, has ${retry.received}`
  const isAsking = count.denial === 'APPROVAL_REQUIRED' || count.denial === 'APPROVAL_INSUFFICIENT'
  return refusal(count.denial, undefined, isAsking ? { hint, retry } : undefined)
}

/** Approvals from outside, each read from its bytes. More than could count are refused unread (attacks APP-4). */
const readApprovals = (given: unknown, most: number): readonly Approval[] | Refusal => {
  if (given === undefined || given === null) return []
  try {
    if (!Array.isArray(given)) return refusal('APPROVAL_MALFORMED', 'approvals')
    const { length } = given
    if (most > 0 && length > most) return refusal('APPROVAL_TOO_MANY', 'approvals')
    return Array.from({ length: Math.min(length, most) }, (_, i) => readApproval(given[i]))
  } catch (thrown) {
    return refusalOfError(thrown, 'APPROVAL_MALFORMED', 'approvals')
  }
}

/** What an approval object says of itself besides its bytes is a claim that no signature covers, and is not read. */
const readApproval = (given: unknown): Approval => {
  if (typeof given === 'string') return parseApproval(given)
  if (isBytes(given)) return decodeApproval(copyBytes(given))
  const bytes = ownBytes(given)
  if (bytes === undefined) throw new FormatError('APPROVAL_MALFORMED')
  return decodeApproval(copyBytes(bytes))
}

/** The last check: two uses of one proof are told apart here, and a call that was denied before has used up nothing. */
export const checkReplay = (matter: Matter): Refusal | undefined => {
  const { replay: question, setting, now } = matter
  if (question === undefined) return undefined
  const { replay: store } = setting
  if (store === undefined) return refusal('STORE_FAILED')
  try {
    const answer: unknown =
      matter.purpose === 'explain'
        ? store.peek(question.key, now)
        : store.claim(question.key, question.expiresAt, now)
    if (isReplayOutcome(answer)) return refusalOfReplay(answer)
    ignoreRejection(answer)
  } catch {
    // A store that throws has not remembered the proof.
  }
  return refusal('STORE_FAILED')
}

/** Why an answer of the store denies. */
export const refusalOfReplay = (answer: ReplayOutcome | 'failed'): Refusal | undefined => {
  switch (answer) {
    case 'fresh':
      return undefined
    case 'seen':
      return refusal('PROOF_REPLAYED', undefined, { hint: freshProof })
    case 'full':
      return refusal('REPLAY_MEMORY_FULL')
    case 'failed':
      return refusal('STORE_FAILED')
  }
}

const freshProof = (): string => 'sign again in the next window of 30 seconds'

/** A store that answers with a promise where none is waited for: its rejection must not go unhandled. */
const ignoreRejection = (answer: unknown): void => {
  Promise.resolve(answer).catch(() => {})
}
