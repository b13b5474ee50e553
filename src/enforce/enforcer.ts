/** The enforcer: roots, clock, revocation, replay memory and engines, fixed once; then one decision for each call. */

import type { Call } from '../capability/call.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import type { Approval } from '../statement/approval.js'
import type { Chain } from '../warrant/chain.js'
import { type BoundWarrant, bind, bindAsync } from './bind.js'
import { type EnforcerConfig, readConfig, type SharedEnforcerConfig } from './config.js'
import { decide, decideShared } from './decide.js'
import type { Decision } from './decision.js'
import { type Explanation, explain, explainShared } from './explain.js'
import { askedOf, Matter, type Purpose } from './matter.js'
import type { RevocationListInput } from './revocations.js'
import type { Setting } from './setting.js'
import type { SharedReplay } from './sharedStore.js'

/** One call and what is presented for it. Everything in it may come from outside. */
export type EnforceRequest = Presented & (ToolCall | InertCall)

/** What is presented for a call. */
export interface Presented {
  /** A chain: its bytes, a text form of it, or what was decoded of them. */
  readonly chain: Chain | Uint8Array | string
  /** The holder's proof for this call: its 64 bytes, or a text form of them. */
  readonly proof?: Uint8Array | string | undefined
  readonly approvals?: readonly (Approval | Uint8Array | string)[] | undefined
  /** The session that the call is made in. */
  readonly session?: string | undefined
}

export interface ToolCall {
  readonly tool: string
  /** Copied once; the copy is checked, and is what an allow carries. */
  readonly args: unknown
}

export interface InertCall {
  /** A call that `callOf` has copied already. */
  readonly call: Call
}

/** What both kinds of enforcer can do besides deciding. */
export interface EnforcerBase {
  /**
   * A warrant for calls without a proof each, once `signer` has shown that it holds the holder's key.
   * @throws DenialError with the code of the check of the chain that failed, or PROOF_INVALID; FormatError
   * SIGNATURE_LENGTH; and whatever the signer throws
   */
  bind(chain: Chain | Uint8Array | string, signer: LocalSigner): BoundWarrant
  /** {@link bind} with a signer that may be elsewhere. */
  bindAsync(chain: Chain | Uint8Array | string, signer: Signer): Promise<BoundWarrant>
  /**
   * Holds a newer revocation list, in force from the next call on.
   * @throws FormatError REVOCATION_LIST_MALFORMED, TEXT_NOT_BASE64; TrustError REVOCATION_SIGNATURE,
   * REVOCATION_ROLLBACK, all of which leave the held list in force; TypeError where no revocation is configured
   */
  updateRevocations(list: RevocationListInput): void
}

/** Decides at once, so that nothing can come between the check and the call. */
export interface Enforcer extends EnforcerBase {
  /** The decision on one call. Never throws, whatever the request is. */
  enforce(request: EnforceRequest): Decision
  /** Every check of that decision, in order. Uses nothing up. Never throws. */
  explain(request: EnforceRequest): Explanation
}

/** Decides after asking a shared store, last. There is no `enforce` on it, so that none can be called by mistake. */
export interface AsyncEnforcer extends EnforcerBase {
  /** The decision on one call. Never rejects. The request is read before the first wait, and never again. */
  enforceAsync(request: EnforceRequest): Promise<Decision>
  explainAsync(request: EnforceRequest): Promise<Explanation>
}

/**
 * An enforcer.
 *
 * @example
 * const enforcer = createEnforcer({ roots: [issuer], clock: () => Date.now() / 1000 })
 * const decision = enforcer.enforce({ chain, tool: 'read_file', args: { path: '/data/q3.csv' }, proof })
 * if (decision.kind === 'allow') await readFile(decision.call.args.path)
 *
 * @throws TypeError for a configuration that none can be made of; as `updateRevocations` for a list to begin with
 */
export function createEnforcer(config: SharedEnforcerConfig): AsyncEnforcer
export function createEnforcer(config: EnforcerConfig): Enforcer
export function createEnforcer(config: EnforcerConfig | SharedEnforcerConfig): Enforcer | AsyncEnforcer {
  const { setting, shared } = readConfig(config)
  const enforcer = shared === undefined ? localEnforcer(setting) : sharedEnforcer(setting, shared)
  settings.set(enforcer, setting)
  return enforcer
}

const settings = new WeakMap<object, Setting>()

/** The setting of an enforcer that {@link createEnforcer} made; for the guard alone. */
export const settingOfEnforcer = (enforcer: object): Setting | undefined => settings.get(enforcer)

const matterOf = (setting: Setting, purpose: Purpose, request: unknown): Matter =>
  new Matter(setting, purpose, askedOf(request), undefined)

const base = (setting: Setting): EnforcerBase => ({
  bind: (chain, signer) => bind(setting, chain, signer),
  bindAsync: async (chain, signer) => bindAsync(setting, chain, signer),
  updateRevocations: (list) => {
    if (setting.revocations === undefined) throw new TypeError('no revocation is configured')
    setting.revocations.update(list)
  },
})

const localEnforcer = (setting: Setting): Enforcer =>
  Object.freeze({
    ...base(setting),
    enforce: (request: EnforceRequest) => decide(matterOf(setting, 'enforce', request)),
    explain: (request: EnforceRequest) => explain(matterOf(setting, 'explain', request)),
  })

const sharedEnforcer = (setting: Setting, shared: Required<SharedReplay>): AsyncEnforcer =>
  Object.freeze({
    ...base(setting),
    enforceAsync: (request: EnforceRequest) => decideShared(matterOf(setting, 'enforce', request), shared),
    explainAsync: (request: EnforceRequest) => explainShared(matterOf(setting, 'explain', request), shared),
  })
