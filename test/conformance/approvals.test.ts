/** Format §10 against the prepared approvals, by what the reference does with each row. */

import { describe, expect, test } from 'vitest'
import { signedMessage } from '../../src/crypto/contexts.js'
import { publicKeyFromBytes } from '../../src/crypto/keys.js'
import { secretKeyFromSeed } from '../../src/crypto/signer.js'
import { fromBase64Url } from '../../src/encoding/base64url.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { encodeValue } from '../../src/encoding/cbor.js'
import { codeInfo } from '../../src/errors.js'
import {
  type Approval,
  approve,
  decodeApproval,
  decodeApprovals,
  formatApproval,
  parseApproval,
  requestHash,
} from '../../src/statement/approval.js'
import { attestApprovalContext, verifyApprovalContext } from '../../src/statement/approvalContext.js'
import { countApprovals } from '../../src/statement/approvalCount.js'
import { proofChallenge, prove } from '../../src/statement/proof.js'
import { decodeChain, type Warrant } from '../../src/warrant/chain.js'
import { decodeGates, encodeGates, type Gates } from '../../src/warrant/gates.js'
import { parseWarrantId } from '../../src/warrant/id.js'
import { hasShared, readShared } from '../support/shared.js'
import { warrantOf } from '../support/statements.js'
import { codeOf, objectOf } from '../support/values.js'

interface Row {
  readonly approver_role: string
  readonly approver_public_key_hex: string
  readonly nonce_hex: string
  readonly payload_hex: string
  readonly message_hex: string
  readonly signature_hex: string
  readonly envelope_hex: string
  readonly envelope_base64: string
}

interface Expected {
  readonly approvals: readonly number[]
  readonly now: number
  readonly result: 'accept' | 'reject'
  readonly reason_code?: number
}

interface Vectors {
  readonly published: {
    readonly envelope_hex: string
    readonly expected: { readonly reference_code: string }
  }
  readonly derived: {
    readonly warrant: {
      readonly envelope_base64url: string
      readonly gate_extension_hex: string
      readonly required_approvers: readonly string[]
      readonly min_approvals: number
    }
    readonly tool: string
    readonly args: Readonly<Record<string, string>>
    readonly args_map_cbor_hex: string
    readonly request_hash_hex: string
    readonly approvals: readonly Row[]
    readonly approvals_header_base64url: string
    readonly pop: {
      readonly now: number
      readonly window: number
      readonly challenge_hex: string
      readonly signature_hex: string
    }
    readonly approval_context_attestation: {
      readonly signer_role: string
      readonly preimage_hex: string
      readonly signature_hex: string
    }
    readonly expected: readonly Expected[]
  }
  readonly gates: { readonly encodings: readonly { readonly title: string; readonly hex: string }[] }
}

interface Keys {
  readonly keys: Readonly<Record<string, { readonly seed_hex: string }>>
}

const vectors = hasShared ? readShared<Vectors>('vectors/tenuo-v1/approvals.json') : undefined
const keys = hasShared ? readShared<Keys>('vectors/tenuo-v1/keys.json').keys : {}
const keyOf = (role: string): ReturnType<typeof secretKeyFromSeed> =>
  secretKeyFromSeed(fromHex(keys[role]?.seed_hex ?? ''))

