/**
 * Key files: a secret key that its owner alone can read, a public key that everybody can. A new file appears whole or
 * not at all, and writing never follows a symbolic link or replaces anything unasked.
 */

import { type PublicKey, parsePublicKey, publicKeyToPem } from '../crypto/keys.js'
import { parseSecretKey, type SecretKey, secretKeyToPem } from '../crypto/signer.js'
import { MAX_KEY_TEXT } from '../encoding/limits.js'
import { OTHERS, readPlainFile, writeWholeFile } from './wholeFile.js'

/** How a key file is written. */
export interface KeyFileOptions {
  /** Replace a plain file that is there; the default is to refuse. A symbolic link is refused either way. */
  readonly overwrite?: boolean
}

const SECRET_MODE = 0o600
const PUBLIC_MODE = 0o644

/**
 * Writes a secret key as PKCS#8 PEM, mode 0600 whatever the umask.
 * @throws FormatError FILE_EXISTS, FILE_NOT_PLAIN, FILE_NOT_WRITTEN
 */
export const writeSecretKeyFile = (path: string, key: SecretKey, options: KeyFileOptions = {}): void =>
  writeWhole(path, secretKeyToPem(key), SECRET_MODE, options)

/**
 * Writes a public key as SPKI PEM, mode 0644 whatever the umask.
 * @throws FormatError FILE_EXISTS, FILE_NOT_PLAIN, FILE_NOT_WRITTEN
 */
export const writePublicKeyFile = (path: string, key: PublicKey, options: KeyFileOptions = {}): void =>
  writeWhole(path, publicKeyToPem(key), PUBLIC_MODE, options)

/**
 * Reads a secret key in any form of `parseSecretKey`, from a file that group and others have no rights on.
 * On Windows, where a mode says nothing, the access list of the file is the owner's to mind.
 * @throws FormatError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_NOT_PLAIN, FILE_MODE, and those of `parseSecretKey`
 */
export const readSecretKeyFile = (path: string): SecretKey => parseSecretKey(readText(path, OTHERS))

/**
 * Reads a public key in any form of `parsePublicKey`.
 * @throws FormatError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_NOT_PLAIN, and those of `parsePublicKey`
 */
export const readPublicKeyFile = (path: string): PublicKey => parsePublicKey(readText(path, 0))

/** One character for each byte: no text form of a key has any above ASCII, so all such are refused by the parser. */
const readText = (path: string, forbidden: number): string => {
  const bytes = readPlainFile(path, { forbidden, maxBytes: MAX_KEY_TEXT })
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  bytes.fill(0)
  return text
}

const writeWhole = (path: string, text: string, mode: number, options: KeyFileOptions): void =>
  writeWholeFile(path, text, { mode, overwrite: options.overwrite === true })
