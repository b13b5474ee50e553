/** Statements at their bounds: the largest that are read, the spellings that nearly are one, and claims beside a signature. */

import { describe, expect, test } from 'vitest'
import { callOf } from '../../../src/capability/call.js'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { approve, requestHash } from '../../../src/statement/approval.js'
import {
  decodeApproval,
  decodeApprovals,
  encodeApproval,
  encodeApprovals,
  parseApproval,
} from '../../../src/statement/approvalForm.js'
import {
  decodeDecisionReceipt,
  encodeDecisionReceipt,
  signDecisionReceipt,
  verifyDecisionReceipt,
} from '../../../src/statement/decisionReceipt.js'
import { parseProof } from '../../../src/statement/proof.js'
import { isTime } from '../../../src/statement/proofChallenge.js'
import { alsoJudged } from '../../../src/statement/proofProfile.js'
import { decodeReceiptPayload, encodeReceiptPayload } from '../../../src/statement/receipt.js'
import {
  decodeRevocationList,
  encodeRevocationList,
  parseRevocationList,
  revokedIdsOf,
  signRevocationList,
} from '../../../src/statement/revocation.js'
import {
  decodeRevocationRequest,
  encodeRevocationRequest,
  signRevocationRequest,
  verifyRevocationRequest,
} from '../../../src/statement/revocationRequest.js'
import { readTimestamp, writeTimestamp } from '../../../src/statement/timestamp.js'
import { keyOf, NOW, WARRANT_ID } from '../../support/statements.js'
import { codeOf } from '../../support/values.js'

const [enforcer, other] = [keyOf(5), keyOf(6)]

describe('bytes beyond what is read', () => {
  test.each<[string, (bytes: Uint8Array) => unknown, number, string]>([
    ['an approval', decodeApproval, 8_192, 'APPROVAL_MALFORMED'],
    ['approvals', decodeApprovals, 65_536, 'APPROVAL_MALFORMED'],
    ['a revocation list', decodeRevocationList, 4_194_304, 'REVOCATION_LIST_MALFORMED'],
    ['a revocation request', decodeRevocationRequest, 8_192, 'REVOCATION_REQUEST_MALFORMED'],
    ['a receipt', decodeReceiptPayload, 270_336, 'RECEIPT_MALFORMED'],
    ['a receipt of a decision', decodeDecisionReceipt, 274_432, 'RECEIPT_MALFORMED'],
  ])('of %s are refused by its code, and so are as many that are none', (_, decode, most, code) => {
    expect(codeOf(() => decode(new Uint8Array(most + 1)))).toBe(code)
    expect(codeOf(() => decode(new Uint8Array(most)))).toBe(code)
    expect(codeOf(() => decode(new Uint8Array(0)))).toBe(code)
    expect(() => decode(new Uint8Array(most + 1))).toThrow('too large')
    expect(() => decode(new Uint8Array(most))).not.toThrow('too large')
  })

  test('a list is as long as it may be, and no longer', () => {
    const listOf = (padding: number) =>
      signRevocationList({ revokedIds: [WARRANT_ID], version: padding, issuedAt: NOW }, enforcer)
    const { bytes } = listOf(1)
    expect(codeOf(() => decodeRevocationList(bytes))).toBeUndefined()
    expect(codeOf(() => parseRevocationList(toBase64(bytes)))).toBeUndefined()
    expect(codeOf(() => parseRevocationList('A'.repeat(2 * 4_194_304 + 4)))).toBe('REVOCATION_LIST_MALFORMED')
    expect(codeOf(() => parseApproval('A'.repeat(2 * 8_192 + 4)))).toBe('APPROVAL_MALFORMED')
  })
})

describe('a proof in text', () => {
  /** 64 bytes whose base64url has `-` alone, `_` alone, both, or neither. */
  const fills = [0xfb, 0xff, 0x00]
  const proofs = [
    ...fills.map((fill) => new Uint8Array(64).fill(fill)),
    Uint8Array.from({ length: 64 }, (_, i) => (i % 3 === 0 ? 0xfb : i % 3 === 1 ? 0xef : 0xbe)),
    Uint8Array.from({ length: 64 }, (_, i) => i * 4),
  ]

  test('is read in each of its spellings', () => {
    expect(proofs.some((bytes) => /-/.test(toBase64Url(bytes)) && !/_/.test(toBase64Url(bytes)))).toBe(true)
    expect(proofs.some((bytes) => /_/.test(toBase64Url(bytes)) && !/-/.test(toBase64Url(bytes)))).toBe(true)
    for (const bytes of proofs)
      for (const text of [toBase64(bytes), toBase64Url(bytes), `${toBase64Url(bytes)}==`])
        expect(parseProof(text)).toEqual(bytes)
  })

  test('is not what only nearly is one', () => {
    for (const bytes of proofs) {
      const text = toBase64Url(bytes)
      for (const near of [
        `${text}AA`,
        `${text}=`,
        `${text}=A`,
        `${text}===`,
        `${text}A=`,
        text.slice(1),
        `${text.slice(0, -1)}=`,
      ])
        expect(codeOf(() => parseProof(near))).toBe('PROOF_MALFORMED')
    }
  })
})

