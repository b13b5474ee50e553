/** Refusals that no event was read for: each stands in the log, once, and tells nothing of what was sent. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hookStartFor } from '../../src/cli/hook/command.js'
import { lastCallOf } from '../../src/cli/hook/lastCall.js'
import { homeAt } from '../../src/hook/home.js'
import { verifyLog } from '../../src/node/log/verify.js'
import {
  type Ended,
  type HookHome,
  hookHome,
  runHost,
  type Spawned,
  spawnCommand,
} from '../support/hookHome.js'
import { HOST_NAMES, type HostName, SHAPES } from '../support/hostEvents.js'

const PLANTED = 'planted-5f1d'

const start = (host: HostName, home: HookHome, spawned: Spawned): Promise<Ended> =>
  spawnCommand(hookStartFor(host, home.folder), spawned)

const unreadable = (host: HostName): readonly (readonly [code: string, event: string])[] => {
  const call = SHAPES[host].call({ args: { file_path: PLANTED } })
  const text = JSON.stringify(call)
  return [
    ['JSON_MALFORMED', text.slice(0, -1)],
    ['JSON_DUPLICATE_KEY', text.replace('{', `{"${PLANTED}":1,"${PLANTED}":2,`)],
    ['JSON_TOO_LARGE', `{"${PLANTED}":"${'A'.repeat(5_000_000)}"}`],
    ['EVENT_MALFORMED', `["${PLANTED}"]`],
    ['EVENT_UNKNOWN', JSON.stringify({ ...call, hook_event_name: PLANTED })],
  ]
}

/** One record in a whole log, which says what went wrong and nothing of the event. */
const expectUnread = (home: HookHome, host: HostName, code: string): void => {
  const [record, ...more] = home.records()
  expect(more).toEqual([])
  const { where = 'line 1, column 1', ...rest } = record ?? {}
  expect(where).toMatch(/^line \d+, column \d+$/)
  expect(rest).toEqual({
    ...{ v: 1, seq: 1, prev: expect.any(String), time: expect.any(Number), host, event: 'unread' },
    ...{ verdict: 'deny', code, mode: 'block', enforced: true, durationMicroseconds: expect.any(Number) },
  })
  expect(readFileSync(home.path('log', 'decisions.jsonl'), 'utf8')).not.toContain(PLANTED)
}

describe.each(HOST_NAMES)('%s', (host) => {
  test.concurrent.each(unreadable(host))('%s', async (code, event) => {
    const home = hookHome()
    const { exit, stderr } = await start(host, home, { input: event })
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`warrant: ${code}: `)])
    expectUnread(home, host, code)
  })

  test.concurrent('told to stop', async () => {
    const home = hookHome()
    expect((await start(host, home, { signal: 'SIGTERM' })).exit).toBe(2)
    expectUnread(home, host, 'GUARD_STOPPED')
  })

  test.concurrent('out of time', async () => {
    const home = hookHome()
    home.configure({ deadlineMilliseconds: 800 })
    expect((await start(host, home, {})).exit).toBe(2)
    expectUnread(home, host, 'GUARD_DEADLINE')
  })
})

const badly = (home: HookHome): Promise<Ended> => runHost('claude', home.folder, PLANTED)

test('an exception that nobody caught', async () => {
  const home = hookHome()
  const thrower = join(mkdtempSync(join(tmpdir(), 'warrant-thrower-')), 'thrower.cjs')
  writeFileSync(thrower, `setTimeout(() => { throw new Error('${PLANTED}') }, 300)\n`)
  const { exit, stderr } = await start('claude', home, { env: { NODE_OPTIONS: `--require=${thrower}` } })
  expect([exit, stderr]).toEqual([2, expect.stringContaining('warrant: ENFORCE_INTERNAL: ')])
  expectUnread(home, 'claude', 'ENFORCE_INTERNAL')
})

test('settings that cannot be read', async () => {
  const home = hookHome()
  home.configure({ mode: PLANTED })
  expect((await badly(home)).exit).toBe(2)
  expect(home.records()).toMatchObject([{ event: 'unread', code: 'STATE_MALFORMED' }])
})

test('it is one entry of a chain like any other, and no evidence that the host asks', async () => {
  const home = hookHome()
  home.open('claude', 's1')
  await badly(home)
  expect(lastCallOf(homeAt(home.folder), 'claude')).toBe(undefined)
  await runHost('claude', home.folder, SHAPES.claude.call({}))
  await badly(home)
  expect(home.records().map(({ event }) => event)).toEqual(['unread', 'PreToolUse', 'unread'])
  expect(verifyLog(home.path('log'))).toMatchObject({ bad: undefined, entries: 3 })
})

test('where it cannot be recorded, it is denied by the same code', async () => {
  const locked = hookHome()
  mkdirSync(locked.path('log'), { mode: 0o700 })
  mkdirSync(locked.path('log', 'decisions.jsonl'))
  expect((await badly(locked)).stderr).toContain('warrant: JSON_MALFORMED: ')
})

test('nothing is written to a home that others can reach, nor to one that is not there', async () => {
  const open = hookHome()
  chmodSync(open.folder, 0o755)
  expect((await badly(open)).stderr).toContain('warrant: FILE_MODE: ')
  expect(existsSync(open.path('log'))).toBe(false)
  const nowhere = open.path('nowhere')
  expect((await runHost('claude', nowhere, PLANTED)).exit).toBe(2)
  expect(existsSync(nowhere)).toBe(false)
})
