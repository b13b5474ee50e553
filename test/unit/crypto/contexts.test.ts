import { describe, expect, test } from 'vitest'
import { checkedMessage, STATEMENT_KINDS, signedMessage } from '../../../src/crypto/contexts.js'
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

describe('a message that is checked at once', () => {
  const payloadOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + length)

  test('is the one that was signed, in one part or two', () => {
    for (const kind of STATEMENT_KINDS) {
      for (const length of [0, 1, 31, 300, 16_000, 16_384, 70_000]) {
        const payload = payloadOf(length)
        const signed = signedMessage(kind, payload)
        expect(checkedMessage(kind, payload)).toEqual(signed)
        const at = length >> 1
        expect(checkedMessage(kind, payload.subarray(0, at), payload.subarray(at))).toEqual(signed)
      }
    }
  })

  test('shares no byte with another, wherever one block of memory ends', () => {
    const payloads = Array.from({ length: 200 }, (_, i) => payloadOf((i * 37) % 500))
    const messages = payloads.map((payload) => checkedMessage('proof', payload))
    for (const [i, payload] of payloads.entries())
      expect(messages[i]).toEqual(signedMessage('proof', payload))
    // Most of them lie in few blocks, which is what it is for.
    expect(new Set(messages.map(({ buffer }) => buffer)).size).toBeLessThan(10)
  })

  test('leaves a signed one alone in its memory', () => {
    const { buffer, length } = signedMessage('proof', payloadOf(40))
    expect(buffer.byteLength).toBe(length)
  })
})
