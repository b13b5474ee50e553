/**
 * Bound warrants: for a guard that lives in the same process as the holder's key. Possession is proved once: by a secret
 * key that is here and is the holder's, or by signing a fresh challenge. Calls need no signature then. Time and revocation
 * are asked for every call all the same.
 */

import { type Call, isCall } from '../capability/call.js'
import { defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import { randomBytes } from '../crypto/random.js'
import { isSecretKeyOf, type LocalSigner, type Signer } from '../crypto/signer.js'
import { concatBytes } from '../encoding/bytes.js'
import { DenialError } from '../errors.js'
import type { Approval } from '../statement/approval.js'
import { type Prepared, signPrepared, signPreparedAsync } from '../statement/prepared.js'
import { BINDING_CHECKS, decide, firstRefusal } from './decide.js'
import { type Decision, denialOf, denied, NO_FACTS } from './decision.js'
import { type Explanation, explain } from './explain.js'
import { Matter, NOTHING_ASKED, type Purpose } from './matter.js'
import { own } from './options.js'
import type { Setting } from './setting.js'
import type { Standing } from './standing.js'

/** What comes with a call under a bound warrant. */
export interface BoundContext {
  readonly session?: string | undefined
  readonly approvals?: readonly (Approval | Uint8Array | string)[] | undefined
}

/** A warrant whose holder's key was shown to be at hand. Tied to the enforcer that bound it. */
export interface BoundWarrant {
  readonly warrantId: string
  /** The decision on a call: an inert one, or a tool name and arguments, which are copied. Never throws. */
  enforce(call: Call, context?: BoundContext): Decision
  enforce(tool: string, args: unknown, context?: BoundContext): Decision
  /** Every check of that decision; uses nothing up. Never throws. */
  explain(call: Call, context?: BoundContext): Explanation
  explain(tool: string, args: unknown, context?: BoundContext): Explanation
}

/** Binds with a key that is here. @throws as {@link bindable}; DenialError PROOF_INVALID */
export const bind = (setting: Setting, chain: unknown, signer: LocalSigner): BoundWarrant => {
  const standing = bindable(setting, chain)
  return isShown(setting, standing, signer)
    ? new Bound(MAKER, setting, standing)
    : signPrepared(challengeFor(setting, standing), signer)
}

/** Binds with a key that may be elsewhere. */
export const bindAsync = async (setting: Setting, chain: unknown, signer: Signer): Promise<BoundWarrant> => {
  const standing = bindable(setting, chain)
  return isShown(setting, standing, signer)
    ? new Bound(MAKER, setting, standing)
    : signPreparedAsync(challengeFor(setting, standing), signer)
}

/** Whether this is a bound warrant of that setting. Never throws. */
export const isBoundTo = (thing: unknown, setting: Setting): thing is BoundWarrant =>
  settingOf(thing) === setting

/** Whether this is a bound warrant at all. */
export const isBound = (thing: unknown): thing is BoundWarrant => settingOf(thing) !== undefined

const CHALLENGE_BYTES = 32

/** @throws DenialError with the code of the first check of the chain that fails */
const bindable = (setting: Setting, chain: unknown): Standing => {
  const matter = new Matter(setting, 'explain', { ...NOTHING_ASKED, chain }, undefined)
  const refused = firstRefusal(BINDING_CHECKS, matter)
  if (refused !== undefined) throw denialOf(denied(refused, undefined, matter.standing ?? NO_FACTS, []))
  return matter.standing as Standing // every check of the chain has passed
}

/** Whether the key is known to be the holder's without a signature. A backend of one's own is asked about every key. */
const isShown = ({ backend }: Setting, { payload }: Standing, signer: unknown): boolean =>
  backend === defaultBackend && isSecretKeyOf(signer, payload.holder)

const challengeFor = (setting: Setting, standing: Standing): Prepared<BoundWarrant> => {
  // Random, so that a signature made for one binding is worth nothing for another; and it names the warrant.
  const message = signedMessage('binding', concatBytes(standing.digest, randomBytes(CHALLENGE_BYTES)))
  return {
    message,
    finish: (signature) => {
      if (setting.backend.verify(standing.payload.holder, message, signature) !== true) {
        throw new DenialError('PROOF_INVALID', 'the signer is not the holder')
      }
      return new Bound(MAKER, setting, standing)
    },
  }
}

let settingOf: (thing: unknown) => Setting | undefined

/** Only this module has it. */
const MAKER: unique symbol = Symbol('maker')

class Bound implements BoundWarrant {
  readonly #setting: Setting
  readonly #standing: Standing
  readonly warrantId: string

  static {
    settingOf = (thing) =>
      typeof thing === 'object' && thing !== null && #setting in thing ? thing.#setting : undefined
  }

  constructor(maker: typeof MAKER, setting: Setting, standing: Standing) {
    if (maker !== MAKER) throw new TypeError('a bound warrant is made by bind() alone')
    this.#setting = setting
    this.#standing = standing
    this.warrantId = standing.warrantId
    Object.freeze(this)
  }

  enforce(call: Call | string, second?: unknown, third?: BoundContext): Decision {
    return decide(this.#matter('enforce', call, second, third))
  }

  explain(call: Call | string, second?: unknown, third?: BoundContext): Explanation {
    return explain(this.#matter('explain', call, second, third))
  }

  #matter(purpose: Purpose, first: unknown, second: unknown, third: unknown): Matter {
    const inert = isCall(first)
    const context = inert ? second : third
    return new Matter(
      this.#setting,
      purpose,
      {
        chain: undefined,
        call: inert ? first : undefined,
        tool: inert ? undefined : first,
        args: inert ? undefined : second,
        proof: undefined,
        approvals: contextual(context, 'approvals'),
        session: contextual(context, 'session'),
      },
      this.#standing,
    )
  }
}
Object.freeze(Bound)
Object.freeze(Bound.prototype)

/** A part of the context, where there is one that can be read. */
const contextual = (context: unknown, name: keyof BoundContext): unknown => {
  if (context === undefined) return undefined
  try {
    return own(context as BoundContext, name) // read as unknown
  } catch {
    return undefined
  }
}
