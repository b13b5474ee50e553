/**
 * What the warrant of a session is bound to: an extension of the leaf names the session, the turn of it, and whoever the
 * turn is of. Reading it is a matter of every call, granting one of few.
 */

import { fromUtf8, toUtf8 } from '../encoding/bytes.js'
import { formatJson, parseJson } from '../encoding/json.js'
import { isObject, type Value } from '../encoding/value.js'
import { DenialError, FormatError } from '../errors.js'
import { type Chain, leafOf } from '../warrant/chain.js'

/** What the leaf of a session's chain is bound to. */
export interface Binding {
  readonly session: string
  /** The turn, where the host names turns: calls of another are none of this warrant's. */
  readonly turn?: string | undefined
  /** Where the sender wrote, as in `telegram`. */
  readonly platform?: string | undefined
  readonly sender?: string | undefined
}

/** The name of the extension. */
export const BOUND_TO = 'warrant.bound_to'
const FIELDS = ['session', 'turn', 'platform', 'sender'] as const

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

/** The bytes of the extension. */
export const bindingBytes = (binding: Binding): Uint8Array => {
  const named = FIELDS.map((name) => [name, binding[name]] as const)
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
