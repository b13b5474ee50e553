/** Putting the hook into each host and taking it out: what changes, what does not, and what the canary proves. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, type Transcript } from '../cli/harness.js'
import { spawnCommand } from '../support/hookHome.js'
import { HOST_NAMES, type HostName, SHAPES } from '../support/hostEvents.js'

const CONFIGS: Readonly<Record<HostName, string>> = {
  hermes: '.hermes/config.yaml',
  claude: '.claude/settings.json',
  codex: '.codex/hooks.json',
  gemini: '.gemini/settings.json',
  cursor: '.cursor/hooks.json',
  copilot: '.copilot/hooks/warrant.json',
}

/** What stands there before, of somebody else's. */
const theirs = (host: HostName): string => {
  const guard = { hermes: 'pre_tool_call', gemini: 'BeforeTool', cursor: 'preToolUse', copilot: 'preToolUse' }
  const event = (guard as Record<string, string>)[host] ?? 'PreToolUse'
  const item = { matcher: 'Bash', hooks: [{ type: 'command', command: 'their-linter' }] }
  if (host === 'hermes')
    return `# how we work\nmodel: big # never small\nhooks:\n  ${event}:\n    - command: their-linter # theirs\n      timeout: 5\nzeta: [1, 2]\n`
  return `${JSON.stringify({ zeta: 1, hooks: { [event]: [item], Stop: [] }, alpha: { b: 2, a: 1 } }, undefined, 4)}\n`
}

interface Installation {
  readonly user: string
  readonly config: string
  readonly home: string
  readonly warrant: (...argv: readonly string[]) => Promise<Transcript>
}

const installation = (host: HostName, text?: string): Installation => {
  const user = mkdtempSync(join(tmpdir(), 'warrant-user-'))
  const config = join(user, CONFIGS[host])
  if (text !== undefined) {
    mkdirSync(dirname(config), { recursive: true })
    writeFileSync(config, text)
  }
  const now = Math.floor(Date.now() / 1000)
  const warrant = (...argv: readonly string[]): Promise<Transcript> => run(argv, { env: { HOME: user }, now })
  return { user, config, home: join(user, '.warrant'), warrant }
}

const commandOf = ({ home }: Installation, host: HostName): string =>
  (
    JSON.parse(readFileSync(join(home, 'hook.json'), 'utf8')) as {
      hosts: Record<string, { command: string }>
    }
  ).hosts[host]?.command as string // as the installer wrote it

describe.each(HOST_NAMES)('%s', (host) => {
  test('without --yes and without a terminal the change is shown and not made', async () => {
    const place = installation(host, theirs(host))
    const shown = await place.warrant('hook', host, 'install')
    expect(shown).toMatchObject({ exit: 1, stderr: expect.stringContaining('warrant: NOT_CONFIRMED: ') })
    expect(shown.stdout).toContain(`+++ ${place.config}`)
    expect(shown.stdout).toMatch(/^\+.*hook \w+ --home/m)
    expect(readFileSync(place.config, 'utf8')).toBe(theirs(host))
    expect(existsSync(place.home)).toBe(false)
  })

  test('is put in once, beside what was there, and the canary is denied', async () => {
    const place = installation(host, theirs(host))
    const { exit, stdout } = await place.warrant('hook', host, 'install', '--yes')
    expect([exit, stdout]).toEqual([0, expect.stringContaining('canary denied: ')])
    const text = readFileSync(place.config, 'utf8')
    expect(text).toContain('their-linter')
    expect(text.indexOf('zeta')).toBeGreaterThan(-1)
    const again = await place.warrant('hook', host, 'install', '--yes')
    expect(again).toMatchObject({ exit: 0, stderr: expect.stringContaining('nothing to change') })
    expect(readFileSync(place.config, 'utf8')).toBe(text)
    expect(statSync(place.home).mode & 0o777).toBe(0o700)
    expect(statSync(join(place.home, 'hook.json')).mode & 0o777).toBe(0o600)
  })

  test('taken out again, everything is as it was', async () => {
    const place = installation(host, theirs(host))
    await place.warrant('hook', host, 'install', '--yes')
    expect((await place.warrant('hook', host, 'uninstall', '--yes')).exit).toBe(0)
    expect(readFileSync(place.config, 'utf8')).toBe(theirs(host))
    expect((await place.warrant('hook', host, 'status')).exit).toBe(1)
  })

  test('is made where the host has no configuration yet', async () => {
    const place = installation(host)
    const { exit, stdout } = await place.warrant('hook', host, 'install', '--yes')
    expect(exit).toBe(0)
    expect(stdout).not.toContain('more characters') // whoever agrees has seen the whole command
    expect(readFileSync(place.config, 'utf8')).toContain(`hook ${host} --home`)
    expect((await place.warrant('hook', host, 'status')).stdout).toContain(`installed: ${place.config}`)
  })

  test('a configuration that cannot be read is left alone', async () => {
    const place = installation(host, '{ "hooks": [ "not" , // a comment\n')
    const { exit, stderr } = await place.warrant('hook', host, 'install', '--yes')
    expect([exit, stderr]).toEqual([1, expect.stringContaining('CONFIG_UNREADABLE')])
    expect(readFileSync(place.config, 'utf8')).toBe('{ "hooks": [ "not" , // a comment\n')
    expect(existsSync(place.home)).toBe(false)
  })

  test('the installed command denies in every way also where the program is gone', async () => {
    const place = installation(host)
    await place.warrant('hook', host, 'install', '--yes')
    const broken = commandOf(place, host).replace('bin/warrant.cjs', 'bin/gone.cjs')
    expect(broken).toContain('bin/gone.cjs')
    const ended = await spawnCommand(broken, { input: JSON.stringify(SHAPES[host].call({})) })
    expect(ended.exit).toBe(2)
    expect(ended.stderr).toContain('warrant: the hook did not run to its end')
    expect(SHAPES[host].reason(JSON.parse(ended.stdout))).toBe('warrant: the hook did not run to its end')
  })

  test('status tells of what was changed by hand', async () => {
    const place = installation(host)
    await place.warrant('hook', host, 'install', '--yes')
    const text = readFileSync(place.config, 'utf8')
    writeFileSync(place.config, text.replace(/30\b|15_?000|\b15\b|\b20\b/, '1'))
    const { exit, stdout } = await place.warrant('hook', host, 'status')
    expect([exit, stdout]).toEqual([1, expect.stringContaining(`changed: ${place.config}`)])
    writeFileSync(place.config, host === 'hermes' ? 'model: big\n' : '{}')
    expect((await place.warrant('hook', host, 'status')).stdout).toContain(`missing: ${place.config}`)
  })
})

