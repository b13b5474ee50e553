/** One command under a warrant: started with what it needs and nothing more, ended with the warrant, cleaned up after. */

import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Stdin } from './descriptors.js'
import { cliFailure } from './failure.js'

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long it may run. */
  readonly seconds: number
  /** What happens then. */
  readonly atExpiry: 'kill' | 'finish'
  /** Between being asked to end and being killed. */
  readonly graceSeconds: number
  readonly stdin: Stdin
}

/** How a command ended. */
export interface Outcome {
  /** As a shell would have it: 128 and the number of the signal for one that was ended by a signal. */
  readonly exit: number
  readonly signal: string | undefined
  /** Whether it was stopped because its time was over. */
  readonly expired: boolean
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** What a timer can wait for at most. */
const LONGEST_WAIT_MILLISECONDS = 2_147_483_647

/**
 * Runs a command to its end, or to the end of its time.
 * @throws CliFailure RUN_NOT_STARTED
 */
export const runChild = async (options: ChildOptions): Promise<Outcome> => {
  // A group of its own, so that whatever it starts is ended with it; not on a terminal, which it could no longer read.
  const grouped = process.stdin.isTTY !== true && process.platform !== 'win32'
  const child = spawn(options.command, options.args, {
    env: options.env,
    stdio: [options.stdin, 'inherit', 'inherit'],
    detached: grouped,
  })
  const send = (signal: NodeJS.Signals): void => signalTo(child, signal, grouped)
  const forward = (signal: NodeJS.Signals): void => send(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  const timer = options.atExpiry === 'kill' ? new Expiry(options, send) : undefined
  try {
    const { code, signal } = await ended(child)
    return {
      exit: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
      signal: signal ?? undefined,
      expired: timer?.fired === true,
    }
  } finally {
    timer?.stop()
    for (const signal of FORWARDED) process.off(signal, forward)
    if (timer?.fired === true) send('SIGKILL') // what outlives the one that was started
  }
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
    child.on('error', (thrown) => reject(cliFailure('RUN_NOT_STARTED', undefined, codeOf(thrown))))
  })

const codeOf = (thrown: Error): string | undefined =>
  'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined

const signalTo = (child: ChildProcess, signal: NodeJS.Signals, grouped: boolean): void => {
  if (child.pid === undefined) return
  try {
    process.kill(grouped ? -child.pid : child.pid, signal)
  } catch {
    // Gone already.
  }
}

/** Asks for the end when the time is over, and insists after the grace. */
class Expiry {
  fired = false
  #timer: NodeJS.Timeout | undefined

  constructor({ seconds, graceSeconds }: ChildOptions, send: (signal: NodeJS.Signals) => void) {
    this.#after(seconds * 1_000, () => {
      this.fired = true
      send('SIGTERM')
      this.#after(graceSeconds * 1_000, () => send('SIGKILL'))
    })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #after(milliseconds: number, act: () => void): void {
    const now = Math.min(milliseconds, LONGEST_WAIT_MILLISECONDS)
    const next = milliseconds > now ? () => this.#after(milliseconds - now, act) : act
    this.#timer = setTimeout(next, now)
  }
}
