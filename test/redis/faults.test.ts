/** A gateway whose store is a real Redis, and everything that can be wrong with one: nothing is allowed, and all recovers. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memorySessionStore } from '../../src/node/sessionStore.js'
import { createSealKeyFile, redisSessionStore } from '../../src/redis/index.js'
import { folder } from '../cli/harness.js'
import { GUEST, type TestGateway, testGateway } from '../support/gateway.js'
import {
  clientOf,
  falseServer,
  freePort,
  hasRedis,
  type RedisServer,
  redisServer,
  type TestClient,
} from '../support/redisServer.js'

const [PUBLIC, PRIVATE] = ['/srv/public/a', '/srv/private/a']
const sealKeys = [createSealKeyFile(`${folder()}/seal.key`)] as const

const gatewayOn = (client: TestClient, timeoutMilliseconds = 300): TestGateway =>
  testGateway({
    store: redisSessionStore({ client, sealKeys, timeoutMilliseconds }),
    timeoutMilliseconds: 1_000,
  })

/** When the client has found its server again. */
const ready = async (client: TestClient): Promise<void> => {
  while (!client.isReady()) await new Promise((resolve) => setTimeout(resolve, 10))
}

const DENIALS = ['STORE_FAILED', 'SESSION_UNKNOWN', 'STATE_MALFORMED']

