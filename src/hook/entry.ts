/**
 * The process of the hook. Everything that could end it otherwise ends it by a refusal: an exception, a rejection, a signal,
 * the deadline. That Node itself cannot be started is for the shell of the installed command.
 */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ErrorCode } from '../errors.js'
import { sinceStart } from '../node/machine.js'
import { assertStateFolder, makeStateFolder, removeStateFile } from '../node/stateFile.js'
import { writeWholeFile } from '../node/wholeFile.js'
import { type Answer, type HookIo, refusalOf, runHook } from './main.js'
import { DEFAULT_DEADLINE_MILLISECONDS } from './settings.js'
import { recordUnread } from './unread.js'

const CHUNK = 65_536
const RETRY_MILLISECONDS = 1
const STOPPED_WAIT_MILLISECONDS = 50

/** Compiled code to be kept for the next process: see bin/warrant.cjs. */
export interface Compiled {
  readonly folder: string
  readonly file: string
  /** Whether some is kept already, by a process that allowed no call: what a call needs is not all in it. */
  readonly isThere: boolean
  readonly make: (isComplete: boolean) => Uint8Array
}

let isDone = false

/** Answers once, does what can wait until then, and ends. */
const end = ({ exit, stdout, stderr }: Answer, then: () => void): never => {
  if (!isDone) {
    isDone = true
    say(2, stderr) // first: with 2 it is enough, and there may be nobody on stdout
    say(1, stdout)
    then()
  }
  process.exit(exit)
}

/**
 * Once for each build and each Node, and once more when the first call is allowed: what has run by then is kept, and no
 * more. The folder is emptied of what others left.
 */
const keep = ({ folder, file, isThere, make }: Compiled, isAllowed: boolean): void => {
  if (isThere && !isAllowed) return
  try {
    assertStateFolder(dirname(folder))
    makeStateFolder(folder)
    for (const name of readdirSync(folder)) if (name.endsWith('.bin')) removeStateFile(join(folder, name))
    writeWholeFile(file, make(isAllowed), { mode: 0o600, overwrite: true })
  } catch {
    // The next process compiles again.
  }
}

/** Writes all of a text; what cannot be written, because nobody reads, is not worth another exit code. */
const say = (descriptor: number, text: string): void => {
  const bytes = Buffer.from(text)
  const until = sinceStart() + 1_000
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at)
    } catch (thrown) {
      const isFull = thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN'
      if (!isFull || sinceStart() > until) return
    }
  }
}

/** Standard input, whatever it is, so that timers and signals are heard while it is waited for. */
const readStdin = async (limit: number): Promise<Uint8Array> => {
  const kind = fstatSync(0)
  if (kind.isFile()) return concatenated(await drain(0, limit))
  if (kind.isFIFO() && process.platform === 'linux') {
    // Opened anew, a pipe can be asked without waiting; loading the streams of Node costs more than the decision.
    const pipe = openSync('/proc/self/fd/0', constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      return concatenated(await drain(pipe, limit))
    } finally {
      closeSync(pipe)
    }
  }
  if ((kind.isSocket() || kind.isFIFO()) && process.platform !== 'win32') {
    makeAskable()
    return concatenated(await drain(0, limit))
  }
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of process.stdin) {
    parts.push(part as Uint8Array) // without an encoding, bytes
    length += (part as Uint8Array).length
    if (length > limit) break
  }
  return concatenated(parts)
}

/**
 * No socket can be opened anew. One that Node has a handle of can be asked without waiting; nothing is read by the handle.
 * The plain handle costs a tenth of a millisecond, the module around it two and a collection of garbage. It is deprecated
 * (DEP0111) in the documentation, and by a warning where those that are pending are asked for.
 */
const makeAskable = (): void => {
  try {
    const { Pipe, constants } = (process as unknown as LegacyProcess).binding('pipe_wrap')
    if (new Pipe(constants.SOCKET).open(0) === 0) return
  } catch {
    // Forbidden by a policy, or gone: then as it is documented.
  }
  const { Socket } = process.getBuiltinModule('node:net')
  new Socket({ fd: 0, readable: false, writable: false })
}

/** What `process` has and its types have not. */
interface LegacyProcess {
  readonly binding: (name: 'pipe_wrap') => {
    readonly Pipe: new (kind: number) => { readonly open: (descriptor: number) => number | undefined }
    readonly constants: { readonly SOCKET: number }
  }
}

const drain = async (descriptor: number, limit: number): Promise<readonly Uint8Array[]> => {
  const parts: Uint8Array[] = []
  for (let length = 0; length <= limit; ) {
    const part = Buffer.allocUnsafe(CHUNK)
    try {
      const count = readSync(descriptor, part, 0, CHUNK, null)
      if (count === 0) break
      parts.push(part.subarray(0, count))
      length += count
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN')) throw thrown
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS))
    }
  }
  return parts
}

const concatenated = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)

/** Runs the hook as this process, and ends it. */
export const runProcess = (argv: readonly string[], compiled?: Compiled): void => {
  // Answered before it is recorded: whoever stops a process does not wait for long.
  const refuse = (code: ErrorCode): never =>
    end(refusalOf(argv, code), () => {
      const time = Date.now() / 1000
      recordUnread(argv, { code, time, elapsed: sinceStart(), waitMilliseconds: STOPPED_WAIT_MILLISECONDS })
    })
  process.on('uncaughtException', () => refuse('ENFORCE_INTERNAL'))
  process.on('unhandledRejection', () => refuse('ENFORCE_INTERNAL'))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => refuse('GUARD_STOPPED'))
  let deadline = DEFAULT_DEADLINE_MILLISECONDS
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => refuse('GUARD_DEADLINE'), Math.max(0, deadline - sinceStart()))
  }
  // As soon as anything is waited for; where nothing is, the decision asks for the time itself.
  setImmediate(begin)
  const program = dirname(process.argv[1] ?? '')
  const io: HookIo = {
    read: (limit, milliseconds) => {
      deadline = milliseconds
      if (timer !== undefined) begin()
      return readStdin(limit)
    },
    clock: () => Date.now() / 1000,
    elapsed: sinceStart,
    program: [program, join(program, '..', 'dist')],
  }
  runHook(argv, io).then(
    (answer) =>
      end(answer, () => {
        if (compiled !== undefined) keep(compiled, answer.isAllowed === true)
      }),
    () => refuse('ENFORCE_INTERNAL'),
  )
}
