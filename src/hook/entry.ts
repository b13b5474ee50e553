/**
 * The process of the hook. Everything that could end it otherwise ends it by a refusal: an exception, a rejection, a signal,
 * the deadline. That node itself cannot be started is for the `|| exit 2` of the installed command.
 */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ErrorCode } from '../errors.js'
import { assertStateFolder, makeStateFolder, removeStateFile } from '../node/stateFile.js'
import { writeWholeFile } from '../node/wholeFile.js'
import { type Answer, type HookIo, refusalOf, runHook } from './main.js'
import { DEFAULT_DEADLINE_MILLISECONDS } from './settings.js'
import { recordUnread } from './unread.js'

const CHUNK = 65_536
const RETRY_MILLISECONDS = 1
const STOPPED_WAIT_MILLISECONDS = 50

/** Compiled code to be kept for the next process: see bin/hook.js. */
export interface Compiled {
  readonly folder: string
  readonly file: string
  readonly make: () => Uint8Array
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

/** Once for each build and each Node; the folder is emptied of what others left. */
const keep = ({ folder, file, make }: Compiled): void => {
  try {
    assertStateFolder(dirname(folder))
    makeStateFolder(folder)
    for (const name of readdirSync(folder)) if (name.endsWith('.bin')) removeStateFile(join(folder, name))
    writeWholeFile(file, make(), { mode: 0o600, overwrite: true })
  } catch {
    // The next process compiles again.
  }
}

/** Writes all of a text; what cannot be written, because nobody reads, is not worth another exit code. */
const say = (descriptor: number, text: string): void => {
  const bytes = Buffer.from(text)
  const until = performance.now() + 1_000
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at)
    } catch (thrown) {
      const isFull = thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN'
      if (!isFull || performance.now() > until) return
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
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of process.stdin) {
    parts.push(part as Uint8Array) // without an encoding, bytes
    length += (part as Uint8Array).length
    if (length > limit) break
  }
  return concatenated(parts)
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
      const [time, elapsed] = [Date.now() / 1000, performance.now()]
      recordUnread(argv, { code, time, elapsed, waitMilliseconds: STOPPED_WAIT_MILLISECONDS })
    })
  process.on('uncaughtException', () => refuse('ENFORCE_INTERNAL'))
  process.on('unhandledRejection', () => refuse('ENFORCE_INTERNAL'))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => refuse('GUARD_STOPPED'))
  const dueAt = (deadline: number): NodeJS.Timeout =>
    setTimeout(() => refuse('GUARD_DEADLINE'), Math.max(0, deadline - performance.now()))
  let timer = dueAt(DEFAULT_DEADLINE_MILLISECONDS)
  const program = dirname(process.argv[1] ?? '')
  const io: HookIo = {
    read: (limit, deadline) => {
      clearTimeout(timer)
      timer = dueAt(deadline)
      return readStdin(limit)
    },
    clock: () => Date.now() / 1000,
    elapsed: () => performance.now(),
    program: [program, join(program, '..', 'dist')],
  }
  runHook(argv, io).then(
    (answer) =>
      end(answer, () => {
        if (compiled !== undefined) keep(compiled)
      }),
    () => refuse('ENFORCE_INTERNAL'),
  )
}
