/**
 * Approval-context attestations: the holder, or a witness, signs what approvers are shown, so that the words on their
 * screen are the arguments of the call (format §10.4).
 */

import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { signedMessage } from '../crypto/contexts.js'
import { type PublicKey, publicKeyToBytes, type Signature } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { toBase64 } from '../encoding/base64url.js'
import { concatBytes, toHex, toUtf8 } from '../encoding/bytes.js'
import { encodeValue } from '../encoding/cbor.js'
import type { ValueObject } from '../encoding/value.js'
import { TrustError } from '../errors.js'
import type { WarrantId } from '../warrant/id.js'
import { requestHash } from './approval.js'
import { type Prepared, signPrepared, signPreparedAsync } from './prepared.js'

/** What approvers are shown. */
export interface ApprovalContext {
  readonly warrantId: WarrantId
  readonly tool: string
  readonly args: ValueObject
  readonly holder: PublicKey
}

/** An attestation beside its request, under the names of its JSON form. */
export interface ApprovalContextAttestation {
  readonly version: 1
  readonly canonicalization: 'cbor-canonical-v1'
  readonly warrant_id: string
  readonly tool: string
  readonly request_hash: string
  readonly holder_key_hex: string
  readonly args_canonical_cbor_b64: string
  readonly signer_key_hex: string
  readonly signature_b64: string
}

/** Signs a context. */
export const attestApprovalContext = (
  context: ApprovalContext,
  signer: LocalSigner,
): ApprovalContextAttestation => signPrepared(prepare(context, signer.publicKey), signer)

/** {@link attestApprovalContext} with a signer that may be elsewhere. */
export const attestApprovalContextAsync = async (
  context: ApprovalContext,
  signer: Signer,
): Promise<ApprovalContextAttestation> => signPreparedAsync(prepare(context, signer.publicKey), signer)

/**
 * Verifies that `signer` attested this context, recomputed from its parts: nothing is taken from the JSON form.
 * @throws TrustError APPROVAL_SIGNATURE
 */
export const verifyApprovalContext = (
  context: ApprovalContext,
  signature: Uint8Array,
  signer: PublicKey,
  backend: CryptoBackend = defaultBackend,
): void => {
  if (backend.verify(signer, messageOf(context), signature) !== true)
    throw new TrustError('APPROVAL_SIGNATURE')
}

const prepare = (context: ApprovalContext, signer: PublicKey): Prepared<ApprovalContextAttestation> => ({
  message: messageOf(context),
  finish: (signature: Signature) =>
    Object.freeze({
      version: 1,
      canonicalization: 'cbor-canonical-v1',
      warrant_id: context.warrantId,
      tool: context.tool,
      request_hash: toHex(hashOf(context)),
      holder_key_hex: context.holder,
      args_canonical_cbor_b64: toBase64(encodeValue(context.args)),
      signer_key_hex: signer,
      signature_b64: toBase64(signature),
    }),
})

const hashOf = ({ warrantId, tool, args, holder }: ApprovalContext): Uint8Array =>
  requestHash(warrantId, tool, args, holder)

const messageOf = (context: ApprovalContext): Uint8Array => {
  const parts = [
    toUtf8(context.warrantId),
    toUtf8(context.tool),
    hashOf(context),
    publicKeyToBytes(context.holder),
    encodeValue(context.args),
  ]
  return signedMessage('approvalContext', concatBytes(...parts.flatMap((part) => [lengthOf(part), part])))
}

/** Each part behind its length, so that no two contexts have the same bytes. */
const lengthOf = (part: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, part.length)
  return bytes
}
