/** Faults of bytes: CBOR of another form, envelopes and payloads of another shape, statements that are none. */

import fc from 'fast-check'
import { decodeAppValue } from '../../../src/encoding/appValue.js'
import { fromHex } from '../../../src/encoding/bytes.js'
import {
  type Approval,
  approve,
  decodeApproval,
  decodeChain,
  decodeReceiptPayload,
  decodeRevocationList,
  decodeRevocationRequest,
  publicKeyFromBytes,
  verify,
} from '../../../src/index.js'
import { anyChain, faultyChain, TEST_NOW, testKey } from '../../../src/testing/index.js'
import { chainOf, stackBytes, type Warrant } from '../../../src/warrant/chain.js'
import type { Case } from './case.js'
import { envelope, followed, ofConstraint, ofExtension, ofKeys, ofPayload, text, utf8 } from './rawWarrant.js'

const bytesOf = anyChain().map(({ chain }) => chain.bytes)
const some = fc.uint8Array({ minLength: 1, maxLength: 40 })

/** Each of these chains is refused as it is decoded. */
const decoding = (...all: readonly Uint8Array[]): fc.Arbitrary<Case> =>
  fc.constantFrom(...all).map((bytes) => () => decodeChain(bytes))

const keys = fc.constantFrom(4, 5)
const approvalOf = (): Approval =>
  approve({ requestHash: new Uint8Array(32) }, { externalId: 'a', now: TEST_NOW }, testKey(21))

/** The approval with the first place at which its bytes hold `from` changed. */
const approvalWith = (from: string, to: string): Uint8Array => {
  const { bytes } = approvalOf()
  const [before, after] = [utf8(from), utf8(to)]
  const at = bytes.findIndex((_, i) => before.every((byte, j) => bytes[i + j] === byte))
  const copy = bytes.slice()
  copy.set(after, at)
  return copy
}

/** So many Nots around a Wildcard. */
const nots = (depth: number): string => `${`820ea1${text('constraint')}`.repeat(depth)}8210f6`

/** An Exact, up to its value. */
const EXACT = `8201a1${text('value')}`

