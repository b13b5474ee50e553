/** Format §11 against the prepared revocation lists and requests, by what the reference does with each row. */

import { describe, expect, test } from 'vitest'
import { signedMessage } from '../../src/crypto/contexts.js'
import { secretKeyFromSeed } from '../../src/crypto/signer.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import {
  decodeRevocationList,
  formatRevocationList,
  parseRevocationList,
  revokedIdsOf,
  signRevocationList,
  verifyRevocationList,
} from '../../src/statement/revocation.js'
import {
  decodeRevocationRequest,
  signRevocationRequest,
  verifyRevocationRequest,
} from '../../src/statement/revocationRequest.js'
import { readTimestamp } from '../../src/statement/timestamp.js'
import { parseWarrantId } from '../../src/warrant/id.js'
import { hasShared, readShared } from '../support/shared.js'
import { codeOf } from '../support/values.js'

interface Vectors {
  readonly published: { readonly list_hex: string; readonly expected: { readonly reference_code: string } }
  readonly derived: {
    readonly srl: {
      readonly revoked_ids: readonly string[]
      readonly version: number
      readonly issued_at: string
      readonly issuer_role: string
      readonly payload_hex: string
      readonly message_hex: string
      readonly signature_hex: string
      readonly list_hex: string
      readonly list_base64: string
    }
    readonly request: {
      readonly warrant_id: string
      readonly reason: string
      readonly requested_at: string
      readonly ts: number
      readonly requestor_role: string
      readonly signature_hex: string
      readonly request_hex: string
    }
  }
}

interface Keys {
  readonly keys: Readonly<Record<string, { readonly seed_hex: string }>>
}

const vectors = hasShared ? readShared<Vectors>('vectors/tenuo-v1/revocation.json') : undefined
const keys = hasShared ? readShared<Keys>('vectors/tenuo-v1/keys.json').keys : {}
const keyOf = (role: string): ReturnType<typeof secretKeyFromSeed> =>
  secretKeyFromSeed(fromHex(keys[role]?.seed_hex ?? ''))

describe.skipIf(vectors === undefined)('revocation.json', () => {
  if (vectors === undefined) {
    // A suite that is skipped is still read: it shows as one test that did not run.
    test('needs the prepared vectors', () => {})
    return
  }
  const { published, derived } = vectors

  test('a published list that the reference cannot decode is refused', () => {
    expect(published.expected.reference_code).toBe('reject')
    expect(codeOf(() => decodeRevocationList(fromHex(published.list_hex)))).toBe('REVOCATION_LIST_MALFORMED')
  })

  test('the list, byte for byte', () => {
    const row = derived.srl
    const issuer = keyOf(row.issuer_role)
    const fields = {
      revokedIds: row.revoked_ids.map(parseWarrantId),
      version: row.version,
      issuedAt: readTimestamp(row.issued_at),
    }
    const list = signRevocationList(fields, issuer)
    expect(toHex(list.payloadBytes)).toBe(row.payload_hex)
    expect(toHex(signedMessage('revocationList', list.payloadBytes))).toBe(row.message_hex)
    expect(toHex(list.signature)).toBe(row.signature_hex)
    expect(toHex(list.bytes)).toBe(row.list_hex)
    expect(formatRevocationList(list)).toBe(row.list_base64)

    const read = verifyRevocationList(parseRevocationList(row.list_base64), issuer.publicKey)
    expect(read).toEqual(list)
    expect(read.issuedAtText).toBe(row.issued_at)
    expect([...revokedIdsOf(read)]).toEqual(row.revoked_ids)
  })

  test('the request, byte for byte', () => {
    const row = derived.request
    const requestor = keyOf(row.requestor_role)
    const id = parseWarrantId(row.warrant_id)
    const fields = { warrantId: id, reason: row.reason, requestedAt: row.ts }
    const request = signRevocationRequest(fields, requestor)
    expect(toHex(request.signature)).toBe(row.signature_hex)
    expect(toHex(request.bytes)).toBe(row.request_hex)
    expect(decodeRevocationRequest(fromHex(row.request_hex))).toEqual(request)
    const warrant = {
      id,
      issuer: requestor.publicKey,
      holder: keyOf('worker').publicKey,
      expiresAt: row.ts + 60,
    }
    verifyRevocationRequest(request, warrant, { now: row.ts })
    expect(readTimestamp(row.requested_at)).toBe(row.ts)
  })
})
