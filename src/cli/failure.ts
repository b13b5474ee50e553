/** How a command ends other than well: one code, one line, one exit code. */

import { codeInfo, EscalationError, type FormatCode, isWarrantError, type Widening } from '../errors.js'

/** Done, or allowed. */
export const EXIT_DONE = 0
/** Denied, invalid, or failed. */
export const EXIT_REFUSED = 1
/** The command line itself cannot be understood. */
export const EXIT_USAGE = 2

export type CliCode =
  | 'USAGE'
  | 'SECRET_IN_ARGUMENT'
  | 'INPUT_TOO_LARGE'
  | 'INPUT_NOT_TEXT'
  | 'INPUT_EMPTY'
  | 'INPUT_USED_TWICE'
  | 'CONFIG_UNREADABLE'
  | 'NOT_CONFIRMED'
  | 'OUTPUT_CLOSED'
  | 'OUTPUT_FAILED'
  | 'RUN_EXPIRED'
  | 'RUN_NOT_STARTED'
  | 'INTERNAL'

/** Codes of the command line alone; all others are those of `errors.ts`. Code to meaning. */
export const CLI_CODES: Readonly<Record<CliCode, string>> = {
  USAGE: 'the command line cannot be understood',
  SECRET_IN_ARGUMENT:
    'a secret key, or what could be one, is never given as an argument: name a file, fd:N or env:NAME',
  INPUT_TOO_LARGE: 'the input is longer than is read',
  INPUT_NOT_TEXT: 'the input is not UTF-8 text',
  INPUT_EMPTY: 'the input is empty',
  INPUT_USED_TWICE: 'standard input can be read once',
  CONFIG_UNREADABLE: 'the configuration of a host cannot be read, and is left as it is',
  NOT_CONFIRMED: 'nothing was changed: say --yes, or answer on a terminal',
  OUTPUT_CLOSED: 'whoever read the output has gone',
  OUTPUT_FAILED: 'the output cannot be written',
  RUN_EXPIRED: 'the warrant expired before the command ended, and the command was stopped',
  RUN_NOT_STARTED: 'the command cannot be started',
  INTERNAL: 'a fault of this program',
}

/** Thrown by commands. Outside text in it is escaped when it is printed. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly code: string
  /** The flag, file or line that it is about. */
  readonly place: string | undefined
  /** The field or character in there, which the message names too. */
  readonly where: string | undefined
  readonly exit: number
  /** Lines for people that follow the one line. Outside text in them is escaped already. */
  readonly remarks: readonly string[]
  /** What was computed of a child that would widen its parent. */
  readonly widening: Widening | undefined

  constructor(
    code: string,
    message: string,
    options: {
      readonly place?: string | undefined
      readonly where?: string | undefined
      readonly exit?: number
      readonly remarks?: readonly string[]
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.place = options.place
    this.where = options.where
    this.exit = options.exit ?? EXIT_REFUSED
    this.remarks = options.remarks ?? []
    this.widening = options.cause instanceof EscalationError ? options.cause.widening : undefined
  }
}

/** A failure by a code of the command line, or of a file. */
export const cliFailure = (code: CliCode | FileCode, place?: string, detail?: string): CliFailure => {
  const meaning = isCliCode(code) ? CLI_CODES[code] : codeInfo(code).meaning
  const exit = code === 'USAGE' || code === 'SECRET_IN_ARGUMENT' ? EXIT_USAGE : EXIT_REFUSED
  return new CliFailure(code, detail === undefined ? meaning : `${meaning} (${detail})`, { place, exit })
}

type FileCode = Extract<FormatCode, `FILE_${string}`>

const isCliCode = (code: string): code is CliCode => Object.hasOwn(CLI_CODES, code)

export const usage = (detail: string, place?: string): CliFailure =>
  new CliFailure('USAGE', detail, { place, exit: EXIT_USAGE })

/** Whatever was thrown, as a failure. What is not ours is a fault of this program and says nothing of its inside. */
export const failureOf = (thrown: unknown): CliFailure => {
  if (thrown instanceof CliFailure) return thrown
  if (isWarrantError(thrown)) {
    return new CliFailure(thrown.code, thrown.message, { where: thrown.where, cause: thrown })
  }
  return new CliFailure('INTERNAL', CLI_CODES.INTERNAL, { cause: thrown })
}

/** What writing to an output gave: nobody is there to read it, or it cannot be written, as on a full disk. */
export const outputFailure = (thrown: unknown): CliFailure => {
  const errno = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
  return errno === 'EPIPE' || errno === 'ERR_STREAM_DESTROYED'
    ? cliFailure('OUTPUT_CLOSED')
    : cliFailure('OUTPUT_FAILED', undefined, errno)
}

/** Runs `read`; what it refuses is about `place`. */
export const placed = <T>(place: string, read: () => T, exit: number = EXIT_REFUSED): T => {
  try {
    return read()
  } catch (thrown) {
    throw failureAt(place, thrown, exit)
  }
}

/** The same for what takes time. */
export const placedAsync = async <T>(place: string, read: () => Promise<T>): Promise<T> => {
  try {
    return await read()
  } catch (thrown) {
    throw failureAt(place, thrown, EXIT_REFUSED)
  }
}

const failureAt = (place: string, thrown: unknown, exit: number): CliFailure => {
  const failure = failureOf(thrown)
  if (failure.code === 'INTERNAL' || failure.place !== undefined) return failure
  const { code, message, where, remarks } = failure
  return new CliFailure(code, message, { place, where, exit, remarks, cause: thrown })
}