describe.skipIf(!hasShared || vectors === undefined)('approvals.json', () => {
  if (vectors === undefined) {
    // A suite that is skipped is still read: it shows as one test that did not run.
    test('needs the prepared vectors', () => {})
    return
  }
  const { derived, gates, published } = vectors
  const warrantId = parseWarrantId('tnu_wrt_019471f8000070008000000000002199')
  const args = objectOf(Object.entries(derived.args))
  const worker = keyOf('worker')
  const hash = fromHex(derived.request_hash_hex)

  test('a published envelope that the reference cannot decode is refused', () => {
    expect(published.expected.reference_code).toBe('reject')
    expect(codeOf(() => decodeApproval(fromHex(published.envelope_hex)))).toBe('APPROVAL_MALFORMED')
  })

  test('the warrant whose gate asks for these approvals', () => {
    const { payload } = decodeChain(fromBase64Url(derived.warrant.envelope_base64url)).warrants[0] as Warrant
    expect(payload).toMatchObject({
      id: warrantId,
      holder: worker.publicKey,
      minApprovals: derived.warrant.min_approvals,
    })
    expect(payload.approvers).toEqual(derived.warrant.required_approvers)
    expect(toHex(encodeGates(payload.gates as Gates))).toBe(derived.warrant.gate_extension_hex)
  })

  test.each(gates.encodings)('the gate of $title, byte for byte', ({ hex }) => {
    expect(toHex(encodeGates(decodeGates(fromHex(hex)) as Gates))).toBe(hex)
  })

  test('the request hash and what it is made of', () => {
    expect(toHex(encodeValue(args))).toBe(derived.args_map_cbor_hex)
    expect(toHex(requestHash(warrantId, derived.tool, args, worker.publicKey))).toBe(derived.request_hash_hex)
  })

  test.each(derived.approvals)('the approval of $approver_role, byte for byte', (row) => {
    const read = decodeApproval(fromHex(row.envelope_hex))
    expect(read.approver).toBe(row.approver_public_key_hex)
    expect(toHex(read.payloadBytes)).toBe(row.payload_hex)
    expect(toHex(signedMessage('approval', read.payloadBytes))).toBe(row.message_hex)
    expect(toHex(read.payload.requestHash)).toBe(derived.request_hash_hex)

    const { externalId, approvedAt, expiresAt } = read.payload
    const made = approve(
      { requestHash: derived.request_hash_hex },
      { externalId, now: approvedAt, ttlSeconds: expiresAt - approvedAt, nonce: fromHex(row.nonce_hex) },
      keyOf(row.approver_role),
    )
    expect(toHex(made.signature)).toBe(row.signature_hex)
    expect(toHex(made.bytes)).toBe(row.envelope_hex)
    expect(formatApproval(made)).toBe(row.envelope_base64)
    expect(parseApproval(row.envelope_base64)).toEqual(made)
  })

  test('the list that an HTTP authorizer takes', () => {
    const read = decodeApprovals(fromBase64Url(derived.approvals_header_base64url))
    expect(read.map(formatApproval)).toEqual(derived.approvals.map((row) => row.envelope_base64))
  })

  test.each(derived.expected)('approvals $approvals at $now: $result', (row) => {
    const supplied = row.approvals.map((i) =>
      decodeApproval(fromHex(derived.approvals[i]?.envelope_hex ?? '')),
    ) as Approval[]
    const { denial } = countApprovals(supplied, {
      requestHash: hash,
      approvers: derived.warrant.required_approvers.map((hex) => publicKeyFromBytes(fromHex(hex))),
      minApprovals: derived.warrant.min_approvals,
      now: row.now,
    })
    expect(denial === undefined ? 'accept' : 'reject').toBe(row.result)
    expect(denial === undefined ? undefined : codeInfo(denial).protocol).toBe(row.reason_code)
  })

  test('the proof of the approved call', () => {
    const { pop } = derived
    expect(toHex(proofChallenge(warrantId, derived.tool, args, pop.window))).toBe(pop.challenge_hex)
    const call = { tool: derived.tool, args }
    expect(toHex(prove(warrantOf(worker.publicKey, warrantId), call, worker, { now: pop.now }))).toBe(
      pop.signature_hex,
    )
  })

  test('the attestation of what approvers see', () => {
    const { approval_context_attestation: row } = derived
    const context = { warrantId, tool: derived.tool, args, holder: worker.publicKey }
    const signer = keyOf(row.signer_role)
    const attested = attestApprovalContext(context, signer)
    expect(Buffer.from(attested.signature_b64, 'base64').toString('hex')).toBe(row.signature_hex)
    verifyApprovalContext(context, fromHex(row.signature_hex), signer.publicKey)
  })
})
