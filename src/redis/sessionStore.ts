/**
 * Warrants of sessions in Redis, for gateways on several machines. Each entry is sealed, and gone when its warrant expires.
 * What Redis answers is believed only as far as the seal opens, for the very session that was asked for.
 */

import { parseJson } from '../encoding/json.js'
import { isObject } from '../encoding/value.js'
import { DenialError, FormatError } from '../errors.js'
import {
  type AsyncSessionStore,
  formatSessionEntry,
  parseSessionEntry,
  type SessionEntry,
  type SessionName,
  sessionFileName,
} from '../node/sessionStore.js'
import { END, PUT } from './scripts.js'
import { assertSealKey, type SealKey, seal, unseal } from './seal.js'

/** The part of the official client, `redis`, that is used. It is connected, watched and closed by whoever made it. */
export interface RedisCommands {
  sendCommand(args: readonly string[]): Promise<unknown>
}

export interface RedisSessionStoreOptions {
  readonly client: RedisCommands
  /** The first seals; all open, so that a new key can be put in front of the old one until that one's entries are gone. */
  readonly sealKeys: readonly [SealKey, ...SealKey[]]
  /** What the names of all keys begin with; `{warrant}:` unless told. The braces keep them on one node of a cluster. */
  readonly prefix?: string
  /** How long an answer is waited for; 1,000 unless told. */
  readonly timeoutMilliseconds?: number
}

const TIMEOUT_MILLISECONDS = 1_000
const SCAN_COUNT = '256'
/** Of a scan; 16 million keys at the count that is asked for. One that is longer is nonsense: it might never end. */
const MAX_SCAN_PAGES = 65_536

/**
 * A store in Redis.
 *
 *     const client = createClient({ url: 'rediss://…', disableOfflineQueue: true })
 *     client.on('error', report)
 *     await client.connect()
 *     const store = redisSessionStore({ client, sealKeys: [readSealKeyFile('/etc/warrant/seal.key')] })
 *
 * Its methods reject with DenialError STORE_FAILED for no answer, an error, silence or nonsense, and `list` for a server
 * whose scan has not ended after 65,536 pages, some 16 million keys of whatever is kept there; with FormatError
 * STATE_MALFORMED for an entry that was not sealed here for this session; `put` with FILE_EXISTS as that of any store.
 * @throws TypeError for a key that is none
 */
export const redisSessionStore = (options: RedisSessionStoreOptions): AsyncSessionStore => {
  const { client, timeoutMilliseconds = TIMEOUT_MILLISECONDS, prefix = '{warrant}:' } = options
  const keys = [...options.sealKeys] as const
  for (const key of keys) assertSealKey(key)
  const ask = (...args: readonly string[]): Promise<unknown> =>
    answerOf(() => client.sendCommand(args), timeoutMilliseconds)
  const entryKey = (id: string): string => `${prefix}session:${id}`
  const childrenKey = (id: string): string => `${prefix}children:${id}`

  const get = async (name: SessionName): Promise<SessionEntry | undefined> => {
    const key = entryKey(idOf(name))
    const answer = await ask('GET', key)
    if (answer === null) return undefined
    const entry = entryIn(answer, key, keys)
    if (idOf(entry) !== idOf(name)) throw new FormatError('STATE_MALFORMED', 'another session')
    return entry
  }
  return Object.freeze({
    get,
    put: async (entry: SessionEntry, { replace = false }: { readonly replace?: boolean } = {}) => {
      const id = idOf(entry)
      const key = entryKey(id)
      const sealed = seal(formatSessionEntry(entry), key, keys[0])
      const expiresAt = String(Math.floor(entry.expiresAt) * 1000)
      const parents = parentsOf(entry).map((parent) => childrenKey(idOf(parent)))
      const names = [key, ...parents]
      const kept = await ask(
        'EVAL',
        PUT,
        String(names.length),
        ...names,
        sealed,
        expiresAt,
        id,
        replace ? '1' : '0',
      )
      if (kept === 0) throw new FormatError('FILE_EXISTS')
      if (kept !== 1) throw nonsense()
    },
    end: async (name: SessionName) => {
      const id = idOf(name)
      const found = await ask(
        'EVAL',
        END,
        '2',
        entryKey(id),
        childrenKey(id),
        id,
        entryKey(''),
        childrenKey(''),
      )
      if (found !== 0 && found !== 1) throw nonsense()
      return found === 1
    },
    list: async () => {
      const found = new Map<string, SessionEntry>()
      let cursor = '0'
      for (let pages = 0; pages < MAX_SCAN_PAGES; pages++) {
        const [next, page] = pageOf(
          await ask('SCAN', cursor, 'MATCH', `${escaped(prefix)}session:*`, 'COUNT', SCAN_COUNT),
        )
        for (const key of page) {
          const answer = await ask('GET', key)
          if (answer !== null) found.set(key, entryIn(answer, key, keys))
        }
        if (next === '0') return Object.freeze([...found.values()])
        cursor = next
      }
      throw nonsense()
    },
  })
}

/** What a session is kept under: a digest, so that names of sessions are not read off the keys. */
const idOf = (name: SessionName): string => sessionFileName(name).replace(/\.json$/, '')

/** The sessions whose end is the end of this one. */
const parentsOf = ({ host, session, agent, parent }: SessionEntry): readonly SessionName[] => {
  if (agent === undefined) return parent === undefined ? [] : [{ host, session: parent }]
  const within = { host, session }
  return parent === undefined || parent === session ? [within] : [within, { host, session, agent: parent }]
}

const entryIn = (answer: unknown, key: string, keys: readonly SealKey[]): SessionEntry => {
  if (typeof answer !== 'string') throw nonsense()
  const text = unseal(answer, key, keys)
  const written = parseJson(text)
  if (!isObject(written)) throw new FormatError('STATE_MALFORMED', 'not an object')
  return parseSessionEntry(written)
}

const pageOf = (answer: unknown): readonly [string, readonly string[]] => {
  if (!Array.isArray(answer) || answer.length !== 2) throw nonsense()
  const [cursor, page] = answer as readonly unknown[]
  const isPage = Array.isArray(page) && page.every((key) => typeof key === 'string')
  if (typeof cursor !== 'string' || !isPage) throw nonsense()
  return [cursor, page as readonly string[]] // texts, as just asked
}

/** Without a meaning to the patterns of Redis. */
const escaped = (text: string): string => text.replaceAll(/[\\*?[\]^-]/g, '\\$&')

const nonsense = (): DenialError => new DenialError('STORE_FAILED', 'nonsense')

/** The answer, in time. What comes later is not looked at; an entry that is put late is of a turn that was refused. */
const answerOf = (ask: () => Promise<unknown>, milliseconds: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const fail = (): void => reject(new DenialError('STORE_FAILED'))
    const timer = setTimeout(fail, milliseconds)
    Promise.resolve()
      .then(ask)
      .then(resolve, fail)
      .finally(() => clearTimeout(timer))
  })
