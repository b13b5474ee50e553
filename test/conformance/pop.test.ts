/** Format §8 against every row of the prepared proofs, by what the reference does with it. */

import { describe, expect, test } from 'vitest'
import { callOf } from '../../src/capability/call.js'
import { signedMessage } from '../../src/crypto/contexts.js'
import { publicKeyFromBytes } from '../../src/crypto/keys.js'
import { secretKeyFromSeed } from '../../src/crypto/signer.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { requestHash } from '../../src/statement/approval.js'
import { checkProof, dedupKey, proofChallenge, proofFromBytes, prove } from '../../src/statement/proof.js'
import { parseWarrantId, type WarrantId } from '../../src/warrant/id.js'
import { hasShared, readShared } from '../support/shared.js'
import { type TypedValue, typedArgs, warrantOf } from '../support/statements.js'

interface Case {
  readonly id: string
  readonly tool: string
  readonly typed_args: Readonly<Record<string, TypedValue>>
  readonly warrant_id_hex: string
  readonly timestamp: number
  readonly window: number
  readonly challenge_hex: string
  readonly message_hex: string
  readonly expected_signature_hex: string
  readonly dedup_key_hex: string
  readonly request_hash_hex: string
  readonly expected: 'accept' | 'reject'
}

interface Signed {
  readonly challenge_hex: string
  readonly message_hex: string
  readonly signature_hex: string
}

interface Prefixed {
  readonly id: string
  readonly tool: string
  readonly args: Readonly<Record<string, string>>
  readonly window: number
  readonly holder_public_key_hex: string
  readonly signer_role: string
  readonly published: Signed
  readonly reference: Signed
  readonly expected: { readonly reference_code: string }
}

interface Vectors {
  readonly holder_seed_hex: string
  readonly cases: readonly Case[]
  readonly published_with_prefixed_id: readonly Prefixed[]
}

const vectors = hasShared ? readShared<Vectors>('vectors/tenuo-v1/pop.json') : undefined

describe.skipIf(!hasShared)('pop.json', () => {
  const holder = secretKeyFromSeed(fromHex(vectors?.holder_seed_hex ?? '00'.repeat(32)))

  test('holds all its rows', () => {
    expect(vectors?.cases.length).toBe(11)
    expect(vectors?.published_with_prefixed_id.length).toBe(3)
  })

  test.each(vectors?.cases ?? [])('$id: bytes, signature, names and verdict', (row) => {
    const args = typedArgs(row.typed_args)
    const id = parseWarrantId(row.warrant_id_hex)
    const challenge = proofChallenge(id, row.tool, args, row.window)
    expect(toHex(challenge)).toBe(row.challenge_hex)
    expect(toHex(signedMessage('proof', challenge))).toBe(row.message_hex)

    const warrant = warrantOf(holder.publicKey, id)
    const proof = prove(warrant, { tool: row.tool, args }, holder, { now: row.timestamp })
    expect(toHex(proof)).toBe(row.expected_signature_hex)
    expect(toHex(fromHex(dedupKey(id, row.tool, args)))).toBe(row.dedup_key_hex)
    expect(toHex(requestHash(id, row.tool, args, holder.publicKey))).toBe(row.request_hash_hex)

    const denial = checkProof(warrant, callOf(row.tool, args), proof, { now: row.timestamp })
    expect(denial === undefined ? 'accept' : 'reject').toBe(row.expected)
  })

  test.each(vectors?.published_with_prefixed_id ?? [])('$id: as the reference does', (row) => {
    const warrant = warrantOf(publicKeyFromBytes(fromHex(row.holder_public_key_hex)), idOf(row))
    const call = callOf(row.tool, row.args)
    expect(toHex(proofChallenge(idOf(row), row.tool, call.args, row.window))).toBe(
      row.reference.challenge_hex,
    )

    const published = proofFromBytes(fromHex(row.published.signature_hex))
    const denial = checkProof(warrant, call, published, { now: row.window })
    expect(denial === undefined ? 'accept' : 'reject').toBe(row.expected.reference_code)
    expect(denial).toBe('PROOF_INVALID')

    const rebuilt = proofFromBytes(fromHex(row.reference.signature_hex))
    const byHolder = row.signer_role === 'worker'
    expect(checkProof(warrant, call, rebuilt, { now: row.window })).toBe(
      byHolder ? undefined : 'PROOF_INVALID',
    )
  })
})

/** The id stands in the challenge: an array of four, then text of 32 digits. */
const idOf = (row: Prefixed): WarrantId =>
  parseWarrantId(new TextDecoder().decode(fromHex(row.reference.challenge_hex).subarray(3, 35)))
