/**
 * Whether a log is what was written: every entry in its place, each naming the one before it, and every checkpoint
 * borne out. What was done to it is told by the first entry that is not as it should be (attacks AUD-1, AUD-2).
 */

import { createHash } from 'node:crypto'
import type { PublicKey } from '../../crypto/keys.js'
import { isWarrantError, type TrustCode } from '../../errors.js'
import { type SignedCheckpoint, verifyCheckpoint } from './checkpoint.js'
import { hashOfLine, type LogEntry, NO_ENTRY } from './entry.js'
import { type LogLine, readLines } from './read.js'

/** The first entry that is not as it should be. */
export interface BadEntry {
  readonly code: Extract<TrustCode, 'LOG_CHAIN' | 'LOG_CUT' | 'LOG_CHECKPOINT'>
  /** The number of the entry. */
  readonly seq: number
  /** Where that is; undefined for what is not there. */
  readonly file: string | undefined
  readonly line: number | undefined
  /** In words of this program. */
  readonly what: string
}

/** What was found. */
export interface LogReport {
  readonly bad: BadEntry | undefined
  /** Whole entries that were read, up to the bad one. */
  readonly entries: number
  /** The first and the last of them; 0 where there is none. */
  readonly first: number
  readonly last: number
  /** Hexadecimal SHA-256 of the line of the last. */
  readonly head: string
  /** Lines that a crash cut short, and that are marked so. */
  readonly torn: number
  /** Bytes behind the last entry that are no entry: cut short by a crash, or being written now. */
  readonly unfinished: number
  /** The highest entry that a verified checkpoint speaks of; 0 where none does. */
  readonly checkpointed: number
}

/** What a log is verified against. */
export interface LogVerifyOptions {
  /** From the log itself, or kept elsewhere. */
  readonly checkpoints?: readonly SignedCheckpoint[]
  /** Who signs them; unless told, each is taken at its word about its key, which shows little. */
  readonly key?: PublicKey | undefined
  /** The oldest files may have been moved away: begin with the first that is there. */
  readonly archived?: boolean
}

/**
 * Reads a whole log and verifies it.
 * @throws FormatError where it cannot be read: FILE_NOT_FOUND, FILE_NOT_PLAIN, FILE_MODE, FILE_UNREADABLE, LOG_MALFORMED
 */
export const verifyLog = (directory: string, options: LogVerifyOptions = {}): LogReport =>
  new Verifying(options).run(readLines(directory))

class Verifying {
  readonly #archived: boolean
  readonly #checkpoints: readonly SignedCheckpoint[]
  readonly #key: PublicKey | undefined
  #heads = new Map<number, readonly string[]>()
  /** Lines that are no entry, since the last one that is. */
  #between: LogLine[] = []
  #entries = 0
  #first = 0
  #last = 0
  #head = NO_ENTRY
  #torn = 0
  #before: LogLine | undefined

  constructor({ checkpoints = [], key, archived = false }: LogVerifyOptions) {
    this.#checkpoints = checkpoints
    this.#key = key
    this.#archived = archived
  }

  run(lines: Iterator<LogLine>): LogReport {
    const forged = this.#readCheckpoints()
    if (forged !== undefined) return this.#report(forged)
    for (let line = nextOf(lines); line !== undefined; ) {
      const next = nextOf(lines)
      const bad = line.entry === undefined ? this.#keep(line) : this.#entry(line, line.entry, next)
      if (bad !== undefined) return this.#report(bad)
      line = next
    }
    return this.#report(this.#end())
  }

  #readCheckpoints(): BadEntry | undefined {
    for (const checkpoint of this.#checkpoints) {
      try {
        const { seq, head } = verifyCheckpoint(checkpoint, this.#key ?? checkpoint.key)
        this.#heads.set(seq, [...(this.#heads.get(seq) ?? []), head])
      } catch (thrown) {
        if (!isWarrantError(thrown)) throw thrown
        return badEntry(
          'LOG_CHECKPOINT',
          checkpoint.seq,
          undefined,
          'its checkpoint is not signed by the key of the log',
        )
      }
    }
    return undefined
  }

