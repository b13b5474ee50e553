/**
 * One entry of the decision log: one line of JSON in plain ASCII, which names the line before it by its hash. What is
 * told of outside can therefore neither begin a line of its own (attack AUD-6) nor change one that is there (AUD-1).
 */

import { hash } from 'node:crypto'
import { redactMarked, redactText } from './redact.js'

/** What is recorded of a decision. No value of an argument stands in it, but where the operator asked for that. */
export interface DecisionRecord {
  /** Unix seconds, to the millisecond. */
  readonly time: number
  readonly host: string
  readonly event: string
  readonly session?: string
  readonly tool?: string
  readonly verdict: 'allow' | 'deny'
  readonly code?: string
  /** Which argument, as a path of names. */
  readonly where?: string
  readonly rule?: string
  readonly mode: 'block' | 'warn' | 'off'
  /** Whether the host was told to refuse what was denied. */
  readonly enforced: boolean
  readonly warrantId?: string
  /** Warrant ids, the root first. */
  readonly chain?: readonly string[]
  /** Hexadecimal SHA-256 of the canonical CBOR of the arguments, secrets taken out. */
  readonly argsDigest?: string
  /** Arguments by type and size, as `string(12)`. */
  readonly view?: Readonly<Record<string, string>>
  readonly callId?: string
  readonly durationMicroseconds?: number
  readonly status?: string
}

/** What a crash left behind the last whole entry: marked by whoever wrote next, and kept where it is. */
export interface TornMark {
  readonly time: number
  readonly bytes: number
  /** Hexadecimal SHA-256 of those bytes. */
  readonly sha256: string
}

/** An entry as it is read back. */
export interface LogEntry {
  /** From 1, without a gap, over all files of the log. */
  readonly seq: number
  /** Hexadecimal SHA-256 of the line before; of the first entry, zeros. */
  readonly prev: string
  readonly record?: DecisionRecord
  readonly torn?: TornMark
  /** Something in the record was longer than an entry may be, and is shortened or left out. */
  readonly cut: boolean
}

/** The `prev` of the first entry. */
export const NO_ENTRY: string = '0'.repeat(64)
/** No line is longer, so that the last one is found without reading the file. */
export const MAX_LINE = 65_536

const MAX_TEXT = 512
const MAX_SHOWN = 1_024
const MAX_NAMES = 64

/** In the order in which they stand in a line. */
const FIELDS = [
  ...['time', 'host', 'event', 'session', 'tool', 'verdict', 'code', 'where', 'rule', 'mode', 'enforced'],
  ...['warrantId', 'chain', 'argsDigest', 'view', 'callId', 'durationMicroseconds', 'status'],
] as readonly (keyof DecisionRecord)[] // every field of a record, and no other
/** Random, and no secrets: of these only what is marked as one is taken out. */
const IDS: ReadonlySet<string> = new Set(['session', 'callId', 'warrantId', 'chain', 'argsDigest'])
const HEAD = '{"v":1,"seq":'

/** The line of a record, without its newline. */
export const formatRecord = (seq: number, prev: string, record: DecisionRecord): string => {
  const cutter = new Cutter()
  const fields: Record<string, unknown> = {}
  for (const name of FIELDS) if (Object.hasOwn(record, name)) fields[name] = cutter.field(name, record[name])
  const line = (): string => formatLine(seq, prev, cutter.wasNeeded ? { ...fields, cut: true } : fields)
  const whole = line()
  if (whole.length <= MAX_LINE) return whole
  delete fields['view']
  cutter.wasNeeded = true
  return line()
}

/** The line that marks what a crash left behind, without its newline. */
export const formatTorn = (seq: number, prev: string, torn: TornMark): string => {
  const { time, bytes, sha256 } = torn
  return formatLine(seq, prev, { time, torn: { bytes, sha256 } })
}

