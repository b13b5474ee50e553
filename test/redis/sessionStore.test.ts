/** The Redis store does what the others do: the same entries, the same ends, and secrets that nobody reads on the way. */

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generateKey, mint } from '../../src/index.js'
import {
  type AsyncSessionStore,
  memorySessionStore,
  type SessionEntry,
  type SessionStore,
} from '../../src/node/sessionStore.js'
import { createSealKeyFile, readSealKeyFile, redisSessionStore, type SealKey } from '../../src/redis/index.js'
import { folder } from '../cli/harness.js'
import { clientOf, hasRedis, type RedisServer, redisServer, type TestClient } from '../support/redisServer.js'

const now = Math.floor(Date.now() / 1000)
const issuer = generateKey()
const newKey = (): SealKey => createSealKeyFile(`${folder()}/seal.key`)

const entryOf = (session: string, more: Partial<SessionEntry> = {}): SessionEntry => {
  const holderKey = generateKey()
  const chain = mint({ holder: holderKey.publicKey, tools: { read: {} }, ttlSeconds: 600, now }, issuer)
  return {
    host: 'h',
    session,
    chain,
    holderKey,
    origin: 'test',
    createdAt: now,
    expiresAt: now + 600,
    ...more,
  }
}

/** A family: parent, child, grandchild, a subagent of each kind, and strangers, one of another host. */
const FAMILY: readonly SessionEntry[] = [
  entryOf('parent'),
  entryOf('child', { parent: 'parent', depth: 1 }),
  entryOf('grandchild', { parent: 'child', depth: 2, boundTo: 'parent' }),
  entryOf('child', { agent: 'a1' }),
  entryOf('child', { agent: 'a2', parent: 'a1' }),
  entryOf('child', { agent: 'a3', parent: 'child' }),
  entryOf('stranger'),
  entryOf('child', { host: 'other', parent: 'parent' }),
]

const namesIn = async (store: SessionStore | AsyncSessionStore): Promise<readonly string[]> =>
  [...(await store.list())].map(({ host, session, agent = '' }) => `${host} ${session} ${agent}`).sort()

describe.skipIf(!hasRedis)('in Redis', () => {
  let server: RedisServer
  let client: TestClient
  let sealKeys: readonly [SealKey]
  let store: AsyncSessionStore

  beforeAll(async () => {
    server = await redisServer()
    client = await clientOf(server.port)
    sealKeys = [newKey()]
    store = redisSessionStore({ client, sealKeys })
  })
  afterAll(async () => {
    client?.close()
    await server?.kill()
  })
  beforeEach(() => client.sendCommand(['FLUSHALL']))

  test('an entry comes back as it was put, and one that is there is kept unless it is to be replaced', async () => {
    const entry = entryOf('s', { agent: 'a', boundTo: 's', parent: 'p', depth: 3 })
    await store.put(entry)
    const found = await store.get(entry)
    expect({ ...found, chain: found?.chain.bytes, holderKey: found?.holderKey.publicKey }).toEqual({
      ...entry,
      chain: entry.chain.bytes,
      holderKey: entry.holderKey.publicKey,
    })
    await expect(store.put(entry)).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    const other = entryOf('s', { agent: 'a' })
    await store.put(other, { replace: true })
    expect((await store.get(entry))?.holderKey.publicKey).toBe(other.holderKey.publicKey)
    expect(await store.get({ host: 'h', session: 's' })).toBeUndefined()
  })

  test.each(FAMILY.map((entry) => [`${entry.host} ${entry.session} ${entry.agent ?? ''}`, entry] as const))(
    'the end of %s ends what it ends in memory',
    async (_, ended) => {
      const memory = memorySessionStore()
      for (const entry of FAMILY) {
        memory.put(entry)
        await store.put(entry)
      }
      expect(await namesIn(store)).toEqual(await namesIn(memory))
      expect(await store.end(ended)).toBe(memory.end(ended))
      expect(await namesIn(store)).toEqual(await namesIn(memory))
      expect(await store.end(ended)).toBe(memory.end(ended))
    },
  )

  test('what is under the names of other programs is neither listed nor ended', async () => {
    const theirs = redisSessionStore({ client, sealKeys, prefix: 'warrant*:' })
    await client.sendCommand(['SET', 'warrantX:session:1', 'theirs'])
    await store.put(entryOf('s'))
    expect(await theirs.list()).toEqual([])
    await theirs.put(entryOf('s'))
    expect((await theirs.list()).length).toBe(1)
    expect(await theirs.end({ host: 'h', session: 's' })).toBe(true)
    expect((await store.list()).length).toBe(1)
  })

  test('an entry is gone when its warrant has ended, and a note of children with the last of them', async () => {
    await store.put(entryOf('over', { expiresAt: now - 1 }))
    expect(await store.get({ host: 'h', session: 'over' })).toBeUndefined()
    await store.put(entryOf('long', { parent: 'p', expiresAt: now + 900 }))
    await store.put(entryOf('short', { parent: 'p', expiresAt: now + 100 }))
    const [note = ''] = (await client.sendCommand(['KEYS', '{warrant}:children:*'])) as string[] // names
    expect(Number(await client.sendCommand(['EXPIRETIME', note]))).toBe(now + 900)
  })

  test('a new seal key in front of the old one opens what either sealed', async () => {
    const key = newKey()
    await store.put(entryOf('old'))
    const rotated = redisSessionStore({ client, sealKeys: [key, ...sealKeys] })
    expect((await rotated.get({ host: 'h', session: 'old' }))?.session).toBe('old')
    await rotated.put(entryOf('new'))
    await expect(store.get({ host: 'h', session: 'new' })).rejects.toMatchObject({ code: 'STATE_MALFORMED' })
    const later = redisSessionStore({ client, sealKeys: [key] })
    await expect(later.get({ host: 'h', session: 'old' })).rejects.toMatchObject({ code: 'STATE_MALFORMED' })
    expect((await later.get({ host: 'h', session: 'new' }))?.session).toBe('new')
  })
})

describe('seal keys', () => {
  test('lie in a file of mode 0600 that is not replaced, and print as nothing', () => {
    const file = `${folder()}/seal.key`
    const key = createSealKeyFile(file)
    const text = readFileSync(file, 'utf8')
    expect([statSync(file).mode & 0o777, text]).toEqual([0o600, expect.stringMatching(/^[0-9a-f]{64}\n$/)])
    expect(readSealKeyFile(file).equals(key)).toBe(true)
    expect(`${inspect(key)} ${JSON.stringify(key)}`).not.toContain(text.slice(0, 8))
    expect(() => createSealKeyFile(file)).toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }))
  })

  test('that others can read, or that are none, are refused', () => {
    const file = `${folder()}/seal.key`
    createSealKeyFile(file)
    chmodSync(file, 0o640)
    expect(() => readSealKeyFile(file)).toThrow(expect.objectContaining({ code: 'FILE_MODE' }))
    for (const text of ['', 'secret', 'g'.repeat(64), '0'.repeat(62), '0'.repeat(66)]) {
      writeFileSync(file, text)
      chmodSync(file, 0o600)
      expect(() => readSealKeyFile(file)).toThrow(expect.objectContaining({ code: 'KEY_MALFORMED' }))
    }
    const client = { sendCommand: () => Promise.resolve(null) }
    const notOne = { type: 'secret', symmetricKeySize: 16 } as unknown as SealKey // too short
    expect(() => redisSessionStore({ client, sealKeys: [notOne] })).toThrow(TypeError)
  })
})
