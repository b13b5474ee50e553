/** The configuration of an enforcer at each of its bounds: what is no configuration is a mistake of a programmer. */

import { describe, expect, test } from 'vitest'
import { ClearanceTable } from '../../../src/enforce/clearances.js'
import { type EnforcerConfig, readConfig, type SharedEnforcerConfig } from '../../../src/enforce/config.js'
import { createReplayMemory } from '../../../src/enforce/replay.js'
import { controlPlane, issuer, NOW } from '../../support/enforcing.js'

const SOUND: EnforcerConfig = { roots: [issuer.publicKey], clock: () => NOW }

const read = (config: Partial<Record<keyof EnforcerConfig, unknown>>) =>
  readConfig({ ...SOUND, ...config } as EnforcerConfig) // a test may configure anything

const memory = createReplayMemory()
const store = { claim: () => Promise.resolve('fresh'), peek: () => Promise.resolve('fresh') }
const timer = () => () => undefined
/** Looks like the text of a key to whatever only prints it. */
const likeness = { toString: () => issuer.publicKey }

describe('is no configuration', () => {
  test.each<[string, Partial<Record<keyof EnforcerConfig, unknown>>]>([
    ['roots that are missing', { roots: undefined }],
    ['roots that are none', { roots: [] }],
    ['roots that are a key', { roots: issuer.publicKey }],
    ['a root that is no text', { roots: [likeness] }],
    ['a root that is too short', { roots: [issuer.publicKey.slice(1)] }],
    ['a root that is too long', { roots: [`${issuer.publicKey}0`] }],
    ['a root in upper case', { roots: [issuer.publicKey.toUpperCase()] }],
    ['a second root that is none', { roots: [issuer.publicKey, ''] }],
    ['a clock that is a time', { clock: NOW }],
    ['engines that are none', { engines: null }],
    ['a cache of nothing', { cacheSize: 0 }],
    ['a cache of half a chain', { cacheSize: 1.5 }],
    ['a profile that is none', { proof: { profile: 'none' } }],
    ['proof settings that are none', { proof: 'v1' }],
    ['one proof window', { proof: { maxWindows: 1 } }],
    ['eleven proof windows', { proof: { maxWindows: 11 } }],
    ['names that are one', { idempotentTools: 'read' }],
    ['a name that is none', { idempotentTools: ['read', 1] }],
    ['a flag that is a number', { sessionRequired: 1 }],
    ['a flag that is null', { sessionRequired: null }],
    ['revocation by nobody', { revocation: {} }],
    ['revocation by what is no text', { revocation: { issuer: likeness } }],
    ['revocation by a text that is no key', { revocation: { issuer: 'nobody' } }],
    ['an age of nothing', { revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: 0 } }],
    ['an age below nothing', { revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: -1 } }],
    [
      'an age without end',
      { revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: Number.POSITIVE_INFINITY } },
    ],
    ['a store that only claims', { replay: { claim: memory.claim } }],
    ['a store that only peeks', { replay: { peek: memory.peek } }],
    ['a store that claims nothing', { replay: { claim: true, peek: memory.peek } }],
    ['a store that peeks at nothing', { replay: { claim: memory.claim, peek: true } }],
    ['a shared store that is missing', { replay: { store: undefined, timer } }],
    ['a shared store that is null', { replay: { store: null, timer } }],
    [
      'a shared store that is a function',
      { replay: { store: Object.assign(() => undefined, store), timer } },
    ],
    ['a shared store that only claims', { replay: { store: { claim: store.claim }, timer } }],
    ['a shared store that only peeks', { replay: { store: { peek: store.peek }, timer } }],
    ['a shared store that claims nothing', { replay: { store: { ...store, claim: 1 }, timer } }],
    ['a shared store that peeks at nothing', { replay: { store: { ...store, peek: 1 }, timer } }],
    ['a shared store without a timer', { replay: { store } }],
    ['a timeout of nothing', { replay: { store, timer, timeoutMilliseconds: 0 } }],
    ['a timeout below nothing', { replay: { store, timer, timeoutMilliseconds: -1 } }],
    ['a timeout that is no number', { replay: { store, timer, timeoutMilliseconds: Number.NaN } }],
    ['a timeout that timers cannot wait for', { replay: { store, timer, timeoutMilliseconds: 2 ** 31 } }],
    ['a clearance below none', { clearances: { '*': -1 } }],
    ['a clearance above all', { clearances: { read: 256 } }],
    ['half a clearance', { clearances: { 'read*': 0.5 } }],
  ])('%s', (_, config) => {
    expect(() => read(config)).toThrow(TypeError)
  })
})

describe('is one, at its bounds', () => {
  test('the smallest cache, one root or more, names and flags', () => {
    const { setting, shared } = read({
      roots: [issuer.publicKey, controlPlane.publicKey],
      cacheSize: 1,
      idempotentTools: ['read', 'list'],
      sessionRequired: true,
      replay: memory,
      proof: { maxWindows: 2, profile: undefined },
      revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: 0.5 },
      clearances: { '*': 0, read: 255 },
    })
    expect([...setting.roots]).toEqual([issuer.publicKey, controlPlane.publicKey])
    expect([...setting.idempotentTools]).toEqual(['read', 'list'])
    expect(setting.sessionRequired).toBe(true)
    expect(setting.maxWindows).toBe(2)
    expect(setting.replay).toBe(memory)
    expect(setting.clearances?.of('read')).toBe(255)
    expect(shared).toBeUndefined()
  })

  test('nothing is exempt, and nothing asked, unless it is said', () => {
    const { setting } = read({})
    expect([...setting.idempotentTools]).toEqual([])
    expect(setting.sessionRequired).toBe(false)
    expect(setting.clearances).toBeUndefined()
    expect(setting.revocations).toBeUndefined()
    expect(setting.engines).toEqual({})
  })

  test.each([1, 2 ** 31 - 1])('a timeout of %i milliseconds', (timeoutMilliseconds) => {
    const config = {
      ...SOUND,
      replay: { store, timer, timeoutMilliseconds },
    } as unknown as SharedEnforcerConfig
    const { setting, shared } = readConfig(config)
    expect(shared?.timeoutMilliseconds).toBe(timeoutMilliseconds)
    expect(setting.replay).toBeUndefined()
  })

  test('a second is waited for a shared store, unless it is said', () => {
    const config = { ...SOUND, replay: { store, timer } } as unknown as SharedEnforcerConfig
    expect(readConfig(config).shared?.timeoutMilliseconds).toBe(1_000)
  })
})

describe('clearances', () => {
  const table = new ClearanceTable({
    'db_*': 3,
    'db_write_*': 5,
    'db_write_l*': 5,
    'db_w*': 1,
    'x*': 0,
    '*': 2,
  })

  test('the strictest of the prefixes that fit, in whatever order they stand', () => {
    expect(table.of('db_write_log')).toBe(5)
    expect(table.of('db_read')).toBe(3)
    expect(new ClearanceTable({ 'a*': 5, 'ab*': 3 }).of('abc')).toBe(5)
    expect(new ClearanceTable({ 'ab*': 3, 'a*': 5 }).of('abc')).toBe(5)
  })

  test('a prefix that asks for nothing is still the one that fits, and the rest is asked of all others', () => {
    expect(table.of('xyz')).toBe(0)
    expect(table.of('y')).toBe(2)
    expect(table.of('*')).toBe(2)
    expect(new ClearanceTable({ 'x*': 9 }).of('y')).toBe(0)
  })
})
