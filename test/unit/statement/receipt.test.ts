import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STATEMENT_KINDS, signedMessage } from '../../../src/crypto/contexts.js'
import { signatureFromBytes } from '../../../src/crypto/keys.js'
import { fromHex } from '../../../src/encoding/bytes.js'
import {
  decodeReceiptPayload,
  encodeReceiptPayload,
  type Receipt,
  type ReceiptFields,
  signReceipt,
  signReceiptAsync,
  verifyReceipt,
} from '../../../src/statement/receipt.js'
import { damaged, keyOf, NOW } from '../../support/statements.js'
import { codeOf, texts } from '../../support/values.js'

const enforcer = keyOf(5)
const fields: ReceiptFields = {
  authorizerId: 'gate-1',
  chainBytes: Uint8Array.of(1, 2, 3),
  action: 'tool:read_file',
  outcome: 'deny',
  at: NOW,
}

describe('a receipt', () => {
  test('says after verifying what was signed', () => {
    const everything = fc.record(
      {
        authorizerId: texts,
        chainBytes: fc.uint8Array({ maxLength: 20 }),
        action: texts,
        outcome: texts,
        at: fc.integer({ min: 0, max: 2 ** 40 }),
        rootPrincipal: texts,
      },
      { requiredKeys: ['authorizerId', 'chainBytes', 'action', 'outcome', 'at'] },
    ) as fc.Arbitrary<ReceiptFields>
    fc.assert(
      fc.property(everything, (said) => {
        expect(verifyReceipt(signReceipt(said, enforcer), enforcer.publicKey)).toEqual(said)
        expect(decodeReceiptPayload(encodeReceiptPayload(said))).toEqual(said)
      }),
      { numRuns: 50 },
    )
  })

  test('is the same from a signer elsewhere, in whole seconds', async () => {
    const remote = {
      publicKey: enforcer.publicKey,
      sign: async (message: Uint8Array) => enforcer.sign(message),
    }
    const receipt = signReceipt(fields, enforcer)
    expect(await signReceiptAsync({ ...fields, at: NOW + 0.5 }, remote)).toEqual(receipt)
  })

  test('is refused under another key, with another signature, and with any damage', () => {
    const receipt = signReceipt(fields, enforcer)
    expect(codeOf(() => verifyReceipt(receipt, keyOf(6).publicKey))).toBe('RECEIPT_SIGNATURE')
    const signature = signatureFromBytes(keyOf(6).sign(signedMessage('receipt', receipt.payloadBytes)))
    expect(codeOf(() => verifyReceipt({ ...receipt, signature }, enforcer.publicKey))).toBe(
      'RECEIPT_SIGNATURE',
    )
    for (const payloadBytes of damaged(receipt.payloadBytes)) {
      expect(codeOf(() => verifyReceipt({ ...receipt, payloadBytes }, enforcer.publicKey))).toMatch(
        /^RECEIPT_(SIGNATURE|MALFORMED)$/,
      )
    }
  })

  test('no signature of another purpose is one, though its label is a part of all (SIG-4)', () => {
    const { payloadBytes } = signReceipt(fields, enforcer)
    for (const kind of STATEMENT_KINDS.filter((kind) => kind !== 'receipt')) {
      const message = signedMessage(kind, payloadBytes)
      const signature = signatureFromBytes(enforcer.sign(message))
      expect(codeOf(() => verifyReceipt({ payloadBytes, signature }, enforcer.publicKey))).toBe(
        'RECEIPT_SIGNATURE',
      )
      // What that purpose signed, taken for a payload behind the label that a receipt has.
      const whole: Receipt = { payloadBytes: message.slice('tenuo-warrant-v1'.length), signature }
      expect(codeOf(() => verifyReceipt(whole, enforcer.publicKey))).toBe('RECEIPT_MALFORMED')
    }
  })

  test.each([
    ['nothing', ''],
    ['no map', '80'],
    ['a field missing', 'a4613161616132406133616161346161'],
    ['a field unknown', 'a66131616161324061336161613461616135006137 6161'.replace(' ', '')],
    ['integer names', 'a5016161024003616104616105 00'.replace(' ', '')],
    ['a time below zero', 'a561316161613240613361616134616161 3520'.replace(' ', '')],
    ['text for the chain', 'a561316161613261616133616161346161613500'],
  ])('of %s is malformed', (_, hex) => {
    expect(codeOf(() => decodeReceiptPayload(fromHex(hex)))).toBe('RECEIPT_MALFORMED')
  })

  test('is not made of nonsense', () => {
    expect(codeOf(() => signReceipt({ ...fields, at: Number.NaN }, enforcer))).toBe('CBOR_NUMBER_RANGE')
    expect(codeOf(() => signReceipt({ ...fields, at: -1 }, enforcer))).toBe('CBOR_NUMBER_RANGE')
    expect(codeOf(() => signReceipt({ ...fields, action: '\uD800' }, enforcer))).toBe('TEXT_SURROGATE')
    expect(codeOf(() => decodeReceiptPayload(new Uint8Array(300_000)))).toBe('RECEIPT_MALFORMED')
  })
})
