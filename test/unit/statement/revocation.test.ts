import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../src/encoding/bytes.js'
import {
  acceptRevocationList,
  checkRevocationFreshness,
  decodeRevocationList,
  encodeRevocationList,
  formatRevocationList,
  parseRevocationList,
  revokedIdsOf,
  signRevocationList,
  signRevocationListAsync,
  verifyRevocationList,
} from '../../../src/statement/revocation.js'
import {
  decodeRevocationRequest,
  encodeRevocationRequest,
  signRevocationRequest,
  signRevocationRequestAsync,
  verifyRevocationRequest,
} from '../../../src/statement/revocationRequest.js'
import { readTimestamp, writeTimestamp } from '../../../src/statement/timestamp.js'
import type { WarrantId } from '../../../src/warrant/id.js'
import { damaged, keyOf, NOW, WARRANT_ID } from '../../support/statements.js'
import { codeOf, texts } from '../../support/values.js'

const issuer = keyOf(1)
const fields = { revokedIds: [WARRANT_ID], version: 7, issuedAt: NOW }
const idOf = (digits: string): WarrantId => `tnu_wrt_${digits}` as WarrantId // also of what is none
const ids = fc.stringMatching(/^[0-9a-f]{32}$/).map(idOf)

describe('a list', () => {
  test('is read back as it was made, in its order, repeats included', () => {
    fc.assert(
      fc.property(
        fc.array(ids, { maxLength: 10 }),
        fc.maxSafeInteger(),
        fc.integer({ min: 0, max: 2 ** 33 }),
        (revokedIds, n, issuedAt) => {
          const list = signRevocationList({ revokedIds, version: Math.abs(n), issuedAt }, issuer)
          expect(list).toMatchObject({ revokedIds, version: Math.abs(n), issuedAt, issuer: issuer.publicKey })
          expect(decodeRevocationList(encodeRevocationList(list))).toEqual(list)
          expect(parseRevocationList(formatRevocationList(list))).toEqual(list)
          expect(verifyRevocationList(decodeRevocationList(list.bytes), issuer.publicKey)).toEqual(list)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('is the same from a signer elsewhere', async () => {
    const remote = { publicKey: issuer.publicKey, sign: async (message: Uint8Array) => issuer.sign(message) }
    expect(await signRevocationListAsync(fields, remote)).toEqual(signRevocationList(fields, issuer))
  })

  test.each<
    [
      string,
      { readonly revokedIds?: readonly string[]; readonly version?: number; readonly issuedAt?: number },
    ]
  >([
    ['WARRANT_ID_MALFORMED', { revokedIds: ['019dae3d-13ed-7fb0-a7ec-467e096427db'] }],
    ['WARRANT_ID_MALFORMED', { revokedIds: [WARRANT_ID.toUpperCase()] }],
    ['WARRANT_ID_MALFORMED', { revokedIds: [''] }],
    ['CBOR_NUMBER_RANGE', { version: -1 }],
    ['CBOR_NUMBER_RANGE', { version: 0.5 }],
    ['TIME_MALFORMED', { issuedAt: Number.NaN }],
    ['TIME_MALFORMED', { issuedAt: -1 }],
    ['TIME_MALFORMED', { issuedAt: 2 ** 40 }],
  ])('is not signed with %s', (code, wrong) => {
    expect(codeOf(() => signRevocationList({ ...fields, ...wrong } as typeof fields, issuer))).toBe(code)
  })

  test('revokes in every text form of an id, and nothing by any other text', () => {
    const digits = WARRANT_ID.slice(8)
    const dashed = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    const list = signRevocationList(fields, issuer)
    for (const form of [
      digits,
      dashed,
      digits.toUpperCase(),
      idOf(digits.toUpperCase()),
      dashed.toUpperCase(),
    ]) {
      expect(revokedIdsOf({ ...list, revokedIds: [form] }).has(WARRANT_ID), form).toBe(true)
    }
    for (const other of [
      '',
      digits.slice(1),
      `${digits}0`,
      `x${digits}`,
      `tnu_wrt_tnu_wrt_${digits}`,
      dashed.replaceAll('-', '--'),
      `${digits}\n`,
    ]) {
      expect(revokedIdsOf({ ...list, revokedIds: [other] }).has(WARRANT_ID), other).toBe(false)
    }
    expect(revokedIdsOf(list)).toEqual(new Set([WARRANT_ID]))
  })

  test('of any damage is read or refused with a code', () => {
    for (const bytes of damaged(signRevocationList(fields, issuer).bytes)) {
      expect(codeOf(() => decodeRevocationList(bytes))).toEqual(
        expect.toBeOneOf([undefined, 'REVOCATION_LIST_MALFORMED']),
      )
    }
    for (const hex of ['', '80', 'a0', 'ff', 'a1677061796c6f6164a0']) {
      expect(codeOf(() => decodeRevocationList(fromHex(hex)))).toBe('REVOCATION_LIST_MALFORMED')
    }
    expect(codeOf(() => decodeRevocationList(new Uint8Array(5_000_000)))).toBe('REVOCATION_LIST_MALFORMED')
    expect(codeOf(() => parseRevocationList('A'.repeat(9_000_000)))).toBe('REVOCATION_LIST_MALFORMED')
  })

  test('of ninety thousand ids is read', () => {
    const many = Array.from({ length: 90_000 }, (_, i) => idOf(i.toString(16).padStart(32, '0')))
    const { bytes } = signRevocationList({ ...fields, revokedIds: many }, issuer)
    expect(decodeRevocationList(bytes).revokedIds.length).toBe(90_000)
  })
})

describe('holding a list', () => {
  const signed = (
    version: number,
    revokedIds: readonly WarrantId[] = [],
  ): ReturnType<typeof verifyRevocationList> =>
    verifyRevocationList(signRevocationList({ revokedIds, version, issuedAt: NOW }, issuer), issuer.publicKey)

  test('the first is taken, and newer ones', () => {
    const [one, two] = [signed(1), signed(2)]
    expect(acceptRevocationList(undefined, one)).toBe(one)
    expect(acceptRevocationList(one, two)).toBe(two)
    expect(acceptRevocationList(two, signed(2))).toBe(two)
  })

  test.each<[number, number | undefined, number, string | undefined]>([
    [NOW, 3600, NOW, undefined],
    [NOW, 3600, NOW + 3600, undefined],
    [NOW, 3600, NOW + 3600.9, undefined],
    [NOW, 3600, NOW + 3601, 'REVOCATION_STALE'],
    [NOW, 3600, NOW - 30, undefined],
    [NOW, 3600, NOW - 31, 'REVOCATION_STALE'],
    [NOW, 3600, Number.NaN, 'REVOCATION_STALE'],
    [NOW, Number.NaN, NOW, 'REVOCATION_STALE'],
  ])('issued at %d with age %d, at %d: %s', (_, maxAgeSeconds, now, code) => {
    expect(checkRevocationFreshness(signed(1), { now, maxAgeSeconds: maxAgeSeconds as number })).toBe(code)
  })

  test('none is never fresh', () => {
    expect(checkRevocationFreshness(undefined, { now: NOW, maxAgeSeconds: 1e9 })).toBe('REVOCATION_STALE')
  })
})

describe('a request', () => {
  const asked = { warrantId: WARRANT_ID, reason: 'key compromise', requestedAt: NOW }

  test('is read back as it was made', () => {
    fc.assert(
      fc.property(ids, texts, (warrantId, reason) => {
        const request = signRevocationRequest({ warrantId, reason, requestedAt: NOW + 0.5 }, issuer)
        expect(decodeRevocationRequest(encodeRevocationRequest(request))).toEqual(request)
        expect(request).toMatchObject({ warrantId, reason, requestedAt: NOW })
      }),
      { numRuns: 30 },
    )
  })

  test('is the same from a signer elsewhere', async () => {
    const remote = { publicKey: issuer.publicKey, sign: async (message: Uint8Array) => issuer.sign(message) }
    expect(await signRevocationRequestAsync(asked, remote)).toEqual(signRevocationRequest(asked, issuer))
  })

  test('of any damage is read or refused with a code', () => {
    for (const bytes of damaged(signRevocationRequest(asked, issuer).bytes)) {
      expect(codeOf(() => decodeRevocationRequest(bytes))).toEqual(
        expect.toBeOneOf([undefined, 'REVOCATION_REQUEST_MALFORMED']),
      )
    }
    expect(codeOf(() => decodeRevocationRequest(new Uint8Array(10_000)))).toBe('REVOCATION_REQUEST_MALFORMED')
  })

  test('may come from issuer, holder and control plane', () => {
    const [holder, plane, other] = [keyOf(2), keyOf(3), keyOf(4)]
    const warrant = {
      id: WARRANT_ID,
      issuer: issuer.publicKey,
      holder: holder.publicKey,
      expiresAt: NOW + 60,
    }
    const verdict = (key: typeof issuer, controlPlane?: typeof plane.publicKey): unknown =>
      codeOf(() =>
        verifyRevocationRequest(signRevocationRequest(asked, key), warrant, {
          now: NOW,
          ...(controlPlane === undefined ? {} : { controlPlane }),
        }),
      )
    expect([verdict(issuer), verdict(holder), verdict(plane, plane.publicKey)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect([verdict(plane), verdict(other, plane.publicKey)]).toEqual([
      'REVOCATION_REQUESTOR',
      'REVOCATION_REQUESTOR',
    ])
  })
})

describe('times', () => {
  test.each([
    ['2024-01-01T00:00:00Z', 1704067200],
    ['1970-01-01T00:00:00Z', 0],
    ['9999-12-31T23:59:59Z', 253402300799],
    ['2024-02-29T23:59:59Z', 1709251199],
    ['2024-01-01T00:00:00.123Z', 1704067200],
    ['2024-01-01T00:00:00.100Z', 1704067200],
    ['2024-01-01T00:00:00.123456Z', 1704067200],
    ['2024-01-01T00:00:00.000001Z', 1704067200],
    ['2024-01-01T00:00:00.123456789Z', 1704067200],
    ['2024-01-01T00:00:00.000000001Z', 1704067200],
  ])('%s is second %i', (text, seconds) => {
    expect(readTimestamp(text)).toBe(seconds)
  })

  test.each([
    '',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00+00:00',
    '2024-01-01t00:00:00Z',
    '2024-01-01T00:00:00z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00:00.000Z',
    '2024-01-01T00:00:00.1Z',
    '2024-01-01T00:00:00.12Z',
    '2024-01-01T00:00:00.1234Z',
    '2024-01-01T00:00:00.123000Z',
    '2024-01-01T00:00:00.123456000Z',
    '2024-01-01T00:00:00.123000000Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '0050-01-01T00:00:00Z',
    '+12024-01-01T00:00:00Z',
    '2024-1-1T0:0:0Z',
    '2024-01-01T00:00:00Z\n',
    '２０２４-01-01T00:00:00Z',
  ])('%j is not in the form that is written', (text) => {
    expect(codeOf(() => readTimestamp(text))).toBe('TIME_MALFORMED')
  })

  test('every second is written in one form, and read back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 253_402_300_799 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (seconds, rest) => {
          expect(readTimestamp(writeTimestamp(seconds))).toBe(seconds)
          expect(writeTimestamp(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000', ''))
          if (seconds < 2 ** 32) expect(writeTimestamp(seconds + rest)).toBe(writeTimestamp(seconds))
        },
      ),
    )
  })
})
