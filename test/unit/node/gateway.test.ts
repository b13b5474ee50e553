/** The gateway of the library: whoever writes has their own role, for their own turn, whatever a store or a provider does. */

import { describe, expect, test } from 'vitest'
import { createEnforcer, generateKey, mint } from '../../../src/index.js'
import { createGateway, type GatewayConfig, type GatewayRole } from '../../../src/node/gateway.js'
import { grantSession } from '../../../src/node/sessionGrant.js'
import {
  type AsyncSessionStore,
  memorySessionStore,
  type SessionEntry,
  type SessionStore,
} from '../../../src/node/sessionStore.js'
import { GUEST, OWNER, testGateway } from '../../support/gateway.js'

const [PUBLIC, PRIVATE] = ['/srv/public/a', '/srv/private/a']

/** A store that does as it likes instead of some of what it is asked. */
const storeBut = (other: Partial<AsyncSessionStore>): AsyncSessionStore => {
  const memory = memorySessionStore()
  return {
    get: async (name) => memory.get(name),
    put: async (entry, options) => memory.put(entry, options),
    end: async (name) => memory.end(name),
    list: async () => memory.list(),
    ...other,
  }
}

describe('roles of a provider', () => {
  test('decide what a turn may do, and whoever has none has nothing', async () => {
    const gateway = testGateway()
    expect(await gateway.begin('1001', 'a')).toBe('bound')
    expect(await gateway.read('a', PRIVATE)).toBe('allow')
    expect(await gateway.begin('1003', 'b')).toBe('bound')
    expect([await gateway.read('b', PUBLIC), await gateway.read('b', PRIVATE)]).toEqual([
      'allow',
      'CONSTRAINT_VIOLATED',
    ])
    expect(await gateway.begin('9999', 'c')).toBe('ROLE_UNKNOWN')
    expect([await gateway.read('c', PUBLIC), await gateway.read('b', PUBLIC)]).toEqual([
      'SESSION_UNKNOWN',
      'SESSION_UNKNOWN',
    ])
  })

  test.each<[string, unknown, string]>([
    ['throws', () => Promise.reject(new Error('no database')), 'STORE_FAILED'],
    ['throws at once', () => { throw new Error('no') }, 'STORE_FAILED'], // biome-ignore format: one line a case
    ['never answers', () => new Promise(() => {}), 'STORE_FAILED'],
    ['answers null', () => null, 'ROLE_UNKNOWN'],
    ['answers a name', () => 'owner', 'ROLE_UNKNOWN'],
    ['names no tools', () => ({ ttlSeconds: 60 }), 'ROLE_UNKNOWN'],
    ['names null for tools', () => ({ tools: null, ttlSeconds: 60 }), 'ROLE_UNKNOWN'],
    [
      'names tools that the gateway has not',
      () => ({ tools: { delete: {} }, ttlSeconds: 60 }),
      'ROLE_UNKNOWN',
    ],
    ['names no time', () => ({ tools: 'inherit' }), 'ROLE_UNKNOWN'],
    ['names no whole time', () => ({ tools: 'inherit', ttlSeconds: Number.NaN }), 'ROLE_UNKNOWN'],
    ['names time that is over', () => ({ tools: 'inherit', ttlSeconds: -1 }), 'ROLE_UNKNOWN'],
  ])('one that %s gives nothing, and takes what there was', async (_, roleOf, code) => {
    let isGood = true
    const gateway = testGateway({
      timeoutMilliseconds: 50,
      roleOf: () => (isGood ? OWNER : (roleOf as () => GatewayRole)()), // whatever somebody may write
    })
    expect(await gateway.begin('1001', 'a')).toBe('bound')
    isGood = false
    expect(await gateway.begin('1001', 'b')).toBe(code)
    expect([await gateway.read('a', PUBLIC), await gateway.read('b', PUBLIC)]).toEqual([
      'SESSION_UNKNOWN',
      'SESSION_UNKNOWN',
    ])
    isGood = true
    expect(await gateway.begin('1001', 'c')).toBe('bound')
    expect(await gateway.read('c', PUBLIC)).toBe('allow')
  })

  test('are narrower than the standing warrant, or nobody’s; a key that is not its holder’s makes no gateway', () => {
    const [issuer, holder] = [generateKey(), generateKey()]
    const now = 1_800_000_000
    const standing = mint({ holder: holder.publicKey, tools: { a: {} }, ttlSeconds: 60, now }, issuer)
    const enforcer = createEnforcer({ roots: [issuer.publicKey], clock: () => now })
    const config: GatewayConfig = {
      ...{ standing, signer: issuer, enforcer, clock: () => now },
      ...{ store: memorySessionStore(), roleOf: () => GUEST },
    }
    expect(() => createGateway(config)).toThrow(TypeError)
  })
})

