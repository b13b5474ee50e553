/** In the same process: objects of ours as tools to make others that were never checked. And what waits while time passes. */

import { afterEach, describe, expect, test } from 'vitest'
import {
  assertAllowed,
  type Call,
  callOf,
  createEnforcer,
  createGuard,
  type DenialError,
  decodeChain,
  grant,
  mint,
  prove,
  secretKeyFromSeed,
  signRevocationList,
  subpath,
} from '../../src/index.js'

const seed = (byte: number): ReturnType<typeof secretKeyFromSeed> =>
  secretKeyFromSeed(new Uint8Array(32).fill(byte))
const [issuer, holder, lister] = [seed(1), seed(2), seed(7)]
let now = 1_772_330_400
const clock = (): number => now
const chain = mint(
  { holder: holder.publicKey, tools: { read: { path: subpath('/data') } }, ttlSeconds: 900, now },
  issuer,
)
const enforcer = createEnforcer({ roots: [issuer.publicKey], clock })

afterEach(() => {
  now = 1_772_330_400
})

describe('nothing that counts can be made from something that counts', () => {
  const bound = enforcer.bind(chain, holder)
  const constructorOf = (thing: object): (new (...args: readonly unknown[]) => unknown) =>
    thing.constructor as never // whatever is there, called as an attacker would

  test('a call', () => {
    const Forger = constructorOf(callOf('x', {}))
    expect(() => new Forger('read', { path: '/data/a' })).toThrow(TypeError)
    expect(() => new Forger(Symbol('maker'), 'read', { path: '/data/a' })).toThrow(TypeError)
  })

  test('a call, by telling the library that anything is one', () => {
    const made = constructorOf(callOf('x', {})) as unknown as Record<string, unknown>
    expect(Reflect.set(made, 'made', () => true)).toBe(false)
    expect(bound.enforce({ tool: 'read', args: { path: '/data/a' } } as Call)).toMatchObject({ kind: 'deny' })
  })

  test('a decision', () => {
    const decision = bound.enforce('read', { path: '/data/a' })
    const Forger = constructorOf(decision)
    expect(() => new Forger(callOf('delete', {}), { warrantId: '', rootIssuer: '', depth: 0 }, [])).toThrow(
      TypeError,
    )
    const imitation = { kind: 'allow', call: callOf('delete', {}) } as never // as an attacker would hand it in
    expect(() => assertAllowed(imitation)).toThrow(TypeError)
  })

  test.each([
    ['a bound warrant', bound],
    ['a decision', enforcer.enforce({ chain, tool: 'x', args: {} })],
    ['a call', callOf('x', {})],
    ['a key', holder],
  ])('the methods of %s cannot be replaced', (_, thing) => {
    const prototype = Object.getPrototypeOf(thing) as object
    expect(Object.isFrozen(prototype)).toBe(true)
    expect(Reflect.set(prototype, 'enforce', () => ({ kind: 'allow' }))).toBe(false)
  })
})

describe('a revoked ancestor that is not shown', () => {
  const root = mint({ holder: issuer.publicKey, tools: { read: {} }, now }, issuer)
  const child = grant(root, { holder: holder.publicKey, now }, issuer)
  const alone = decodeChain((child.warrants[1] as (typeof child.warrants)[number]).bytes)
  const call = { tool: 'read', args: {} }
  const list = (revokedIds: readonly (typeof root.warrants)[number]['payload']['id'][]) =>
    signRevocationList({ revokedIds, version: 1, issuedAt: now }, lister)
  const ask = (presented: typeof alone, revokedIds: Parameters<typeof list>[0]) =>
    createEnforcer({
      roots: [issuer.publicKey],
      clock,
      revocation: { issuer: lister.publicKey, list: list(revokedIds) },
    }).enforce({ chain: presented, ...call, proof: prove(presented, call, holder, { now }) })

  test('revokes nothing by being left out', () => {
    const id = (root.warrants[0] as (typeof root.warrants)[number]).payload.id
    expect(ask(child, [id])).toMatchObject({ kind: 'deny', code: 'WARRANT_REVOKED' })
    expect(ask(alone, [id])).toMatchObject({
      kind: 'deny',
      code: 'CHAIN_ROOT_DEPTH',
      rule: 'REVOCATION_ANCESTORS',
    })
    expect(ask(alone, [])).toMatchObject({ kind: 'deny', code: 'CHAIN_ROOT_DEPTH' })
    expect(ask(child, [])).toMatchObject({ kind: 'allow' })
  })

  test('is said where nothing is asked about revocation', () => {
    const decision = enforcer.enforce({ chain: alone, ...call, proof: prove(alone, call, holder, { now }) })
    expect(decision).toMatchObject({ kind: 'allow', notes: ['detached-root'] })
  })
})

describe('a record that takes long to write', () => {
  const guarded = (during: () => void) => {
    const records: string[] = []
    let ran = 0
    const own = createEnforcer({ roots: [issuer.publicKey], clock }) // no clock of these stories ever goes back
    const guard = createGuard({
      enforcer: own,
      audit: async ({ decision, runs }) => {
        records.push(`${decision.kind} ${runs}`)
        if (decision.kind === 'allow') during()
      },
    })
    guard.sessions.set('s', own.bind(chain, holder))
    const read = guard('read', () => ++ran)
    return { records, runs: () => ran, call: () => read({ path: '/data/a' }, { session: 's' }) }
  }

  test('does not outlive the warrant', async () => {
    const { records, runs, call } = guarded(() => {
      now += 900
    })
    const code = await call().then(
      () => 'ran',
      (denial: DenialError) => denial.code,
    )
    expect(code).toBe('WARRANT_EXPIRED')
    expect(runs()).toBe(0)
    expect(records).toEqual(['allow true', 'deny false'])
  })

  test('runs what is still allowed, once', async () => {
    const { records, runs, call } = guarded(() => {
      now += 899
    })
    await call()
    expect(runs()).toBe(1)
    expect(records).toEqual(['allow true'])
  })
})

describe('a polluted prototype', () => {
  const lent = ['where', 'rule', 'cause', 'widening', 'hint', 'retry']
  afterEach(() => {
    for (const name of lent) Reflect.deleteProperty(Object.prototype, name)
  })

  test.each(lent)('that lends %s changes no denial and throws nothing', (name) => {
    const stranger = mint({ holder: holder.publicKey, tools: { read: {} }, now }, holder)
    const before = JSON.stringify(enforcer.enforce({ chain: stranger, tool: 'read', args: {} }))
    Object.defineProperty(Object.prototype, name, { value: [], configurable: true, writable: true })
    expect(JSON.stringify(enforcer.enforce({ chain: stranger, tool: 'read', args: {} }))).toBe(before)
  })
})
