/** Format §12 against the prepared receipts. */

import { describe, expect, test } from 'vitest'
import { secretKeyFromSeed } from '../../src/crypto/signer.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import {
  decodeReceiptPayload,
  encodeReceiptPayload,
  type ReceiptFields,
  signReceipt,
  verifyReceipt,
} from '../../src/statement/receipt.js'
import { hasShared, readShared } from '../support/shared.js'

interface Case {
  readonly id: string
  readonly authorizer_id: string
  readonly warrant_chain_hex: string
  readonly action: string
  readonly outcome: string
  readonly timestamp: number
  readonly root_principal: string | null
  readonly payload_hex: string
}

interface Vectors {
  readonly cases: readonly Case[]
  readonly derived_signature: { readonly signer_role: string; readonly signature_hex: string }
}

interface Keys {
  readonly keys: Readonly<Record<string, { readonly seed_hex: string }>>
}

const vectors = hasShared ? readShared<Vectors>('vectors/tenuo-v1/receipts.json') : undefined

const fieldsOf = (row: Case): ReceiptFields => ({
  authorizerId: row.authorizer_id,
  chainBytes: fromHex(row.warrant_chain_hex),
  action: row.action,
  outcome: row.outcome,
  at: row.timestamp,
  ...(row.root_principal === null ? {} : { rootPrincipal: row.root_principal }),
})

describe.skipIf(vectors === undefined)('receipts.json', () => {
  if (vectors === undefined) {
    // A suite that is skipped is still read: it shows as one test that did not run.
    test('needs the prepared vectors', () => {})
    return
  }
  const { cases, derived_signature } = vectors

  test.each(cases)('$id, byte for byte', (row) => {
    expect(toHex(encodeReceiptPayload(fieldsOf(row)))).toBe(row.payload_hex)
    expect(decodeReceiptPayload(fromHex(row.payload_hex))).toEqual(fieldsOf(row))
  })

  test('the signature of one of them', () => {
    const keys = readShared<Keys>('vectors/tenuo-v1/keys.json').keys
    const enforcer = secretKeyFromSeed(fromHex(keys[derived_signature.signer_role]?.seed_hex ?? ''))
    const receipts = cases.map((row) => signReceipt(fieldsOf(row), enforcer))
    const found = receipts.findIndex(({ signature }) => toHex(signature) === derived_signature.signature_hex)
    expect(found).toBeGreaterThanOrEqual(0)
    for (const [i, receipt] of receipts.entries()) {
      expect(verifyReceipt(receipt, enforcer.publicKey)).toEqual(fieldsOf(cases[i] as Case))
    }
  })
})