  #keep(line: LogLine): undefined {
    this.#between.push(line)
  }

  #entry(line: LogLine, entry: LogEntry, next: LogLine | undefined): BadEntry | undefined {
    const expected = this.#last === 0 && this.#archived ? entry.seq : this.#last + 1
    const [firstBetween] = this.#between
    if (firstBetween !== undefined && !isMarkOf(entry, this.#between))
      return badEntry('LOG_CHAIN', expected, firstBetween, 'it cannot be read')
    if (firstBetween === undefined && entry.torn !== undefined)
      return badEntry('LOG_CHAIN', expected, line, 'it marks a torn line that is not there')
    if (entry.seq !== expected) return this.#misplaced(line, entry.seq, expected)
    if (entry.prev !== this.#head) {
      const bad = this.#unlinked(line, entry, next)
      if (bad !== undefined) return bad
    }
    const head = hashOfLine(line.text)
    if (this.#heads.get(entry.seq)?.some((claimed) => claimed !== head) === true)
      return badEntry('LOG_CUT', entry.seq, line, 'a checkpoint names another entry of this number')
    this.#accept(line, entry.seq, head)
    return undefined
  }

  #accept(line: LogLine, seq: number, head: string): void {
    if (this.#between.length > 0) this.#torn++
    this.#between = []
    this.#entries++
    if (this.#first === 0) this.#first = seq
    this.#last = seq
    this.#head = head
    this.#before = line
  }

  #misplaced(line: LogLine, seq: number, expected: number): BadEntry {
    return seq > expected
      ? badEntry('LOG_CHAIN', expected, undefined, `it is not there: entry ${seq} stands in its place`)
      : badEntry('LOG_CHAIN', expected, line, `entry ${seq} stands in its place, a second time`)
  }

  /** The entry does not name the one before it: either of the two was changed, and the one after tells which. */
  #unlinked(line: LogLine, entry: LogEntry, next: LogLine | undefined): BadEntry | undefined {
    if (this.#before === undefined) {
      const claimed = this.#heads.get(entry.seq - 1)
      if (this.#archived && (claimed === undefined || claimed.includes(entry.prev))) return undefined
      return badEntry('LOG_CHAIN', entry.seq, line, 'it names an entry before it that is not there')
    }
    const isBorneOut = next?.entry === undefined || next.entry.prev === hashOfLine(line.text)
    return isBorneOut
      ? badEntry('LOG_CHAIN', entry.seq - 1, this.#before, `it is not what entry ${entry.seq} names`)
      : badEntry('LOG_CHAIN', entry.seq, line, `it, or entry ${entry.seq - 1} before it, was changed`)
  }

  #end(): BadEntry | undefined {
    const unfinished = this.#between.at(-1)
    if (unfinished?.ended === true)
      return badEntry('LOG_CHAIN', this.#last + 1, unfinished, 'it cannot be read')
    const beyond = [...this.#heads.keys()].filter((seq) => seq > this.#last).sort((a, b) => a - b)[0]
    return beyond === undefined
      ? undefined
      : badEntry('LOG_CUT', this.#last + 1, undefined, `it is not there: a checkpoint names entry ${beyond}`)
  }

  #report(bad: BadEntry | undefined): LogReport {
    const lengths = this.#between.map(({ text }) => text.length + 1)
    return Object.freeze({
      bad,
      entries: this.#entries,
      first: this.#first,
      last: this.#last,
      head: this.#head,
      torn: this.#torn,
      unfinished: Math.max(
        0,
        lengths.reduce((sum, length) => sum + length, -1),
      ),
      checkpointed: [...this.#heads.keys()].reduce(
        (most, seq) => (seq <= this.#last && seq > most ? seq : most),
        0,
      ),
    })
  }
}

const nextOf = (lines: Iterator<LogLine>): LogLine | undefined => {
  const { done, value } = lines.next()
  return done === true ? undefined : value
}

/** Whether an entry marks exactly what stands before it. */
const isMarkOf = ({ torn }: LogEntry, between: readonly LogLine[]): boolean => {
  const text = between.map((line) => line.text).join('\n')
  return (
    torn?.bytes === text.length && torn.sha256 === createHash('sha256').update(text, 'latin1').digest('hex')
  )
}

const badEntry = (code: BadEntry['code'], seq: number, line: LogLine | undefined, what: string): BadEntry =>
  Object.freeze({ code, seq, file: line?.file, line: line?.line, what })