describe('a server that is not there, or is no Redis', () => {
  test('refuses connections', async () => {
    const client = await clientOf(await freePort())
    const gateway = gatewayOn(client)
    expect(await gateway.begin('1001', 'a')).toBe('STORE_FAILED')
    expect(await gateway.read('a', PUBLIC)).toBe('STORE_FAILED')
    client.close()
  })

  test.each<[string, Parameters<typeof falseServer>[0]]>([
    ['hangs', () => {}],
    ['hangs up', (socket) => socket.destroy()],
    ['hangs up in the middle of a command', (socket) => socket.on('data', () => socket.resetAndDestroy())],
    [
      'answers nonsense',
      (socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ],
    ['answers yes to all', (socket) => socket.on('data', () => socket.write('+OK\r\n+OK\r\n+OK\r\n'))],
    ['answers half a bulk', (socket) => socket.on('data', () => socket.write('+OK\r\n+OK\r\n$100\r\nhalf'))],
    ['answers an error', (socket) => socket.on('data', () => socket.write('-LOADING not yet\r\n'))],
  ])('%s', async (_, act) => {
    const server = await falseServer(act)
    const client = await clientOf(server.port)
    const gateway = gatewayOn(client)
    expect(await gateway.begin('1001', 'a')).toBe('STORE_FAILED')
    expect(DENIALS).toContain(await gateway.read('a', PUBLIC))
    client.close()
    server.close()
  })

  test('never ends a scan', async () => {
    let asked = 0
    const client = { sendCommand: async () => [String(++asked), []] }
    await expect(redisSessionStore({ client, sealKeys }).list()).rejects.toMatchObject({
      code: 'STORE_FAILED',
    })
    expect(asked).toBe(65_536)
  })
})

describe.skipIf(!hasRedis)('a real server', () => {
  let server: RedisServer
  let client: TestClient
  let gateway: TestGateway
  const command = (...args: readonly string[]): Promise<unknown> => client.sendCommand(args)
  const keys = async (kind = 'session'): Promise<readonly string[]> =>
    ((await command('KEYS', `{warrant}:${kind}:*`)) as string[]).sort() // names

  beforeAll(async () => {
    server = await redisServer()
    client = await clientOf(server.port)
    gateway = gatewayOn(client, 2_000)
  })
  afterAll(async () => {
    client?.close()
    await server?.kill()
  })

  test('keeps the warrant of a turn for all machines, sealed, and no longer than it lives', async () => {
    const elsewhere = testGateway({ store: memorySessionStore() })
    expect(await gateway.begin('1003', 'a', 'kept')).toBe('bound')
    expect([await gateway.read('a', PUBLIC, 'kept'), await gateway.read('a', PRIVATE, 'kept')]).toEqual([
      'allow',
      'CONSTRAINT_VIOLATED',
    ])
    const [key = ''] = await keys()
    const sealed = String(await command('GET', key))
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toMatch(/PRIVATE KEY|kept|telegram|chain/)
    expect(key).not.toContain('kept')
    const left = Number(await command('PTTL', key))
    expect(left > 0 && left <= GUEST.ttlSeconds * 1000).toBe(true)
    expect(await elsewhere.read('a', PUBLIC, 'kept')).toBe('SESSION_UNKNOWN')
    await gateway.end('kept')
    expect(await keys()).toEqual([])
  })

  test('that gives the entry of another session is not believed', async () => {
    await gateway.begin('1001', 'a', 'of the owner')
    const [owners = ''] = await keys()
    await gateway.begin('1003', 'b', 'of a guest')
    const guests = (await keys()).find((key) => key !== owners) as string // the other of two
    await command('COPY', owners, guests, 'REPLACE')
    expect(await gateway.read('b', PRIVATE, 'of a guest')).toBe('STATE_MALFORMED')
    expect(await gateway.read('a', PRIVATE, 'of a guest')).toBe('STATE_MALFORMED')
    expect(await gateway.begin('1003', 'c', 'of a guest')).toBe('STATE_MALFORMED')
    expect(await gateway.read('c', PRIVATE, 'of a guest')).toBe('SESSION_UNKNOWN')
    expect(await gateway.begin('1003', 'd', 'of a guest')).toBe('bound')
    expect([
      await gateway.read('d', PUBLIC, 'of a guest'),
      await gateway.read('d', PRIVATE, 'of a guest'),
    ]).toEqual(['allow', 'CONSTRAINT_VIOLATED'])
    await command('FLUSHALL')
  })

  test('that gives an entry which is no longer the session’s is not believed for another turn', async () => {
    const own = gatewayOn(client, 2_000)
    await own.begin('1001', 'a')
    const [key = ''] = await keys()
    const owners = String(await command('GET', key))
    await own.begin('1003', 'b')
    await command('SET', key, owners)
    expect(await own.read('b', PRIVATE)).toBe('SESSION_MISMATCH')
    own.pass(601)
    expect(await own.read('a', PRIVATE)).toBe('WARRANT_EXPIRED')
    await command('FLUSHALL')
  })

  test('whose entries were cut, changed, or made by somebody else is not believed, and the next turn is', async () => {
    const stranger = redisSessionStore({ client, sealKeys: [createSealKeyFile(`${folder()}/seal.key`)] })
    await gateway.begin('1001', 'a')
    const [key = ''] = await keys()
    const sealed = String(await command('GET', key))
    const last = sealed.at(-3) === 'A' ? 'B' : 'A'
    const values = [
      ...[0, 1, 27, 28, 29, 40, sealed.length - 1].map((length) => sealed.slice(0, length)),
      `${sealed} `,
      `${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`,
      `A${sealed.slice(1)}`,
      '{"version":1}',
      '\u0000',
    ]
    for (const value of values) {
      await command('SET', key, value)
      expect([value, await gateway.read('a', PUBLIC)]).toEqual([value, 'STATE_MALFORMED'])
    }
    const store = redisSessionStore({ client, sealKeys })
    await command('SET', key, sealed)
    const entry = await store.get({ host: 'gateway', session: 's1' })
    if (entry === undefined) throw new Error('no entry')
    await stranger.put(entry, { replace: true })
    expect(await gateway.read('a', PUBLIC)).toBe('STATE_MALFORMED')
    await command('DEL', key)
    await command('RPUSH', key, sealed)
    expect(await gateway.read('a', PUBLIC)).toBe('STORE_FAILED')
    expect(await gateway.begin('1001', 'b')).toBe('STORE_FAILED')
    expect(await gateway.begin('1001', 'c')).toBe('bound')
    expect(await gateway.read('c', PUBLIC)).toBe('allow')
    await command('FLUSHALL')
  })

  test('that is full keeps no new warrant, takes the old one away, and serves again when there is room', async () => {
    await gateway.begin('1001', 'a')
    await command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    await command('CONFIG', 'SET', 'maxmemory', '1')
    expect(await gateway.begin('1003', 'b')).toBe('STORE_FAILED')
    expect([await gateway.read('a', PUBLIC), await gateway.read('b', PUBLIC)]).toEqual([
      'SESSION_UNKNOWN',
      'SESSION_UNKNOWN',
    ])
    await command('CONFIG', 'SET', 'maxmemory', '0')
    expect(await gateway.begin('1003', 'c')).toBe('bound')
    expect(await gateway.read('c', PUBLIC)).toBe('allow')
    await command('FLUSHALL')
  })

  test('that stands still for longer than is waited for denies, and answers afterwards', async () => {
    const impatient = gatewayOn(client, 200)
    expect(await gateway.begin('1001', 'a')).toBe('bound')
    server.pause()
    expect(await impatient.begin('1003', 'b')).toBe('STORE_FAILED')
    expect(await impatient.read('b', PUBLIC)).toBe('STORE_FAILED')
    server.resume()
    await command('PING') // after all that was asked meanwhile
    expect(await impatient.read('b', PRIVATE)).not.toBe('allow')
    expect(await gateway.begin('1003', 'c')).toBe('bound')
    expect([await gateway.read('c', PUBLIC), await gateway.read('c', PRIVATE)]).toEqual([
      'allow',
      'CONSTRAINT_VIOLATED',
    ])
    await command('FLUSHALL')
  })

  test('that is killed in the middle of turns and calls allows none that it should not, and serves when it is back', async () => {
    for (let round = 0; round < 3; round++) {
      const asked = Array.from({ length: 20 }, async (_, i) => {
        const isOwner = i % 2 === 0
        const begun = await gateway.begin(isOwner ? '1001' : '1003', `t${i}`, `k${i}`)
        return [isOwner, begun, await gateway.read(`t${i}`, PRIVATE, `k${i}`)] as const
      })
      await server.kill()
      for (const [isOwner, begun, found] of await Promise.all(asked)) {
        expect(['bound', 'STORE_FAILED']).toContain(begun)
        expect(
          isOwner && begun === 'bound' ? ['allow', ...DENIALS] : [...DENIALS, 'CONSTRAINT_VIOLATED'],
        ).toContain(found)
      }
      expect(await gateway.begin('1001', 'down')).toBe('STORE_FAILED')
      expect(await gateway.read('down', PUBLIC)).toBe('STORE_FAILED')
      await server.start()
      await ready(client)
      expect(await gateway.read('t0', PUBLIC, 'k0')).toBe('SESSION_UNKNOWN')
      expect(await gateway.begin('1001', 'up')).toBe('bound')
      expect(await gateway.read('up', PUBLIC)).toBe('allow')
    }
  }, 60_000)
})
