/** Delegation policies as operators install them, and what `doctor` finds of them. */

import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, type Transcript } from '../cli/harness.js'
import { childStart, delegation, PARENT, reading, tell } from '../support/delegating.js'
import { type HookHome, hookHome, nowInSeconds } from '../support/hookHome.js'

const YAML = `version: 1
startWithin: 2m
children:
  - goal: 'read *'
    tools: { Read: { file_path: /data/a } }
    ttl: 1m
    maxDepth: 0
  - role: orchestrator
    depth: '1..2'
    inherit: [Read, delegate_task]
`

interface Place {
  readonly home: HookHome
  readonly file: (text: string) => string
  readonly install: (text: string, host?: string, ...more: readonly string[]) => Promise<Transcript>
  readonly doctor: () => Promise<readonly string[]>
}

const place = (): Place => {
  const home = hookHome()
  const folder = mkdtempSync(join(tmpdir(), 'warrant-policy-'))
  const now = nowInSeconds()
  const file = (text: string): string => {
    writeFileSync(join(folder, 'children.yaml'), text)
    return join(folder, 'children.yaml')
  }
  return {
    home,
    file,
    install: (text, host = 'hermes', ...more) =>
      run(
        [
          ...['hook', host, 'install', '--home', home.folder, '--config', join(folder, `${host}-config`)],
          ...['--delegation', file(text), ...(more.length > 0 ? more : ['--yes'])],
        ],
        { now },
      ),
    doctor: async () =>
      (await run(['doctor', '--home', home.folder], { now })).stdout
        .split('\n')
        .filter((line) => line.includes('delegation')),
  }
}

describe('install --delegation', () => {
  test('compiles the policy for the hook, for its owner alone, in words beside what it reads', async () => {
    const { home, install } = place()
    const installed = await install(YAML)
    expect(installed).toMatchObject({ exit: 0 })
    expect(installed.stdout).toContain('Read as its parent has it'.replace(' as', '  as'))
    const file = home.path('delegation', 'hermes.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(home.path('delegation')).mode & 0o777).toBe(0o700)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      version: 1,
      startSeconds: 120,
      rules: [
        { goal: 'read *', ttlSeconds: 60, furtherDepth: 0, says: expect.arrayContaining(['Read']) },
        { role: 'orchestrator', depth: [1, 2], inherit: ['Read', 'delegate_task'] },
      ],
    })
    home.open('hermes', 'parent', { tools: PARENT })
    await tell(home, delegation('parent', ['read a']), childStart('parent', 'child', 'read a'))
    expect(await tell(home, reading('child', '/data/a/x'))).toBe('allowed')
    expect(await tell(home, reading('child', '/data/b'))).toBe('CONSTRAINT_VIOLATED')
  })

  test('a second time changes nothing, and another policy takes the place of the first', async () => {
    const { home, install } = place()
    await install(YAML)
    expect((await install(YAML)).stderr).toContain('nothing to change')
    expect(await install('version: 1\ninherit: true\n')).toMatchObject({ exit: 0 })
    expect(JSON.parse(readFileSync(home.path('delegation', 'hermes.json'), 'utf8'))).toMatchObject({
      startSeconds: 600,
      rules: [{ inherit: 'all', says: ['whatever its parent has'] }],
    })
  })

  test('without --yes shows it and writes nothing', async () => {
    const { home, install } = place()
    const shown = await install(YAML, 'hermes', '--json')
    expect(shown).toMatchObject({ exit: 1, stderr: expect.stringContaining('NOT_CONFIRMED') })
    expect(existsSync(home.path('delegation'))).toBe(false)
  })

  test.each(['gemini', 'codex', 'cursor', 'copilot'])(
    'is refused for %s, whose children cannot be told apart',
    async (host) => {
      const { home, install } = place()
      expect(await install(YAML, host)).toMatchObject({ exit: 2 })
      expect(existsSync(home.path('delegation'))).toBe(false)
    },
  )

  test.each([
    ['no YAML', 'version: [', 'YAML_MALFORMED'],
    ['nothing', ' ', 'INPUT_EMPTY'],
    ['an unknown field', 'version: 1\nchildren: [{ inherit: true, mode: warn }]\n', 'JSON_SHAPE'],
    ['a tool without arguments', 'version: 1\ntools: { Read: {} }\n', 'JSON_SHAPE'],
    ['a value that is none', "version: 1\ntools: { Read: { a: 'cidr:x' } }\n", 'SPEC_MALFORMED'],
    ['a start that is too far off', 'version: 1\nstartWithin: 2d\ninherit: true\n', 'STATE_MALFORMED'],
    ['a life past the ceiling', 'version: 1\nttl: 91d\ninherit: true\n', 'STATE_MALFORMED'],
  ])('with %s changes nothing', async (_, text, code) => {
    const { home, install } = place()
    const { exit, stderr } = await install(text)
    expect([exit, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^warrant: ${code}: `))])
    expect(existsSync(home.path('delegation'))).toBe(false)
  })
})

describe('doctor', () => {
  test('counts rules, tells of delegation without a policy, and is red for one that cannot be read', async () => {
    const { home, install, doctor } = place()
    await install(YAML)
    expect(await doctor()).toEqual(['green hermes delegation: 2 rules'])
    home.open('hermes', 'parent', { tools: PARENT })
    chmodSync(home.path('delegation', 'hermes.json'), 0o644)
    expect(await doctor()).toEqual([
      'red   hermes delegation: FILE_MODE: every call that delegates is denied',
    ])
    const other = place()
    await run(
      ['hook', 'hermes', 'install', '--yes', '--home', other.home.folder, '--config', other.file('x: 1\n')],
      { now: nowInSeconds() },
    )
    expect(await other.doctor()).toEqual([])
    other.home.open('hermes', 'parent', { tools: PARENT })
    expect(await other.doctor()).toEqual([
      'note  hermes delegation: granted, without a policy: children get nothing, and are denied everything',
    ])
  })
})
