/**
 * Signing in two halves: a pure *prepare* gives the exact bytes to sign, a pure *finish* takes the signature. The key
 * may then be here or across a network, and no statement is built twice.
 */

import { type Signature, signatureFromBytes } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'

/** A statement that lacks its signature. */
export interface Prepared<T> {
  /** The exact bytes to sign. */
  readonly message: Uint8Array
  /** The statement with its signature. */
  readonly finish: (signature: Signature) => T
}

/** Signs at once. @throws FormatError SIGNATURE_LENGTH where the signer answers something else than 64 bytes. */
export const signPrepared = <T>({ message, finish }: Prepared<T>, signer: LocalSigner): T =>
  finish(signatureFromBytes(signer.sign(message)))

/** Signs with a signer that may be elsewhere. Rejects as {@link signPrepared} throws, or as the signer rejects. */
export const signPreparedAsync = async <T>({ message, finish }: Prepared<T>, signer: Signer): Promise<T> =>
  finish(signatureFromBytes(await signer.sign(message)))