describe('a receipt', () => {
  const receipt = signDecisionReceipt(
    {
      chainBytes: Uint8Array.of(1),
      action: 'read',
      outcome: 'allow',
      at: NOW,
      proof: new Uint8Array(64),
      requestId: 'r',
    } as never,
    enforcer,
  )

  test('that names another signer than its enforcer is not of this enforcer, whoever signed it', () => {
    expect(verifyDecisionReceipt(receipt, enforcer.publicKey).action).toBe('read')
    const lying = { ...receipt, signer: other.publicKey }
    expect(codeOf(() => verifyDecisionReceipt(lying, enforcer.publicKey))).toBe('RECEIPT_SIGNATURE')
    expect(codeOf(() => verifyDecisionReceipt(lying, other.publicKey))).toBe('RECEIPT_SIGNATURE')
  })

  test('without a principal has none', () => {
    const fields = {
      authorizerId: 'a',
      chainBytes: Uint8Array.of(1),
      action: 'read',
      outcome: 'allow',
      at: NOW,
    }
    const read = decodeReceiptPayload(encodeReceiptPayload(fields))
    expect('rootPrincipal' in read).toBe(false)
    expect(decodeReceiptPayload(encodeReceiptPayload({ ...fields, rootPrincipal: 'p' })).rootPrincipal).toBe(
      'p',
    )
  })
})

describe('revocation', () => {
  test('is of ids and of nothing around them', () => {
    const listing = (id: string): unknown =>
      codeOf(() => signRevocationList({ revokedIds: [id as never], version: 1, issuedAt: NOW }, enforcer))
    expect(listing(WARRANT_ID)).toBeUndefined()
    for (const id of [
      `x${WARRANT_ID}`,
      `${WARRANT_ID}0`,
      `${WARRANT_ID}\n`,
      WARRANT_ID.toUpperCase(),
      WARRANT_ID.slice(1),
    ])
      expect(listing(id)).toBe('WARRANT_ID_MALFORMED')
  })

  test('of ids in other spellings revokes what they mean, and of other text nothing that is an id', () => {
    const bare = WARRANT_ID.slice('tnu_wrt_'.length)
    const ids = revokedIdsOf({ revokedIds: [bare.toUpperCase(), `x${WARRANT_ID}`, ''] } as never)
    expect([...ids]).toEqual([WARRANT_ID, `x${WARRANT_ID}`, ''])
  })

  test('of a warrant may be asked to its last second', () => {
    const request = signRevocationRequest(
      { warrantId: WARRANT_ID, reason: 'lost', requestedAt: NOW },
      enforcer,
    )
    const asking = (expiresAt: number): unknown =>
      codeOf(() =>
        verifyRevocationRequest(
          request,
          { id: WARRANT_ID, issuer: enforcer.publicKey, holder: other.publicKey, expiresAt },
          { now: NOW } as never,
        ),
      )
    expect(asking(NOW)).toBeUndefined()
    expect(asking(NOW - 1)).toBe('WARRANT_EXPIRED')
  })
})

