/**
 * Warrants of sessions: a child of a warrant that an operator gave, for a key that is made for one session, short, and
 * bound by its own signed bytes to that session, to the turn of it, and to whoever the turn is of.
 *
 * The protocol's own field for a session belongs to a whole chain, from its first warrant on, which is older than any
 * session here. So the binding is an extension of the leaf, which a child of that leaf does not have.
 */

import type { Engines } from '../capability/constraint.js'
import { generateKey, type LocalSigner } from '../crypto/signer.js'
import { fromUtf8, toUtf8 } from '../encoding/bytes.js'
import { formatJson, parseJson } from '../encoding/json.js'
import { isObject, type Value } from '../encoding/value.js'
import { DenialError, FormatError } from '../errors.js'
import { grant } from '../warrant/attenuate.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import type { ToolsInput } from '../warrant/fields.js'
import type { SessionEntry } from './sessionStore.js'

/** What the leaf of a session's chain is bound to. */
export interface Binding {
  readonly session: string
  /** The turn, where the host names turns: calls of another are none of this warrant's. */
  readonly turn?: string | undefined
  /** Where the sender wrote, as in `telegram`. */
  readonly platform?: string | undefined
  readonly sender?: string | undefined
}

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

const BOUND_TO = 'warrant.bound_to'
const FIELDS = ['session', 'turn', 'platform', 'sender'] as const

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

/** What the leaf of a chain is bound to, if it is. @throws FormatError STATE_MALFORMED where that cannot be read */
export const bindingOf = (chain: Chain): Binding | undefined => {
  const bytes = leafOf(chain).payload.extensions.get(BOUND_TO)
  if (bytes === undefined) return undefined
  const written = readJson(bytes)
  if (typeof written['session'] !== 'string' || !Object.entries(written).every(isField)) throw malformed()
  return written as unknown as Binding // texts of these names, as just asked
}

/**
 * Asserts that a chain may be used for a call of this session and turn.
 * @throws DenialError SESSION_MISMATCH, FormatError STATE_MALFORMED
 */
export const assertBound = (chain: Chain, call: { session: string; turn?: string | undefined }): void => {
  const binding = bindingOf(chain)
  if (binding === undefined) return
  if (binding.session !== call.session) throw mismatch('session')
  if (binding.turn !== undefined && binding.turn !== call.turn) throw mismatch('turn')
}

/** Whether two turns are of the same sender. */
export const isSameSender = (one: Binding | undefined, other: Binding): boolean =>
  one !== undefined && one.platform === other.platform && one.sender === other.sender

const bindingBytes = (options: SessionGrant): Uint8Array => {
  const named = FIELDS.map((name) => [name, options[name]] as const)
  const written = named.filter((field): field is [(typeof FIELDS)[number], string] => field[1] !== undefined)
  return toUtf8(formatJson(Object.fromEntries(written)))
}

const readJson = (bytes: Uint8Array): Readonly<Record<string, Value>> => {
  try {
    const value = parseJson(fromUtf8(bytes))
    if (isObject(value)) return value
  } catch {
    // Said below.
  }
  throw malformed()
}

const isField = ([name, value]: readonly [string, Value]): boolean =>
  FIELDS.some((field) => field === name) && typeof value === 'string'

const mismatch = (where: string): DenialError => new DenialError('SESSION_MISMATCH', undefined, { where })

const malformed = (): FormatError => new FormatError('STATE_MALFORMED', undefined, { where: BOUND_TO })