describe('a turn', () => {
  test('ends with its time, and is for no call of another one', async () => {
    const gateway = testGateway()
    await gateway.begin('1003', 'a')
    expect(await gateway.read('b', PUBLIC)).toBe('SESSION_MISMATCH')
    gateway.pass(61)
    expect(await gateway.read('a', PUBLIC)).toBe('WARRANT_EXPIRED')
  })

  test('needs a session and a name', async () => {
    const gateway = testGateway()
    expect([await gateway.begin('1001', '', 's1'), await gateway.begin('1001', 'a', '')]).toEqual([
      'SESSION_UNKNOWN',
      'SESSION_UNKNOWN',
    ])
  })

  test('of another sender ends what the last one granted; a further one of the same sender does not', async () => {
    const store = memorySessionStore()
    const gateway = testGateway({ store })
    await gateway.begin('1001', 'a')
    const [granted] = store.list()
    if (granted === undefined) throw new Error('no entry')
    store.put({ ...granted, session: 'child', parent: 's1', origin: 'delegate' })
    await gateway.begin('1001', 'b')
    expect(store.list().length).toBe(2)
    await gateway.begin('1003', 'c')
    expect(store.list().map(({ session }) => session)).toEqual(['s1'])
    expect(await gateway.end('s1')).toBe(true)
    expect(await gateway.end('s1')).toBe(false)
  })

  test('of many at once, in sessions of their own and in one: nobody has what another has', async () => {
    const gateway = testGateway({
      store: storeBut({}),
      roleOf: async ({ sender }) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
        return sender === '1001' ? OWNER : GUEST
      },
    })
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const isOwner = i % 2 === 0
        const session = i < 30 ? `s${i}` : 'shared'
        await gateway.begin(isOwner ? '1001' : '1003', `turn ${i}`, session)
        const found = await gateway.read(`turn ${i}`, PRIVATE, session)
        const allowed = isOwner ? ['allow'] : ['CONSTRAINT_VIOLATED']
        expect(
          session === 'shared' ? [...allowed, 'SESSION_MISMATCH', 'SESSION_UNKNOWN'] : allowed,
        ).toContain(found)
      }),
    )
  })
})

