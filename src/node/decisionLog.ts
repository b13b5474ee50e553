/**
 * The decision log: one line of JSON for each decision, each naming the one before it by its hash, in a folder of mode
 * 0700. What was appended survives the death of the process; a line that a crash cut short is marked by the next one.
 */

import { fdatasyncSync, fsyncSync, ftruncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalSigner } from '../crypto/signer.js'
import { FormatError } from '../errors.js'
import { appendCheckpoint, readLogKey, type SignedCheckpoint, signCheckpoint } from './log/checkpoint.js'
import { type DecisionRecord, formatRecord, formatTorn, hashOfLine } from './log/entry.js'
import { currentFile, rotate, syncFolder, tailOfRotated, withAppending } from './log/files.js'
import { withLock } from './log/lock.js'
import { readTail, type Tail } from './log/tail.js'
import { assertStateFolder, makeStateFolder } from './stateFile.js'
import { errnoOf } from './wholeFile.js'

export type { DecisionRecord } from './log/entry.js'

/** How a decision is appended. */
export interface AppendOptions {
  /**
   * What an entry survives once the call has returned: the death of the `process`, which is the default, or also the
   * loss of `power`, for the price of waiting for the disk.
   */
  readonly durability?: 'process' | 'power'
  /** How long to wait for other processes that are appending; 2 seconds unless told. */
  readonly waitMilliseconds?: number
  /** A file that has reached this size is put aside, and a new one begun; 16 MiB unless told. */
  readonly maxFileBytes?: number
  /** In a log that has a key, a checkpoint is signed after so many entries and with each new file; 256 unless told. */
  readonly checkpointEvery?: number
}

const LOCK = 'decisions.lock'
const WAIT_MILLISECONDS = 2_000
const MAX_FILE_BYTES = 16 * 1_048_576
const CHECKPOINT_EVERY = 256

/**
 * Appends one entry. When this returns, the entry is in the log; when it throws, the caller denies with AUDIT_FAILED.
 * Of several processes that append at once each waits for its turn. The folder and the file are made where they are
 * not there; a folder or file that others can reach, or that is a symbolic link, is refused.
 * @throws FormatError LOG_LOCKED, LOG_NOT_WRITTEN, LOG_MALFORMED, FILE_MODE, FILE_NOT_PLAIN, KEY_RANDOM_SOURCE, and those of the key
 */
export const appendDecision = (
  directory: string,
  record: DecisionRecord,
  options: AppendOptions = {},
): void => {
  ensureFolder(directory)
  holding(directory, options.waitMilliseconds, () => {
    const most = options.maxFileBytes ?? MAX_FILE_BYTES
    const isFull = withAppending(currentFile(directory), (file, size) => {
      const tail = readTail(file, size, () => tailOfRotated(directory))
      if (size >= most && tail.torn === undefined && tail.ended) return true
      append({ directory, file, size, tail, record, options })
      return false
    })
    if (!isFull) return
    rotate(directory)
    withAppending(currentFile(directory), (file, size) =>
      append({ directory, file, size, tail: tailOfRotated(directory), record, options }),
    )
  })
}

/**
 * Signs how far the log has come, adds that to its checkpoints, and gives it back to be kept elsewhere; undefined for a
 * log that has no entry yet.
 * @param time Unix seconds.
 * @throws FormatError as {@link appendDecision}
 */
export const checkpointLog = (
  directory: string,
  signer: LocalSigner,
  time: number,
): SignedCheckpoint | undefined => {
  assertStateFolder(directory)
  return holding(directory, undefined, () =>
    withAppending(currentFile(directory), (file, size) => {
      const { seq, hash } = readTail(file, size, () => tailOfRotated(directory))
      if (seq === 0) return undefined
      fsyncSync(file)
      const checkpoint = signCheckpoint({ seq, head: hash, time: Math.floor(time) }, signer)
      appendCheckpoint(directory, checkpoint)
      return checkpoint
    }),
  )
}

interface Appending {
  readonly directory: string
  readonly file: number
  readonly size: number
  readonly tail: Tail
  readonly record: DecisionRecord
  readonly options: AppendOptions
}

/** One write of whole lines: what is torn is marked in the same breath as the entry that follows. */
const append = ({ directory, file, size, tail, record, options }: Appending): void => {
  let { seq, hash } = tail
  let text = tail.ended ? '' : '\n'
  if (tail.torn !== undefined) {
    const mark = formatTorn(++seq, hash, { ...tail.torn, time: record.time })
    hash = hashOfLine(mark)
    text += `${mark}\n`
  }
  const line = formatRecord(++seq, hash, record)
  text += `${line}\n`
  // The key first: where it cannot be read, nothing is written.
  const key = isDue(seq, tail.seq, size, options) ? readLogKey(directory) : undefined
  writeWhole(file, size, text, options)
  if (size === 0 && options.durability === 'power') syncFolder(directory)
  if (key === undefined) return
  fsyncSync(file)
  const checkpoint = { seq, head: hashOfLine(line), time: Math.floor(record.time) }
  appendCheckpoint(directory, signCheckpoint(checkpoint, key))
}

/** With the first entry of every file, and with each that reaches a multiple of the number. */
const isDue = (seq: number, before: number, size: number, options: AppendOptions): boolean => {
  const every = options.checkpointEvery ?? CHECKPOINT_EVERY
  return size === 0 || Math.floor(seq / every) > Math.floor(before / every)
}

const writeWhole = (file: number, size: number, text: string, { durability }: AppendOptions): void => {
  const bytes = Buffer.from(text, 'latin1')
  try {
    if (writeSync(file, bytes) !== bytes.length) throw new FormatError('LOG_NOT_WRITTEN', 'cut short')
    if (durability === 'power') fdatasyncSync(file)
  } catch (thrown) {
    takeBack(file, size)
    throw new FormatError('LOG_NOT_WRITTEN', errnoOf(thrown))
  }
}

/** A full disk took a part of the line. If even this fails, the part is marked as torn by the next entry. */
const takeBack = (file: number, size: number): void => {
  try {
    ftruncateSync(file, size)
  } catch {
    // Nothing more can be done here.
  }
}

/** Runs `work` as the only writer of a log; whatever the system refuses is told as LOG_NOT_WRITTEN. */
const holding = <T>(directory: string, waitMilliseconds: number = WAIT_MILLISECONDS, work: () => T): T => {
  try {
    return withLock(join(directory, LOCK), waitMilliseconds, work)
  } catch (thrown) {
    if (errnoOf(thrown) === undefined || thrown instanceof FormatError) throw thrown
    throw new FormatError('LOG_NOT_WRITTEN', errnoOf(thrown))
  }
}

const ensureFolder = (directory: string): void => {
  try {
    assertStateFolder(directory)
  } catch (thrown) {
    if (!(thrown instanceof FormatError) || thrown.code !== 'FILE_NOT_FOUND') throw thrown
    makeStateFolder(directory)
  }
}
