/**
 * The hook as a target, in this process: whatever a host sends is answered by 0 or 2, in a documented way, and recorded; what
 * passes is, by another reading of the text, a call that the session was granted, or no call at all.
 */

import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Answer } from '../../src/hook/main.js'
import {
  type EventInput,
  eventInput,
  GRANTED,
  LIKE_CLAUDE,
  READS_FILE,
  WORDINGS,
  type Wording,
} from './eventTexts.js'
import type { Library } from './library.js'
import { memoryFolder } from './memoryFolder.js'
import { NOW, ringOf, secretForms } from './seeds.js'
import { ACCEPTED, ACTS_ON_TERMINALS, bytesOfHex, hexOf, hold, type Outcome, type Target } from './target.js'

export interface EventTarget extends Target<EventInput> {
  /** Removes the folder. */
  end(): void
}

/** An answer that is no decision: to what is no call. */
const SILENT = 'SILENT'

export const events = (library: Library): EventTarget => {
  const home = homeOf(library)
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
      const outcome = judged(answer, known)
      const read = reading(WORDINGS[host] as Wording, bytes) // hosts of the table alone are drawn
      if (outcome === ACCEPTED)
        hold(typeof read === 'object' && isGranted(read), 'a call that was not granted')
      if (outcome === SILENT) {
        hold(typeof read !== 'object', 'a call that nobody decided')
        hold(read === 'no call', 'silence about what cannot be read')
      }
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

/** A home of the guard in which every host has one session with a warrant. */
interface Home {
  readonly path: string
  /** Gives the session of a host its warrant, where it has none or an event has ended it. */
  readonly open: (host: string) => void
  /** Something else after every record. */
  readonly logged: () => string
  readonly remove: () => void
}

const HOLDER = 2

const homeOf = (library: Library): Home => {
  const { warrant: w } = library
  const ring = ringOf(library)
  const folder = memoryFolder()
  const path = join(folder, 'home')
  mkdirSync(path, { mode: 0o700 })
  const settings = JSON.stringify({ version: 1, roots: [ring.root.publicKey] })
  writeFileSync(join(path, 'hook.json'), settings, { mode: 0o600 })
  const holderKey = ring.keyOf(HOLDER)
  const tools = { [GRANTED.tool]: { file_path: w.subpath(GRANTED.folder) } }
  const chain = w.mint({ holder: holderKey.publicKey, tools, ttlSeconds: 600, now: NOW }, ring.root)
  const sessions = join(path, 'sessions')
  const store = library.sessions.fileSessionStore(sessions)
  return {
    path,
    open: (host) => {
      const name = { host, session: GRANTED.session }
      if (existsSync(join(sessions, library.sessions.sessionFileName(name)))) return
      store.put({ ...name, chain, holderKey, origin: 'fuzz', createdAt: NOW, expiresAt: NOW + 600 })
    },
    logged: () => {
      const found = statSync(join(path, 'log', 'decisions.jsonl'), { throwIfNoEntry: false })
      return found === undefined ? '' : `${found.ino} ${found.size}`
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const SECRETS = secretForms(HOLDER)

const judged = ({ exit, stdout, stderr, isAllowed }: Answer, known: ReadonlySet<string>): Outcome => {
  hold(exit === 0 || exit === 2, `exit code ${exit}`)
  hold(!SECRETS.some((secret) => `${stdout}${stderr}`.includes(secret)), 'a secret key is printed')
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

/** The names of events that are about no call, of any host. */
const NO_CALLS: ReadonlySet<unknown> = new Set(Object.values(WORDINGS).flatMap(({ others }) => others))

/** What an event is about, read with what JavaScript brings. What this cannot read, the hook must refuse. */
const reading = (wording: Wording, bytes: Uint8Array): ReadCall | 'no call' | 'unreadable' => {
  const event = parsed(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  if (event === undefined) return 'unreadable'
  const { fields, calls, isUnnamed } = wording
  const name = own(event, 'hook_event_name')
  if (name === undefined && isUnnamed === true) {
    if (!Object.hasOwn(event, fields.tool)) return 'unreadable'
    return Object.hasOwn(event, 'toolResult') ? 'no call' : callBy(fields, event)
  }
  if (NO_CALLS.has(name)) return 'no call'
  if (typeof name !== 'string' || !calls.includes(name)) return 'unreadable'
  if (name === READS_FILE)
    return { ...callBy(fields, event), tool: 'Read', args: { file_path: own(event, 'file_path') } }
  return callBy(isUnnamed === true ? LIKE_CLAUDE : fields, event)
}

const callBy = ({ session, agent, tool, args }: Wording['fields'], event: Json): ReadCall => {
  const given = own(event, args)
  return {
    session: own(event, session),
    agent: agent === undefined ? undefined : (own(event, agent) ?? undefined),
    tool: own(event, tool),
    args: typeof given === 'string' ? parsed(() => given) : given,
  }
}

type Json = Readonly<Record<string, unknown>>

const own = (event: Json, name: string): unknown => (Object.hasOwn(event, name) ? event[name] : undefined)

/** The object of a JSON text; undefined where it is none. */
const parsed = (text: () => string): Json | undefined => {
  try {
    const json: unknown = JSON.parse(text())
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : undefined
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
