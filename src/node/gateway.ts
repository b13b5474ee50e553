/**
 * Gateways for embedders: many people write to one agent, and each turn is made under a warrant for the role of its sender.
 * Roles come from a function of the embedder's, warrants of sessions lie in a store that may be shared by several
 * machines, and the gateway's own key narrows its standing warrant for each turn.
 */

import { callOf } from '../capability/call.js'
import type { Engines } from '../capability/constraint.js'
import type { LocalSigner } from '../crypto/signer.js'
import { type Decision, type DenyCode, denied, NO_FACTS } from '../enforce/decision.js'
import type { Enforcer } from '../enforce/enforcer.js'
import { refusal } from '../enforce/refusal.js'
import { DenialError, isWarrantError } from '../errors.js'
import type { Approval } from '../statement/approval.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import type { ToolsInput } from '../warrant/fields.js'
import { type Binding, bindingOf, isSameSender } from './sessionBinding.js'
import { grantSession } from './sessionGrant.js'
import type { AsyncSessionStore, SessionEntry, SessionStore } from './sessionStore.js'

/** Whose turn it is. */
export interface Who {
  /** Where it was written, as in `telegram`. */
  readonly platform: string
  /** Undefined where the platform names nobody. */
  readonly sender: string | undefined
}

/** A turn that begins. */
export interface Turn extends Who {
  readonly session: string
  /** New for each message: no call of another turn is made under its warrant. */
  readonly turn: string
}

/** What a role may do. */
export interface GatewayRole {
  /** Exactly these tools, which the standing warrant must cover; or all of its own. */
  readonly tools: ToolsInput | 'inherit'
  /** How long the warrant of one turn lives. */
  readonly ttlSeconds: number
}

export interface GatewayConfig {
  /** What the gateway may do at all. */
  readonly standing: Chain
  /** The key of its holder. No key of an issuer is asked for. */
  readonly signer: LocalSigner
  /** The role of a sender; undefined for whoever has none. A function that throws or rejects gives none either. */
  readonly roleOf: (who: Who) => GatewayRole | undefined | Promise<GatewayRole | undefined>
  readonly store: SessionStore | AsyncSessionStore
  /** Roots, clock, revocation. */
  readonly enforcer: Enforcer
  /** Unix seconds. */
  readonly clock: () => number
  /** For constraints that hold regular expressions or CEL. */
  readonly engines?: Engines
  /** Told apart from other gateways in the same store; `gateway` unless told. */
  readonly name?: string
  /** How long the store and `roleOf` are waited for; 1,000 unless told. Past it the turn or the call is denied. */
  readonly timeoutMilliseconds?: number
}

/** What became of a turn. */
export type TurnResult =
  | { readonly kind: 'bound'; readonly warrantId: string; readonly expiresAt: number }
  | { readonly kind: 'refused'; readonly code: DenyCode; readonly where: string | undefined }

/** One call of a turn. */
export interface TurnCall {
  readonly session: string
  readonly turn: string
  readonly tool: string
  readonly args: unknown
  readonly approvals?: readonly (Approval | Uint8Array | string)[]
}

export interface Gateway {
  /** Gives the session the warrant of this turn, in place of what it had. Never rejects: what goes wrong refuses. */
  turn(turn: Turn): Promise<TurnResult>
  /** The decision on a call of a turn that was bound. Never rejects. */
  enforce(call: TurnCall): Promise<Decision>
  /** Ends a session and what it granted. Rejects as the store does, and with STORE_FAILED past the timeout. */
  end(session: string): Promise<boolean>
}

const TIMEOUT_MILLISECONDS = 1_000

/**
 * A gateway.
 *
 *     const gateway = createGateway({ standing, signer, enforcer, clock, store: memorySessionStore(), roleOf })
 *     await gateway.turn({ session: 'group-7', turn: message.id, platform: 'telegram', sender: '1001' })
 *     const decision = await gateway.enforce({ session: 'group-7', turn: message.id, tool: 'read_file', args })
 *
 * @throws TypeError where the signer does not hold the standing warrant
 */
export const createGateway = (config: GatewayConfig): Gateway => {
  const given = { ...config }
  if (leafOf(given.standing).payload.holder !== given.signer.publicKey)
    throw new TypeError('the signer is not the holder of the standing warrant')
  return Object.freeze({
    turn: (turn: Turn) => bindTurn(given, { ...turn }),
    enforce: (call: TurnCall) => decide(given, { ...call }),
    end: (session: string) => within(given, () => given.store.end(nameOf(given, session))),
  })
}

const nameOf = ({ name = 'gateway' }: GatewayConfig, session: string) => ({ host: name, session })

