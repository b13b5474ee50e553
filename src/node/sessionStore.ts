/**
 * The warrants of an agent's sessions, for guards that are a new process each call: one file a session, with its chain and
 * the secret key of its holder. Hook events and the operator's command line write here, and nothing that a tool can reach.
 */

import { hash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseSecretKey, type SecretKey, secretKeyToPem } from '../crypto/signer.js'
import { formatJson } from '../encoding/json.js'
import type { Value, ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { Chain } from '../warrant/chain.js'
import { formatChain, parseChain } from '../warrant/text.js'
import {
  createStateFile,
  makeStateFolder,
  readStateObject,
  removeStateFile,
  writeStateFile,
} from './stateFile.js'
import { errnoOf } from './wholeFile.js'

/** Which session: of a host, and of a subagent in it where the host names subagents within their parent's session. */
export interface SessionName {
  readonly host: string
  readonly session: string
  readonly agent?: string | undefined
}

/** What a session acts under. */
export interface SessionEntry extends SessionName {
  readonly chain: Chain
  /** The key of the leaf's holder: possession is proved with it for every call. */
  readonly holderKey: SecretKey
  /** The session that the warrants of the chain are bound to, where it is another: that of the first ancestor. */
  readonly boundTo?: string | undefined
  /** The session that this one was granted by, or the subagent within it; ending that ends this one. */
  readonly parent?: string | undefined
  /** How many delegations it is below a session that an operator opened; 0 where nothing is said. */
  readonly depth?: number | undefined
  /** How the entry came about, as in `mint`, `cron` or `delegate`. */
  readonly origin: string
  /** Unix seconds. */
  readonly createdAt: number
  /** When the leaf expires: Unix seconds. */
  readonly expiresAt: number
}

/** Where the warrants of sessions are kept. Synchronous: nothing can come between the look-up and the decision. */
export interface SessionStore {
  /** @throws FormatError for an entry that is there and cannot be believed; the caller denies. */
  get(name: SessionName): SessionEntry | undefined
  /** Keeps an entry. One that is there is replaced only where `replace` says so. @throws FormatError FILE_EXISTS */
  put(entry: SessionEntry, options?: { readonly replace?: boolean }): void
  /** Ends a session, and every session that was granted by it; whether it was there. */
  end(name: SessionName): boolean
  list(): readonly SessionEntry[]
}

/**
 * The same across a network, for gateways on several machines. Every method may reject, and whoever asks denies then.
 * What it answers is believed no further than the signed warrants in it go.
 */
export interface AsyncSessionStore {
  get(name: SessionName): Promise<SessionEntry | undefined>
  put(entry: SessionEntry, options?: { readonly replace?: boolean }): Promise<void>
  end(name: SessionName): Promise<boolean>
  list(): Promise<readonly SessionEntry[]>
}

/** The file of a session: hexadecimal SHA-256 of host and session, and of the agent, with NUL between them. */
export const sessionFileName = ({ host, session, agent }: SessionName): string => {
  const parts = agent === undefined ? [host, session] : [host, session, agent]
  if (session === '' || parts.some((part) => part.includes('\0')))
    throw new FormatError('STATE_MALFORMED', 'session name')
  return `${hash('sha256', parts.join('\0'))}.json`
}

/** A store in a folder of files of mode 0600. The folder is made by the first entry that is put. */
export const fileSessionStore = (folder: string): SessionStore => {
  const get = (name: SessionName): SessionEntry | undefined => {
    const entry = readEntry(join(folder, sessionFileName(name)))
    if (entry !== undefined && !isNamed(entry, name))
      throw new FormatError('STATE_MALFORMED', 'another session')
    return entry
  }
  const found = (): Found => {
    const entries: SessionEntry[] = []
    let fault: unknown
    for (const file of filesOf(folder)) {
      try {
        const entry = readEntry(join(folder, file))
        if (entry !== undefined) entries.push(entry)
      } catch (thrown) {
        fault ??= thrown
      }
    }
    return { entries, fault }
  }
  const list = (): readonly SessionEntry[] => {
    const { entries, fault } = found()
    if (fault !== undefined) throw fault
    return entries
  }
  const remove = (name: SessionName): boolean => removeStateFile(join(folder, sessionFileName(name)))
  return Object.freeze({
    get,
    put: (entry: SessionEntry, options: { readonly replace?: boolean } = {}): void => {
      makeStateFolder(folder)
      const write = options.replace === true ? writeStateFile : createStateFile
      write(join(folder, sessionFileName(entry)), formatSessionEntry(entry))
    },
    end: (name: SessionName) => endWith(name, found, remove),
    list,
  })
}

/** A store in memory, for guards that live as long as the agent does. */
export const memorySessionStore = (): SessionStore => {
  const entries = new Map<string, SessionEntry>()
  const list = (): readonly SessionEntry[] => [...entries.values()]
  return Object.freeze({
    get: (name: SessionName) => entries.get(sessionFileName(name)),
    put: (entry: SessionEntry, options: { readonly replace?: boolean } = {}): void => {
      const key = sessionFileName(entry)
      if (options.replace !== true && entries.has(key)) throw new FormatError('FILE_EXISTS')
      entries.set(key, Object.freeze({ ...entry }))
    },
    end: (name: SessionName) =>
      endWith(
        name,
        () => ({ entries: list(), fault: undefined }),
        (ended) => entries.delete(sessionFileName(ended)),
      ),
    list,
  })
}

/** The entries that can be read, and what was thrown by the first of the others, under which nothing acts. */
interface Found {
  readonly entries: readonly SessionEntry[]
  readonly fault: unknown
}

/**
 * Children first, and the session itself even where they cannot be found or removed; it can be ended again. Children once
 * more afterwards: whoever puts one and then finds its parent gone takes it back, so that either sees one put meanwhile.
 * An entry that cannot be read is told of when all others have ended: it must not keep them alive.
 */
const endWith = (name: SessionName, find: () => Found, remove: (name: SessionName) => boolean): boolean => {
  const removeChildren = (): unknown => {
    const { entries, fault } = find()
    for (const ended of descendantsOf(name, entries).reverse()) remove(ended)
    return fault
  }
  let wasThere = false
  try {
    removeChildren()
  } finally {
    wasThere = remove(name)
  }
  const fault = removeChildren()
  if (fault !== undefined) throw fault
  return wasThere
}

/** Every session granted by this one, or by one of those; nearest first. */
const descendantsOf = (name: SessionName, entries: readonly SessionEntry[]): SessionEntry[] => {
  const found: SessionEntry[] = []
  const ended = new Set<string | undefined>([placeOf(name)])
  for (let grown = true; grown; ) {
    grown = false
    for (const entry of entries) {
      if (found.includes(entry) || entry.host !== name.host || isNamed(entry, name)) continue
      const within = entry.agent !== undefined && ended.has(entry.session)
      if (!within && !ended.has(parentPlaceOf(entry))) continue
      found.push(entry)
      ended.add(placeOf(entry))
      grown = true
    }
  }
  return found
}

/** A session, or a subagent within one. */
const placeOf = ({ session, agent }: SessionName): string =>
  agent === undefined ? session : `${session}\0${agent}`

/** The parent of a subagent is its session, or another subagent of that; of a session, a session. */
const parentPlaceOf = ({ session, agent, parent }: SessionEntry): string | undefined =>
  parent === undefined || agent === undefined || parent === session ? parent : `${session}\0${parent}`

const isNamed = (entry: SessionName, { host, session, agent }: SessionName): boolean =>
  entry.host === host && entry.session === session && entry.agent === agent

const filesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((file) => /^[0-9a-f]{64}\.json$/.test(file))
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return [] // no session was ever put
    throw new FormatError('FILE_UNREADABLE', errnoOf(thrown))
  }
}

