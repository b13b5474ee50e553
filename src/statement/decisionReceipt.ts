/**
 * Decision receipts: the record of one decision that verifiers from 0.3 on sign (format §12.1).
 *
 * Unlike the older receipt it has a label of its own, names its signer, and holds the holder's proof, so that it shows
 * when the holder made the call by a key that the enforcer does not have. It is believed of an enforcer that is known:
 * the key inside is a claim, and is only ever compared.
 */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import {
  decodePublicKey,
  decodeSignature,
  encodePublicKey,
  encodeSignature,
  type PublicKey,
  publicKeyToBytes,
  type Signature,
} from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { concatBytes, equalBytes } from '../encoding/bytes.js'
import { CborWriter } from '../encoding/cbor.js'
import { MAX_DECISION_RECEIPT_BYTES } from '../encoding/limits.js'
import { FormatError, TrustError } from '../errors.js'
import {
  type DecisionReceiptFields,
  decodeDecisionPayload,
  encodeDecisionPayload,
  RECEIPT_VERSION,
} from './decisionPayload.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'
import { present, readStatement } from './reading.js'

export type { DecisionReceiptFields } from './decisionPayload.js'

/** A receipt as it is carried: well-formed, and a claim until {@link verifyDecisionReceipt} has seen it. */
export interface DecisionReceipt {
  readonly bytes: Uint8Array
  /** What is signed, and what is verified: never written anew. */
  readonly payloadBytes: Uint8Array
  /** Who says to have signed it. */
  readonly signer: PublicKey
  readonly signature: Signature
}

/**
 * Signs a receipt.
 * @throws FormatError RECEIPT_MALFORMED for fields that no verifier takes: an allow without a proof, a denial without a
 * code, a hash or proof of another length; CBOR_NUMBER_RANGE, TEXT_SURROGATE
 */
export const signDecisionReceipt = (fields: DecisionReceiptFields, signer: LocalSigner): DecisionReceipt =>
  signPrepared(prepare(fields, signer.publicKey), signer)

/** {@link signDecisionReceipt} with a signer that may be elsewhere. */
export const signDecisionReceiptAsync = async (
  fields: DecisionReceiptFields,
  signer: Signer,
): Promise<DecisionReceipt> => signPreparedAsync(prepare(fields, signer.publicKey), signer)

/** The bytes of a receipt, as they were received or made. */
export const encodeDecisionReceipt = (receipt: DecisionReceipt): Uint8Array => receipt.bytes.slice()

/** A receipt of its bytes. Nothing is verified, and its payload is not read. @throws FormatError RECEIPT_MALFORMED */
export const decodeDecisionReceipt = (bytes: Uint8Array): DecisionReceipt => {
  const own = bytes.slice()
  return readStatement(own, MAX_DECISION_RECEIPT_BYTES, 'RECEIPT_MALFORMED', (reader) => {
    let payloadBytes: Uint8Array | undefined
    let signer: PublicKey | undefined
    let signature: Signature | undefined
    reader.struct(FIELDS, FIELDS, (field) => {
      if (field === 'receipt_version') readVersion(reader.uint())
      else if (field === 'payload') payloadBytes = reader.sharedBytes()
      else if (field === 'signer_key') signer = decodePublicKey(reader)
      else signature = decodeSignature(reader)
    })
    return Object.freeze({
      bytes: own,
      payloadBytes: present(payloadBytes),
      signer: present(signer),
      signature: present(signature),
    })
  })
}

/**
 * What the receipt says, once it is verified to be of this enforcer. The chain, the proof and the hashes in it are still
 * what the enforcer says of them.
 * @throws TrustError RECEIPT_SIGNATURE; FormatError RECEIPT_MALFORMED
 */
export const verifyDecisionReceipt = (
  receipt: DecisionReceipt,
  enforcer: PublicKey,
  backend: CryptoBackend = defaultBackend,
): DecisionReceiptFields => {
  const { payloadBytes, signer, signature } = receipt
  const message = signedMessage('decisionReceipt', payloadBytes)
  if (signer !== enforcer || backend.verify(enforcer, message, signature) !== true) {
    throw new TrustError('RECEIPT_SIGNATURE')
  }
  return decodeDecisionPayload(payloadBytes)
}

/**
 * What receipts of one enforcer say, in order, once each is verified and names the one before it: none of them was
 * changed, left out or put in between. Whether more followed the last, they cannot show.
 * @throws TrustError RECEIPT_LINK, and as {@link verifyDecisionReceipt}; FormatError RECEIPT_MALFORMED for no receipts
 */
export const verifyDecisionReceipts = (
  receipts: readonly DecisionReceipt[],
  enforcer: PublicKey,
  backend: CryptoBackend = defaultBackend,
): readonly DecisionReceiptFields[] => {
  if (receipts.length === 0) throw new FormatError('RECEIPT_MALFORMED', 'no receipts')
  let before: Uint8Array | undefined
  return receipts.map((receipt) => {
    const fields = verifyDecisionReceipt(receipt, enforcer, backend)
    if (before !== undefined && !equalBytes(fields.previousHash ?? new Uint8Array(), before)) {
      throw new TrustError('RECEIPT_LINK')
    }
    before = decisionReceiptHash(receipt, backend)
    return fields
  })
}

/** The name of a receipt in the one that follows it: the SHA-256 of its bytes, signature included. */
export const decisionReceiptHash = (
  receipt: DecisionReceipt,
  backend: CryptoBackend = defaultBackend,
): Uint8Array => backend.sha256(receipt.bytes)

/** A set of trusted roots as receipts name it, whatever the order and however often one is listed. */
export const trustedRootsHash = (
  roots: readonly PublicKey[],
  backend: CryptoBackend = defaultBackend,
): Uint8Array => backend.sha256(concatBytes(...[...new Set(roots)].sort().map(publicKeyToBytes)))

const FIELDS = ['receipt_version', 'payload', 'signer_key', 'signature'] as const

const readVersion = (version: number): void => {
  if (version !== RECEIPT_VERSION) throw new FormatError('RECEIPT_MALFORMED', 'version')
}

const prepare = (fields: DecisionReceiptFields, signer: PublicKey): Prepared<DecisionReceipt> => {
  const payloadBytes = encodeDecisionPayload(fields)
  return {
    message: signedMessage('decisionReceipt', payloadBytes),
    finish: (signature) => {
      const writer = new CborWriter()
      writer.map(FIELDS.length)
      writer.text('receipt_version')
      writer.uint(RECEIPT_VERSION)
      writer.text('payload')
      writer.bytes(payloadBytes)
      writer.text('signer_key')
      encodePublicKey(writer, signer)
      writer.text('signature')
      encodeSignature(writer, signature)
      return Object.freeze({ bytes: writer.finish(), payloadBytes, signer, signature })
    },
  }
}
