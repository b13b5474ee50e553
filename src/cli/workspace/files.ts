/** Files as `doctor --workspace` reads them: the agent can put a pipe, a device or a broken link where one is expected. */

import { readdirSync, statSync } from 'node:fs'
import { isWarrantError } from '../../errors.js'
import { OTHERS, readPlainFile } from '../../node/wholeFile.js'

/** More than any manifest, list of jobs or file of credentials has. */
const MAX_BYTES = 4_194_304

/**
 * The text of a plain file; undefined where there is none.
 * @throws FormatError FILE_UNREADABLE, FILE_NOT_PLAIN, TEXT_TOO_LARGE
 */
export const textOf = (file: string): string | undefined => {
  try {
    return Buffer.from(readPlainFile(file, { maxBytes: MAX_BYTES })).toString('utf8')
  } catch (thrown) {
    if (isWarrantError(thrown) && thrown.code === 'FILE_NOT_FOUND') return undefined
    throw thrown
  }
}

/** Whether something is there that {@link textOf} cannot read. */
export const isUnreadable = (file: string): boolean => {
  try {
    textOf(file)
    return false
  } catch {
    return true
  }
}

/** The names in a folder; undefined where it is none that can be read. */
export const namesIn = (folder: string): readonly string[] | undefined => {
  try {
    return readdirSync(folder)
  } catch {
    return undefined
  }
}

/** Whether others than its owner can reach what is there; where systems have no such modes, nobody can tell. */
export const isOpenToOthers = (path: string): boolean => {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found !== undefined && process.platform !== 'win32' && (found.mode & OTHERS) !== 0
  } catch {
    return false // a link to itself, or behind a folder that is closed
  }
}