const readEntry = (path: string): SessionEntry | undefined => {
  try {
    return parseSessionEntry(readStateObject(path))
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return undefined
    throw thrown
  }
}

/** The text of an entry. It holds the secret key of the holder. */
export const formatSessionEntry = ({
  chain,
  holderKey,
  boundTo,
  parent,
  agent,
  depth,
  ...entry
}: SessionEntry): string => {
  const { host, session, origin, createdAt, expiresAt } = entry
  const written: Record<string, Value> = {
    version: 1,
    host,
    session,
    origin,
    createdAt: Math.floor(createdAt),
    expiresAt: Math.floor(expiresAt),
    chain: formatChain(chain),
    holderKey: secretKeyToPem(holderKey),
  }
  for (const [name, value] of Object.entries({ agent, boundTo, parent, depth }))
    if (value !== undefined) written[name] = value
  return `${formatJson(written, 2)}\n`
}

const FIELDS: ReadonlySet<string> = new Set([
  ...['version', 'host', 'session', 'agent', 'boundTo', 'parent', 'origin'],
  ...['depth', 'createdAt', 'expiresAt', 'chain', 'holderKey'],
])

/** The entry of a text that was read as JSON. @throws FormatError STATE_MALFORMED, and those of chains and keys */
export const parseSessionEntry = (written: ValueObject): SessionEntry => {
  if (written['version'] !== 1 || Object.keys(written).some((name) => !FIELDS.has(name)))
    throw new FormatError('STATE_MALFORMED', 'not a session of version 1')
  const optional = (name: string): string | undefined =>
    Object.hasOwn(written, name) ? textOf(written, name) : undefined
  return Object.freeze({
    host: textOf(written, 'host'),
    session: textOf(written, 'session'),
    agent: optional('agent'),
    boundTo: optional('boundTo'),
    parent: optional('parent'),
    depth: Object.hasOwn(written, 'depth') ? numberOf(written, 'depth') : undefined,
    origin: textOf(written, 'origin'),
    createdAt: numberOf(written, 'createdAt'),
    expiresAt: numberOf(written, 'expiresAt'),
    chain: parseChain(textOf(written, 'chain')),
    holderKey: parseSecretKey(textOf(written, 'holderKey')),
  })
}

const textOf = (written: ValueObject, name: string): string => {
  const value = written[name]
  if (typeof value !== 'string') throw new FormatError('STATE_MALFORMED', undefined, { where: name })
  return value
}

const numberOf = (written: ValueObject, name: string): number => {
  const value = written[name]
  if (typeof value !== 'number') throw new FormatError('STATE_MALFORMED', undefined, { where: name })
  return value
}