export const BYTE_FAULTS = {
  CBOR_MALFORMED: decoding(ofKeys({ 6: '1c' }), ofKeys({ 8: '1e' }), ofConstraint(`${EXACT}fc`)),
  CBOR_TRUNCATED: fc.tuple(bytesOf, fc.nat()).map(
    ([bytes, at]) =>
      () =>
        decodeChain(bytes.slice(0, 3 + (at % (bytes.length - 3)))),
  ),
  CBOR_TRAILING_BYTES: fc.tuple(bytesOf, some).map(
    ([bytes, more]) =>
      () =>
        decodeChain(followed(bytes, more)),
  ),
  CBOR_NOT_CANONICAL: decoding(
    ofKeys({ 8: '1808' }),
    ofKeys({ 6: '1b000000006b49d200' }),
    ofKeys({ 10: 'a0' }),
  ),
  CBOR_INDEFINITE: decoding(
    ofKeys({ 3: 'bfff' }),
    ofConstraint(`${EXACT}9fff`),
    ofConstraint(`${EXACT}7f6161ff`),
  ),
  CBOR_TAGGED: decoding(ofKeys({ 6: 'c11a6b49d200' }), ofConstraint(`${EXACT}c001`)),
  CBOR_DUPLICATE_KEY: decoding(
    ofKeys({ 3: `a2${`${text('read')}a1${text('constraints')}a0`.repeat(2)}` }),
    ofConstraint(`${EXACT}a2${`${text('a')}01`.repeat(2)}`),
  ),
  CBOR_KEY_ORDER: decoding(
    ofKeys({ 3: `a2${text('b')}a1${text('constraints')}a0${text('a')}a1${text('constraints')}a0` }),
    ofPayload('a202000001'),
  ),
  CBOR_UNEXPECTED_TYPE: decoding(ofKeys({ 6: text('now') }), ofKeys({ 3: '80' }), ofKeys({ 4: '01' })),
  CBOR_TEXT_INVALID: decoding(ofKeys({ 3: 'a162c328a0' }), ofConstraint(`${EXACT}61ff`)),
  CBOR_NUMBER_RANGE: decoding(
    ofKeys({ 8: '190100' }),
    ofKeys({ 17: '190100' }),
    ofKeys({ 18: '1b0000000100000000' }),
  ),
  CBOR_NOT_FINITE: decoding(ofConstraint(`${EXACT}f97e00`), ofConstraint(`${EXACT}f97c00`)),
  CBOR_TOO_DEEP: fc
    .integer({ min: 33, max: 500 })
    .map((depth) => () => decodeAppValue(fromHex(`${'81'.repeat(depth)}01`))),
  CBOR_UNKNOWN_FIELD: decoding(
    ofKeys({ 3: `a1${text('read')}a2${text('constraints')}a0${text('more')}a0` }),
    ofConstraint(`8201a2${text('value')}01${text('more')}01`),
  ),
  CBOR_MISSING_FIELD: decoding(ofKeys({ 3: `a1${text('read')}a0` }), ofConstraint('8201a0')),

  KEY_ALGORITHM: keys.map((key) => () => decodeChain(ofKeys({ [key]: `82025820${'11'.repeat(32)}` }))),
  KEY_LENGTH: fc.tuple(keys, fc.integer({ min: 1, max: 23 })).map(
    ([key, length]) =>
      () =>
        decodeChain(ofKeys({ [key]: `8201${(0x40 + length).toString(16)}${'11'.repeat(length)}` })),
  ),
  KEY_SMALL_ORDER: fc
    .constantFrom('00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`)
    .map((point) => () => publicKeyFromBytes(fromHex(point))),
  KEY_NOT_ON_CURVE: fc.constant(() => publicKeyFromBytes(fromHex(`02${'00'.repeat(31)}`))),
  SIGNATURE_ALGORITHM: fc
    .integer({ min: 2, max: 9 })
    .map((algorithm) => () => decodeChain(envelope({ signature: `820${algorithm}5840${'11'.repeat(64)}` }))),
  SIGNATURE_LENGTH: fc
    .constantFrom('5820', '583f', '5841')
    .map(
      (head) => () =>
        decodeChain(envelope({ signature: `8201${head}${'11'.repeat(Number.parseInt(head.slice(2), 16))}` })),
    ),

  ENVELOPE_MALFORMED: fc
    .uint8Array({ minLength: 1, maxLength: 40 })
    .filter(([first = 0]) => first >> 5 !== 4)
    .map((bytes) => () => decodeChain(bytes)),
  ENVELOPE_VERSION: decoding(
    envelope({ version: '00' }),
    envelope({ version: '02' }),
    envelope({ version: '1864' }),
  ),
  PAYLOAD_MALFORMED: decoding(ofPayload('80'), ofPayload('01'), ofPayload('f6')),
  PAYLOAD_VERSION: decoding(ofKeys({ 0: '00' }), ofKeys({ 0: '02' })),
  PAYLOAD_UNKNOWN_FIELD: decoding(ofKeys({ 12: '00' }), ofKeys({ 19: '00' }), ofKeys({ 99: 'a0' })),
  PAYLOAD_MISSING_FIELD: fc
    .constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 18)
    .map((key) => () => decodeChain(ofKeys({ [key]: undefined }))),
  WARRANT_TYPE_UNKNOWN: decoding(ofKeys({ 2: '02' }), ofKeys({ 2: '17' })),
  WARRANT_STRUCTURE: faultyChain({ fault: 'contradictory-fields' }).map(
    ({ chain, roots, now }) =>
      () =>
        verify(chain, { roots, now }),
  ),
  CHAIN_TOO_LARGE: fc
    .integer({ min: 262_145, max: 300_000 })
    .map((length) => () => decodeChain(new Uint8Array(length))),
  CHAIN_TOO_LONG: anyChain({ maxLength: 1 }).map(
    ({ chain }) =>
      () =>
        decodeChain(stackBytes(new Array(66).fill(chain.warrants[0] as Warrant) as Warrant[])),
  ),
  CHAIN_EMPTY: fc.constantFrom<Case>(
    () => decodeChain(fromHex('80')),
    () => chainOf([]),
  ),
  EXTENSION_INVALID: fc
    .constantFrom('tenuo.session_id', 'tenuo.agent_id')
    .map((name) => () => decodeChain(ofExtension(name, fromHex('ff')))),
  CONSTRAINT_TOO_DEEP: fc
    .integer({ min: 33, max: 90 })
    .map((depth) => () => decodeChain(ofConstraint(nots(depth)))),
  GATES_MALFORMED: fc
    .constantFrom(`a1${text('read')}a1${text('args')}a1${text('x')}${text('some')}`)
    .map((hex) => () => decodeChain(ofExtension('tenuo.approval_gates', fromHex(hex)))),

  APPROVAL_MALFORMED: some.map((bytes) => () => decodeApproval(bytes)),
  APPROVAL_VERSION: fc.constant(() =>
    decodeApproval(approvalWith('approval_version\u0001', 'approval_version\u0002')),
  ),
  REVOCATION_LIST_MALFORMED: some.map((bytes) => () => decodeRevocationList(bytes)),
  REVOCATION_REQUEST_MALFORMED: some.map((bytes) => () => decodeRevocationRequest(bytes)),
  RECEIPT_MALFORMED: some.map((bytes) => () => decodeReceiptPayload(bytes)),
}
