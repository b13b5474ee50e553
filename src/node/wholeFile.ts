/**
 * Files that are there whole or not at all: written beside their place and moved into it in one step, read through one
 * descriptor that is judged before its text is. No link is followed by a write, and nothing is replaced unasked.
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
import { randomBytes } from '../crypto/random.js'
import { toHex } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'

/** How a file is written. */
export interface WholeFileOptions {
  /** Whatever the umask says. */
  readonly mode: number
  /** Replace a plain file that is there; the default is to refuse. A symbolic link is refused either way. */
  readonly overwrite: boolean
}

/** How a file is read. */
export interface PlainFileOptions {
  readonly maxBytes: number
  /** Bits of the mode that must not be set, as in 0o077. On Windows a mode says nothing, and nothing is asked of it. */
  readonly forbidden?: number
  /** Refuse a symbolic link in the place of the file. */
  readonly noFollow?: boolean
  /** Refuse a file that belongs to neither this user nor root. */
  readonly ownerOnly?: boolean
}

/** Group and others, every right. */
export const OTHERS = 0o077

/**
 * Writes a new file beside the target, which this call alone has made, then puts it in its place in one step.
 * @throws FormatError FILE_EXISTS, FILE_NOT_PLAIN, FILE_NOT_WRITTEN
 */
export const writeWholeFile = (
  path: string,
  content: string | Uint8Array,
  options: WholeFileOptions,
): void => {
  const { mode, overwrite } = options
  try {
    if (overwrite) refuseOther(path)
    const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${toHex(randomBytes(8))}`)
    try {
      writeNew(beside, content, mode)
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

/**
 * The bytes of a plain file, judged and read through one descriptor so that nothing can change in between. Whoever
 * reads a secret overwrites them when done.
 * @throws FormatError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_NOT_PLAIN, FILE_MODE, TEXT_TOO_LARGE
 */
export const readPlainFile = (path: string, options: PlainFileOptions): Uint8Array => {
  const noFollow = options.noFollow === true ? (constants.O_NOFOLLOW ?? 0) : 0
  try {
    // Opening a pipe that nobody writes would wait for ever.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | noFollow)
    try {
      const { mode, size, uid } = fstatSync(file)
      if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new FormatError('FILE_NOT_PLAIN')
      if (process.platform !== 'win32') {
        if ((mode & (options.forbidden ?? 0)) !== 0) throw new FormatError('FILE_MODE')
        if (options.ownerOnly === true && uid !== 0 && uid !== process.getuid?.())
          throw new FormatError('FILE_MODE')
      }
      if (size > options.maxBytes) throw new FormatError('TEXT_TOO_LARGE')
      return readBounded(file, size, options.maxBytes)
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    if (thrown instanceof FormatError) throw thrown
    const errno = errnoOf(thrown)
    if (errno === 'ELOOP') throw new FormatError('FILE_NOT_PLAIN')
    const missing = errno === 'ENOENT' || errno === 'ENOTDIR'
    throw new FormatError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', errno)
  }
}

/** The code of an error of the system, such as ENOENT. */
export const errnoOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined

/** One more than the size is asked for, so that a file that has grown since is seen to have. */
const readBounded = (file: number, size: number, maxBytes: number): Uint8Array => {
  let bytes = new Uint8Array(size + 1)
  let length = 0
  for (;;) {
    const count = readSync(file, bytes, length, bytes.length - length, null)
    if (count === 0) return bytes.subarray(0, length)
    length += count
    if (length > maxBytes) throw new FormatError('TEXT_TOO_LARGE')
    if (length === bytes.length) bytes = grown(bytes, length)
  }
}

const grown = (bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> => {
  const more = new Uint8Array(length * 2)
  more.set(bytes)
  bytes.fill(0)
  return more
}

/** Replacing what is no plain file would break more than a file: a device, a pipe, somebody's link. */
const refuseOther = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) throw new FormatError('FILE_NOT_PLAIN')
}

/** Exclusive creation follows no link, and the descriptor keeps hold of the file that was made. */
const writeNew = (path: string, content: string | Uint8Array, mode: number): void => {
  const file = openSync(path, 'wx', mode)
  try {
    fchmodSync(file, mode)
    writeFileSync(file, content)
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
