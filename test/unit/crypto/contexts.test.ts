import { expect, test } from 'vitest'
import { STATEMENT_KINDS, signedMessage } from '../../../src/crypto/contexts.js'
import { fromUtf8 } from '../../../src/encoding/bytes.js'

const prefixOf = (kind: (typeof STATEMENT_KINDS)[number]): string =>
  fromUtf8(signedMessage(kind, new Uint8Array()))

test('the labels are those of the protocol', () => {
  expect(STATEMENT_KINDS.map((kind) => [kind, prefixOf(kind)])).toEqual([
    ['warrant', 'tenuo-warrant-v1\x01'],
    ['proof', 'tenuo-warrant-v1tenuo-pop-v1'],
    ['approval', 'tenuo-warrant-v1tenuo-approval-v1\x01'],
    ['approvalContext', 'tenuo-warrant-v1tenuo-approval-context-v1\x01'],
    ['revocationList', 'tenuo-warrant-v1tenuo-srl-v1'],
    ['revocationRequest', 'tenuo-warrant-v1tenuo-revocation-request-v1'],
    ['receipt', 'tenuo-warrant-v1'],
    ['decisionReceipt', 'tenuo-warrant-v1tenuo-receipt-v1\x01'],
    ['binding', 'tenuo-warrant-v1warrant-binding-v1'],
    ['logCheckpoint', 'tenuo-warrant-v1warrant-log-v1'],
    ['keyRegistration', 'tenuo-warrant-v1tenuo-key-registration-v1|'],
    ['keyRotation', 'tenuo-warrant-v1tenuo-key-rotation-v1|'],
  ])
})

test('no message of one kind can be a message of another', () => {
  // A prefix of another prefix would let its payload continue into it; receipts are told apart by their first byte.
  for (const one of STATEMENT_KINDS) {
    for (const other of STATEMENT_KINDS) {
      if (one === other) continue
      const rest = prefixOf(other).startsWith(prefixOf(one))
        ? prefixOf(other).slice(prefixOf(one).length)
        : ''
      if (rest === '') expect(prefixOf(other).startsWith(prefixOf(one)), `${one} ${other}`).toBe(false)
      else expect([one, rest.charCodeAt(0) < 0x80], `${one} ${other}`).toEqual(['receipt', true])
    }
  }
})

test('the payload follows as it is', () => {
  const payload = Uint8Array.of(0xa5, 0, 255)
  expect(signedMessage('receipt', payload).slice(16)).toEqual(payload)
  expect(signedMessage('warrant', payload).slice(16)).toEqual(Uint8Array.of(1, 0xa5, 0, 255))
})
