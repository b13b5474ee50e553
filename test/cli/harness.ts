/** Runs the command line in this process: streams as texts, a clock that stands still, a folder of its own. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io, Sink } from '../../src/cli/io.js'
import { main } from '../../src/cli/main.js'

/** 2026-01-01T00:00:00Z */
export const NOW = 1_767_225_600

export interface RunOptions {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>
  readonly now?: number
  readonly env?: Readonly<Record<string, string>>
  readonly stdinIsTTY?: boolean
  readonly stdoutIsTTY?: boolean
  /** Whoever reads stdout has gone after so many writes. */
  readonly closedAfter?: number
  /** The code of the error that it then gives; EPIPE unless told. */
  readonly closedBy?: string
}

export interface Transcript {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one command. */
export const run = async (argv: readonly string[], options: RunOptions = {}): Promise<Transcript> => {
  const { stdin = '', now = NOW, env = {}, closedAfter = Number.POSITIVE_INFINITY } = options
  const stdout = collector(options.stdoutIsTTY === true, closedAfter, options.closedBy)
  const stderr = collector(false, Number.POSITIVE_INFINITY)
  const io: Io = {
    stdin: { isTTY: options.stdinIsTTY === true, bytes: () => chunksOf(stdin) },
    stdout: stdout.sink,
    stderr: stderr.sink,
    clock: () => now,
    env,
  }
  const exit = await main(argv, io)
  return { exit, stdout: stdout.text(), stderr: stderr.text() }
}

/** Runs commands so that each reads what the one before it printed; all must end well but the last. */
export const pipe = async (...commands: readonly (readonly string[])[]): Promise<Transcript> => {
  let last: Transcript = { exit: 0, stdout: '', stderr: '' }
  for (const argv of commands) {
    if (last.exit !== 0) throw new Error(`a command of the pipe failed: ${last.stderr}`)
    last = await run(argv, { stdin: last.stdout })
  }
  return last
}

/** A new folder. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'warrant-cli-'))

/** A folder with keys made by `keygen`: the path of each, and its public key in hexadecimal. */
export const keysFor = async <Name extends string>(
  ...names: readonly Name[]
): Promise<{ readonly dir: string; readonly keys: Readonly<Record<Name, Keys>> }> => {
  const dir = folder()
  const keys: Partial<Record<Name, Keys>> = {}
  for (const name of names) {
    const path = join(dir, name)
    const { stdout } = await run(['keygen', path])
    keys[name] = { secret: `${path}.key`, public: `${path}.pub`, hex: stdout.trim() }
  }
  return { dir, keys: keys as Record<Name, Keys> } // one for each name
}

export interface Keys {
  readonly secret: string
  readonly public: string
  readonly hex: string
}

const collector = (
  isTTY: boolean,
  closedAfter: number,
  code: string = 'EPIPE',
): { sink: Sink; text: () => string } => {
  const written: string[] = []
  const write = async (text: string): Promise<void> => {
    if (written.length >= closedAfter) throw Object.assign(new Error(`write ${code}`), { code })
    written.push(text)
  }
  return { sink: { isTTY, write }, text: () => written.join('') }
}

async function* chunksOf(input: string | Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof input === 'string') yield new TextEncoder().encode(input)
  else if (input instanceof Uint8Array) yield input
  else yield* input
}
