/** A log read from its first entry to its last, file by file, in memory for one line. */

import { closeSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { FormatError } from '../../errors.js'
import { type LogEntry, parseLine } from './entry.js'
import { logFiles, openReading } from './files.js'

/** A line of the log, and where it stands. */
export interface LogLine {
  /** The name of the file in the folder of the log. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Its bytes, one character for each. */
  readonly text: string
  /** Whether a newline ends it. */
  readonly ended: boolean
  /** What it says; undefined for a line that is no entry. */
  readonly entry: LogEntry | undefined
}

const BLOCK = 65_536
/** More than a crash leaves between two entries. */
const MAX_TEXT = 2_097_152

/**
 * Every line of a log in order. What is appended after a file was opened is not read.
 * @throws FormatError FILE_NOT_FOUND, FILE_NOT_PLAIN, FILE_MODE, FILE_UNREADABLE, LOG_MALFORMED (a line without end)
 */
export function* readLines(directory: string): Generator<LogLine> {
  for (const file of logFiles(directory)) {
    let line = 0
    for (const { text, ended } of readTextLines(join(directory, file)))
      yield { file, line: ++line, text, ended, entry: parseLine(text) }
  }
}

/** Every entry of a log in order; lines that are none are passed over. Whether anything was changed is not asked. */
export function* readDecisions(directory: string): Generator<LogEntry> {
  for (const { entry } of readLines(directory)) if (entry !== undefined) yield entry
}

/** The lines of one file of a log, each bounded. @throws FormatError as {@link readLines} */
export function* readTextLines(path: string): Generator<{ readonly text: string; readonly ended: boolean }> {
  const { file, size } = openReading(path)
  try {
    const block = Buffer.allocUnsafe(BLOCK)
    let held = ''
    for (let at = 0; at < size; ) {
      const count = readSync(file, block, 0, Math.min(BLOCK, size - at), at)
      if (count === 0) break
      at += count
      held += block.toString('latin1', 0, count)
      let start = 0
      for (let end = held.indexOf('\n'); end >= 0; end = held.indexOf('\n', start)) {
        yield { text: held.slice(start, end), ended: true }
        start = end + 1
      }
      held = held.slice(start)
      if (held.length > MAX_TEXT) throw new FormatError('LOG_MALFORMED', 'a line without end')
    }
    if (held !== '') yield { text: held, ended: false }
  } finally {
    closeSync(file)
  }
}
