/** Rows about proofs of possession. */

import { callOf } from '../../capability/call.js'
import { signedMessage } from '../../crypto/contexts.js'
import { parsePublicKey } from '../../crypto/keys.js'
import { secretKeyFromSeed } from '../../crypto/signer.js'
import { fromHex, toHex } from '../../encoding/bytes.js'
import type { ValueObject } from '../../encoding/value.js'
import { requestHash } from '../../statement/approval.js'
import { checkProof, dedupKey, proofChallenge, prove } from '../../statement/proof.js'
import { leafOf } from '../../warrant/chain.js'
import { parseWarrantId, type WarrantId } from '../../warrant/id.js'
import { parseChain } from '../../warrant/text.js'
import {
  ACCEPT_REJECT,
  isExpected,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  rowsOf,
  textOf,
} from './json.js'
import { taggedArguments } from './notation.js'
import { ACCEPTED, judge, type Row, same, type Verdict } from './row.js'

/** `{cases: […], published_with_prefixed_id: […]}` */
export const proofRows = (data: JsonObject): readonly Row[] => {
  const holder = fromHex(textOf(data, 'holder_seed_hex'))
  return [
    ...rowsOf(listOf(data, 'cases')).flatMap((row) => fixtureRows(row, holder)),
    ...rowsOf(listOf(data, 'published_with_prefixed_id')).flatMap(publishedRows),
  ]
}

const fixtureRows = (row: JsonObject, seed: Uint8Array): readonly Row[] => {
  const id = textOf(row, 'id')
  const chain = parseChain(textOf(row, 'warrant_base64url'))
  const { payload } = leafOf(chain)
  const tool = textOf(row, 'tool')
  const args = taggedArguments(objectOf(row, 'typed_args'))
  const now = numberOf(row, 'timestamp')
  const challenge = proofChallenge(payload.id, tool, args, numberOf(row, 'window'))
  const proof = prove(chain, { tool, args }, secretKeyFromSeed(seed), { now })
  return [
    same(`${id} challenge`, textOf(row, 'challenge_hex'), toHex(challenge)),
    same(`${id} message`, textOf(row, 'message_hex'), toHex(signedMessage('proof', challenge))),
    same(`${id} signature`, textOf(row, 'expected_signature_hex'), toHex(proof)),
    same(`${id} dedup`, textOf(row, 'dedup_key_hex'), dedupKey(payload.id, tool, args)),
    same(
      `${id} request hash`,
      textOf(row, 'request_hash_hex'),
      toHex(requestHash(payload.id, tool, args, payload.holder)),
    ),
    judge(id, isExpected(row, 'expected', ACCEPT_REJECT), proofVerdict(payload, tool, args, proof, now)),
  ]
}

/** Proofs that were published over another form of the id, and the same calls under the form that counts. */
const publishedRows = (row: JsonObject): readonly Row[] => {
  const id = textOf(row, 'id')
  const [published, reference] = [objectOf(row, 'published'), objectOf(row, 'reference')]
  const tool = textOf(row, 'tool')
  const window = numberOf(row, 'window')
  const args = taggedArguments(objectOf(row, 'args'))
  const holder = parsePublicKey(textOf(row, 'holder_public_key_hex'))
  const warrantId = idOfChallenge(textOf(reference, 'challenge_hex'))
  const payload = { id: warrantId, holder }
  const attempt = (proof: string): Verdict => proofVerdict(payload, tool, args, fromHex(proof), window)
  const isHolders = textOf(row, 'signer_role') !== 'attacker'
  return [
    same(
      `${id} challenge`,
      textOf(reference, 'challenge_hex'),
      toHex(proofChallenge(warrantId, tool, args, window)),
    ),
    judge(
      `${id} published`,
      isExpected(objectOf(row, 'expected'), 'reference_code', ACCEPT_REJECT),
      attempt(textOf(published, 'signature_hex')),
    ),
    judge(`${id} corrected`, isHolders, attempt(textOf(reference, 'signature_hex'))),
  ]
}

/** The bare id that a challenge begins with: an array of four, then 32 characters of text. */
const idOfChallenge = (hex: string): WarrantId => {
  const bytes = fromHex(hex).subarray(3, 35)
  return parseWarrantId(String.fromCharCode(...bytes))
}

const proofVerdict = (
  payload: { readonly id: WarrantId; readonly holder: ReturnType<typeof parsePublicKey> },
  tool: string,
  args: ValueObject,
  proof: Uint8Array,
  now: number,
): Verdict => {
  const code = checkProof({ payload }, callOf(tool, args), proof, { now })
  return code === undefined ? ACCEPTED : { accepted: false, code }
}
