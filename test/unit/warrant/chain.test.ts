/** Chains and envelopes: what is one, and what is kept of it. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signatureFromBytes } from '../../../src/crypto/keys.js'
import { concatBytes, fromHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import { MAX_CHAIN_BYTES, MAX_WARRANT_BYTES } from '../../../src/encoding/limits.js'
import { isWarrantError } from '../../../src/errors.js'
import { chainOf, decodeChain, leafOf, stackBytes } from '../../../src/warrant/chain.js'
import { readWarrant, sealWarrant, warrantMessage } from '../../../src/warrant/envelope.js'
import { codeOf } from '../../support/values.js'
import { childOf, minted } from '../../support/warrants.js'

const first = minted()
const second = childOf(first)
const pair = stackBytes([first, second])

describe('a chain', () => {
  test('is one envelope, or an array of envelopes', () => {
    expect(decodeChain(first.bytes).warrants).toEqual([first])
    expect(decodeChain(stackBytes([first])).warrants.map(({ bytes }) => bytes)).toEqual([first.bytes])
    const chain = decodeChain(pair)
    expect(chain.warrants.map(({ bytes }) => bytes)).toEqual([first.bytes, second.bytes])
    expect(chain.bytes).toEqual(pair)
    expect(leafOf(chain)).toBe(chain.warrants[1])
    // Three envelopes begin with the byte with which an envelope begins.
    const three = stackBytes([first, second, childOf(second)])
    expect(three[0]).toBe(first.bytes[0])
    expect(decodeChain(three).warrants).toHaveLength(3)
  })

  test('made of warrants is what is decoded from its bytes', () => {
    for (const warrants of [[first], [first, second]]) {
      const chain = chainOf(warrants)
      expect(decodeChain(chain.bytes).bytes).toEqual(chain.bytes)
      expect(decodeChain(chain.bytes).warrants).toEqual(warrants)
    }
  })

  test('keeps the bytes of nobody else, and cannot be changed but for them', () => {
    const received = Uint8Array.from(pair)
    const chain = decodeChain(received)
    received.fill(0)
    expect(chain.bytes).toEqual(pair)
    for (const part of [
      chain,
      chain.warrants,
      leafOf(chain),
      leafOf(chain).payload,
      leafOf(chain).payload.tools,
    ])
      expect(Object.isFrozen(part)).toBe(true)
    const given = [first, second]
    const made = chainOf(given)
    given.pop()
    expect(made.warrants).toHaveLength(2)
  })

  const envelope = (...items: readonly string[]): Uint8Array =>
    concatBytes(Uint8Array.of(0x80 + items.length), ...items.map((item) => fromHex(item)))
  const signature = `82015840${'00'.repeat(64)}`
  test.each([
    ['nothing', new Uint8Array(), 'ENVELOPE_MALFORMED'],
    ['an empty array', fromHex('80'), 'CHAIN_EMPTY'],
    ['a number', fromHex('01'), 'ENVELOPE_MALFORMED'],
    ['a map', fromHex('a0'), 'ENVELOPE_MALFORMED'],
    ['a tag', fromHex('c180'), 'ENVELOPE_MALFORMED'],
    ['an array of indefinite length', fromHex('9fff'), 'CBOR_INDEFINITE'],
    ['an empty array in a longer head', fromHex('9800'), 'CBOR_NOT_CANONICAL'],
    ['an array of numbers', fromHex('8101'), 'ENVELOPE_MALFORMED'],
    ['an array of no envelopes', fromHex('8180'), 'CBOR_UNEXPECTED_TYPE'],
    ['a head alone', fromHex('83'), 'CBOR_TRUNCATED'],
    ['an envelope of two', envelope('01', '40'), 'ENVELOPE_MALFORMED'],
    ['an envelope of four', envelope('01', '40', signature, '00'), 'ENVELOPE_MALFORMED'],
    ['an envelope of version 0', envelope('00', '40', signature), 'ENVELOPE_VERSION'],
    ['an envelope of version 2', envelope('02', '40', signature), 'ENVELOPE_VERSION'],
    ['a version that is text', envelope('6131', '40', signature), 'ENVELOPE_MALFORMED'],
    ['a payload that is a map', envelope('01', 'a0', signature), 'CBOR_UNEXPECTED_TYPE'],
    ['no payload', envelope('01', '40', signature), 'CBOR_TRUNCATED'],
    ['a payload that is no map', envelope('01', '4100', signature), 'PAYLOAD_MALFORMED'],
    ['a bare signature', envelope('01', '40', `5840${'00'.repeat(64)}`), 'CBOR_UNEXPECTED_TYPE'],
    ['a signature of 63 bytes', envelope('01', '40', `8201583f${'00'.repeat(63)}`), 'SIGNATURE_LENGTH'],
    ['a signature of 65 bytes', envelope('01', '40', `82015841${'00'.repeat(65)}`), 'SIGNATURE_LENGTH'],
    [
      'a signature of another algorithm',
      envelope('01', '40', `82025840${'00'.repeat(64)}`),
      'SIGNATURE_ALGORITHM',
    ],
    ['a chain in a chain', concatBytes(Uint8Array.of(0x81), pair), 'CBOR_UNEXPECTED_TYPE'],
    ['two chains', concatBytes(first.bytes, second.bytes), 'CBOR_TRAILING_BYTES'],
  ])('is not %s', (_, bytes, code) => {
    expect(codeOf(() => decodeChain(bytes))).toBe(code)
  })

  test('no bytes at all make decoding fail without a code', () => {
    const like = fc
      .uint8Array({ maxLength: 80 })
      .map((bytes) => concatBytes(Uint8Array.of(0x83, 1, 0x58), bytes))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), like), (bytes) => {
        try {
          decodeChain(bytes)
        } catch (thrown) {
          expect(isWarrantError(thrown)).toBe(true)
          return
        }
        expect.fail('decoded')
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an envelope', () => {
  test('is sealed as it is read, and signs the payload under the label of warrants', () => {
    const { payload, payloadBytes, signature, bytes } = first
    expect(sealWarrant(payload, payloadBytes, signature).bytes).toEqual(bytes)
    const label = new TextEncoder().encode('tenuo-warrant-v1\u0001')
    expect(warrantMessage(payloadBytes)).toEqual(concatBytes(label, payloadBytes))
  })

  test('is read from where the reader stands', () => {
    const writer = new CborWriter()
    writer.uint(7)
    writer.encoded(first.bytes)
    const reader = new CborReader(writer.finish())
    expect(reader.uint()).toBe(7)
    expect(readWarrant(reader)).toEqual(first)
    reader.end()
  })

  test('is refused over 65,536 bytes, at the byte', () => {
    const signature = signatureFromBytes(new Uint8Array(64))
    const sealed = (length: number): unknown =>
      codeOf(() => sealWarrant(first.payload, new Uint8Array(length), signature))
    const overhead = sealWarrant(first.payload, new Uint8Array(65_000), signature).bytes.length - 65_000
    expect(sealed(65_536 - overhead)).toBeUndefined()
    expect(sealed(65_537 - overhead)).toBe('WARRANT_TOO_LARGE')
  })
})

describe('bounds', () => {
  test('a chain is as long as it may be, and no longer', () => {
    const of = (length: number): unknown =>
      codeOf(() => chainOf([{ ...first, bytes: new Uint8Array(length) }]))
    expect([of(MAX_CHAIN_BYTES), of(MAX_CHAIN_BYTES + 1)]).toEqual([undefined, 'CHAIN_TOO_LARGE'])
  })

  test('so is a warrant', () => {
    const { bytes, payloadBytes } = first
    const signature = bytes.subarray(2 + (payloadBytes.length < 256 ? 2 : 3) + payloadBytes.length)
    const of = (length: number): unknown => {
      const writer = new CborWriter()
      writer.array(3)
      writer.uint(1)
      writer.bytes(new Uint8Array(length - 2 - 3 - signature.length))
      writer.encoded(signature)
      const made = writer.finish()
      expect(made).toHaveLength(length)
      return codeOf(() => readWarrant(new CborReader(made)))
    }
    expect(of(MAX_WARRANT_BYTES + 1)).toBe('WARRANT_TOO_LARGE')
    expect(of(MAX_WARRANT_BYTES)).toMatch(/^(PAYLOAD|CBOR)_/)
  })
})
