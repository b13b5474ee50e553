/**
 * The hook as a target, in this process: whatever a host sends is answered by 0 or 2, in a documented way, and recorded; what
 * passes is, by another reading of the text, a call that the session was granted, or no call at all.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import type { Answer } from '../../src/hook/main.js'
import { type EventInput, eventInput, GRANTED, LIKE_CLAUDE, WORDINGS, type Wording } from './eventTexts.js'
import type { Library } from './library.js'
import { NOW, ringOf } from './seeds.js'
import { ACCEPTED, bytesOfHex, hexOf, hold, type Outcome, type Target } from './target.js'

export interface EventTarget extends Target<EventInput> {
  /** Removes the folder. */
  end(): void
}

/** An answer that is no decision: to what is no call. */
const SILENT = 'SILENT'

export const events = (library: Library): EventTarget => {
  const home = new Home(library)
  const known = new Set(library.warrant.ERROR_CODES.keys())
  return {
    name: 'events',
    next: eventInput,
    run: async ({ host, bytes }) => {
      home.open(host)
      const before = home.logged()
      const answer = await library.hook.runHook([host, '--home', home.path], {
        read: async () => bytes,
        clock: () => NOW,
        elapsed: () => 0,
        program: [],
      })
      const outcome = judged(answer, known, home.secret)
      const call = callIn(WORDINGS[host] as Wording, bytes) // hosts of the table alone are drawn
      if (outcome === ACCEPTED) hold(call !== undefined && isGranted(call), 'a call that was not granted')
      if (outcome === SILENT) hold(call === undefined, 'a call that nobody decided')
      if (outcome !== SILENT) hold(home.logged() !== before, 'an answer that was not recorded')
      return outcome
    },
    keep: () => {},
    show: ({ host, bytes }) => `${host} ${hexOf(bytes)}`,
    read: (line) => {
      const [host = '', hex = ''] = line.split(' ')
      return { host, bytes: bytesOfHex(hex) }
    },
    sort: () => 'events',
    end: () => home.remove(),
  }
}

/** Files in memory where there are such: what is timed is the program, and not how long a disk takes to be sure. */
const IN_MEMORY = '/dev/shm'

/** A home of the guard in which every host has one session with a warrant. */
class Home {
  readonly path: string
  readonly secret: string
  readonly #folder: string
  readonly #open: (host: string) => void

  constructor(library: Library) {
    const { warrant: w } = library
    const ring = ringOf(library)
    this.#folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'warrant-events-'))
    this.path = join(this.#folder, 'home')
    this.secret = Buffer.alloc(32, 2).toString('base64url')
    mkdirSync(this.path, { mode: 0o700 })
    const settings = JSON.stringify({ version: 1, roots: [ring.root.publicKey] })
    writeFileSync(join(this.path, 'hook.json'), settings, { mode: 0o600 })
    const holderKey = ring.keyOf(2)
    const tools = { [GRANTED.tool]: { file_path: w.subpath(GRANTED.folder) } }
    const chain = w.mint({ holder: holderKey.publicKey, tools, ttlSeconds: 600, now: NOW }, ring.root)
    const store = library.sessions.fileSessionStore(join(this.path, 'sessions'))
    this.#open = (host) => {
      const name = { host, session: GRANTED.session }
      const file = join(this.path, 'sessions', library.sessions.sessionFileName(name))
      if (existsSync(file)) return
      store.put({ ...name, chain, holderKey, origin: 'fuzz', createdAt: NOW, expiresAt: NOW + 600 })
    }
  }

  /** Gives the session of a host its warrant, where an event has ended it. */
  open(host: string): void {
    this.#open(host)
  }

  /** Another number after every record. */
  logged(): string {
    const found = statSync(join(this.path, 'log', 'decisions.jsonl'), { throwIfNoEntry: false })
    return found === undefined ? '' : `${found.ino} ${found.size}`
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Controls, and formats such as marks of direction; all but the line end. */
const ACTS_ON_TERMINALS = /(?!\n)[\p{Cc}\p{Cf}]/u

const judged = (
  { exit, stdout, stderr, isAllowed }: Answer,
  known: ReadonlySet<string>,
  secret: string,
): Outcome => {
  hold(exit === 0 || exit === 2, `exit code ${exit}`)
  hold(!`${stdout}${stderr}`.includes(secret), 'a secret key is printed')
  if (stdout !== '') JSON.parse(stdout)
  if (exit === 0) return isAllowed === true ? ACCEPTED : SILENT
  hold(isAllowed !== true, 'a refusal that is called allowed')
  hold(!ACTS_ON_TERMINALS.test(stderr), 'something said acts on a terminal')
  const code = /^warrant: ([A-Z0-9_]+): [^\n]+\n$/.exec(stderr)?.[1] ?? 'no typed line'
  hold(known.has(code), `a code that there is not: ${code}`)
  hold(code !== 'ENFORCE_INTERNAL', 'a fault of the program')
  return code
}

interface ReadCall {
  readonly session: unknown
  readonly agent: unknown
  readonly tool: unknown
  readonly args: unknown
}

/** The call of an event, read with what JavaScript brings; undefined where it is none, or no JSON. */
const callIn = (wording: Wording, bytes: Uint8Array): ReadCall | undefined => {
  try {
    const event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<
      string,
      unknown
    >
    const name = Object.hasOwn(event, 'hook_event_name') ? event['hook_event_name'] : undefined
    const isUnnamed = wording.call === undefined && name === undefined
    if (!isUnnamed && name !== (wording.call ?? 'PreToolUse')) return undefined
    if (isUnnamed && (!Object.hasOwn(event, wording.tool) || Object.hasOwn(event, 'toolResult')))
      return undefined
    // An event of Copilot that has a name has the words of Claude Code.
    const { session, agent, tool, args } = wording.call === undefined && !isUnnamed ? LIKE_CLAUDE : wording
    const given = event[args]
    return {
      session: event[session],
      agent: agent === undefined ? undefined : (event[agent] ?? undefined),
      tool: event[tool],
      args: typeof given === 'string' ? JSON.parse(given) : given,
    }
  } catch {
    return undefined
  }
}

const isGranted = ({ session, agent, tool, args }: ReadCall): boolean => {
  if (session !== GRANTED.session || agent !== undefined || tool !== GRANTED.tool) return false
  if (typeof args !== 'object' || args === null || Object.keys(args).join() !== 'file_path') return false
  const { file_path: path } = args as { readonly file_path: unknown } // its one key, as just asked
  if (typeof path !== 'string' || !path.startsWith('/') || path.includes('\0')) return false
  const within = posix.relative(GRANTED.folder, posix.normalize(path))
  return within !== '..' && !within.startsWith('../')
}
