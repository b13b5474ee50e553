/**
 * Key files: a secret key that its owner alone can read, a public key that everybody can. A new file appears whole or
 * not at all, and writing never follows a symbolic link or replaces anything unasked.
 */

import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type PublicKey, parsePublicKey, publicKeyToPem } from '../crypto/keys.js'
import { randomBytes } from '../crypto/random.js'
import { parseSecretKey, type SecretKey, secretKeyToPem } from '../crypto/signer.js'
import { toHex } from '../encoding/bytes.js'
import { MAX_KEY_TEXT } from '../encoding/limits.js'
import { FormatError } from '../errors.js'

/** How a key file is written. */
export interface KeyFileOptions {
  /** Replace a plain file that is there; the default is to refuse. A symbolic link is refused either way. */
  readonly overwrite?: boolean
}

const SECRET_MODE = 0o600
const PUBLIC_MODE = 0o644
const OTHERS = 0o077

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

/** The text of a plain file, judged and read through one descriptor so that nothing can change in between. */
const readText = (path: string, forbidden: number): string => {
  try {
    // Opening a pipe that nobody writes would wait for ever.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const { mode, size } = fstatSync(file)
      if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new FormatError('FILE_NOT_PLAIN')
      if ((mode & forbidden) !== 0 && process.platform !== 'win32') throw new FormatError('FILE_MODE')
      if (size > MAX_KEY_TEXT) throw new FormatError('TEXT_TOO_LARGE')
      return readBounded(file)
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    if (thrown instanceof FormatError) throw thrown
    const errno = errnoOf(thrown)
    const missing = errno === 'ENOENT' || errno === 'ENOTDIR'
    throw new FormatError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', errno)
  }
}

const readBounded = (file: number): string => {
  const bytes = Buffer.alloc(MAX_KEY_TEXT + 1)
  let length = 0
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, null)
    if (count === 0) break
    length += count
  }
  // One character for each byte: no text form of a key has any above ASCII, so all such are refused by the parser.
  const text = bytes.toString('latin1', 0, length)
  bytes.fill(0)
  return text
}

/** A new file beside the target, which this call alone has made, then put in its place in one step. */
const writeWhole = (path: string, text: string, mode: number, options: KeyFileOptions): void => {
  const overwrite = options.overwrite === true
  try {
    if (overwrite) refuseOther(path)
    const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${toHex(randomBytes(8))}`)
    try {
      writeNew(beside, text, mode)
      if (overwrite) renameSync(beside, path)
      else place(beside, path)
    } finally {
      removeIfThere(beside)
    }
  } catch (thrown) {
    if (thrown instanceof FormatError) throw thrown
    const errno = errnoOf(thrown)
    throw new FormatError(errno === 'EEXIST' ? 'FILE_EXISTS' : 'FILE_NOT_WRITTEN', errno)
  }
}

/** Replacing what is no plain file would break more than a key: a device, a pipe, somebody's link. */
const refuseOther = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) throw new FormatError('FILE_NOT_PLAIN')
}

/** Exclusive creation follows no link, and the descriptor keeps hold of the file that was made. */
const writeNew = (path: string, text: string, mode: number): void => {
  const file = openSync(path, 'wx', mode)
  try {
    fchmodSync(file, mode)
    writeFileSync(file, text, 'latin1')
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Gives the file its name, unless anything has that name; file systems without links copy, as exclusively. */
const place = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch (thrown) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(thrown) ?? '')) throw thrown
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}

const removeIfThere = (path: string): void => {
  try {
    unlinkSync(path)
  } catch {
    // Gone already after a rename, or never made.
  }
}

const errnoOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