describe('a store', () => {
  const never = (): Promise<never> => new Promise(() => {})
  const failing = (): Promise<never> => Promise.reject(new Error('gone'))

  test.each<[string, Partial<AsyncSessionStore>]>([
    ['keeps nothing', { put: failing }],
    ['keeps nothing, and does not say so in time', { put: never }],
    ['does not look anything up', { get: failing }],
    ['does not look anything up in time', { get: never }],
    ['does neither, and ends nothing', { get: failing, put: failing, end: failing }],
  ])('that %s refuses the turn', async (_, other) => {
    const gateway = testGateway({ store: storeBut(other), timeoutMilliseconds: 50 })
    expect(await gateway.begin('1001', 'a')).toBe('STORE_FAILED')
    expect(['SESSION_UNKNOWN', 'STORE_FAILED']).toContain(await gateway.read('a', PUBLIC))
  })

  test('that ends nothing leaves the last sender’s warrant to no other turn', async () => {
    const gateway = testGateway({ store: storeBut({ end: failing }), timeoutMilliseconds: 50 })
    await gateway.begin('1001', 'a')
    expect(await gateway.begin('1003', 'b')).toBe('STORE_FAILED')
    expect(await gateway.read('b', PRIVATE)).toBe('SESSION_MISMATCH')
  })

  test('that answers with the warrant of another session, or of another turn, or with one that is bound to none, denies', async () => {
    const memory: SessionStore = memorySessionStore()
    let lie: ((entry: SessionEntry | undefined) => unknown) | undefined
    const gateway = testGateway({
      store: storeBut({
        get: async (name) => (lie === undefined ? memory.get(name) : lie(memory.get(name))) as SessionEntry, // or not
        put: async (entry, options) => memory.put(entry, options),
      }),
    })
    await gateway.begin('1001', 'a', 'of the owner')
    await gateway.begin('1003', 'b', 'of a guest')
    const owners = memory.get({ host: 'gateway', session: 'of the owner' })
    if (owners === undefined) throw new Error('no entry')
    const [issuer, holder] = [generateKey(), generateKey()]
    const now = Math.floor(Date.now() / 1000)
    const foreign = mint({ holder: holder.publicKey, tools: { read_file: {} }, ttlSeconds: 600, now }, issuer)
    const grantFor = { host: 'gateway', session: 'of a guest', origin: 'x', now, expiresAt: now + 60 }
    const lies: readonly (readonly [string, unknown, string])[] = [
      ['that of another session', owners, 'SESSION_MISMATCH'],
      ['renamed', { ...owners, session: 'of a guest' }, 'SESSION_MISMATCH'],
      ['bound to nothing', { ...owners, session: 'of a guest', chain: foreign }, 'SESSION_MISMATCH'],
      ['of no turn', grantSession(foreign, holder, grantFor), 'SESSION_MISMATCH'],
      ['of another root', grantSession(foreign, holder, { ...grantFor, turn: 'b' }), 'CHAIN_UNTRUSTED_ROOT'],
      ['nothing', null, 'SESSION_UNKNOWN'],
      ['nonsense', { chain: 'none' }, 'STORE_FAILED'],
      ['a text', 'entry', 'STORE_FAILED'],
    ]
    for (const [what, answer, code] of lies) {
      lie = () => answer
      expect([what, await gateway.read('b', PRIVATE, 'of a guest')]).toEqual([what, code])
    }
    lie = (entry) => ({ ...entry, holderKey: holder })
    expect(await gateway.read('b', PUBLIC, 'of a guest')).toBe('PROOF_INVALID')
    lie = undefined
    expect(await gateway.read('b', PUBLIC, 'of a guest')).toBe('allow')
  })

  test('is waited for with a copy of the call: what is changed meanwhile is neither judged nor run', async () => {
    const memory = memorySessionStore()
    const args = { path: PUBLIC }
    const gateway = testGateway({
      store: storeBut({
        get: async (name) => {
          const entry = memory.get(name)
          args.path = PRIVATE
          return entry
        },
        put: async (entry, options) => memory.put(entry, options),
      }),
    })
    await gateway.begin('1003', 'a')
    args.path = PUBLIC
    const decision = await gateway.enforce({ session: 's1', turn: 'a', tool: 'read_file', args })
    expect(decision.kind === 'allow' && decision.call.args).toEqual({ path: PUBLIC })
  })

  test.each([[undefined], [null], [{}], [{ session: 's1', turn: 'a', tool: 7, args: {} }]])(
    'is not asked about %j, which denies',
    async (call) => {
      const gateway = testGateway()
      await gateway.begin('1001', 'a')
      const decision = await gateway.enforce(call as unknown as Parameters<typeof gateway.enforce>[0]) // from outside
      expect(decision.kind).toBe('deny')
    },
  )
})
