/** The guard as a plugin of each host that loads one: what runs, what is refused, and that it is the hook otherwise. */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatChain, generateKey, type SecretKey } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/index.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'
import { type HookHome, hookHome } from '../support/hookHome.js'
import { type HostUnderTest, type Outcome, PLUGIN_HOSTS_UNDER_TEST } from '../support/pluginHosts.js'

const opened = (host: HostUnderTest): HookHome => {
  const home = hookHome()
  home.open(host.name, host.session)
  return home
}

/** A standing warrant of the host. */
const stand = (
  home: HookHome,
  host: HostUnderTest,
  tools?: Readonly<Record<string, CapabilityInput>>,
): void => {
  const key: SecretKey = generateKey()
  const keyFile = join(home.folder, '..', 'holder.key')
  writeSecretKeyFile(keyFile, key, { overwrite: true })
  // An entry of another host, for the sake of its chain.
  const { chain, holderKey } = home.open('other', 'unused', { ...(tools && { tools }) })
  writeSecretKeyFile(keyFile, holderKey, { overwrite: true })
  home.configure({ hosts: { [host.name]: { standing: { chain: formatChain(chain), keyFile } } } })
}

const expectDenied = (outcome: Outcome, code: string): void =>
  expect(outcome).toEqual({ denied: expect.stringMatching(new RegExp(`^warrant: ${code}: `)) })

