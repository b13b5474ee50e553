/** What a decision receipt says, and the numbered map that is signed of it (format §12.1). */

import { type CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_DECISION_RECEIPT_BYTES } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { readStatement } from './reading.js'

/** What an enforcer says of one decision. */
export interface DecisionReceiptFields {
  /** A label that the operator gave; nothing to trust by. */
  readonly authorizerId?: string
  /** The chain as it was presented. */
  readonly chainBytes: Uint8Array
  /** What was asked for: the name of the tool; the specification of the reference has `tool:` before it. */
  readonly action: string
  readonly outcome: 'allow' | 'deny'
  /** Unix seconds. */
  readonly at: number
  readonly rootPrincipal?: string
  /** As `requestHash` gives it. */
  readonly requestHash?: Uint8Array
  /** The holder's proof. There is one on every allow; a denial without one was made before possession was shown. */
  readonly proof?: Uint8Array
  /** A handle for the logs of the host; not unique by itself. */
  readonly requestId: string
  /** Why it was denied; on every denial. */
  readonly decisionCode?: string
  readonly policyHash?: Uint8Array
  readonly revocationVersion?: number
  /** SHA-256 of the revocation list that was in force; absent where there was none. */
  readonly revocationHash?: Uint8Array
  /** As `decisionReceiptHash` gives it for the receipt before. */
  readonly previousHash?: Uint8Array
  /** As `trustedRootsHash` gives it. */
  readonly rootsHash?: Uint8Array
}

export const RECEIPT_VERSION = 1
const VERSION_KEY = 0

type Name = keyof DecisionReceiptFields

interface Field {
  readonly key: number
  readonly name: Name
  readonly required: boolean
  readonly type: 'text' | 'uint' | 'bytes' | 'outcome'
  /** Bytes have this length where one is given. */
  readonly length?: number
}

/** Every field but the version, by ascending key. */
const FIELDS: readonly Field[] = [
  { key: 1, name: 'authorizerId', required: false, type: 'text' },
  { key: 2, name: 'chainBytes', required: true, type: 'bytes' },
  { key: 3, name: 'action', required: true, type: 'text' },
  { key: 4, name: 'outcome', required: true, type: 'outcome' },
  { key: 5, name: 'at', required: true, type: 'uint' },
  { key: 6, name: 'rootPrincipal', required: false, type: 'text' },
  { key: 7, name: 'requestHash', required: false, type: 'bytes', length: 32 },
  { key: 8, name: 'proof', required: false, type: 'bytes', length: 64 },
  { key: 9, name: 'requestId', required: true, type: 'text' },
  { key: 10, name: 'decisionCode', required: false, type: 'text' },
  { key: 11, name: 'policyHash', required: false, type: 'bytes', length: 32 },
  { key: 12, name: 'revocationVersion', required: false, type: 'uint' },
  { key: 13, name: 'revocationHash', required: false, type: 'bytes', length: 32 },
  { key: 14, name: 'previousHash', required: false, type: 'bytes', length: 32 },
  { key: 15, name: 'rootsHash', required: false, type: 'bytes', length: 32 },
]

const BY_KEY: ReadonlyMap<number, Field> = new Map(FIELDS.map((field) => [field.key, field]))

type FieldValue = string | number | Uint8Array

/** The bytes that a decision receipt signs, without the label. @throws as signDecisionReceipt */
export const encodeDecisionPayload = (given: DecisionReceiptFields): Uint8Array => {
  const said = asserted({ ...given, at: Math.floor(given.at) })
  const writer = new CborWriter()
  const there = FIELDS.filter(({ name }) => said[name] !== undefined)
  writer.map(there.length + 1)
  writer.uint(VERSION_KEY)
  writer.uint(RECEIPT_VERSION)
  for (const field of there) {
    writer.uint(field.key)
    write(writer, field, said[field.name] as FieldValue) // there
  }
  return writer.finish()
}

const write = (writer: CborWriter, { type, length }: Field, value: FieldValue): void => {
  if (typeof value === 'number') writer.uint(value)
  else if (typeof value === 'string') writer.text(value)
  else if (type === 'bytes' && value.length === (length ?? value.length)) writer.bytes(value)
  else throw new FormatError('RECEIPT_MALFORMED', 'length')
}

/** What the payload of a decision receipt says. Nothing is verified. @throws FormatError RECEIPT_MALFORMED */
export const decodeDecisionPayload = (bytes: Uint8Array): DecisionReceiptFields =>
  readStatement(bytes, MAX_DECISION_RECEIPT_BYTES, 'RECEIPT_MALFORMED', (reader) => {
    const said: Partial<Record<Name, FieldValue>> = {}
    let version: number | undefined
    reader.numbered((key) => {
      if (key === VERSION_KEY) {
        version = reader.uint()
        return
      }
      const field = BY_KEY.get(key)
      if (field === undefined) throw new FormatError('CBOR_UNKNOWN_FIELD')
      said[field.name] = read(reader, field)
    })
    if (version !== RECEIPT_VERSION) throw new FormatError('RECEIPT_MALFORMED', 'version')
    return Object.freeze(asserted(said))
  })

const read = (reader: CborReader, { type, length }: Field): FieldValue => {
  switch (type) {
    case 'uint':
      return reader.uint()
    case 'bytes':
      return reader.bytes(length)
    case 'text':
    case 'outcome':
      return reader.text()
  }
}

/** What a verifier asks of the fields together: every required one, and what an allow and a denial cannot lack. */
const asserted = (said: Partial<Record<Name, unknown>>): DecisionReceiptFields => {
  for (const { name, required } of FIELDS) {
    if (required && said[name] === undefined) throw new FormatError('RECEIPT_MALFORMED', name)
  }
  const { outcome, proof, decisionCode } = said
  if (outcome !== 'allow' && outcome !== 'deny') throw new FormatError('RECEIPT_MALFORMED', 'outcome')
  if (outcome === 'allow' && proof === undefined) throw new FormatError('RECEIPT_MALFORMED', 'proof')
  if (outcome === 'deny' && decisionCode === undefined) throw new FormatError('RECEIPT_MALFORMED', 'code')
  return said as unknown as DecisionReceiptFields // every field was read by its type, and none is missing
}
