/**
 * Warrants of sessions: a child of a warrant that an operator gave, for a key that is made for one session, short, and
 * bound by its own signed bytes to that session, to the turn of it, and to whoever the turn is of.
 *
 * The protocol's own field for a session belongs to a whole chain, from its first warrant on, which is older than any
 * session here. So the binding is an extension of the leaf, which a child of that leaf does not have.
 */

import type { Engines } from '../capability/constraint.js'
import { generateKey, type LocalSigner } from '../crypto/signer.js'
import { grant } from '../warrant/attenuate.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import type { ToolsInput } from '../warrant/fields.js'
import { type Binding, BOUND_TO, bindingBytes } from './sessionBinding.js'
import type { SessionEntry } from './sessionStore.js'

/** What a session is given. */
export interface SessionGrant extends Binding {
  readonly host: string
  /** How the entry comes about, as in `gateway`. */
  readonly origin: string
  /** Unix seconds. */
  readonly now: number
  /** Unix seconds; never past the end of the parent. */
  readonly expiresAt: number
  /** Exactly these tools; those of the parent unless told. */
  readonly tools?: ToolsInput | undefined
  readonly engines?: Engines
}

/**
 * The entry of a session: a grant by the holder of `parent` to a key that is nowhere else.
 * @throws EscalationError ATTENUATE_…, MINT_TTL where it would have ended already; FormatError EXTENSION_TOO_LARGE,
 * TEXT_SURROGATE, KEY_RANDOM_SOURCE
 */
export const grantSession = (parent: Chain, signer: LocalSigner, options: SessionGrant): SessionEntry => {
  const { host, session, origin, tools, engines } = options
  const holderKey = generateKey()
  const now = Math.floor(options.now)
  const expiresAt = Math.min(Math.floor(options.expiresAt), leafOf(parent).payload.expiresAt)
  const chain = grant(
    parent,
    {
      holder: holderKey.publicKey,
      now,
      expiresAt,
      extensions: { [BOUND_TO]: bindingBytes(options) },
      ...(tools !== undefined && { tools }),
      ...(engines !== undefined && { engines }),
    },
    signer,
  )
  return Object.freeze({ host, session, chain, holderKey, origin, createdAt: now, expiresAt })
}