describe.each(PLUGIN_HOSTS_UNDER_TEST)('$name', (host) => {
  test('an allowed call runs with its arguments, and is recorded', async () => {
    const home = opened(host)
    const loaded = await host.load({ home: home.folder })
    expect(await loaded.call()).toEqual({ ran: { file_path: '/data/a' } })
    expect(home.records()[0]).toMatchObject({
      ...{ host: host.name, session: host.session, tool: 'Read', verdict: 'allow', callId: 'call_1' },
      ...{ mode: 'block', enforced: true },
    })
  })

  test('a call outside the warrant is refused, and its value stands neither in the words nor in the log', async () => {
    const home = opened(host)
    const loaded = await host.load({ home: home.folder })
    const outcome = await loaded.call({ args: { file_path: '/etc/shadow' } })
    expectDenied(outcome, 'CONSTRAINT_VIOLATED')
    expectDenied(await loaded.call({ tool: 'Bash', args: { command: 'planted' } }), 'TOOL_NOT_GRANTED')
    expect(JSON.stringify([outcome, home.records()])).not.toMatch(/shadow|planted/)
    expect(home.records()).toMatchObject([{ code: 'CONSTRAINT_VIOLATED' }, { code: 'TOOL_NOT_GRANTED' }])
  })

  test('a call without a tool, without a session, or with a name that is none, is refused', async () => {
    const home = opened(host)
    const { call } = await host.load({ home: home.folder })
    for (const tool of [undefined, null, '', 7, {}]) expectDenied(await call({ tool }), 'EVENT_MALFORMED')
    for (const session of [undefined, null, '']) expectDenied(await call({ session }), 'SESSION_UNKNOWN')
    expectDenied(await call({ session: { toString: () => host.session } }), 'EVENT_MALFORMED')
    expectDenied(await call({ session: `${host.session} ` }), 'SESSION_UNKNOWN')
  })

  test('a session acts under its own warrant, and under that of no other host', async () => {
    const home = hookHome()
    home.open('claude', host.session)
    const { call } = await host.load({ home: home.folder })
    expectDenied(await call(), 'SESSION_UNKNOWN')
    home.open(host.name, host.session, { issuer: generateKey() })
    expectDenied(await call(), 'CHAIN_UNTRUSTED_ROOT')
    home.open(host.name, host.session, { key: generateKey() })
    expectDenied(await call(), 'PROOF_INVALID')
    home.open(host.name, host.session, { age: 700, ttlSeconds: 600 })
    expectDenied(await call(), 'WARRANT_EXPIRED')
  })

  test('a session that ends takes its warrant with it', async () => {
    const home = opened(host)
    const { call, ended } = await host.load({ home: home.folder })
    expect(await call()).toHaveProperty('ran')
    await ended(host.session)
    expectDenied(await call(), 'SESSION_UNKNOWN')
  })

  test('the standing warrant is for sessions of the user, and for no other', async () => {
    const home = hookHome()
    stand(home, host)
    const { call } = await host.load({ home: home.folder })
    expect(await call({ session: host.session })).toHaveProperty('ran')
    if (host.subordinate === undefined) return
    expectDenied(await call({ session: host.subordinate }), 'SESSION_UNKNOWN')
    home.open(host.name, host.subordinate)
    expect(await call({ session: host.subordinate })).toHaveProperty('ran')
  })

  test('arguments that lead into the guard, the program, or what the operator protects are refused in every mode', async () => {
    const home = opened(host)
    home.configure({ modes: { default: 'off' } })
    const { call } = await host.load({ home: home.folder, protect: ['/srv/keys'] })
    const program = join(import.meta.dirname, '..', '..', 'src', 'plugins', 'pi.ts')
    for (const path of [home.path('hook.json'), '/srv/keys/a', program])
      expectDenied(await call({ args: { file_path: path } }), 'GUARD_PROTECTED')
    expect(await call({ args: { file_path: '/etc/hosts' } })).toHaveProperty('ran')
  })

  test('warn runs what it would have refused, and says so in the log', async () => {
    const home = opened(host)
    home.configure({ modes: { default: 'warn' } })
    const { call } = await host.load({ home: home.folder })
    const args = { file_path: '/etc/shadow' }
    expect(await call({ args })).toEqual({ ran: { file_path: '/etc/shadow' } })
    expect(home.records()[0]).toMatchObject({ verdict: 'deny', mode: 'warn', enforced: false })
  })

  test('what the operator changes holds for the next call', async () => {
    const home = opened(host)
    const { call } = await host.load({ home: home.folder })
    expect(await call()).toHaveProperty('ran')
    home.configure({ roots: [] })
    expectDenied(await call(), 'CHAIN_UNTRUSTED_ROOT')
  })

  test('a home that is missing, open to others or broken, and a log that cannot be written, refuse', async () => {
    const home = opened(host)
    const { call } = await host.load({ home: home.folder })
    expectDenied(await (await host.load({ home: home.path('nowhere') })).call(), 'FILE_NOT_FOUND')
    chmodSync(home.folder, 0o711)
    expectDenied(await call(), 'FILE_MODE')
    chmodSync(home.folder, 0o700)
    home.configure({ mode: 'off' })
    expectDenied(await call(), 'STATE_MALFORMED')
    writeFileSync(home.path('hook.json'), '{')
    expectDenied(await call(), 'STATE_MALFORMED')
    home.configure()
    mkdirSync(home.path('log'), { mode: 0o700 })
    mkdirSync(home.path('log', 'decisions.jsonl'))
    expectDenied(await call(), 'AUDIT_FAILED')
  })

  test('options that are none are no reason not to load, which would allow: each call is refused', async () => {
    const hostile = Object.defineProperty({}, 'home', {
      get: () => {
        throw new Error('planted')
      },
    })
    for (const options of [
      { home: '' },
      { home: 7 },
      { home: 'a\0b' },
      { protect: '/x' },
      { protect: [7] },
      hostile,
      null,
    ])
      expectDenied(await (await host.load(options as never)).call(), 'STATE_MALFORMED')
  })

  test('sessions at once: each call is decided by the warrant of its own', async () => {
    const home = hookHome()
    const names = Array.from({ length: 8 }, (_, i) => `${host.session}${i}`)
    const { subpath } = await import('../../src/index.js')
    for (const [i, session] of names.entries())
      home.open(host.name, session, { tools: { Read: { file_path: subpath(`/data/${i}`) } } })
    const { call } = await host.load({ home: home.folder })
    const asked = names.flatMap((session, i) =>
      names.map((_, j) => ({
        session,
        args: { file_path: `/data/${j}/x` },
        callId: `c${i}-${j}`,
        mine: i === j,
      })),
    )
    const outcomes = await Promise.all(asked.map(({ mine: _, ...each }) => call(each)))
    expect(outcomes.map((outcome) => 'ran' in outcome)).toEqual(asked.map(({ mine }) => mine))
    const before = home.records().filter(({ argsDigest }) => argsDigest !== undefined)
    expect(before.length).toBe(asked.length)
    expect(before.filter(({ verdict }) => verdict === 'allow').length).toBe(names.length)
  })
})
