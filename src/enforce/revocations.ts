/** The revocation list that an enforcer holds: newer ones replace it, older ones are refused, stale ones deny. */

import type { CryptoBackend } from '../crypto/backend.js'
import type { PublicKey } from '../crypto/keys.js'
import { copyBytes } from '../encoding/bytes.js'
import {
  acceptRevocationList,
  checkRevocationFreshness,
  decodeRevocationList,
  parseRevocationList,
  type RevocationList,
  revokedIdsOf,
  type VerifiedRevocationList,
  verifyRevocationList,
} from '../statement/revocation.js'
import { isBytes, ownBytes } from './outsideBytes.js'
import { type Refusal, refusal } from './refusal.js'
import type { Standing } from './standing.js'

/** A list as it comes from outside: its bytes, their base64, or what was decoded of them. */
export type RevocationListInput = Uint8Array | string | RevocationList

export class Revocations {
  readonly #issuer: PublicKey
  readonly #maxAgeSeconds: number | undefined
  readonly #backend: CryptoBackend
  #held: VerifiedRevocationList | undefined = undefined
  #revoked: ReadonlySet<string> = new Set()

  constructor(issuer: PublicKey, maxAgeSeconds: number | undefined, backend: CryptoBackend) {
    this.#issuer = issuer
    this.#maxAgeSeconds = maxAgeSeconds
    this.#backend = backend
  }

  /**
   * Holds this list from now on. What is held stays where it throws.
   * @throws FormatError REVOCATION_LIST_MALFORMED, TEXT_NOT_BASE64; TrustError REVOCATION_SIGNATURE, REVOCATION_ROLLBACK
   */
  update(input: RevocationListInput): void {
    const verified = verifyRevocationList(read(input), this.#issuer, this.#backend)
    const accepted = acceptRevocationList(this.#held, verified)
    this.#revoked = revokedIdsOf(accepted)
    this.#held = accepted
  }

  /** Why the chain may not be used now: nothing current tells what is revoked, or one of its warrants is. */
  refusalOf(standing: Standing, now: number): Refusal | undefined {
    // An ancestor that is not shown may be the one that is revoked.
    if (standing.verified.isDetached) return refusal('CHAIN_ROOT_DEPTH', 'warrants.0', ANCESTORS)
    const held = this.#held
    const maxAgeSeconds = this.#maxAgeSeconds
    if (maxAgeSeconds !== undefined) {
      const stale = checkRevocationFreshness(held, { now, maxAgeSeconds })
      if (stale !== undefined) return refusal(stale)
    }
    // One list never changes its mind about one chain, so that it is searched once for each.
    if (held === undefined || standing.clearedBy === held) return undefined
    if (standing.ids.some((id) => this.#revoked.has(id))) return refusal('WARRANT_REVOKED')
    standing.clearedBy = held
    return undefined
  }
}

const ANCESTORS = Object.freeze({ rule: () => 'REVOCATION_ANCESTORS' as const })

/** A decoded list is read again from its bytes: nothing else of it is covered by the signature. */
const read = (input: RevocationListInput): RevocationList => {
  if (typeof input === 'string') return parseRevocationList(input)
  const bytes = isBytes(input) ? input : ownBytes(input)
  if (bytes === undefined)
    throw new TypeError('a revocation list is its bytes, their base64, or a decoded list')
  return decodeRevocationList(copyBytes(bytes))
}
