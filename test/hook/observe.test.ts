/** Observation by the hook: what it keeps, where it is switched on, and that what cannot be kept does not run. */

import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseJson } from '../../src/encoding/json.js'
import type { ValueObject } from '../../src/encoding/value.js'
import { parseSettings } from '../../src/hook/settings.js'
import { type HookHome, hookHome, runHost } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'
import { codeOf } from '../support/values.js'

const { call } = SHAPES.claude

const homeWith = (fields: Readonly<Record<string, unknown>>): HookHome => {
  const home = hookHome()
  home.configure(fields)
  home.open('claude', 's1')
  return home
}

const kept = (home: HookHome): readonly unknown[] =>
  existsSync(home.path('log', 'observed.jsonl'))
    ? readFileSync(home.path('log', 'observed.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    : []

test('keeps calls that are allowed, that would be denied, and that are, and nothing that leads into the guard', async () => {
  const home = homeWith({ observe: true, modes: { tools: { Edit: 'warn', Write: 'off' } } })
  const path = '/data/a'
  await runHost('claude', home.folder, call({ args: { file_path: path } }))
  await runHost('claude', home.folder, call({ tool: 'Edit', args: { file_path: '/etc/x', token: 'abc' } }))
  await runHost('claude', home.folder, call({ tool: 'Write', args: { file_path: '/etc/y' } }))
  await runHost('claude', home.folder, call({ tool: 'Bash', args: { command: 'ls' } }))
  await runHost('claude', home.folder, call({ args: { file_path: home.path('hook.json') } }))
  const common = { v: 1, time: expect.any(Number), host: 'claude', session: 's1' }
  expect(kept(home)).toEqual([
    { ...common, tool: 'Read', args: { file_path: path } },
    { ...common, tool: 'Edit', args: { file_path: '/etc/x' }, withheld: { token: 'secret' } },
    { ...common, tool: 'Write', args: { file_path: '/etc/y' } },
    { ...common, tool: 'Bash', args: { command: 'ls' }, refused: true },
  ])
  expect(home.records().length).toBe(5)
})

test('keeps nothing where the configuration does not say so, whatever the environment says', async () => {
  const home = homeWith({})
  const env = { WARRANT_OBSERVE: '1', OBSERVE: 'true' }
  await runHost('claude', home.folder, call({}), { env })
  await runHost('claude', home.folder, SHAPES.claude.after({}))
  expect(kept(home)).toEqual([])
  const observing = homeWith({ observe: true })
  await runHost('claude', observing.folder, SHAPES.claude.after({}))
  expect(kept(observing)).toEqual([])
})

test('what cannot be kept does not run, in any mode, and the log does not say that it was allowed', async () => {
  for (const mode of ['block', 'warn', 'off']) {
    const home = homeWith({ observe: true, modes: { default: mode } })
    mkdirSync(home.path('log', 'observed.jsonl'), { recursive: true, mode: 0o700 })
    chmodSync(home.path('log'), 0o700)
    expect(await runHost('claude', home.folder, call({}))).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/^warrant: AUDIT_FAILED: /),
    })
    expect(home.records()).toEqual([])
  }
})

test('the setting is true or false', () => {
  const read = (observe: unknown): unknown =>
    parseSettings(parseJson(JSON.stringify({ version: 1, observe })) as ValueObject).observe // an object
  expect([read(undefined), read(false), read(true)]).toEqual([false, false, true])
  for (const other of [1, 'true', {}]) expect(codeOf(() => read(other))).toBe('STATE_MALFORMED')
})
