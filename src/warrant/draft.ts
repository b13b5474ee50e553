/**
 * Drafts: a warrant before its signature. A pure *prepare* decides everything and gives the bytes to sign; a pure
 * *finish* takes the signature. Signing itself may happen elsewhere, and later.
 */

import { defaultBackend } from '../crypto/backend.js'
import { type PublicKey, signatureFromBytes } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { EscalationError, TrustError } from '../errors.js'
import { type Chain, chainOf } from './chain.js'
import { sealWarrant, type Warrant, warrantMessage } from './envelope.js'
import { decodePayload, encodePayload, type Payload } from './payload.js'

/** A warrant that only its signature is missing from. */
export interface Draft {
  readonly payload: Payload
  /** What the issuer named in the payload has to sign. */
  readonly message: Uint8Array
  readonly payloadBytes: Uint8Array
  /** The warrants before it. */
  readonly ancestors: readonly Warrant[]
}

/**
 * The draft of these fields. What it carries is read back from the bytes that will be signed, as a verifier reads them.
 * No law and no structure is asked here: whoever prepares a draft does that.
 * @throws FormatError as `decodePayload`
 */
export const draftOf = (fields: Payload, ancestors: readonly Warrant[]): Draft => {
  const payloadBytes = encodePayload(fields)
  const payload = decodePayload(payloadBytes)
  return Object.freeze({ payload, payloadBytes, message: warrantMessage(payloadBytes), ancestors })
}

/**
 * The chain that ends in a draft and the signature over its message.
 * @throws FormatError SIGNATURE_LENGTH, WARRANT_TOO_LARGE, CHAIN_TOO_LARGE, CHAIN_TOO_LONG
 */
export const finishDraft = (draft: Draft, signature: Uint8Array): Chain =>
  chainOf([...draft.ancestors, sealWarrant(draft.payload, draft.payloadBytes, signatureFromBytes(signature))])

/** Signs a draft here. @throws EscalationError ATTENUATE_NOT_HOLDER where the signer is not the issuer it names. */
export const signDraft = (draft: Draft, signer: LocalSigner): Chain => {
  assertSigner(draft, signer.publicKey)
  return finishDraft(draft, signer.sign(draft.message))
}

/**
 * Has a draft signed elsewhere; the signature that comes back is verified.
 * @throws EscalationError ATTENUATE_NOT_HOLDER, TrustError SIGNATURE_INVALID, and whatever the signer rejects with
 */
export const signDraftAsync = async (draft: Draft, signer: Signer): Promise<Chain> => {
  assertSigner(draft, signer.publicKey)
  const signature = await signer.sign(draft.message)
  if (!defaultBackend.verify(draft.payload.issuer, draft.message, signature))
    throw new TrustError('SIGNATURE_INVALID')
  return finishDraft(draft, signature)
}

const assertSigner = ({ payload }: Draft, signer: PublicKey): void => {
  if (payload.issuer !== signer)
    throw new EscalationError('ATTENUATE_NOT_HOLDER', undefined, { where: 'issuer' })
}
