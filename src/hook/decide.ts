/** The decision on one call of a host: which warrant the session has, and whether it permits the call, now. */

import { callOf } from '../capability/call.js'
import type { LocalSigner } from '../crypto/signer.js'
import { MAX_REVOCATION_LIST_BYTES } from '../encoding/limits.js'
import type { ValueObject } from '../encoding/value.js'
import { denied, NO_FACTS, type SettledDecision } from '../enforce/decision.js'
import { createEnforcer } from '../enforce/enforcer.js'
import { refusal } from '../enforce/refusal.js'
import { type DenialCode, type FormatCode, isWarrantError, type TrustCode } from '../errors.js'
import { readSecretKeyFile } from '../node/keyFile.js'
import { assertBound } from '../node/sessionBinding.js'
import type { SessionStore } from '../node/sessionStore.js'
import { readPlainFile } from '../node/wholeFile.js'
import type { Approval } from '../statement/approval.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import { parseChain } from '../warrant/text.js'
import type { ApprovalGrounds } from './approvals.js'
import { isMarkedChild } from './delegation/marks.js'
import { enginesFor } from './engines.js'
import type { HookEvent } from './event.js'
import { isRunName } from './runName.js'
import type { Settings } from './settings.js'

/** What decisions are made from. */
export interface Grounds {
  readonly host: string
  readonly settings: Settings
  readonly sessions: SessionStore
  readonly approvals: ApprovalGrounds
  /** Where sessions that began as children are marked. */
  readonly children: string
  /** Unix seconds. */
  readonly clock: () => number
  /** Tools that a warrant for any tool is not for: see `Host`. */
  readonly byNameAlone?: ReadonlySet<string> | undefined
}

/** A decision, and the chain that it was made under. */
export interface Judgement {
  readonly decision: SettledDecision
  readonly chain: Chain | undefined
  /** What the session acts under, where it was found. */
  readonly held?: Held | undefined
}

/** The decision on the call of an event. Never rejects: whatever goes wrong denies. */
export const judge = async (grounds: Grounds, event: HookEvent): Promise<Judgement> => {
  let chain: Chain | undefined
  try {
    const held = heldBy(grounds, event)
    if (held === undefined) return { decision: deny('SESSION_UNKNOWN', event, 'session'), chain }
    chain = held.chain
    return { decision: await decisionUnder(held, grounds, event), chain, held }
  } catch (thrown) {
    return { decision: denialFor(thrown, event), chain }
  }
}

/** A denial by a code. */
export const deny = (
  code: DenialCode | TrustCode | FormatCode,
  event: HookEvent,
  where?: string,
): SettledDecision => denied(refusal(code, where), event.tool, NO_FACTS, [])

/** The denial that follows from whatever was thrown. */
export const denialFor = (thrown: unknown, event: HookEvent): SettledDecision => {
  // The codes of escalation are for those who make warrants, and nobody does here.
  const isOurs = isWarrantError(thrown) && thrown.name !== 'EscalationError'
  const code = isOurs ? (thrown.code as DenialCode) : 'ENFORCE_INTERNAL' // of any family but that
  return deny(code, event, isOurs ? thrown.where : undefined)
}

/** What a session acts under. */
export interface Held {
  readonly chain: Chain
  readonly key: LocalSigner
  /** The session that warrants of the chain may be bound to. */
  readonly session: string
  /** Delegations below a session at the top. */
  readonly depth: number
  /** Whether it is the session's own, and not the standing one. */
  readonly hasEntry: boolean
}

/** The warrant of a session: its own, or the standing one of the host, which is for sessions at the top alone. */
const heldBy = ({ host, settings, sessions, children }: Grounds, event: HookEvent): Held | undefined => {
  const { session, agent } = event
  if (session === '' || agent === '') return undefined
  const entry = sessions.get({ host, session, agent })
  if (entry !== undefined) {
    assertBound(entry.chain, event)
    const { chain, holderKey: key, boundTo = session, depth = 0 } = entry
    return { chain, key, session: boundTo, depth, hasEntry: true }
  }
  const { standing, gateway } = settings.hosts.get(host) ?? {}
  if (gateway === true || isRunName(host, session)) return undefined
  if (standing === undefined || agent !== undefined || event.subordinate === true) return undefined
  if (isMarkedChild(children, { host, session })) return undefined
  const [chain, key] = [parseChain(standing.chain), readSecretKeyFile(standing.keyFile)]
  return { chain, key, session, depth: 0, hasEntry: false }
}

const decisionUnder = async (held: Held, grounds: Grounds, event: HookEvent): Promise<SettledDecision> => {
  const { roots, revocation } = grounds.settings
  const call = callOf(event.tool, event.args as ValueObject) // of a tool event, which has both
  if (roots.length === 0) return deny('CHAIN_UNTRUSTED_ROOT', event)
  if (grounds.byNameAlone?.has(call.tool) === true && !leafOf(held.chain).payload.tools.has(call.tool))
    return deny('TOOL_NOT_GRANTED', event, 'tool')
  const enforcer = createEnforcer({
    roots,
    clock: grounds.clock,
    engines: await enginesFor(held.chain),
    cacheSize: 1,
    ...(revocation !== undefined && {
      revocation: {
        issuer: revocation.issuer,
        maxAgeSeconds: revocation.maxAgeSeconds,
        list: readPlainFile(revocation.listFile, { maxBytes: MAX_REVOCATION_LIST_BYTES }),
      },
    }),
  })
  const bound = enforcer.bind(held.chain, held.key)
  const name = { host: grounds.host, session: event.session, agent: event.agent }
  const decide = (approvals: readonly Approval[]): SettledDecision =>
    bound.enforce(call, { session: held.session, approvals })
  const first = decide([])
  if (first.kind === 'allow' || first.retry === undefined) return first
  const { decideWithApprovals } = await import('./approvals.js')
  return decideWithApprovals(
    { ...call, name, chain: held.chain, now: grounds.clock(), first, decide },
    grounds.approvals,
  )
}