/** What a line says; undefined for one that is no entry. Whether it follows the line before is not looked at. */
export const parseLine = (line: string): LogEntry | undefined => {
  if (line.length > MAX_LINE || !line.startsWith(HEAD)) return undefined
  try {
    const { v, seq, prev, torn, cut, ...fields } = JSON.parse(line) as Record<string, unknown> // an object, as HEAD begins
    if (v !== 1 || !isSeq(seq) || !isDigest(prev)) return undefined
    // A name that is there twice has its last value: what counts is what stands in front.
    if (!line.startsWith(`${HEAD}${seq},"prev":"${prev}",`)) return undefined
    const entry = { seq, prev, cut: cut === true }
    if (torn === undefined) return isRecord(fields) ? { ...entry, record: fields } : undefined
    const mark = { ...(torn as object), time: fields['time'] } // what it is, isMark says
    return isMark(mark) ? { ...entry, torn: mark } : undefined
  } catch {
    return undefined
  }
}

/** Hexadecimal SHA-256 of a line, as the next one names it. */
export const hashOfLine = (line: string): string => hash('sha256', Buffer.from(line, 'latin1'))

const formatLine = (seq: number, prev: string, fields: object): string =>
  // Nothing but ASCII: neither other ends of lines nor signs that turn the direction of text.
  inAscii(JSON.stringify({ v: 1, seq, prev, ...fields }))

const inAscii = (text: string): string =>
  Buffer.byteLength(text) === text.length && !text.includes('\u007f')
    ? text
    : text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0

const isDigest = (value: unknown): value is string => {
  if (typeof value !== 'string' || value.length !== 64) return false
  for (const sign of value) if (!(sign >= '0' && sign <= '9') && !(sign >= 'a' && sign <= 'f')) return false
  return true
}

/** The last second of the calendar. */
const MAX_TIME = 253_402_300_799
const TEXTS = [
  'session',
  'tool',
  'code',
  'where',
  'rule',
  'warrantId',
  'argsDigest',
  'callId',
  'status',
] as const

/** What somebody wrote into the file by hand must not be taken for a record because it looks like one at the top. */
const isRecord = (fields: Record<string, unknown>): fields is Record<string, unknown> & DecisionRecord => {
  const { time, event, host, verdict, mode, enforced, chain, view, durationMicroseconds } = fields
  return (
    isTime(time) &&
    typeof event === 'string' &&
    typeof host === 'string' &&
    (verdict === 'allow' || verdict === 'deny') &&
    (mode === 'block' || mode === 'warn' || mode === 'off') &&
    typeof enforced === 'boolean' &&
    TEXTS.every((name) => fields[name] === undefined || typeof fields[name] === 'string') &&
    (durationMicroseconds === undefined || Number.isSafeInteger(durationMicroseconds)) &&
    (chain === undefined || (Array.isArray(chain) && areTexts(chain))) &&
    (view === undefined || (typeof view === 'object' && view !== null && areTexts(Object.values(view))))
  )
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= MAX_TIME

const areTexts = (values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string')

const isMark = (mark: object): mark is TornMark =>
  'time' in mark &&
  isTime(mark.time) &&
  'bytes' in mark &&
  Number.isSafeInteger(mark.bytes) &&
  'sha256' in mark &&
  typeof mark.sha256 === 'string'

/** Takes secrets out, shortens what is too long, and remembers that it did. */
class Cutter {
  wasNeeded = false

  field(name: keyof DecisionRecord, value: DecisionRecord[keyof DecisionRecord]): unknown {
    const redact = IDS.has(name) ? redactMarked : redactText
    if (typeof value === 'string') return this.#cut(redact(value), MAX_TEXT)
    if (typeof value !== 'object') return value
    if (name === 'chain') return this.#some(Object.values(value)).map((id) => this.#cut(redact(id), MAX_TEXT))
    // Null prototype: an argument may be named __proto__.
    const view: Record<string, string> = Object.create(null)
    for (const [argument, shown] of this.#some(Object.entries(value)))
      view[this.#cut(redact(argument), MAX_TEXT)] = this.#cut(redact(shown), MAX_SHOWN)
    return view
  }

  #some<T>(values: readonly T[]): readonly T[] {
    if (values.length <= MAX_NAMES) return values
    this.wasNeeded = true
    return values.slice(0, MAX_NAMES)
  }

  #cut(text: string, most: number): string {
    if (text.length <= most) return text.toWellFormed()
    this.wasNeeded = true
    return `${text.slice(0, most - 1)}…`.toWellFormed()
  }
}
