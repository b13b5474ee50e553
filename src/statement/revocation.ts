/**
 * Revocation lists: an issuer says which warrants are void, and whatever was made from them (format §11).
 *
 * A list is verified over the bytes received. Newer ones replace older ones and never the reverse; how old a list may
 * be is for whoever enforces to say.
 */

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
import { fromBase64, toBase64 } from '../encoding/base64url.js'
import { equalBytes } from '../encoding/bytes.js'
import { type CborReader, CborWriter } from '../encoding/cbor.js'
import { CLOCK_TOLERANCE_SECONDS, MAX_REVOCATION_LIST_BYTES } from '../encoding/limits.js'
import { FormatError, TrustError } from '../errors.js'
import { parseWarrantId, type WarrantId } from '../warrant/id.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'
import { present, readStatement } from './reading.js'
import { readTimestamp, writeTimestamp } from './timestamp.js'

/** A revocation list as it is carried: well-formed, and still a claim. */
export interface RevocationList {
  /** The whole list with its signature. */
  readonly bytes: Uint8Array
  /** What is signed. */
  readonly payloadBytes: Uint8Array
  /** As they stand in the list: ids with their prefix, where the issuer wrote them so. */
  readonly revokedIds: readonly string[]
  /** Rises with every list of one issuer. */
  readonly version: number
  /** Unix seconds. */
  readonly issuedAt: number
  /** The same as it was signed, which may be finer. */
  readonly issuedAtText: string
  readonly issuer: PublicKey
  readonly signature: Signature
}

declare const verifiedBrand: unique symbol

/** A list that its issuer signed. Only {@link verifyRevocationList} makes one. */
export type VerifiedRevocationList = RevocationList & { readonly [verifiedBrand]: true }

/** What an issuer says in a revocation list. */
export interface RevocationListFields {
  readonly revokedIds: readonly WarrantId[]
  readonly version: number
  /** Unix seconds. */
  readonly issuedAt: number
}

/** Signs a list. @throws FormatError WARRANT_ID_MALFORMED, TIME_MALFORMED, CBOR_NUMBER_RANGE (version) */
export const signRevocationList = (fields: RevocationListFields, signer: LocalSigner): RevocationList =>
  signPrepared(prepareRevocationList(fields, signer.publicKey), signer)

/** {@link signRevocationList} with a signer that may be elsewhere. */
export const signRevocationListAsync = async (
  fields: RevocationListFields,
  signer: Signer,
): Promise<RevocationList> => signPreparedAsync(prepareRevocationList(fields, signer.publicKey), signer)

/** The bytes of a list, as they were received or made. */
export const encodeRevocationList = (list: RevocationList): Uint8Array => list.bytes.slice()

/** A list of its bytes. Nothing is verified. @throws FormatError REVOCATION_LIST_MALFORMED */
export const decodeRevocationList = (bytes: Uint8Array): RevocationList => {
  const own = bytes.slice()
  return readStatement(own, MAX_REVOCATION_LIST_BYTES, 'REVOCATION_LIST_MALFORMED', (reader) => {
    let payload: Payload | undefined
    let payloadBytes: Uint8Array | undefined
    let signature: Signature | undefined
    reader.struct(LIST_FIELDS, LIST_FIELDS, (field) => {
      if (field === 'signature') {
        signature = decodeSignature(reader)
        return
      }
      const start = reader.offset
      payload = decodePayload(reader)
      payloadBytes = reader.since(start)
    })
    return Object.freeze({
      bytes: own,
      payloadBytes: present(payloadBytes),
      ...present(payload),
      signature: present(signature),
    })
  })
}

/** Standard base64 of a list. @throws FormatError TEXT_NOT_BASE64, REVOCATION_LIST_MALFORMED */
export const parseRevocationList = (text: string): RevocationList => {
  if (text.length > 2 * MAX_REVOCATION_LIST_BYTES) {
    throw new FormatError('REVOCATION_LIST_MALFORMED', 'too large')
  }
  return decodeRevocationList(fromBase64(text))
}

/** Standard base64, as control planes serve lists (format §11). */
export const formatRevocationList = (list: RevocationList): string => toBase64(list.bytes)

/**
 * The list as a fact: signed by `issuer`, who is also the one that it names.
 * @throws TrustError REVOCATION_SIGNATURE
 */
export const verifyRevocationList = (
  list: RevocationList,
  issuer: PublicKey,
  backend: CryptoBackend = defaultBackend,
): VerifiedRevocationList => {
  const message = signedMessage('revocationList', list.payloadBytes)
  if (list.issuer !== issuer || backend.verify(issuer, message, list.signature) !== true) {
    throw new TrustError('REVOCATION_SIGNATURE')
  }
  return list as VerifiedRevocationList // the brand's one parse function
}

