/** The end of a log file: its last whole entry, and what a crash may have left behind it. */

import { readSync } from 'node:fs'
import { FormatError } from '../../errors.js'
import { hashOfLine, NO_ENTRY, parseLine } from './entry.js'

/** Where the chain goes on. */
export interface Tail {
  /** Of the last whole entry; 0 where there is none. */
  readonly seq: number
  /** Hexadecimal SHA-256 of its line. */
  readonly hash: string
  /** What stands behind it and is no entry. */
  readonly torn: { readonly bytes: number; readonly sha256: string } | undefined
  /** Whether the last byte ends a line. */
  readonly ended: boolean
}

const FIRST_BLOCK = 4_096
/** Behind the last entry at most this much is looked through: more than a crash leaves. */
const MAX_BLOCK = 1_048_576

/** The tail of nothing, or of what came before. */
export const tailOfNothing: Tail = { seq: 0, hash: NO_ENTRY, torn: undefined, ended: true }

/**
 * Finds the last entry from the end of the file, block by block.
 * @throws FormatError LOG_MALFORMED where no entry is near the end
 */
export const readTail = (file: number, size: number, before: () => Tail): Tail => {
  if (size === 0) return before()
  for (let length = FIRST_BLOCK; ; length *= 4) {
    const start = Math.max(0, size - Math.min(length, MAX_BLOCK))
    const text = readLatin1(file, start, size - start)
    const found = lastEntryIn(text, start === 0)
    if (found !== undefined) return found
    if (start === 0) return { ...before(), torn: tornOf(text), ended: text.endsWith('\n') }
    if (length >= MAX_BLOCK) throw new FormatError('LOG_MALFORMED', 'no entry near its end')
  }
}

const lastEntryIn = (text: string, whole: boolean): Tail | undefined => {
  let end = text.endsWith('\n') ? text.length - 1 : text.length
  for (;;) {
    const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
    if (start === 0 && !whole) return undefined // its beginning is not in this block
    const line = text.slice(start, end)
    const entry = parseLine(line)
    if (entry !== undefined) {
      const rest = text.slice(end + 1)
      return {
        seq: entry.seq,
        hash: hashOfLine(line),
        torn: rest === '' ? undefined : tornOf(rest),
        ended: text.endsWith('\n'),
      }
    }
    if (start === 0) return undefined
    end = start - 1
  }
}

/** What is no entry, without the newline that may end it. */
const tornOf = (rest: string): { readonly bytes: number; readonly sha256: string } => {
  const torn = rest.endsWith('\n') ? rest.slice(0, -1) : rest
  return { bytes: torn.length, sha256: hashOfLine(torn) }
}

const readLatin1 = (file: number, start: number, length: number): string => {
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const count = readSync(file, bytes, read, length - read, start + read)
    if (count === 0) break
    read += count
  }
  return bytes.toString('latin1', 0, read)
}
