/**
 * Approvals: a person or service says that one call, of one holder under one warrant, may proceed (format §10).
 *
 * The signature covers the payload bytes as received; they are kept and never written anew.
 */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import { type PublicKey, publicKeyToBytes } from '../crypto/keys.js'
import { randomBytes } from '../crypto/random.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { fromHex } from '../encoding/bytes.js'
import { CborWriter, encodeValue } from '../encoding/cbor.js'
import type { ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { WarrantId } from '../warrant/id.js'
import {
  type Approval,
  type ApprovalPayload,
  encodeEnvelope,
  encodePayload,
  HASH_BYTES,
  NONCE_BYTES,
} from './approvalForm.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'

export {
  type Approval,
  type ApprovalPayload,
  decodeApproval,
  decodeApprovals,
  encodeApproval,
  encodeApprovals,
  formatApproval,
  parseApproval,
} from './approvalForm.js'

/**
 * What an approval is bound to: the warrant, the tool, the arguments as a proof signs them, and the holder
 * (format §10.1). An approver computes it from the call that is shown, never takes it from whoever asks.
 */
export const requestHash = (
  warrantId: WarrantId,
  tool: string,
  args: ValueObject,
  holder: PublicKey,
  backend: CryptoBackend = defaultBackend,
): Uint8Array => {
  const writer = new CborWriter()
  writer.array(4)
  writer.text(warrantId)
  writer.text(tool)
  writer.bytes(encodeValue(args))
  writer.bytes(publicKeyToBytes(holder))
  return backend.sha256(writer.finish())
}

/** What is asked to be approved, by its hash: 32 bytes, or their hexadecimal as a denial carries it. */
export interface ApprovalRequest {
  readonly requestHash: Uint8Array | string
}

/** What an approver says besides its consent. */
export interface ApproveOptions {
  /** Who approves, for the record: see {@link ApprovalPayload.externalId}. */
  readonly externalId: string
  /** Unix seconds. */
  readonly now: number
  /** Default 300. */
  readonly ttlSeconds?: number
  readonly extensions?: ReadonlyMap<string, Uint8Array>
  /** 16 bytes; random unless given. */
  readonly nonce?: Uint8Array
}

const DEFAULT_APPROVAL_TTL_SECONDS = 300

/**
 * An approver's approval of one request.
 * @throws FormatError APPROVAL_MALFORMED for a hash, time or nonce that is none, TEXT_SURROGATE, KEY_RANDOM_SOURCE.
 */
export const approve = (request: ApprovalRequest, options: ApproveOptions, signer: LocalSigner): Approval =>
  signPrepared(prepareApproval(request, options, signer.publicKey), signer)

/** {@link approve} with a signer that may be elsewhere. */
export const approveAsync = async (
  request: ApprovalRequest,
  options: ApproveOptions,
  signer: Signer,
): Promise<Approval> => signPreparedAsync(prepareApproval(request, options, signer.publicKey), signer)

const prepareApproval = (
  request: ApprovalRequest,
  options: ApproveOptions,
  approver: PublicKey,
): Prepared<Approval> => {
  const approvedAt = Math.floor(options.now)
  const nonce = (options.nonce ?? randomBytes(NONCE_BYTES)).slice()
  const hash = hashOf(request)
  const payload: ApprovalPayload = Object.freeze({
    requestHash: hash,
    nonce,
    externalId: options.externalId,
    approvedAt,
    expiresAt: approvedAt + Math.floor(options.ttlSeconds ?? DEFAULT_APPROVAL_TTL_SECONDS),
    extensions: options.extensions === undefined ? undefined : new Map(options.extensions),
  })
  if (hash.length !== HASH_BYTES || nonce.length !== NONCE_BYTES || !(payload.expiresAt > approvedAt)) {
    throw new FormatError('APPROVAL_MALFORMED')
  }
  const payloadBytes = encodePayload(payload)
  return {
    message: signedMessage('approval', payloadBytes),
    finish: (signature) => {
      const bytes = encodeEnvelope(payloadBytes, approver, signature)
      return Object.freeze({ bytes, payloadBytes, payload, approver, signature })
    },
  }
}

const hashOf = ({ requestHash: hash }: ApprovalRequest): Uint8Array => {
  if (typeof hash !== 'string') return hash.slice()
  try {
    return fromHex(hash, HASH_BYTES)
  } catch {
    throw new FormatError('APPROVAL_MALFORMED', 'request hash')
  }
}
