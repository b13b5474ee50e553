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
import type { SessionStore } from '../node/sessionStore.js'
import { readPlainFile } from '../node/wholeFile.js'
import type { Chain } from '../warrant/chain.js'
import { parseChain } from '../warrant/text.js'
import { enginesFor } from './engines.js'
import type { HookEvent } from './event.js'
import type { Settings } from './settings.js'

/** What decisions are made from. */
export interface Grounds {
  readonly host: string
  readonly settings: Settings
  readonly sessions: SessionStore
  /** Unix seconds. */
  readonly clock: () => number
}

/** A decision, and the chain that it was made under. */
export interface Judgement {
  readonly decision: SettledDecision
  readonly chain: Chain | undefined
}

/** The decision on the call of an event. Never rejects: whatever goes wrong denies. */
export const judge = async (grounds: Grounds, event: HookEvent): Promise<Judgement> => {
  let chain: Chain | undefined
  try {
    const held = heldBy(grounds, event)
    if (held === undefined) return { decision: deny('SESSION_UNKNOWN', event, 'session'), chain }
    chain = held.chain
    return { decision: await decisionUnder(held, grounds, event), chain }
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
interface Held {
  readonly chain: Chain
  readonly key: LocalSigner
  /** The session that warrants of the chain may be bound to. */
  readonly session: string
}

/** The warrant of a session: its own, or the standing one of the host, which is for sessions at the top alone. */
const heldBy = ({ host, settings, sessions }: Grounds, event: HookEvent): Held | undefined => {
  const { session, agent } = event
  if (session === '' || agent === '') return undefined
  const entry = sessions.get({ host, session, agent })
  if (entry !== undefined)
    return { chain: entry.chain, key: entry.holderKey, session: entry.boundTo ?? session }
  const standing = settings.hosts.get(host)?.standing
  if (standing === undefined || agent !== undefined) return undefined
  return { chain: parseChain(standing.chain), key: readSecretKeyFile(standing.keyFile), session }
}

const decisionUnder = async (held: Held, grounds: Grounds, event: HookEvent): Promise<SettledDecision> => {
  const { roots, revocation } = grounds.settings
  const call = callOf(event.tool, event.args as ValueObject) // of a tool event, which has both
  if (roots.length === 0) return deny('CHAIN_UNTRUSTED_ROOT', event)
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
  return enforcer.bind(held.chain, held.key).enforce(call, { session: held.session })
}
