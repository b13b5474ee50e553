/** The files of a decision log: the one that is written to, those that were full, and how each is opened. */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { FormatError } from '../../errors.js'
import { errnoOf, OTHERS } from '../wholeFile.js'
import { readTail, type Tail, tailOfNothing } from './tail.js'

const CURRENT = 'decisions.jsonl'
const ROTATED = /^decisions\.([1-9][0-9]{0,8})\.jsonl$/
const FILE_MODE = 0o600

/** The file that is written to. */
export const currentFile = (directory: string): string => join(directory, CURRENT)

/** The files that were full, oldest first, by their names. */
export const rotatedFiles = (directory: string): readonly string[] => {
  const numbered = namesIn(directory).flatMap((name) => {
    const number = ROTATED.exec(name)?.[1]
    return number === undefined ? [] : [{ name, number: Number(number) }]
  })
  return numbered.sort((one, other) => one.number - other.number).map(({ name }) => name)
}

/** Every file of the log in the order of its entries, by its names. */
export const logFiles = (directory: string): readonly string[] => {
  const rotated = rotatedFiles(directory)
  return namesIn(directory).includes(CURRENT) ? [...rotated, CURRENT] : rotated
}

/**
 * Runs `work` with a file of the log that is open for appending, made where there is none.
 * @throws FormatError FILE_NOT_PLAIN, FILE_MODE, LOG_NOT_WRITTEN
 */
export const withAppending = <T>(path: string, work: (file: number, size: number) => T): T => {
  const file = open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT)
  try {
    return work(file, judgedSize(file))
  } finally {
    closeSync(file)
  }
}

/**
 * A file of the log, open for reading; whoever asks for it closes it.
 * @throws FormatError FILE_NOT_FOUND, FILE_NOT_PLAIN, FILE_MODE, FILE_UNREADABLE
 */
export const openReading = (path: string): { readonly file: number; readonly size: number } => {
  const file = open(path, constants.O_RDONLY)
  try {
    return { file, size: judgedSize(file) }
  } catch (thrown) {
    closeSync(file)
    throw thrown
  }
}

/**
 * Adds a line to a file that lies beside a log. A line that a crash cut short is ended first, so that it spoils no other.
 * @throws FormatError FILE_NOT_PLAIN, FILE_MODE, LOG_NOT_WRITTEN
 */
export const appendLine = (path: string, line: string, isSynced: boolean): void =>
  withAppending(path, (file, size) => {
    const last = new Uint8Array(1)
    const ended = size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === NEWLINE)
    const bytes = Buffer.from(`${ended ? '' : '\n'}${line}\n`, 'latin1')
    try {
      if (writeSync(file, bytes) !== bytes.length) throw new FormatError('LOG_NOT_WRITTEN', 'cut short')
      if (isSynced) fsyncSync(file)
    } catch (thrown) {
      throw new FormatError('LOG_NOT_WRITTEN', errnoOf(thrown))
    }
  })

const NEWLINE = 0x0a

/** Where the chain goes on in a log whose current file has no entry yet. */
export const tailOfRotated = (directory: string): Tail => {
  const last = rotatedFiles(directory).at(-1)
  if (last === undefined) return tailOfNothing
  const { file, size } = openReading(join(directory, last))
  try {
    const tail = readTail(file, size, () => tailOfNothing)
    if (tail.seq === 0 || tail.torn !== undefined) throw new FormatError('LOG_MALFORMED', 'a rotated file')
    return tail
  } finally {
    closeSync(file)
  }
}

/** Puts the full file aside under the next number. @throws FormatError LOG_NOT_WRITTEN */
export const rotate = (directory: string): void => {
  const last = ROTATED.exec(rotatedFiles(directory).at(-1) ?? '')?.[1] ?? '0'
  try {
    renameSync(currentFile(directory), join(directory, `decisions.${Number(last) + 1}.jsonl`))
    syncFolder(directory)
  } catch (thrown) {
    throw new FormatError('LOG_NOT_WRITTEN', errnoOf(thrown))
  }
}

/** So that a file that is there is still there after a power failure. */
export const syncFolder = (directory: string): void => {
  if (process.platform === 'win32') return // folders have no descriptor there
  const folder = openSync(directory, constants.O_RDONLY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
  } catch (thrown) {
    throw new FormatError(
      errnoOf(thrown) === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      errnoOf(thrown),
    )
  }
}

/** The size of what is open, once it is known to be a plain file that nobody else can reach. */
const judgedSize = (file: number): number => {
  const { mode, size, uid } = fstatSync(file)
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new FormatError('FILE_NOT_PLAIN')
  if (process.platform !== 'win32') {
    const foreign = uid !== 0 && uid !== process.getuid?.()
    if (foreign || (mode & OTHERS) !== 0) throw new FormatError('FILE_MODE')
  }
  return size
}

/** One descriptor, judged before anything is read or written; no link is followed, and no pipe waited for. */
const open = (path: string, flags: number): number => {
  try {
    return openSync(path, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0), FILE_MODE)
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno === 'ELOOP' || errno === 'EISDIR') throw new FormatError('FILE_NOT_PLAIN')
    if ((flags & constants.O_CREAT) !== 0) throw new FormatError('LOG_NOT_WRITTEN', errno)
    throw new FormatError(errno === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', errno)
  }
}