describe('the fail-closed switch', () => {
  test.each([
    ['hermes', /fail_closed: true/],
    ['claude', /"onFailure": "block"/],
    ['cursor', /"failClosed": true/],
  ] as const)('of %s is set', async (host, wanted) => {
    const place = installation(host)
    await place.warrant('hook', host, 'install', '--yes')
    expect(readFileSync(place.config, 'utf8')).toMatch(wanted)
  })
})

describe('hermes', () => {
  const withProfiles = async (): Promise<Installation> => {
    const place = installation('hermes', theirs('hermes'))
    mkdirSync(join(place.user, '.hermes', 'profiles', 'tenant'), { recursive: true })
    await place.warrant('hook', 'hermes', 'install', '--yes')
    return place
  }

  test('has the consent of every profile, 0600, for the exact command and every event', async () => {
    const place = await withProfiles()
    for (const folder of ['.hermes', '.hermes/profiles/tenant']) {
      const file = join(place.user, folder, 'shell-hooks-allowlist.json')
      const { approvals } = JSON.parse(readFileSync(file, 'utf8')) as {
        approvals: { event: string; command: string }[]
      }
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(approvals.map(({ event }) => event)).toContain('pre_tool_call')
      expect(new Set(approvals.map(({ command }) => command))).toEqual(new Set([commandOf(place, 'hermes')]))
      expect(readFileSync(join(place.user, folder, 'config.yaml'), 'utf8')).toContain('pre_tool_call')
    }
  })

  test('keeps comments, and the consents of others', async () => {
    const place = installation('hermes', theirs('hermes'))
    const file = join(place.user, '.hermes', 'shell-hooks-allowlist.json')
    const other = { event: 'pre_tool_call', command: 'their-linter', approved_at: 'x' }
    writeFileSync(file, JSON.stringify({ approvals: [other], more: 1 }))
    await place.warrant('hook', 'hermes', 'install', '--yes')
    expect(readFileSync(place.config, 'utf8')).toMatch(/# how we work[\s\S]*# never small[\s\S]*# theirs/)
    await place.warrant('hook', 'hermes', 'uninstall', '--yes')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ approvals: [other], more: 1 })
  })

  test('without the consent it is told as not installed', async () => {
    const place = await withProfiles()
    writeFileSync(join(place.user, '.hermes', 'shell-hooks-allowlist.json'), '{"approvals":[]}')
    const { exit, stdout } = await place.warrant('hook', 'hermes', 'status')
    expect([exit, stdout]).toEqual([1, expect.stringContaining(`no consent: ${place.config}`)])
  })
})

describe('what is refused', () => {
  test('unknown hosts and actions, half a standing warrant, a home that others can enter', async () => {
    const place = installation('claude')
    expect((await place.warrant('hook', 'emacs', 'install')).exit).toBe(2)
    expect((await place.warrant('hook', 'claude', 'improve')).exit).toBe(2)
    expect((await place.warrant('hook', 'claude', 'install', '--holder-key', 'x')).exit).toBe(2)
    mkdirSync(place.home)
    chmodSync(place.home, 0o755)
    const open = await place.warrant('hook', 'claude', 'install', '--yes')
    expect([open.exit, open.stderr]).toEqual([1, expect.stringContaining('FILE_MODE')])
  })

  test('a configuration behind a link is written where it leads', async () => {
    const place = installation('claude')
    const real = join(place.user, 'dotfiles.json')
    writeFileSync(real, '{}')
    mkdirSync(dirname(place.config))
    symlinkSync(real, place.config)
    expect((await place.warrant('hook', 'claude', 'install', '--yes')).exit).toBe(0)
    expect(readFileSync(real, 'utf8')).toContain('hook claude --home')
    expect((await place.warrant('hook', 'claude', 'status')).exit).toBe(0)
  })
})
