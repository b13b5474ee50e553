/**
 * Receipts: an enforcer says what it decided about one call (format §12).
 *
 * A receipt has no label of its own: it is signed behind the outer label alone. What keeps it from being any other
 * statement is its first byte, the head of a map of five or six, which is why nothing else is read as one.
 */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import type { PublicKey, Signature } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { CborWriter } from '../encoding/cbor.js'
import { MAX_RECEIPT_BYTES } from '../encoding/limits.js'
import { TrustError } from '../errors.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'
import { present, readStatement } from './reading.js'

/** What an enforcer says. */
export interface ReceiptFields {
  /** Which enforcer; a name that its operator gave it. */
  readonly authorizerId: string
  /** The chain as it was presented; empty if there was none. */
  readonly chainBytes: Uint8Array
  /** `tool:` and the name of the tool. */
  readonly action: string
  /** `allow` or `deny`. */
  readonly outcome: string
  /** Unix seconds. */
  readonly at: number
  readonly rootPrincipal?: string
}

/** A receipt with its signature; a claim until {@link verifyReceipt} has seen it. */
export interface Receipt {
  /** What is signed, and what is verified: never written anew. */
  readonly payloadBytes: Uint8Array
  readonly signature: Signature
}

/** Signs a receipt. @throws FormatError CBOR_NUMBER_RANGE (time), TEXT_SURROGATE */
export const signReceipt = (fields: ReceiptFields, signer: LocalSigner): Receipt =>
  signPrepared(prepare(fields), signer)

/** {@link signReceipt} with a signer that may be elsewhere. */
export const signReceiptAsync = async (fields: ReceiptFields, signer: Signer): Promise<Receipt> =>
  signPreparedAsync(prepare(fields), signer)

/**
 * What the receipt says, once its signature is verified.
 * @throws TrustError RECEIPT_SIGNATURE; FormatError RECEIPT_MALFORMED
 */
export const verifyReceipt = (
  receipt: Receipt,
  enforcer: PublicKey,
  backend: CryptoBackend = defaultBackend,
): ReceiptFields => {
  // Its form comes first: bytes of another form could have been signed as another statement.
  const fields = decodeReceiptPayload(receipt.payloadBytes)
  if (backend.verify(enforcer, signedMessage('receipt', receipt.payloadBytes), receipt.signature) !== true) {
    throw new TrustError('RECEIPT_SIGNATURE')
  }
  return fields
}

const REQUIRED = ['1', '2', '3', '4', '5'] as const
const FIELDS = [...REQUIRED, '6'] as const

/** The bytes that a receipt signs, without the label. */
export const encodeReceiptPayload = (fields: ReceiptFields): Uint8Array => {
  const writer = new CborWriter()
  writer.map(fields.rootPrincipal === undefined ? REQUIRED.length : FIELDS.length)
  writer.text('1')
  writer.text(fields.authorizerId)
  writer.text('2')
  writer.bytes(fields.chainBytes)
  writer.text('3')
  writer.text(fields.action)
  writer.text('4')
  writer.text(fields.outcome)
  writer.text('5')
  writer.uint(fields.at)
  if (fields.rootPrincipal !== undefined) {
    writer.text('6')
    writer.text(fields.rootPrincipal)
  }
  return writer.finish()
}

/** What the payload of a receipt says. Nothing is verified. @throws FormatError RECEIPT_MALFORMED */
export const decodeReceiptPayload = (bytes: Uint8Array): ReceiptFields =>
  readStatement(bytes, MAX_RECEIPT_BYTES, 'RECEIPT_MALFORMED', (reader) => {
    const texts = new Map<string, string>()
    let chainBytes: Uint8Array | undefined
    let at: number | undefined
    reader.struct(FIELDS, REQUIRED, (field) => {
      if (field === '2') chainBytes = reader.bytes()
      else if (field === '5') at = reader.uint()
      else texts.set(field, reader.text())
    })
    const rootPrincipal = texts.get('6')
    return Object.freeze({
      authorizerId: present(texts.get('1')),
      chainBytes: present(chainBytes),
      action: present(texts.get('3')),
      outcome: present(texts.get('4')),
      at: present(at),
      ...(rootPrincipal === undefined ? {} : { rootPrincipal }),
    })
  })

const prepare = (fields: ReceiptFields): Prepared<Receipt> => {
  const payloadBytes = encodeReceiptPayload({ ...fields, at: Math.floor(fields.at) })
  return {
    message: signedMessage('receipt', payloadBytes),
    finish: (signature) => Object.freeze({ payloadBytes, signature }),
  }
}
