/** Approvals as they are carried: the envelope, the payload inside it, and their text form (format §10.2). */

import {
  decodePublicKey,
  decodeSignature,
  encodePublicKey,
  encodeSignature,
  type PublicKey,
  type Signature,
} from '../crypto/keys.js'
import { fromBase64, toBase64 } from '../encoding/base64url.js'
import { type CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_APPROVAL_BYTES, MAX_APPROVALS_BYTES, MAX_APPROVERS, MAX_EXTENSIONS } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { present, readStatement } from './reading.js'

/** What an approver signs. */
export interface ApprovalPayload {
  /** 32 bytes that bind warrant, tool, arguments and holder; see `requestHash`. */
  readonly requestHash: Uint8Array
  /** 16 bytes that make every approval differ. Nobody remembers them. */
  readonly nonce: Uint8Array
  /** Who approved, in the words of whoever knows them: an e-mail address, an ARN. A claim of the approver's key. */
  readonly externalId: string
  /** Unix seconds. */
  readonly approvedAt: number
  /** Unix seconds. */
  readonly expiresAt: number
  readonly extensions: ReadonlyMap<string, Uint8Array> | undefined
}

/** An approval as it is carried: well-formed, and still a claim until `countApprovals` has verified it. */
export interface Approval {
  /** The whole envelope. */
  readonly bytes: Uint8Array
  /** What is signed. */
  readonly payloadBytes: Uint8Array
  readonly payload: ApprovalPayload
  readonly approver: PublicKey
  readonly signature: Signature
}

export const HASH_BYTES = 32
export const NONCE_BYTES = 16
const VERSION = 1

/** The bytes of an approval, as they were received or made. */
export const encodeApproval = (approval: Approval): Uint8Array => approval.bytes.slice()

/**
 * An approval of its bytes. Nothing is verified.
 * @throws FormatError APPROVAL_MALFORMED, APPROVAL_VERSION
 */
export const decodeApproval = (bytes: Uint8Array): Approval =>
  readStatement(bytes.slice(), MAX_APPROVAL_BYTES, 'APPROVAL_MALFORMED', decodeEnvelope)

/**
 * The approvals of bytes that hold a list of them or a single one, as an HTTP authorizer takes them (format §13.2).
 * @throws FormatError APPROVAL_MALFORMED, APPROVAL_VERSION
 */
export const decodeApprovals = (bytes: Uint8Array): readonly Approval[] =>
  readStatement(bytes.slice(), MAX_APPROVALS_BYTES, 'APPROVAL_MALFORMED', (reader) => {
    if (reader.peek() !== 'array') return Object.freeze([decodeEnvelope(reader)])
    const approvals: Approval[] = []
    reader.array(() => approvals.push(decodeEnvelope(reader)), 2 * MAX_APPROVERS)
    return Object.freeze(approvals)
  })

/** The bytes of a list of approvals. */
export const encodeApprovals = (approvals: readonly Approval[]): Uint8Array => {
  const writer = new CborWriter()
  writer.array(approvals.length)
  for (const approval of approvals) writer.encoded(approval.bytes)
  return writer.finish()
}

/** Standard base64 of an approval. @throws FormatError TEXT_NOT_BASE64, APPROVAL_MALFORMED, APPROVAL_VERSION */
export const parseApproval = (text: string): Approval => {
  if (text.length > 2 * MAX_APPROVAL_BYTES) throw new FormatError('APPROVAL_MALFORMED', 'too large')
  return decodeApproval(fromBase64(text))
}

/** Standard base64, as every carrier of approvals holds them (format §10.2). */
export const formatApproval = (approval: Approval): string => toBase64(approval.bytes)

const ENVELOPE_FIELDS = ['approval_version', 'payload', 'approver_key', 'signature'] as const

const decodeEnvelope = (reader: CborReader): Approval => {
  const start = reader.offset
  let payloadBytes: Uint8Array | undefined
  let approver: PublicKey | undefined
  let signature: Signature | undefined
  reader.struct(ENVELOPE_FIELDS, ENVELOPE_FIELDS, (field) => {
    if (field === 'approval_version') readVersion(reader)
    else if (field === 'payload') payloadBytes = reader.sharedBytes()
    else if (field === 'approver_key') approver = decodePublicKey(reader)
    else signature = decodeSignature(reader)
  })
  const signed = present(payloadBytes)
  return Object.freeze({
    bytes: reader.since(start),
    payloadBytes: signed,
    payload: readStatement(signed, MAX_APPROVAL_BYTES, 'APPROVAL_MALFORMED', decodePayload),
    approver: present(approver),
    signature: present(signature),
  })
}

/** For approve() alone. */
export const encodeEnvelope = (
  payload: Uint8Array,
  approver: PublicKey,
  signature: Signature,
): Uint8Array => {
  const writer = new CborWriter()
  writer.map(ENVELOPE_FIELDS.length)
  writer.text('approval_version')
  writer.uint(VERSION)
  writer.text('payload')
  writer.bytes(payload)
  writer.text('approver_key')
  encodePublicKey(writer, approver)
  writer.text('signature')
  encodeSignature(writer, signature)
  return writer.finish()
}

const REQUIRED = ['version', 'request_hash', 'nonce', 'external_id', 'approved_at', 'expires_at'] as const
const PAYLOAD_FIELDS = [...REQUIRED, 'extensions'] as const

/** For approve() alone. */
export const encodePayload = (payload: ApprovalPayload): Uint8Array => {
  const { extensions } = payload
  const writer = new CborWriter()
  writer.map(extensions === undefined ? REQUIRED.length : PAYLOAD_FIELDS.length)
  writer.text('version')
  writer.uint(VERSION)
  writer.text('request_hash')
  writer.octets(payload.requestHash)
  writer.text('nonce')
  writer.octets(payload.nonce)
  writer.text('external_id')
  writer.text(payload.externalId)
  writer.text('approved_at')
  writer.uint(payload.approvedAt)
  writer.text('expires_at')
  writer.uint(payload.expiresAt)
  if (extensions !== undefined) {
    writer.text('extensions')
    writer.named(extensions, (value) => writer.octets(value))
  }
  return writer.finish()
}

const decodePayload = (reader: CborReader): ApprovalPayload => {
  let hash: Uint8Array | undefined
  let nonce: Uint8Array | undefined
  let externalId: string | undefined
  let approvedAt: number | undefined
  let expiresAt: number | undefined
  let extensions: Map<string, Uint8Array> | undefined
  reader.struct(PAYLOAD_FIELDS, REQUIRED, (field) => {
    switch (field) {
      case 'version':
        return readVersion(reader)
      case 'request_hash':
        hash = reader.octets(HASH_BYTES)
        return
      case 'nonce':
        nonce = reader.octets(NONCE_BYTES)
        return
      case 'external_id':
        externalId = reader.text()
        return
      case 'approved_at':
        approvedAt = reader.uint()
        return
      case 'expires_at':
        expiresAt = reader.uint()
        return
      case 'extensions': {
        const read = new Map<string, Uint8Array>()
        reader.unordered((name) => read.set(name, reader.octets()), MAX_EXTENSIONS)
        extensions = read
      }
    }
  })
  return Object.freeze({
    requestHash: present(hash),
    nonce: present(nonce),
    externalId: present(externalId),
    approvedAt: present(approvedAt),
    expiresAt: present(expiresAt),
    extensions,
  })
}

const readVersion = (reader: CborReader): void => {
  if (reader.uint() !== VERSION) throw new FormatError('APPROVAL_VERSION')
}
