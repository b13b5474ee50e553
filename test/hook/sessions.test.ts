/** Which warrant a call of the hook is made under: that of its session, and nobody else's. */

import { chmodSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { generateKey, mint } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/keyFile.js'
import { formatChain } from '../../src/warrant/text.js'
import { type HookHome, hookHome, nowInSeconds, READ_DATA, runHost } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

const { call } = SHAPES.claude

const codeOf = async (home: HookHome, event: unknown, host = 'claude'): Promise<string> => {
  const { exit, stderr } = await runHost(host, home.folder, event)
  return exit === 0 ? 'allowed' : (/^warrant: ([A-Z_]+): /.exec(stderr)?.[1] ?? `exit ${exit}`)
}

/** A home whose sessions of a host act under a standing warrant. */
const standing = (host = 'claude'): HookHome => {
  const home = hookHome()
  const key = generateKey()
  const chain = mint(
    { holder: key.publicKey, tools: READ_DATA, ttlSeconds: 600, now: nowInSeconds() },
    home.issuer,
  )
  writeSecretKeyFile(home.path('standing.key'), key)
  home.configure({
    hosts: { [host]: { standing: { chain: formatChain(chain), keyFile: home.path('standing.key') } } },
  })
  return home
}

describe('a standing warrant', () => {
  test('is for every session at the top, and for no subagent and no nameless call', async () => {
    const home = standing()
    expect(await codeOf(home, call({ session: 'any' }))).toBe('allowed')
    expect(await codeOf(home, call({ session: 'any', agent: 'a1' }))).toBe('SESSION_UNKNOWN')
    expect(await codeOf(home, call({ session: 'any', agent: '' }))).toBe('SESSION_UNKNOWN')
    expect(await codeOf(home, call({ session: '' }))).toBe('SESSION_UNKNOWN')
    expect(await codeOf(home, SHAPES.gemini.call({}), 'gemini')).toBe('SESSION_UNKNOWN')
  })

  test('gives way to a warrant of the session’s own, also where that allows less', async () => {
    const home = standing()
    home.open('claude', 's1', { tools: { Glob: {} } })
    expect(await codeOf(home, call({}))).toBe('TOOL_NOT_GRANTED')
    expect(await codeOf(home, call({ session: 's2' }))).toBe('allowed')
  })

  test('denies with a key that others can read, or that is not its holder’s', async () => {
    const home = standing()
    chmodSync(home.path('standing.key'), 0o644)
    expect(await codeOf(home, call({}))).toBe('FILE_MODE')
    writeSecretKeyFile(home.path('standing.key'), generateKey(), { overwrite: true })
    expect(await codeOf(home, call({}))).toBe('PROOF_INVALID')
    writeFileSync(home.path('standing.key'), 'no key')
    expect(await codeOf(home, call({}))).toBe('KEY_MALFORMED')
  })
})

describe('subagents', () => {
  test('within a session have entries of their own, and not that of their parent', async () => {
    const home = hookHome()
    home.open('claude', 's1')
    home.open('claude', 's1', { agent: 'a1', tools: { Glob: {} } })
    expect(await codeOf(home, call({ agent: 'a1' }))).toBe('TOOL_NOT_GRANTED')
    expect(await codeOf(home, call({ agent: 'a1', tool: 'Glob', args: {} }))).toBe('allowed')
    expect(await codeOf(home, call({ agent: 'a2' }))).toBe('SESSION_UNKNOWN')
    expect(await codeOf(home, call({}))).toBe('allowed')
  })

  test('that end take their warrant with them, and their parent keeps its own', async () => {
    const home = hookHome()
    home.open('claude', 's1')
    home.open('claude', 's1', { agent: 'a1' })
    const stop = { hook_event_name: 'SubagentStop', session_id: 's1', agent_id: 'a1', cwd: '/srv' }
    expect(await codeOf(home, stop)).toBe('allowed')
    expect(await codeOf(home, call({ agent: 'a1' }))).toBe('SESSION_UNKNOWN')
    expect(await codeOf(home, call({}))).toBe('allowed')
  })

  test('of Hermes are sessions, and end with the one that granted them', async () => {
    const home = hookHome()
    home.open('hermes', 'parent')
    home.open('hermes', 'child', { parent: 'parent' })
    const ends = {
      ...SHAPES.hermes.call({ session: 'parent' }),
      hook_event_name: 'on_session_reset',
      extra: { old_session_id: 'parent' },
    }
    expect(await codeOf(home, SHAPES.hermes.call({ session: 'child' }), 'hermes')).toBe('allowed')
    expect(await codeOf(home, ends, 'hermes')).toBe('allowed')
    expect(await codeOf(home, SHAPES.hermes.call({ session: 'child' }), 'hermes')).toBe('SESSION_UNKNOWN')
  })

  test('of Hermes keep their warrants at the end of a turn', async () => {
    const home = hookHome()
    home.open('hermes', 's1')
    const turn = { ...SHAPES.hermes.call({}), hook_event_name: 'on_session_end' }
    expect(await codeOf(home, turn, 'hermes')).toBe('allowed')
    expect(await codeOf(home, SHAPES.hermes.call({}), 'hermes')).toBe('allowed')
  })
})

describe('a warrant that is bound to a session', () => {
  test('is used in that session, and where the store says that it was granted from it', async () => {
    const home = hookHome()
    home.open('claude', 's1', { boundTo: 's1' })
    home.open('claude', 'child', { boundTo: 's1', parent: 's1' })
    expect(await codeOf(home, call({}))).toBe('allowed')
    expect(await codeOf(home, call({ session: 'child' }))).toBe('allowed')
  })
})
