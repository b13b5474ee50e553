/** Modes: who is warned, who is let be, and that nothing but the operator's configuration can say so. */

import { mkdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hookCommandFor } from '../../src/cli/hook/command.js'
import { parseJson } from '../../src/encoding/json.js'
import type { ValueObject } from '../../src/encoding/value.js'
import { modeOf, parseSettings } from '../../src/hook/settings.js'
import { type HookHome, hookHome, runHost, spawnCommand } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

const { call } = SHAPES.claude
const outside = { args: { file_path: '/etc/passwd' } }

const opened = (modes: unknown): HookHome => {
  const home = hookHome()
  home.configure({ modes })
  home.open('claude', 's1')
  return home
}

const modesOf = (modes: unknown): ReturnType<typeof parseSettings>['modes'] =>
  parseSettings(parseJson(JSON.stringify({ version: 1, modes })) as ValueObject).modes // an object

describe('which mode holds', () => {
  const modes = modesOf({
    default: 'block',
    tools: { Bash: 'warn' },
    workspaces: {
      '/srv/a': 'off',
      '/srv/a/strict': { default: 'block', tools: { Read: 'warn' } },
      '/srv/b': { tools: { Edit: 'off' } },
    },
  })

  test.each([
    [undefined, 'Read', 'block'],
    [undefined, 'Bash', 'warn'],
    ['/srv/a', 'Bash', 'off'],
    ['/srv/a/x', 'Read', 'off'],
    ['/srv/ab', 'Read', 'block'],
    ['/srv/a/strict/x', 'Read', 'warn'],
    ['/srv/a/strict', 'Bash', 'block'],
    ['/srv/b', 'Bash', 'warn'],
    ['/srv/b', 'Edit', 'off'],
    ['/srv/b', 'Read', 'block'],
  ] as const)('workspace %s, tool %s: %s', (workspace, tool, mode) => {
    expect(modeOf(modes, workspace, tool)).toBe(mode)
  })

  test('is block where nothing is said', () => {
    expect(modeOf(modesOf({}), '/srv', 'Bash')).toBe('block')
  })
})

describe('warn', () => {
  test('records what it would have denied, and answers nothing', async () => {
    const home = opened({ default: 'warn' })
    const ended = await runHost('claude', home.folder, call(outside))
    expect(ended).toEqual({ exit: 0, stdout: '{}', stderr: '' })
    expect(home.records()).toMatchObject([
      { verdict: 'deny', code: 'CONSTRAINT_VIOLATED', mode: 'warn', enforced: false },
    ])
  })

  test('does the same without any warrant, which is how one begins', async () => {
    const home = opened({ default: 'warn' })
    expect((await runHost('claude', home.folder, call({ session: 'new' }))).exit).toBe(0)
    expect(home.records()).toMatchObject([{ verdict: 'deny', code: 'SESSION_UNKNOWN', enforced: false }])
  })

  test('still keeps tools out of the guard, refuses what it cannot read, and what it cannot record', async () => {
    const home = opened({ default: 'warn' })
    const hostile = call({ args: { file_path: home.path('hook.json') } })
    expect(await runHost('claude', home.folder, hostile)).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/^warrant: GUARD_PROTECTED: /),
    })
    expect(home.records()).toMatchObject([{ code: 'GUARD_PROTECTED', mode: 'warn', enforced: true }])
    expect((await runHost('claude', home.folder, '{')).exit).toBe(2)
    const dead = opened({ default: 'warn' })
    mkdirSync(dead.path('log', 'decisions.jsonl'), { recursive: true, mode: 0o700 })
    expect((await runHost('claude', dead.folder, call({}))).stderr).toMatch(/^warrant: AUDIT_FAILED: /)
  })
})

describe('off', () => {
  test('says on each record that nothing was asked', async () => {
    const home = opened({ tools: { Read: 'off' } })
    expect((await runHost('claude', home.folder, call(outside))).exit).toBe(0)
    expect((await runHost('claude', home.folder, call({ tool: 'Bash', args: { command: 'ls' } }))).exit).toBe(
      2,
    )
    expect(home.records()).toMatchObject([
      { mode: 'off', enforced: false, verdict: 'allow' },
      { mode: 'block', enforced: true, verdict: 'deny' },
    ])
    expect(home.records()[0]).not.toHaveProperty('warrantId')
  })
})

describe('an agent that wants another mode', () => {
  test('gets none by walking into a workspace that has it: the session keeps the one it began in', async () => {
    const home = opened({ workspaces: { '/srv/weak': 'off' } })
    const at = (cwd: string): Promise<{ exit: number | null }> =>
      runHost('claude', home.folder, call({ ...outside, cwd }))
    expect((await at('/srv/strong')).exit).toBe(2)
    expect((await at('/srv/weak')).exit).toBe(2)
    home.open('claude', 's2')
    const fresh = call({ ...outside, session: 's2', cwd: '/srv/weak/x' })
    expect((await runHost('claude', home.folder, fresh)).exit).toBe(0)
  })

  test.each(['WARRANT_MODE', 'TENUO_MODE', 'WARRANT_HOME', 'HERMES_SAFE_MODE', 'NODE_ENV', 'DEBUG'])(
    'gets none by the variable %s',
    async (name) => {
      const home = opened({})
      for (const value of ['off', 'warn', '1', 'development']) {
        const ended = await runHost('claude', home.folder, call(outside), { env: { [name]: value } })
        expect(ended.exit).toBe(2)
      }
    },
  )

  test.each(['--mode off', '--warn', '--off', '--dry-run', '--no-enforce'])(
    'gets none by the flag %s',
    async (flag) => {
      const home = opened({})
      const command = hookCommandFor('claude', home.folder).replace('; case', ` ${flag}; case`)
      for (const asked of [outside, {}])
        expect((await spawnCommand(command, { input: JSON.stringify(call(asked)) })).exit).toBe(2)
    },
  )
})
