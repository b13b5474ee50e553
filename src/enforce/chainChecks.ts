/** The checks of the call itself and of the chain: shape and size, authenticity, clock, time window, revocation. */

import { type Call, callOf, isCall } from '../capability/call.js'
import { copyBytes } from '../encoding/bytes.js'
import { CLOCK_TOLERANCE_SECONDS, MAX_CHAIN_BYTES } from '../encoding/limits.js'
import { DEFAULT_PROOF_PROFILE, profiledArgs } from '../statement/proofProfile.js'
import { type Chain, decodeOwnChain } from '../warrant/chain.js'
import type { Warrant } from '../warrant/envelope.js'
import { parseChain } from '../warrant/text.js'
import { verifyAuthenticity } from '../warrant/verify.js'
import type { Matter } from './matter.js'
import { isBytes, isShared, ownBytes, sizeOf } from './outsideBytes.js'
import { type Refusal, refusal, refusalOfError } from './refusal.js'
import { Standing } from './standing.js'

/**
 * The call, copied once: from here on nothing that was handed in is looked at again (attacks JS-1). Under a proof
 * profile that leaves something out, the call is what is left, so that a tool never sees what no proof covers.
 */
export const checkCall = (matter: Matter): Refusal | undefined => {
  const { call, tool, args } = matter.asked
  const copied = isCall(call) ? call : copyOfCall(tool, args)
  if (!isCall(copied)) return copied
  const { profile } = matter.setting
  if (profile === DEFAULT_PROOF_PROFILE) {
    matter.call = copied
    return undefined
  }
  return inProfile(matter, copied)
}

/** The inert copy of a call, or why there can be none. */
export const copyOfCall = (tool: unknown, args: unknown): Call | Refusal => {
  try {
    return callOf(tool, args)
  } catch (thrown) {
    return refusalOfError(thrown, 'ENFORCE_INTERNAL')
  }
}

const inProfile = (matter: Matter, call: Call): Refusal | undefined => {
  try {
    matter.call = callOf(call.tool, profiledArgs(call.args, matter.setting.profile))
    return undefined
  } catch (thrown) {
    return refusalOfError(thrown, 'PROOF_PROFILE')
  }
}

/**
 * The chain, found among those that were verified before, or decoded. A chain object is known by its identity, for the
 * bytes that it had when it was first seen: what it says of itself besides them is never read.
 */
export const checkChain = (matter: Matter): Refusal | undefined => {
  if (matter.standing !== undefined) return undefined
  const { chain } = matter.asked
  if (chain === undefined || chain === null) return refusal('WARRANT_MISSING')
  try {
    if (isChainObject(chain)) return refusalOfObject(matter, chain)
    if (typeof chain === 'string') return refusalOfBytes(matter, parseChain(chain).bytes)
    return isBytes(chain) ? refusalOfBytes(matter, chain) : refusal('ENVELOPE_MALFORMED', 'chain')
  } catch (thrown) {
    return refusalOfError(thrown, 'ENFORCE_INTERNAL', 'chain')
  }
}

/** Bytes are known by their digest alone: whoever holds them can change them. */
const isChainObject = (chain: unknown): chain is object =>
  typeof chain === 'object' && chain !== null && !isBytes(chain)

const refusalOfObject = (matter: Matter, chain: object): Refusal | undefined => {
  const { known } = matter.setting
  matter.standing = known.get(chain)
  if (matter.standing !== undefined) return undefined
  const bytes = ownBytes(chain)
  if (bytes === undefined) return refusal('ENVELOPE_MALFORMED', 'chain')
  const refused = refusalOfBytes(matter, bytes)
  if (matter.standing !== undefined) known.set(chain, matter.standing)
  return refused
}

const refusalOfBytes = (matter: Matter, bytes: Uint8Array): Refusal | undefined => {
  if (sizeOf(bytes) > MAX_CHAIN_BYTES) return refusal('CHAIN_TOO_LARGE', 'chain')
  const { cache, backend } = matter.setting
  const digest = backend.sha256(bytes)
  matter.standing = cache.get(keyOf(digest))
  if (matter.standing !== undefined) return undefined
  // What is verified and remembered is one copy, under the digest of that copy.
  const own = copyBytes(bytes)
  matter.digest = isShared(bytes) ? backend.sha256(own) : digest
  matter.claim = decodeOwnChain(own)
  return undefined
}

/** A digest as a key: all 256 bits, since whoever makes chains could look for two that share fewer. */
const keyOf = (digest: Uint8Array): string => {
  const unit = (i: number): number => ((digest[2 * i] as number) << 8) | (digest[2 * i + 1] as number)
  return String.fromCharCode(
    unit(0),
    unit(1),
    unit(2),
    unit(3),
    unit(4),
    unit(5),
    unit(6),
    unit(7),
    unit(8),
    unit(9),
    unit(10),
    unit(11),
    unit(12),
    unit(13),
    unit(14),
    unit(15),
  )
}

/** Signatures and laws of the chain, under the roots of this enforcer: asked once for each chain. */
export const checkAuthenticity = (matter: Matter): Refusal | undefined => {
  if (matter.standing !== undefined) return undefined
  const { claim, digest, setting, asked } = matter
  const chain = claim as Chain // by checkChain, which leaves a standing, or a claim and its digest
  try {
    const standing = new Standing(
      verifyAuthenticity(chain, setting),
      digest as Uint8Array, // by checkChain
      setting.engines,
    )
    setting.cache.set(keyOf(standing.digest), standing, standing.size)
    if (isChainObject(asked.chain)) setting.known.set(asked.chain, standing)
    matter.standing = standing
    return undefined
  } catch (thrown) {
    return refusalOfError(thrown, 'ENFORCE_INTERNAL')
  }
}

/** The one reading of the clock. */
export const checkClock = (matter: Matter): Refusal | undefined => {
  const now = matter.setting.time.now()
  if (Number.isNaN(now)) return refusal('CLOCK_UNAVAILABLE')
  matter.now = now
  return undefined
}

/** Every warrant of the chain is inside its time: expiry is exact, to the second; the tolerance is for issuers' clocks. */
export const checkTime = (matter: Matter): Refusal | undefined => {
  const { expiresAt, latestIssuedAt } = matter.standing as Standing // by checkAuthenticity
  const { now } = matter
  if (now < expiresAt && latestIssuedAt <= now + CLOCK_TOLERANCE_SECONDS) return undefined
  return refusalOfTime(matter.standing as Standing, now)
}

const refusalOfTime = ({ verified }: Standing, now: number): Refusal => {
  const { warrants } = verified.chain
  const at = warrants.findIndex(({ payload }) => now >= payload.expiresAt || isAhead(payload.issuedAt, now))
  const where = `warrants.${at}`
  if (!isAhead((warrants[at] as Warrant).payload.issuedAt, now)) return refusal('WARRANT_EXPIRED', where)
  return refusal('CHAIN_ISSUED_AT', where, { rule: () => 'ISSUED_AT_FUTURE' })
}

const isAhead = (issuedAt: number, now: number): boolean => issuedAt > now + CLOCK_TOLERANCE_SECONDS

export const checkRevocation = (matter: Matter): Refusal | undefined =>
  matter.setting.revocations?.refusalOf(matter.standing as Standing, matter.now) // by checkAuthenticity
