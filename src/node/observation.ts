/**
 * Observed calls: what the agent asked for, kept beside the decision log to learn a policy from, where the operator says
 * so. One line of JSON in plain ASCII for each call. What may be a secret is not in it; what the agent did is.
 */

import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { formatJson, parseJson } from '../encoding/json.js'
import { isObject, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { SeenCall, Withheld } from '../learn/seen.js'
import { appendLine } from './log/files.js'
import { withLock } from './log/lock.js'
import { redactMarked } from './log/redact.js'
import { withhold } from './log/withhold.js'
import { makeStateFolder } from './stateFile.js'
import { errnoOf } from './wholeFile.js'

/** A call as the hook tells it. */
export interface ObservedCall {
  /** Unix seconds, to the millisecond. */
  readonly time: number
  readonly host: string
  readonly session: string
  readonly tool: string
  readonly args: ValueObject
  /** Whether the host was told to refuse it. */
  readonly refused: boolean
}

export interface ObservationOptions {
  /** How long to wait for other processes that are appending. */
  readonly waitMilliseconds?: number
  /** 8 MiB unless told. */
  readonly maxFileBytes?: number
}

/** A call as it is read back. */
export interface Observation extends SeenCall {
  readonly refused: boolean
}

const CURRENT = 'observed.jsonl'
const BEFORE = 'observed.1.jsonl'
const LOCK = 'observed.lock'
/** A file that has reached this is put aside, in the place of the one before it. */
const MAX_FILE_BYTES = 8 * 1_048_576
const WAIT_MILLISECONDS = 2_000
const MAX_TEXT = 512

/** The files of observed calls in the folder of a log, oldest first; they need not be there. */
export const observedFiles = (directory: string): readonly string[] => [
  join(directory, BEFORE),
  join(directory, CURRENT),
]

/**
 * Keeps one call. When this throws, the caller denies with AUDIT_FAILED.
 * @throws FormatError LOG_LOCKED, LOG_NOT_WRITTEN, FILE_MODE, FILE_NOT_PLAIN
 */
export const appendObservation = (
  directory: string,
  call: ObservedCall,
  { waitMilliseconds = WAIT_MILLISECONDS, maxFileBytes = MAX_FILE_BYTES }: ObservationOptions,
): void => {
  makeStateFolder(directory)
  const line = lineOf(call)
  const path = join(directory, CURRENT)
  withLock(join(directory, LOCK), waitMilliseconds, () => {
    if (sizeOf(path) >= maxFileBytes) putAside(directory)
    appendLine(path, line, false)
  })
}

/** A call of a line, from here or written by others as `{"tool":…,"args":{…}}`; undefined for a line that is none. */
export const parseObservation = (line: string): Observation | undefined => {
  const read = jsonOf(line)
  if (read === undefined || !isObject(read)) return undefined
  const { tool, args = NOTHING, withheld = NOTHING, cut, refused } = read as Fields
  if (typeof tool !== 'string' || tool === '' || !isObject(args) || !isObject(withheld)) return undefined
  // Again, for who knows who wrote the line.
  const kept = withhold(args)
  const marks = Object.entries(withheld).filter((entry): entry is [string, Withheld] => isWithheld(entry[1]))
  return {
    tool: redactMarked(tool),
    args: kept.args,
    withheld: new Map([...marks, ...kept.withheld]),
    cut: cut === true || kept.cut,
    refused: refused === true,
  }
}

type Fields = Readonly<Record<string, Value | undefined>>

const NOTHING: ValueObject = Object.freeze(Object.create(null))

const isWithheld = (value: Value): value is Withheld =>
  value === 'part' || value === 'secret' || value === 'long'

const jsonOf = (line: string): Value | undefined => {
  try {
    return parseJson(line)
  } catch {
    return undefined // such as one that a crash cut short
  }
}

const lineOf = ({ time, host, session, tool, args, refused }: ObservedCall): string => {
  const kept = withhold(args)
  const text = formatJson({
    v: 1,
    time,
    host: shortened(host),
    session: shortened(session),
    tool: shortened(tool),
    args: kept.args,
    ...(kept.withheld.size > 0 && { withheld: Object.fromEntries(kept.withheld) }),
    ...(kept.cut && { cut: true }),
    ...(refused && { refused: true }),
  })
  // Nothing but ASCII, as in the log beside it.
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const shortened = (text: string): string => redactMarked(text).slice(0, MAX_TEXT).toWellFormed()

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const putAside = (directory: string): void => {
  try {
    renameSync(join(directory, CURRENT), join(directory, BEFORE))
  } catch (thrown) {
    throw new FormatError('LOG_NOT_WRITTEN', errnoOf(thrown))
  }
}
