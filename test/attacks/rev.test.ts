/** Revocation under attack: REV-2 and REV-3, and what of REV-1 and REV-4 is decided by the list itself. */

import { describe, expect, test } from 'vitest'
import { STATEMENT_KINDS, signedMessage } from '../../src/crypto/contexts.js'
import { signatureFromBytes } from '../../src/crypto/keys.js'
import {
  acceptRevocationList,
  decodeRevocationList,
  type RevocationList,
  signRevocationList,
  verifyRevocationList,
} from '../../src/statement/revocation.js'
import {
  decodeRevocationRequest,
  type RevocationRequest,
  signRevocationRequest,
  verifyRevocationRequest,
} from '../../src/statement/revocationRequest.js'
import { damaged, keyOf, NOW, OTHER_ID, WARRANT_ID } from '../support/statements.js'
import { codeOf } from '../support/values.js'

const issuer = keyOf(1)
const mallory = keyOf(0x66)
const signed = (
  version: number,
  revokedIds: readonly (typeof WARRANT_ID)[] = [WARRANT_ID],
  key = issuer,
): RevocationList => signRevocationList({ revokedIds, version, issuedAt: NOW }, key)

describe("REV-2: a list that is not the issuer's latest word", () => {
  const good = signed(7)
  const refused = (list: RevocationList): unknown =>
    codeOf(() => verifyRevocationList(list, issuer.publicKey))

  test('signed by another key is refused, even when it names the issuer', () => {
    expect(refused(good)).toBeUndefined()
    expect(refused(signed(8, [], mallory))).toBe('REVOCATION_SIGNATURE')
    const { signature } = signed(8, [], mallory)
    expect(refused({ ...signed(8, []), signature })).toBe('REVOCATION_SIGNATURE')
    const forged = signatureFromBytes(mallory.sign(signedMessage('revocationList', good.payloadBytes)))
    expect(refused({ ...good, signature: forged })).toBe('REVOCATION_SIGNATURE')
  })

  test('that names another issuer is refused though the expected one signed it', () => {
    const foreign = signed(8, [], mallory)
    const signature = signatureFromBytes(issuer.sign(signedMessage('revocationList', foreign.payloadBytes)))
    expect(refused({ ...foreign, signature })).toBe('REVOCATION_SIGNATURE')
  })

  test('altered in any byte is refused (SIG-3)', () => {
    for (const bytes of damaged(good.bytes)) {
      let list: RevocationList
      try {
        list = decodeRevocationList(bytes)
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'REVOCATION_LIST_MALFORMED' })
        continue
      }
      expect(refused(list)).toBe('REVOCATION_SIGNATURE')
    }
  })

  test('signed for another purpose is refused (SIG-4)', () => {
    for (const kind of STATEMENT_KINDS) {
      const signature = signatureFromBytes(issuer.sign(signedMessage(kind, good.payloadBytes)))
      expect(refused({ ...good, signature })).toBe(
        kind === 'revocationList' ? undefined : 'REVOCATION_SIGNATURE',
      )
    }
  })

  test('older than the one held, or another of the same version, is refused and the held one stays', () => {
    const fact = (list: RevocationList): ReturnType<typeof verifyRevocationList> =>
      verifyRevocationList(list, issuer.publicKey)
    const held = fact(good)
    expect(codeOf(() => acceptRevocationList(held, fact(signed(6, []))))).toBe('REVOCATION_ROLLBACK')
    expect(codeOf(() => acceptRevocationList(held, fact(signed(0, []))))).toBe('REVOCATION_ROLLBACK')
    expect(codeOf(() => acceptRevocationList(held, fact(signed(7, []))))).toBe('REVOCATION_ROLLBACK')
    expect(acceptRevocationList(held, fact(signed(8, []))).version).toBe(8)
    expect(() => acceptRevocationList(held, fact(signed(6)))).toThrow(
      expect.objectContaining({ rule: undefined }),
    )
    expect(() => acceptRevocationList(held, fact(signed(7, [])))).toThrow(
      expect.objectContaining({ rule: 'REVOCATION_SAME_VERSION' }),
    )
  })
})

describe("REV-3: asking to revoke what is not one's own", () => {
  const [holder, plane] = [keyOf(2), keyOf(3)]
  const warrant = {
    id: WARRANT_ID,
    issuer: issuer.publicKey,
    holder: holder.publicKey,
    expiresAt: NOW + 1000,
  }
  const asked = { warrantId: WARRANT_ID, reason: 'x', requestedAt: NOW }
  const verdict = (request: RevocationRequest, now = NOW): unknown =>
    codeOf(() => verifyRevocationRequest(request, warrant, { now, controlPlane: plane.publicKey }))

  test('a stranger is refused', () => {
    expect(verdict(signRevocationRequest(asked, issuer))).toBeUndefined()
    expect(verdict(signRevocationRequest(asked, mallory))).toBe('REVOCATION_REQUESTOR')
  })

  test('a stranger who names the issuer as requestor is refused', () => {
    const forged = { ...signRevocationRequest(asked, mallory), requestor: issuer.publicKey }
    expect(verdict(forged)).toBe('REVOCATION_SIGNATURE')
  })

  test('a request for another warrant is refused', () => {
    const other = { ...asked, warrantId: OTHER_ID }
    expect(verdict(signRevocationRequest(other, issuer))).toBe('REVOCATION_REQUESTOR')
  })

  test('a request that is replayed later, or dated ahead, is refused to the second', () => {
    const request = signRevocationRequest(asked, issuer)
    expect([verdict(request, NOW + 300), verdict(request, NOW + 301)]).toEqual([undefined, 'REVOCATION_AGE'])
    expect([verdict(request, NOW - 60), verdict(request, NOW - 61)]).toEqual([undefined, 'REVOCATION_AGE'])
    expect(verdict(request, Number.NaN)).toBe('REVOCATION_AGE')
  })

  test('a request for what has expired is refused', () => {
    const late = { ...asked, requestedAt: NOW + 1001 }
    expect(verdict(signRevocationRequest(late, issuer), NOW + 1001)).toBe('WARRANT_EXPIRED')
  })

  test('a request altered in any byte that is signed is refused', () => {
    const good = signRevocationRequest(asked, issuer)
    for (const bytes of damaged(good.bytes)) {
      let request: RevocationRequest
      try {
        request = decodeRevocationRequest(bytes)
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'REVOCATION_REQUEST_MALFORMED' })
        continue
      }
      expect(verdict(request)).toBe('REVOCATION_SIGNATURE')
    }
  })

  test('a signature of another purpose over the same words is refused (SIG-4)', () => {
    const good = signRevocationRequest(asked, issuer)
    for (const kind of STATEMENT_KINDS.filter((kind) => kind !== 'revocationRequest')) {
      const signature = signatureFromBytes(issuer.sign(signedMessage(kind, good.bytes)))
      expect(verdict({ ...good, signature })).toBe('REVOCATION_SIGNATURE')
    }
  })
})
