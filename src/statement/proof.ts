/**
 * Proof of possession: the holder of the leaf makes this call, with these arguments, about now (format §8).
 *
 * A proof is one signature over the warrant's id, the tool, the arguments and a window of 30 seconds. It carries no
 * nonce: two identical calls in one window have identical proofs, which is what replay memory is for.
 */

import { type Call, callOf, isCall } from '../capability/call.js'
import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { checkedMessage, signedMessage } from '../crypto/contexts.js'
import { type PublicKey, type Signature, signatureFromBytes } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { fromBase64, fromBase64Url, toBase64 } from '../encoding/base64url.js'
import { fromHex } from '../encoding/bytes.js'
import { DEFAULT_PROOF_WINDOWS } from '../encoding/limits.js'
import type { ValueObject } from '../encoding/value.js'
import { type DenialCode, DenialError, FormatError, TrustError } from '../errors.js'
import type { WarrantId } from '../warrant/id.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'
import {
  challengeOpening,
  isTime,
  proofChallenge,
  proofWindows,
  windowBytes,
  windowOf,
} from './proofChallenge.js'
import { DEFAULT_PROOF_PROFILE, type ProofProfile, profiledArgs } from './proofProfile.js'

export {
  assertProofWindows,
  dedupKey,
  proofChallenge,
  proofLifetimeSeconds,
  proofWindows,
} from './proofChallenge.js'
export { DEFAULT_PROOF_PROFILE, PROOF_PROFILES, type ProofProfile, profiledArgs } from './proofProfile.js'

/** The 64 bytes of a proof. */
export type Proof = Signature

/** What a proof is for: a warrant, or a chain, whose leaf is meant. */
export type ProofTarget = ProofWarrant | { readonly warrants: readonly ProofWarrant[] }

/** What a proof needs to know of a warrant. */
export interface ProofWarrant {
  readonly payload: { readonly id: WarrantId; readonly holder: PublicKey }
}

/** When a proof is made, and in which form. */
export interface ProveOptions {
  /** Unix seconds, fractions allowed. */
  readonly now: number
  /** How arguments are written; the verifier's choice, see {@link ProofProfile}. Default `tenuo-0.2`. */
  readonly profile?: ProofProfile
}

/**
 * The holder's proof for one call. Arguments that are no {@link Call} yet are copied as `callOf` does.
 *
 * @throws FormatError KEY_MISMATCH where the signer is not the holder; DenialError PROOF_PROFILE, CALL_…;
 * TrustError CLOCK_UNAVAILABLE for a time that is none.
 * @example
 * const proof = prove(chain, { tool: 'read_file', args: { path: '/data/q3.csv' } }, holderKey, { now: Date.now() / 1000 })
 */
export const prove = (
  target: ProofTarget,
  call: Call | { readonly tool: string; readonly args: unknown },
  signer: LocalSigner,
  options: ProveOptions,
): Proof => signPrepared(prepareProof(target, call, signer.publicKey, options), signer)

/** {@link prove} with a signer that may be elsewhere. */
export const proveAsync = async (
  target: ProofTarget,
  call: Call | { readonly tool: string; readonly args: unknown },
  signer: Signer,
  options: ProveOptions,
): Promise<Proof> => signPreparedAsync(prepareProof(target, call, signer.publicKey, options), signer)

/** When a proof is checked, and how. */
export interface CheckProofOptions extends ProveOptions {
  /** Windows of 30 seconds that are tried: 2 to 10, default 5 (plus or minus a minute). */
  readonly maxWindows?: number
  readonly backend?: CryptoBackend
}

/**
 * Why the proof does not show that the holder of `warrant` makes this call about now; undefined when it does.
 * @throws TypeError for a number of windows that assertProofWindows refuses.
 */
export const checkProof = (
  warrant: ProofWarrant,
  call: Call,
  proof: Uint8Array | undefined,
  options: CheckProofOptions,
): Extract<DenialCode, 'PROOF_MISSING' | 'PROOF_INVALID' | 'PROOF_PROFILE'> | undefined => {
  if (proof === undefined) return 'PROOF_MISSING'
  const { now, maxWindows = DEFAULT_PROOF_WINDOWS, backend = defaultBackend } = options
  let args: ValueObject
  try {
    args = profiledArgs(call.args, options.profile ?? DEFAULT_PROOF_PROFILE)
  } catch (thrown) {
    if (thrown instanceof DenialError) return 'PROOF_PROFILE'
    throw thrown
  }
  const { id, holder } = warrant.payload
  const opening = challengeOpening(id, call.tool, args)
  for (const window of proofWindows(now, maxWindows)) {
    const message = checkedMessage('proof', opening, windowBytes(window))
    if (backend.verify(holder, message, proof) === true) return undefined
  }
  return 'PROOF_INVALID'
}

const PROOF_HEX = 128
const PROOF_BASE64 = 88
const PROOF_BASE64URL = 86

/**
 * A proof of text: hexadecimal, standard base64 with padding, or base64url with or without (format §13.2). The four
 * differ in length or alphabet, so that no text is two of them.
 * @throws FormatError PROOF_MALFORMED
 */
export const parseProof = (text: string): Proof => {
  try {
    if (text.length === PROOF_HEX) return signatureFromBytes(fromHex(text))
    if (text.length === PROOF_BASE64URL) return signatureFromBytes(fromBase64Url(text))
    if (text.length === PROOF_BASE64 && text.endsWith('==')) {
      const urlSafe = text.includes('-') || text.includes('_')
      return signatureFromBytes(urlSafe ? fromBase64Url(text.slice(0, -2)) : fromBase64(text))
    }
  } catch {
    // Which spelling it nearly was helps nobody.
  }
  throw new FormatError('PROOF_MALFORMED')
}

/** Standard base64, which every verifier of the protocol reads. */
export const formatProof = (proof: Proof): string => toBase64(proof)

/** A proof of its 64 bytes, copied. @throws FormatError PROOF_MALFORMED */
export const proofFromBytes = (bytes: Uint8Array): Proof => {
  if (bytes.length !== 64) throw new FormatError('PROOF_MALFORMED')
  return signatureFromBytes(bytes)
}

const prepareProof = (
  target: ProofTarget,
  call: Call | { readonly tool: string; readonly args: unknown },
  signer: PublicKey,
  { now, profile = DEFAULT_PROOF_PROFILE }: ProveOptions,
): Prepared<Proof> => {
  const { id, holder } = leafOf(target).payload
  if (signer !== holder) throw new FormatError('KEY_MISMATCH', 'the signer is not the holder')
  if (!isTime(now)) throw new TrustError('CLOCK_UNAVAILABLE')
  const { tool, args } = isCall(call) ? call : callOf(call.tool, call.args)
  const challenge = proofChallenge(id, tool, profiledArgs(args, profile), windowOf(now))
  return { message: signedMessage('proof', challenge), finish: (signature) => signature }
}

const leafOf = (target: ProofTarget): ProofWarrant => {
  const leaf = 'warrants' in target ? target.warrants.at(-1) : target
  if (leaf === undefined) throw new FormatError('CHAIN_EMPTY')
  return leaf
}
