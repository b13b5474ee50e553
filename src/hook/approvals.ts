/**
 * Gated calls at run time. A call that a gate stops is denied and leaves a request; somebody with an approver's key, on
 * another machine, signs an approval of it; and the same call, made again in the same session, is allowed once.
 *
 * Nothing is waited for here: a host that waits for its hook would run the tool when its own time is up.
 */

import { randomBytes } from '../crypto/random.js'
import { toHex } from '../encoding/bytes.js'
import { type Deny, denied, type SettledDecision } from '../enforce/decision.js'
import { refusal } from '../enforce/refusal.js'
import type { SessionName } from '../node/sessionStore.js'
import type { Approval } from '../statement/approval.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import { hashOfCall, type PendingRequest } from './approvalRequest.js'
import { type ApprovalStore, fileApprovalStore, type NamedRequest } from './approvalStore.js'

/** What the operator says of approvals. */
export interface ApprovalSettings {
  /** How long a request can be answered. */
  readonly waitSeconds: number
  /** Whether what was approved may be done once, or again until the request expires. */
  readonly uses: 'once' | 'any'
}

/** Where approvals are kept, and whether this call may ask for one and use it up; otherwise they are only looked at. */
export interface ApprovalGrounds {
  readonly folder: string
  readonly settings: ApprovalSettings
  readonly isEnforced: boolean
}

/** The call that is decided. */
export interface GatedCall {
  readonly name: SessionName
  readonly chain: Chain
  readonly tool: string
  readonly args: PendingRequest['args']
  /** Unix seconds. */
  readonly now: number
  /** What was decided without any approval: a denial that can be retried. */
  readonly first: Deny
  readonly decide: (approvals: readonly Approval[]) => SettledDecision
}

/**
 * The decision on a call that a gate asks an approval of, with the approvals that it has.
 * @throws FormatError for requests and approvals that cannot be read; DenialError STORE_FAILED, CALL_TOO_LARGE
 */
export const decideWithApprovals = (call: GatedCall, grounds: ApprovalGrounds): SettledDecision => {
  const { first } = call
  const store = fileApprovalStore(grounds.folder)
  const hash = hashOfCall(call.chain, call.tool, call.args)
  const found = store.find(call.name, hash, call.now)
  if (found === undefined)
    return grounds.isEnforced ? asking(first, store.open(requestOf(call, hash, grounds), call.now)) : first
  const approvals = store.granted(found.request)
  if (approvals.length === 0) return asking(first, found)
  const second = call.decide(approvals)
  if (second.kind === 'deny') return asking(second, found)
  return isUsable(store, found, grounds) ? second : spent(first)
}

/** Uses the request up, last of all: a call that is denied has used up nothing. */
const isUsable = (
  store: ApprovalStore,
  found: NamedRequest,
  { settings, isEnforced }: ApprovalGrounds,
): boolean => !isEnforced || settings.uses === 'any' || store.use(found)

const requestOf = (call: GatedCall, hash: Uint8Array, { settings }: ApprovalGrounds): PendingRequest => {
  const { chain, tool, args } = call
  const { host, session, agent } = call.name
  const createdAt = Math.floor(call.now)
  return {
    ...{ id: toHex(randomBytes(16)), hash, chain, tool, args, host, session, agent, createdAt },
    expiresAt: Math.min(createdAt + settings.waitSeconds, leafOf(chain).payload.expiresAt),
  }
}

/** How much of a request's name tells it from the others. */
export const SHORT_NAME = 12

/** The denial, with what the agent is to do about it. */
const asking = (decision: Deny, { name }: NamedRequest): SettledDecision => {
  const { hint } = decision
  const wait = `request ${name.slice(0, SHORT_NAME)} waits for approval: make the same call again once it is given`
  return said(decision, hint === undefined ? wait : `${hint}; ${wait}`)
}

const said = (decision: Deny, hint: string): SettledDecision => {
  const { code, where, tool, retry, rule } = decision
  const parts = { hint: () => hint, rule: () => rule, retry }
  return denied(refusal(code, where, parts), tool, decision, decision.notes)
}

/** Another process was allowed the one call that was approved. */
const spent = (decision: Deny): SettledDecision =>
  denied(refusal('APPROVAL_USED'), decision.tool, decision, decision.notes)
