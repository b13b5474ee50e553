/**
 * The files of the guard's own state: folders of mode 0700, files of mode 0600, written whole, and refused when anybody
 * but their owner could have read or written them. What lies behind a symbolic link is no state of ours.
 */

import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs'
import { fromUtf8 } from '../encoding/bytes.js'
import { parseJson } from '../encoding/json.js'
import { isObject, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { errnoOf, OTHERS, readPlainFile, writeWholeFile } from './wholeFile.js'

const STATE_MODE = 0o600
const FOLDER_MODE = 0o700
/** A session with the longest chain, or a large configuration. */
const MAX_STATE_BYTES = 1_048_576

/**
 * The text of a state file.
 * @throws FormatError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_NOT_PLAIN, FILE_MODE, TEXT_TOO_LARGE, STATE_MALFORMED
 */
export const readStateFile = (path: string): string => {
  const bytes = readPlainFile(path, {
    maxBytes: MAX_STATE_BYTES,
    forbidden: OTHERS,
    noFollow: true,
    ownerOnly: true,
  })
  try {
    return fromUtf8(bytes)
  } catch {
    throw new FormatError('STATE_MALFORMED', 'not UTF-8')
  } finally {
    bytes.fill(0)
  }
}

/** The JSON object of a state file. @throws FormatError as {@link readStateFile} */
export const readStateObject = (path: string): ValueObject => {
  const text = readStateFile(path)
  try {
    const value = parseJson(text)
    if (isObject(value)) return value
  } catch (thrown) {
    throw new FormatError('STATE_MALFORMED', 'not JSON', { cause: thrown })
  }
  throw new FormatError('STATE_MALFORMED', 'not an object')
}

/** Writes a state file; one that is there is replaced. @throws FormatError FILE_NOT_PLAIN, FILE_NOT_WRITTEN */
export const writeStateFile = (path: string, text: string): void =>
  writeWholeFile(path, text, { mode: STATE_MODE, overwrite: true })

/** Writes a state file that is not there yet. @throws FormatError FILE_EXISTS, FILE_NOT_WRITTEN */
export const createStateFile = (path: string, text: string): void =>
  writeWholeFile(path, text, { mode: STATE_MODE, overwrite: false })

/** Removes a state file; whether it was there. @throws FormatError FILE_NOT_WRITTEN */
export const removeStateFile = (path: string): boolean => {
  try {
    unlinkSync(path)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return false
    throw new FormatError('FILE_NOT_WRITTEN', errnoOf(thrown))
  }
}

/**
 * Makes a state folder, with those above it, or asserts that what is there is a folder that nobody else can enter.
 * @throws FormatError FILE_NOT_PLAIN, FILE_MODE, FILE_NOT_WRITTEN
 */
export const makeStateFolder = (path: string): void => {
  try {
    const made = mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
    if (made !== undefined) chmodSync(path, FOLDER_MODE) // whatever the umask took away
  } catch (thrown) {
    const errno = errnoOf(thrown)
    throw new FormatError(
      errno === 'EEXIST' || errno === 'ENOTDIR' ? 'FILE_NOT_PLAIN' : 'FILE_NOT_WRITTEN',
      errno,
    )
  }
  assertStateFolder(path)
}

/** Asserts that a state folder is one. @throws FormatError FILE_NOT_FOUND, FILE_NOT_PLAIN, FILE_MODE */
export const assertStateFolder = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new FormatError('FILE_NOT_FOUND')
  if (!found.isDirectory()) throw new FormatError('FILE_NOT_PLAIN')
  if (process.platform !== 'win32' && (found.mode & OTHERS) !== 0) throw new FormatError('FILE_MODE')
}
