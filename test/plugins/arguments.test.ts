/** What was checked is what runs: hostile arguments, and arguments that change while they are decided. */

import { describe, expect, test } from 'vitest'
import { warrantPlugin } from '../../src/plugins/opencode.js'
import { hookHome } from '../support/hookHome.js'
import {
  clientOf,
  type HostUnderTest,
  type LoadedHost,
  PLUGIN_HOSTS_UNDER_TEST,
} from '../support/pluginHosts.js'

const loaded = async (host: HostUnderTest): Promise<LoadedHost> => {
  const home = hookHome()
  home.open(host.name, host.session, { tools: { Read: {} } })
  return host.load({ home: home.folder })
}

class Instance {
  file_path = '/data/a'
}

/** Answers the check with one path, and the tool with another. */
const twoFaced = (): object => {
  let reads = 0
  return new Proxy(
    { file_path: '/data/a' },
    {
      getOwnPropertyDescriptor: () => ({
        value: reads++ < 4 ? '/data/a' : '/etc/shadow',
        ...{ enumerable: true, configurable: true, writable: true },
      }),
    },
  )
}

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  ['a getter', () => Object.defineProperty({}, 'file_path', { enumerable: true, get: () => '/data/a' })],
  ['a Proxy', twoFaced],
  ['a Proxy within', () => ({ file_path: '/data/a', options: twoFaced() })],
  ['a Proxy within a list', () => ({ file_path: '/data/a', list: [1, twoFaced()] })],
  ['an instance of a class', () => new Instance()],
  ['an instance within', () => ({ inner: new Instance() })],
  ['a Map', () => ({ inner: new Map() })],
  ['a function', () => ({ file_path: () => '/data/a' })],
  ['a symbol for a name', () => ({ [Symbol('file_path')]: '/data/a' })],
  ['a hidden name', () => Object.defineProperty({}, 'file_path', { value: '/data/a' })],
  ['what contains itself', () => cyclic],
  ['a list in their place', () => ['/data/a']],
  ['text in their place', () => '/data/a'],
  ['nothing', () => null],
]

describe.each(PLUGIN_HOSTS_UNDER_TEST)('$name', (host) => {
  test.each(HOSTILE)('%s is refused, or the tool gets what was checked', async (_, make) => {
    const { call } = await loaded(host)
    const outcome = await call({ args: make() })
    if (host.runsWithSameArgs) {
      expect(outcome).toEqual({ denied: expect.stringMatching(/^warrant: CALL_[A-Z_]+: /) })
      return
    }
    // The host copies before it shows anything, and throws or drops what has no copy.
    const isPlain = 'ran' in outcome && structuredClone(outcome.ran) !== undefined
    expect('denied' in outcome || isPlain).toBe(true)
    expect(JSON.stringify(outcome)).not.toContain('shadow')
  })

  test('arguments that change while they are decided run as they were checked', async () => {
    const home = hookHome()
    home.open(host.name, host.session)
    const { call } = await host.load({ home: home.folder })
    const args: Record<string, unknown> = { file_path: '/data/a' }
    const pending = call({ args })
    args['file_path'] = '/etc/shadow'
    args['more'] = true
    const outcome = await pending
    expect(outcome).toMatchObject({ ran: { file_path: '/data/a' } })
    if (host.runsWithSameArgs) expect(outcome).toEqual({ ran: { file_path: '/data/a' } })
  })

  test('objects within the arguments that somebody else holds are not those that run', async () => {
    const { call } = await loaded(host)
    const inner = { path: '/data/a', list: [{ deep: 1 }] }
    const outcome = await call({ args: { inner } })
    inner.path = '/etc/shadow'
    inner.list.push({ deep: 2 })
    expect(outcome).toEqual({ ran: { inner: { path: '/data/a', list: [{ deep: 1 }] } } })
  })

  test('the tool gets plain objects, whose names are names and nothing else', async () => {
    const { call } = await loaded(host)
    const args = JSON.parse('{"a":{"__proto__":{"x":1},"b":[1.5,null,true]},"constructor":"c"}')
    const expected = JSON.stringify(args)
    const outcome = await call({ args })
    const { ran } = outcome as { ran: { a: object } }
    expect(JSON.stringify(ran)).toBe(expected)
    expect(Object.getPrototypeOf(ran.a)).toBe(Object.prototype)
    expect((ran.a as { x?: number }).x).toBe(undefined)
  })

  test('what the arguments inherit does not reach the tool', async () => {
    if (!host.runsWithSameArgs) return expect(host.name).toBe('openclaw')
    const { call } = await loaded(host)
    const inherited = Object.assign(Object.create(null), { hasOwnProperty: true, file_path: '/etc/shadow' })
    const args = Object.create(inherited)
    const pending = call({ args: Object.assign(args, { limit: 1 }) })
    const before = (await pending) as { ran: { file_path?: string } }
    expect(before).toEqual({ ran: { limit: 1 } })
    expect(before.ran.file_path).toBeUndefined()
    const later = {}
    const changed = call({ args: later })
    Object.setPrototypeOf(later, inherited)
    expect(((await changed) as { ran: { file_path?: string } }).ran.file_path).toBeUndefined()
  })

  test('fixed objects cannot be made to hold what was checked, and are refused', async () => {
    if (!host.runsWithSameArgs) return expect(host.name).toBe('openclaw')
    const { call } = await loaded(host)
    const fixed = [Object.freeze({ a: 1 }), Object.seal({ a: 1 }), Object.preventExtensions({ a: 1 })]
    const pinned = Object.defineProperty({}, 'a', { value: 1, enumerable: true, writable: true })
    for (const args of [...fixed, pinned])
      expect(await call({ args })).toEqual({ denied: expect.stringMatching(/^warrant: CALL_MALFORMED: /) })
  })

  test('nobody changes what was checked afterwards', async () => {
    if (!host.runsWithSameArgs) return expect(host.name).toBe('openclaw')
    const { call } = await loaded(host)
    const { ran } = (await call({ args: { inner: { list: [1] } } })) as { ran: { inner: { list: number[] } } }
    expect(() => Object.assign(ran, { inner: 1 })).toThrow(TypeError)
    expect(() => Object.assign(ran.inner, { list: 1 })).toThrow(TypeError)
    expect(() => ran.inner.list.push(2)).toThrow(TypeError)
  })

  test('an event that throws when it is read is refused, with nothing of what it threw', async () => {
    const { call } = await loaded(host)
    const args = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('planted')
        },
      },
    )
    const outcome = await call({ args })
    expect(outcome).toHaveProperty('denied')
    if (host.runsWithSameArgs) expect(JSON.stringify(outcome)).not.toContain('planted')
  })
})

describe('a plugin that came before and put another object in the place of the arguments', () => {
  test('is found out by the call that it made run, and ends the guard', async () => {
    const home = hookHome()
    home.open('opencode', 's1', { tools: { Read: {} } })
    const hooks = await warrantPlugin({ home: home.folder })(clientOf())
    const call = { tool: 'Read', sessionID: 's1', callID: 'c1' }
    const hosts = { file_path: '/etc/shadow' } // what the host holds, and runs
    await hooks['tool.execute.before'](call, { args: { file_path: '/data/a' } })
    await hooks['tool.execute.after']({ ...call, args: hosts }, {})
    expect(home.records().at(-1)).toMatchObject({ status: 'unchecked' })
    await expect(hooks['tool.execute.before']({ ...call, callID: 'c2' }, { args: {} })).rejects.toThrow(
      /^warrant: ENFORCE_INTERNAL: .*load this one first$/,
    )
  })
})
