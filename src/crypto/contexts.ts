/**
 * What is signed, told apart: one row per kind of statement, so that a signature made for one purpose is never one
 * for another (format §1, §4). The labels are plain prefix bytes; the protocol uses neither Ed25519ctx nor prehash.
 */

import { toUtf8 } from '../encoding/bytes.js'

const OUTER = 'tenuo-warrant-v1'
const VERSION_1 = '\u0001'

export type StatementKind =
  | 'warrant'
  | 'proof'
  | 'approval'
  | 'approvalContext'
  | 'revocationList'
  | 'revocationRequest'
  | 'receipt'
  | 'decisionReceipt'
  | 'binding'
  | 'logCheckpoint'
  | 'keyRegistration'
  | 'keyRotation'

/** Every prefix begins with the outer label, because the signer of the protocol always writes it. */
const PREFIXES: Readonly<Record<StatementKind, string>> = {
  warrant: `${OUTER}${VERSION_1}`,
  proof: `${OUTER}tenuo-pop-v1`,
  approval: `${OUTER}tenuo-approval-v1${VERSION_1}`,
  approvalContext: `${OUTER}tenuo-approval-context-v1${VERSION_1}`,
  revocationList: `${OUTER}tenuo-srl-v1`,
  revocationRequest: `${OUTER}tenuo-revocation-request-v1`,
  // Invariant: a receipt's payload begins with the head of a CBOR map, 0xa5 or 0xa6 (statement/receipt.ts), which is
  // no first byte of what follows the outer label in any other row.
  receipt: OUTER,
  decisionReceipt: `${OUTER}tenuo-receipt-v1${VERSION_1}`,
  /** Ours, and never on the wire: a guard proves to itself that it holds the holder's key. */
  binding: `${OUTER}warrant-binding-v1`,
  /** Ours as well: how far the decision log of a guard had come. */
  logCheckpoint: `${OUTER}warrant-log-v1`,
  keyRegistration: `${OUTER}tenuo-key-registration-v1|`,
  keyRotation: `${OUTER}tenuo-key-rotation-v1|`,
}

/** Every kind of statement that is signed. */
export const STATEMENT_KINDS: readonly StatementKind[] = Object.keys(PREFIXES) as StatementKind[] // its own keys

const written = new Map<StatementKind, Uint8Array>()

/** Those that are asked for are written once; a process that decides one call asks for two. */
const prefixOf = (kind: StatementKind): Uint8Array => {
  const known = written.get(kind)
  if (known !== undefined) return known
  const prefix = toUtf8(PREFIXES[kind])
  written.set(kind, prefix)
  return prefix
}

/** The exact bytes that are signed for a payload of this kind. */
export const signedMessage = (kind: StatementKind, payload: Uint8Array): Uint8Array => {
  const prefix = prefixOf(kind)
  return fill(new Uint8Array(prefix.length + payload.length), prefix, payload)
}

const NOTHING = new Uint8Array(0)

/**
 * The same for a signature that is checked at once: a part of a larger block, none of which is used twice. A block costs
 * as much to allocate as a message, and is enough for many. It is for backends alone: whoever signs may be elsewhere,
 * and would be handed the messages beside it.
 */
export const checkedMessage = (
  kind: StatementKind,
  payload: Uint8Array,
  /** The rest of the payload, where it is in two parts. */
  rest: Uint8Array = NOTHING,
): Uint8Array => {
  const prefix = prefixOf(kind)
  const length = prefix.length + payload.length + rest.length
  if (length > BLOCK_BYTES) return fill(new Uint8Array(length), prefix, payload, rest)
  if (used + length > BLOCK_BYTES) {
    block = new Uint8Array(BLOCK_BYTES)
    used = 0
  }
  used += length
  return fill(block.subarray(used - length, used), prefix, payload, rest)
}

const BLOCK_BYTES = 16_384
let block = new Uint8Array(0)
let used = BLOCK_BYTES

const fill = (
  message: Uint8Array,
  prefix: Uint8Array,
  payload: Uint8Array,
  rest: Uint8Array = NOTHING,
): Uint8Array => {
  message.set(prefix)
  message.set(payload, prefix.length)
  message.set(rest, prefix.length + payload.length)
  return message
}
