/** A home of the guard in a folder of its own, and the real hook run upon it as a host runs it. */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { hookCommandFor } from '../../src/cli/hook/command.js'
import { generateKey, mint, type SecretKey, subpath } from '../../src/index.js'
import { fileSessionStore, type SessionEntry } from '../../src/node/sessionStore.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'

export const nowInSeconds = (): number => Math.floor(Date.now() / 1000)

/** What the sessions of these tests may do, unless told. */
export const READ_DATA: Readonly<Record<string, CapabilityInput>> = {
  Read: { file_path: subpath('/data') },
}

export interface HookHome {
  readonly folder: string
  readonly issuer: SecretKey
  /** Writes `hook.json` anew with these fields. */
  readonly configure: (fields?: Readonly<Record<string, unknown>>, mode?: number) => void
  /** Gives a session a warrant of its own. */
  readonly open: (host: string, session: string, options?: Opened) => SessionEntry
  /** The lines of the decision log. */
  readonly records: () => readonly Readonly<Record<string, unknown>>[]
  readonly path: (...names: readonly string[]) => string
}

export interface Opened {
  readonly tools?: Readonly<Record<string, CapabilityInput>>
  readonly issuer?: SecretKey
  /** Seconds before now at which it was minted. */
  readonly age?: number
  readonly ttlSeconds?: number
  readonly agent?: string
  readonly parent?: string
  /** In place of the holder's key. */
  readonly key?: SecretKey
  readonly boundTo?: string
}

export const hookHome = (): HookHome => {
  const folder = join(mkdtempSync(join(tmpdir(), 'warrant-hook-')), 'home')
  mkdirSync(folder, { mode: 0o700 })
  const issuer = generateKey()
  const path = (...names: readonly string[]): string => join(folder, ...names)
  const configure: HookHome['configure'] = (fields = {}, mode = 0o600) =>
    writeFileSync(path('hook.json'), JSON.stringify({ version: 1, roots: [issuer.publicKey], ...fields }), {
      mode,
    })
  configure()
  return {
    folder,
    issuer,
    configure,
    open: (host, session, options = {}) => {
      const holder = generateKey()
      const now = nowInSeconds() - (options.age ?? 0)
      const { ttlSeconds = 600, tools = READ_DATA } = options
      const common = { holder: holder.publicKey, tools, ttlSeconds, now }
      const bound = options.boundTo === undefined ? {} : { sessionId: options.boundTo }
      const entry: SessionEntry = {
        host,
        session,
        agent: options.agent,
        parent: options.parent,
        boundTo: options.boundTo,
        chain: mint({ ...common, ...bound }, options.issuer ?? issuer),
        holderKey: options.key ?? holder,
        origin: 'test',
        createdAt: now,
        expiresAt: now + ttlSeconds,
      }
      fileSessionStore(path('sessions')).put(entry, { replace: true })
      return entry
    },
    records: () => recordsIn(path('log', 'decisions.jsonl')),
    path,
  }
}

const recordsIn = (file: string): readonly Readonly<Record<string, unknown>>[] => {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const entry = JSON.parse(line) as Record<string, unknown> // as the hook wrote it
    return (entry['record'] ?? entry) as Record<string, unknown> // wrapped by the log, or bare
  })
}

export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Spawned {
  readonly home?: string
  /** Left out, standard input stays open. */
  readonly input?: string | Uint8Array | undefined
  /** What comes before it, with a pause after each. */
  readonly parts?: readonly string[]
  /** Sent once the hook listens for it. */
  readonly signal?: NodeJS.Signals
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command line as a host does: by a shell, with an event on stdin, and to its end. */
export const spawnCommand = (
  command: string,
  { input, parts = [], signal, env }: Spawned = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-c', `exec ${command}`], { env: { ...process.env, ...env } })
    const read = { stdout: '', stderr: '' }
    child.stdout.on('data', (part) => {
      read.stdout += String(part)
    })
    child.stderr.on('data', (part) => {
      read.stderr += String(part)
    })
    child.stdin.on('error', () => {}) // it need not be listened to
    void writeSlowly(child.stdin, parts).then(() => input === undefined || child.stdin.end(input))
    if (signal !== undefined) void whenListening(child.pid as number).then(() => child.kill(signal))
    child.on('close', (exit) => {
      child.stdin.destroy()
      resolve({ exit, ...read })
    })
  })

const writeSlowly = async (stdin: Writable, parts: readonly string[]): Promise<void> => {
  for (const part of parts) {
    stdin.write(part)
    await new Promise((next) => setTimeout(next, 120))
  }
}

/**
 * When a process listens for signals: Node has handlers of its own for the others from its start, so it is SIGHUP that
 * tells, the last that the hook listens for. After a while, where the system does not say.
 */
const whenListening = async (pid: number): Promise<void> => {
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds))
  if (!existsSync('/proc/self/status')) return pause(3_000)
  for (;;) {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    if (caught !== undefined && BigInt(`0x${caught}`) & (1n << BigInt(constants.signals.SIGHUP - 1))) return
    await pause(5)
  }
}

/** Runs the hook of a host on an event. */
export const runHost = (host: string, home: string, event: unknown, spawned: Spawned = {}): Promise<Ended> =>
  spawnCommand(hookCommandFor(host, home), {
    input: typeof event === 'string' ? event : JSON.stringify(event),
    ...spawned,
  })