describe('times', () => {
  test.each([
    [0, '1970-01-01T00:00:00Z'],
    [0.9, '1970-01-01T00:00:00Z'],
    [951_782_400, '2000-02-29T00:00:00Z'],
    [253_402_300_799, '9999-12-31T23:59:59Z'],
    [253_402_300_799.9, '9999-12-31T23:59:59Z'],
  ])('%d is %s', (seconds, text) => {
    expect(writeTimestamp(seconds)).toBe(text)
    expect(readTimestamp(text)).toBe(Math.floor(seconds))
  })

  test.each([-0.1, -1, 253_402_300_800, Number.NaN, Number.POSITIVE_INFINITY])('%d is none', (seconds) => {
    expect(codeOf(() => writeTimestamp(seconds))).toBe('TIME_MALFORMED')
  })

  test.each([
    '2024-01-01T24:00:00Z',
    '2024-01-01T23:60:00Z',
    '2024-01-01T23:59:60Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    'x2024-01-01T00:00:00Z',
    '2024-01-01T00:00:00Zx',
    '2024-01-01T00:00:00Z\n',
    '2024-01-01T00:00:00.000Z',
    '2024-01-01T00:00:00.100000Z',
    '2024-01-01T00:00:00.100100000Z',
    '2024-01-01T00:00:00.000000000Z',
    '2024-01-01T00:00:00.1Z',
  ])('%s is none', (text) => {
    expect(codeOf(() => readTimestamp(text))).toBe('TIME_MALFORMED')
  })

  test.each(['001', '100', '000001', '100001', '000000001', '100000100', '123456789'])(
    'a fraction of %s is one',
    (digits) => {
      expect(readTimestamp(`2024-01-01T00:00:00.${digits}Z`)).toBe(1_704_067_200)
    },
  )
})

describe('a call whose servers judge it without its nulls', () => {
  const judged = (args: unknown): unknown => alsoJudged(callOf('t', args).args, 'tenuo-json')

  test('is judged twice where any argument holds a null, however deep in lists', () => {
    expect(judged({ a: null, b: 1 })).toEqual({ b: 1 })
    expect(judged({ a: 1, b: null })).toEqual({ a: 1 })
    expect(judged({ a: [1, null], b: 1 })).toEqual({ a: [1], b: 1 })
    expect(judged({ a: [[null]], b: { c: null } })).toEqual({ a: [[]], b: { c: null } })
  })

  test('and once where none does, or only an object', () => {
    for (const args of [{}, { a: 1 }, { a: [1, [2]] }, { a: { b: null } }, { a: [{ b: null }] }])
      expect(judged(args)).toBeUndefined()
    expect(alsoJudged(callOf('t', { a: null }).args, 'tenuo-0.2')).toBeUndefined()
  })
})

describe('bytes that change after they were read', () => {
  const approval = approve(
    { requestHash: requestHash(WARRANT_ID, 't', callOf('t', {}).args, other.publicKey) },
    { externalId: 'a', now: NOW },
    enforcer,
  )
  const decision = signDecisionReceipt(
    {
      chainBytes: Uint8Array.of(1),
      action: 'read',
      outcome: 'allow',
      at: NOW,
      proof: new Uint8Array(64),
      requestId: 'r',
    } as never, // the fields that it must have
    enforcer,
  )
  const list = signRevocationList({ revokedIds: [WARRANT_ID], version: 1, issuedAt: NOW }, enforcer)
  const request = signRevocationRequest({ warrantId: WARRANT_ID, reason: 'lost', requestedAt: NOW }, enforcer)

  test.each<[string, Uint8Array, (bytes: Uint8Array) => unknown, (read: never) => Uint8Array]>([
    ['an approval', approval.bytes, decodeApproval, encodeApproval],
    ['a receipt', decision.bytes, decodeDecisionReceipt, encodeDecisionReceipt],
    ['a revocation list', list.bytes, decodeRevocationList, encodeRevocationList],
    ['a revocation request', request.bytes, decodeRevocationRequest, encodeRevocationRequest],
  ])(
    'of %s change nothing that was read, and neither does what is written of it',
    (_, bytes, decode, encode) => {
      const given = bytes.slice()
      const read = decode(given) as never
      given.fill(0)
      expect(encode(read)).toEqual(bytes)
      encode(read).fill(0)
      expect(encode(read)).toEqual(bytes)
    },
  )

  test('of a list of approvals change none of them', () => {
    const given = encodeApprovals([approval, approval])
    const read = decodeApprovals(given)
    given.fill(0)
    expect(read).toEqual([approval, approval])
    expect(decodeApprovals(approval.bytes.slice())).toEqual([approval])
  })
})

test('times end where integers are no longer exact', () => {
  const last = Number.MAX_SAFE_INTEGER
  expect([-1, 0, last, last + 1, Number.NaN].map(isTime)).toEqual([false, true, true, false, false])
})

test('what a statement is refused for in the first place is its cause', () => {
  expect(() => decodeApproval(Uint8Array.of(0xff))).toThrow(
    expect.objectContaining({
      code: 'APPROVAL_MALFORMED',
      cause: expect.objectContaining({ code: expect.stringMatching(/^CBOR_/) }),
    }),
  )
})