/**
 * The list to hold from now on: the incoming one, unless it is the held one again.
 * @throws TrustError REVOCATION_ROLLBACK where it is of a lower version, or another list of the same version: the held
 * one stays.
 */
export const acceptRevocationList = (
  held: VerifiedRevocationList | undefined,
  incoming: VerifiedRevocationList,
): VerifiedRevocationList => {
  if (held === undefined || incoming.version > held.version) return incoming
  if (incoming.version < held.version) throw new TrustError('REVOCATION_ROLLBACK')
  if (equalBytes(incoming.payloadBytes, held.payloadBytes)) return held
  throw new TrustError('REVOCATION_ROLLBACK', undefined, { rule: 'REVOCATION_SAME_VERSION' })
}

/**
 * Why the list cannot tell what is revoked now: there is none, it is older than the age allowed, or from the future.
 * Undefined when it can.
 */
export const checkRevocationFreshness = (
  list: VerifiedRevocationList | undefined,
  options: { readonly now: number; readonly maxAgeSeconds: number },
): 'REVOCATION_STALE' | undefined => {
  if (list === undefined) return 'REVOCATION_STALE'
  const age = Math.floor(options.now) - list.issuedAt
  return age >= -CLOCK_TOLERANCE_SECONDS && age <= options.maxAgeSeconds ? undefined : 'REVOCATION_STALE'
}

/**
 * The ids that a list revokes, as they are shown. Entries in the other text forms of an id (bare, dashed, upper case),
 * which the reference never finds, revoke what they plainly mean; any other text revokes nothing.
 */
export const revokedIdsOf = (list: RevocationList): ReadonlySet<string> => {
  const ids = new Set<string>()
  for (const entry of list.revokedIds) ids.add(SHOWN_ID.test(entry) ? entry : meantBy(entry))
  return ids
}

const SHOWN_ID = /^tnu_wrt_[0-9a-f]{32}$/

const meantBy = (entry: string): string => {
  try {
    return parseWarrantId(entry)
  } catch {
    return entry
  }
}

const LIST_FIELDS = ['payload', 'signature'] as const
const PAYLOAD_FIELDS = ['revoked_ids', 'version', 'issued_at', 'issuer'] as const

type Payload = Pick<RevocationList, 'revokedIds' | 'version' | 'issuedAt' | 'issuedAtText' | 'issuer'>

const prepareRevocationList = (fields: RevocationListFields, issuer: PublicKey): Prepared<RevocationList> => {
  for (const id of fields.revokedIds) {
    if (!SHOWN_ID.test(id)) throw new FormatError('WARRANT_ID_MALFORMED')
  }
  const issuedAtText = writeTimestamp(fields.issuedAt)
  const payload: Payload = {
    revokedIds: Object.freeze([...fields.revokedIds]),
    version: fields.version,
    issuedAt: readTimestamp(issuedAtText),
    issuedAtText,
    issuer,
  }
  const payloadBytes = encodePayload(payload)
  return {
    message: signedMessage('revocationList', payloadBytes),
    finish: (signature) =>
      Object.freeze({ bytes: encodeList(payloadBytes, signature), payloadBytes, ...payload, signature }),
  }
}

const encodeList = (payloadBytes: Uint8Array, signature: Signature): Uint8Array => {
  const writer = new CborWriter()
  writer.map(2)
  writer.text('payload')
  writer.encoded(payloadBytes)
  writer.text('signature')
  encodeSignature(writer, signature)
  return writer.finish()
}

const encodePayload = (payload: Payload): Uint8Array => {
  const writer = new CborWriter()
  writer.map(PAYLOAD_FIELDS.length)
  writer.text('revoked_ids')
  writer.array(payload.revokedIds.length)
  for (const id of payload.revokedIds) writer.text(id)
  writer.text('version')
  writer.uint(payload.version)
  writer.text('issued_at')
  writer.text(payload.issuedAtText)
  writer.text('issuer')
  encodePublicKey(writer, payload.issuer)
  return writer.finish()
}

const decodePayload = (reader: CborReader): Payload => {
  const revokedIds: string[] = []
  let version: number | undefined
  let issuedAtText: string | undefined
  let issuer: PublicKey | undefined
  reader.struct(PAYLOAD_FIELDS, PAYLOAD_FIELDS, (field) => {
    if (field === 'revoked_ids') reader.array(() => revokedIds.push(reader.text()))
    else if (field === 'version') version = reader.uint()
    else if (field === 'issued_at') issuedAtText = reader.text()
    else issuer = decodePublicKey(reader)
  })
  const text = present(issuedAtText)
  return {
    revokedIds: Object.freeze(revokedIds),
    version: present(version),
    issuedAt: readTimestamp(text),
    issuedAtText: text,
    issuer: present(issuer),
  }
}
