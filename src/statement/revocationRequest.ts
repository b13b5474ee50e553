/** Revocation requests: an issuer, a holder or the control plane asks that a warrant be revoked (format §11). */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import {
  decodePublicKey,
  decodeSignature,
  encodePublicKey,
  encodeSignature,
  type PublicKey,
  type Signature,
} from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { CborWriter } from '../encoding/cbor.js'
import {
  MAX_REVOCATION_REQUEST_AGE_SECONDS,
  MAX_REVOCATION_REQUEST_BYTES,
  MAX_REVOCATION_REQUEST_LEAD_SECONDS,
} from '../encoding/limits.js'
import { TrustError } from '../errors.js'
import type { WarrantId } from '../warrant/id.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'
import { present, readStatement } from './reading.js'
import { readTimestamp, writeTimestamp } from './timestamp.js'

/** A request as it is carried: well-formed, and still a claim. */
export interface RevocationRequest {
  readonly bytes: Uint8Array
  /** A claim: compared with an id, never parsed. */
  readonly warrantId: string
  readonly reason: string
  readonly requestor: PublicKey
  /** Unix seconds: what is signed. A finer time in the bytes is not. */
  readonly requestedAt: number
  readonly signature: Signature
}

/** What a request asks for. */
export interface RevocationRequestFields {
  readonly warrantId: WarrantId
  readonly reason: string
  /** Unix seconds. */
  readonly requestedAt: number
}

/** Signs a request. @throws FormatError TIME_MALFORMED, TEXT_SURROGATE */
export const signRevocationRequest = (
  fields: RevocationRequestFields,
  signer: LocalSigner,
): RevocationRequest => signPrepared(prepare(fields, signer.publicKey), signer)

/** {@link signRevocationRequest} with a signer that may be elsewhere. */
export const signRevocationRequestAsync = async (
  fields: RevocationRequestFields,
  signer: Signer,
): Promise<RevocationRequest> => signPreparedAsync(prepare(fields, signer.publicKey), signer)

/** The bytes of a request, as they were received or made. */
export const encodeRevocationRequest = (request: RevocationRequest): Uint8Array => request.bytes.slice()

/** A request of its bytes. Nothing is verified. @throws FormatError REVOCATION_REQUEST_MALFORMED */
export const decodeRevocationRequest = (bytes: Uint8Array): RevocationRequest => {
  const own = bytes.slice()
  return readStatement(own, MAX_REVOCATION_REQUEST_BYTES, 'REVOCATION_REQUEST_MALFORMED', (reader) => {
    let warrantId: string | undefined
    let reason: string | undefined
    let requestor: PublicKey | undefined
    let requestedAt: number | undefined
    let signature: Signature | undefined
    reader.struct(FIELDS, FIELDS, (field) => {
      if (field === 'warrant_id') warrantId = reader.text()
      else if (field === 'reason') reason = reader.text()
      else if (field === 'requestor') requestor = decodePublicKey(reader)
      else if (field === 'requested_at') requestedAt = readTimestamp(reader.text())
      else signature = decodeSignature(reader)
    })
    return Object.freeze({
      bytes: own,
      warrantId: present(warrantId),
      reason: present(reason),
      requestor: present(requestor),
      requestedAt: present(requestedAt),
      signature: present(signature),
    })
  })
}

/** What must be known of the warrant that is to be revoked. */
export interface RevocableWarrant {
  readonly id: WarrantId
  readonly issuer: PublicKey
  readonly holder: PublicKey
  /** Unix seconds. */
  readonly expiresAt: number
}

/** When a request is judged, and who may ask. */
export interface VerifyRevocationRequestOptions {
  /** Unix seconds. */
  readonly now: number
  /** Who may revoke any warrant, besides its issuer and its holder. */
  readonly controlPlane?: PublicKey
  readonly backend?: CryptoBackend
}

/**
 * Asserts that the request is one to follow: signed, for this warrant, by a key that may ask, fresh, and not for a
 * warrant that has expired anyway.
 *
 * @throws TrustError REVOCATION_SIGNATURE, REVOCATION_REQUESTOR (also for another warrant), REVOCATION_AGE,
 * WARRANT_EXPIRED
 */
export const verifyRevocationRequest = (
  request: RevocationRequest,
  warrant: RevocableWarrant,
  options: VerifyRevocationRequestOptions,
): void => {
  const { requestor, requestedAt } = request
  const { controlPlane, backend = defaultBackend } = options
  const message = signedMessage('revocationRequest', signedTuple(request))
  if (backend.verify(requestor, message, request.signature) !== true)
    throw new TrustError('REVOCATION_SIGNATURE')
  if (request.warrantId !== warrant.id) throw new TrustError('REVOCATION_REQUESTOR', 'another warrant')
  if (requestor !== warrant.issuer && requestor !== warrant.holder && requestor !== controlPlane) {
    throw new TrustError('REVOCATION_REQUESTOR')
  }
  const now = Math.floor(options.now)
  const age = now - requestedAt
  if (!(age <= MAX_REVOCATION_REQUEST_AGE_SECONDS && age >= -MAX_REVOCATION_REQUEST_LEAD_SECONDS)) {
    throw new TrustError('REVOCATION_AGE')
  }
  if (!(warrant.expiresAt >= now)) throw new TrustError('WARRANT_EXPIRED')
}

const FIELDS = ['warrant_id', 'reason', 'requestor', 'requested_at', 'signature'] as const

const prepare = (fields: RevocationRequestFields, requestor: PublicKey): Prepared<RevocationRequest> => {
  const requestedAtText = writeTimestamp(fields.requestedAt)
  const { warrantId, reason } = fields
  const unsigned = { warrantId, reason, requestor, requestedAt: readTimestamp(requestedAtText) }
  return {
    message: signedMessage('revocationRequest', signedTuple(unsigned)),
    finish: (signature) => {
      const writer = new CborWriter()
      writer.map(FIELDS.length)
      writer.text('warrant_id')
      writer.text(warrantId)
      writer.text('reason')
      writer.text(reason)
      writer.text('requestor')
      encodePublicKey(writer, requestor)
      writer.text('requested_at')
      writer.text(requestedAtText)
      writer.text('signature')
      encodeSignature(writer, signature)
      return Object.freeze({ bytes: writer.finish(), ...unsigned, signature })
    },
  }
}

/** What is signed is not what is carried: a tuple with the time in whole seconds. */
const signedTuple = (request: Omit<RevocationRequest, 'bytes' | 'signature'>): Uint8Array => {
  const writer = new CborWriter()
  writer.array(4)
  writer.text(request.warrantId)
  writer.text(request.reason)
  encodePublicKey(writer, request.requestor)
  writer.int(request.requestedAt)
  return writer.finish()
}
