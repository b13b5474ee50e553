/** Whoever signs: the seam for keys that live elsewhere, and the secret key that lives here. */

import { equalBytes } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'
import { defaultBackend } from './backend.js'
import { type PublicKey, publicKeyToBytes } from './claimedKey.js'
import { readSecretKeyText, secretKeyPem } from './keyText.js'
import { randomBytes } from './random.js'
import { SEED_BYTES } from './strictness.js'

/**
 * Something that signs under one public key, here or far away. It is given the exact bytes to sign and returns the
 * 64 bytes of the signature, or a promise of them; it throws or rejects where it will not sign.
 */
export interface Signer {
  readonly publicKey: PublicKey
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A signer that answers at once. */
export interface LocalSigner extends Signer {
  sign(message: Uint8Array): Uint8Array
}

const REDACTED = 'SecretKey(redacted)'

let create: (seed: Uint8Array) => SecretKey
let seedOf: (key: SecretKey) => Uint8Array
let isSecretKey: (thing: unknown) => thing is SecretKey

/**
 * A secret key. It shows its public key and nothing else: printed, inspected, serialised, cloned or joined to text,
 * the secret stays in a private field. Only {@link secretKeyToPem} takes it out.
 */
export class SecretKey implements LocalSigner {
  readonly #seed: Uint8Array
  readonly publicKey: PublicKey

  static {
    create = (seed) => new SecretKey(seed)
    seedOf = (key) => key.#seed
    isSecretKey = (thing): thing is SecretKey => typeof thing === 'object' && thing !== null && #seed in thing
    // How Node asks an object what to print of it; other platforms never ask.
    Object.defineProperty(SecretKey.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: () => REDACTED,
    })
  }

  private constructor(seed: Uint8Array) {
    if (seed.length !== SEED_BYTES) throw new FormatError('KEY_LENGTH')
    this.#seed = Uint8Array.from(seed)
    this.publicKey = defaultBackend.derive(this.#seed)
    Object.freeze(this)
  }

  /** The 64 bytes of the signature of `message`. */
  sign(message: Uint8Array): Uint8Array {
    return defaultBackend.sign(this.#seed, message)
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }
}
Object.freeze(SecretKey)
Object.freeze(SecretKey.prototype)

/**
 * Whether this is the secret key of that public key, known without a signature: the public key of a {@link SecretKey} was
 * derived from its seed. False of every other signer, which has to sign something.
 */
export const isSecretKeyOf = (signer: unknown, key: PublicKey): boolean =>
  isSecretKey(signer) && signer.publicKey === key

/** A new key from the random source of the platform. @throws FormatError KEY_RANDOM_SOURCE */
export const generateKey = (): SecretKey => create(randomBytes(SEED_BYTES))

/** The key of a seed, which is copied. @throws FormatError KEY_LENGTH */
export const secretKeyFromSeed = (seed: Uint8Array): SecretKey => create(seed)

/**
 * The key of text: a PKCS#8 PEM (also the reference's older one, which holds hexadecimal), 64 hexadecimal digits, or
 * base64 of 32 bytes. A public key that stands in the PEM must be the one of the seed.
 * @throws FormatError KEY_MALFORMED, KEY_LENGTH, KEY_ALGORITHM, KEY_MISMATCH, TEXT_PEM_MALFORMED, TEXT_TOO_LARGE;
 *   none of them quotes any of the text
 */
export const parseSecretKey = (text: string): SecretKey => {
  const { seed, claimedPublicKey } = readSecretKeyText(text)
  const key = create(seed)
  if (claimedPublicKey !== undefined && !equalBytes(claimedPublicKey, publicKeyToBytes(key.publicKey))) {
    throw new FormatError('KEY_MISMATCH')
  }
  return key
}

/** The PKCS#8 PEM of a key, with a final newline. The one way by which a secret leaves. */
export const secretKeyToPem = (key: SecretKey): string => secretKeyPem(seedOf(key))