const bindTurn = async (config: GatewayConfig, turn: Turn): Promise<TurnResult> => {
  const { store } = config
  try {
    const entry = await entryFor(config, turn)
    const name = nameOf(config, turn.session)
    const before = await within(config, () => store.get(name))
    if (before !== undefined && !isSameSender(bindingIn(before), turn))
      await within(config, () => store.end(name))
    await within(config, () => store.put(entry, { replace: true }))
    const { id, expiresAt } = leafOf(entry.chain).payload
    return Object.freeze({ kind: 'bound', warrantId: id, expiresAt })
  } catch (thrown) {
    // What the last turn had is bound to that turn; but where it can go, it goes.
    await within(config, () => store.end(nameOf(config, turn.session))).catch(() => false)
    const { code, where } = codeOf(thrown)
    return Object.freeze({ kind: 'refused', code, where })
  }
}

const entryFor = async (config: GatewayConfig, turn: Turn): Promise<SessionEntry> => {
  const { standing, signer, engines, clock } = config
  const { session, platform, sender } = turn
  if (session === '' || turn.turn === '') throw denial('SESSION_UNKNOWN', 'session')
  const role = await within(config, () => config.roleOf({ platform, sender }))
  if (!isRole(role)) throw denial('ROLE_UNKNOWN', 'sender')
  const now = clock()
  const tools = role.tools === 'inherit' ? undefined : role.tools
  return grantSession(standing, signer, {
    ...{ ...nameOf(config, session), turn: turn.turn, platform, sender },
    ...{ origin: 'gateway', now, expiresAt: now + role.ttlSeconds, tools },
    ...(engines !== undefined && { engines }),
  })
}

/** A role that does not say which tools is not one of all tools. */
const isRole = (role: GatewayRole | undefined): role is GatewayRole =>
  typeof role === 'object' && role !== null && isToolsInput(role.tools)

const isToolsInput = (tools: unknown): boolean =>
  tools === 'inherit' || (typeof tools === 'object' && tools !== null)

/** What an entry is bound to; undefined for one of which that cannot be told, which is then somebody else's. */
const bindingIn = ({ chain }: SessionEntry): Binding | undefined => {
  try {
    return bindingOf(chain)
  } catch {
    return undefined
  }
}

const decide = async (config: GatewayConfig, asked: TurnCall): Promise<Decision> => {
  let tool: string | undefined
  try {
    const call = callOf(asked.tool, asked.args)
    tool = call.tool
    const approvals = [...(asked.approvals ?? [])]
    const { chain, holderKey } = await heldFor(config, asked)
    // Nothing is waited for from here on: time and revocation are asked as they are when the call is made.
    return config.enforcer.bind(chain, holderKey).enforce(call, { session: asked.session, approvals })
  } catch (thrown) {
    const { code, where } = codeOf(thrown)
    return denied(refusal(code, where), tool, NO_FACTS, [])
  }
}

/** The entry of a session, asked for whatever a store may answer. */
const heldFor = async (config: GatewayConfig, { session, turn }: TurnCall): Promise<SessionEntry> => {
  const name = nameOf(config, session)
  const entry = await within(config, () => config.store.get(name))
  if (entry === undefined || entry === null) throw denial('SESSION_UNKNOWN', 'session')
  const binding = bindingOf(entry.chain)
  if (entry.host !== name.host || entry.session !== session || binding?.session !== session)
    throw denial('SESSION_MISMATCH', 'session')
  if (binding.turn !== turn) throw denial('SESSION_MISMATCH', 'turn')
  return entry
}

/** The answer within the time that there is. @throws DenialError STORE_FAILED, and what was thrown */
const within = <T>(
  { timeoutMilliseconds = TIMEOUT_MILLISECONDS }: GatewayConfig,
  ask: () => T | Promise<T>,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(denial('STORE_FAILED')), timeoutMilliseconds)
    const settle =
      <V>(then: (value: V) => void) =>
      (value: V): void => {
        clearTimeout(timer)
        then(value)
      }
    Promise.resolve().then(ask).then(settle(resolve), settle(reject))
  })

const denial = (
  code: 'SESSION_UNKNOWN' | 'SESSION_MISMATCH' | 'ROLE_UNKNOWN' | 'STORE_FAILED',
  where?: string,
) => new DenialError(code, undefined, where === undefined ? {} : { where })

/** The code of what was thrown: ours where it is one of ours, and that of a store where it is anything else. */
const codeOf = (thrown: unknown): { readonly code: DenyCode; readonly where: string | undefined } => {
  if (!isWarrantError(thrown)) return { code: 'STORE_FAILED', where: undefined }
  // A role that exceeds the standing warrant is nobody's.
  if (thrown.name === 'EscalationError') return { code: 'ROLE_UNKNOWN', where: thrown.where }
  return { code: thrown.code as DenyCode, where: thrown.where } // of any family but that
}
