/** The doctor: green on what was seen to guard, red on each thing by which it would not. */

import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, type Transcript } from '../cli/harness.js'
import { type Ended, nowInSeconds, spawnCommand } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

type GuardedHost = 'claude' | 'hermes'

interface Guarded {
  readonly home: string
  readonly config: string
  readonly user: string
  readonly warrant: (argv: readonly string[], now?: number) => Promise<Transcript>
  /** Has the host's own command decide a call that is allowed or not. */
  readonly call: (path: string) => Promise<Ended>
}

/** An installation whose sessions act under a standing warrant that reads below /data. */
const guarded = async (host: GuardedHost): Promise<Guarded> => {
  const user = mkdtempSync(join(tmpdir(), 'warrant-doctor-'))
  const warrant = (argv: readonly string[], now = nowInSeconds()): Promise<Transcript> =>
    run(argv, { env: { HOME: user }, now })
  const at = (name: string): string => join(user, name)
  await warrant(['keygen', at('issuer')])
  await warrant(['keygen', at('agent')])
  await warrant([
    ...['mint', '--issuer-key', at('issuer.key'), '--holder', at('agent.pub'), '--ttl', '30d'],
    ...['--allow', 'Read:file_path=/data', '-o', at('standing')],
  ])
  const installed = await warrant([
    ...['hook', host, 'install', '--yes', '--root', at('issuer.pub')],
    ...['--standing', at('standing'), '--holder-key', at('agent.key')],
  ])
  expect(installed).toMatchObject({ exit: 0 })
  const home = at('.warrant')
  const { hosts } = JSON.parse(readFileSync(join(home, 'hook.json'), 'utf8')) as {
    hosts: Record<string, { command: string }>
  }
  return {
    home,
    config: at(host === 'claude' ? '.claude/settings.json' : '.hermes/config.yaml'),
    user,
    warrant,
    call: (path) =>
      spawnCommand(hosts[host]?.command as string, {
        input: JSON.stringify(SHAPES[host].call({ args: { file_path: path } })),
      }),
  }
}

const doctor = async (place: Guarded, now?: number): Promise<readonly string[]> => {
  const { exit, stdout } = await place.warrant(['doctor'], now)
  const lines = stdout.trim().split('\n')
  expect(lines.at(-1)).toBe(exit === 0 ? 'green' : 'RED')
  const red = lines.filter((line) => line.startsWith('red '))
  expect(red.length > 0).toBe(exit === 1)
  return red
}

describe.each(['claude', 'hermes'] as const)('%s', (host) => {
  test('is green once the installed command has decided a call, and not before', async () => {
    const place = await guarded(host)
    expect(await doctor(place)).toEqual([expect.stringContaining('no call was ever decided')])
    expect((await place.call('/etc/passwd')).exit).toBe(2)
    expect((await place.call('/data/a')).exit).toBe(0)
    expect(await doctor(place)).toEqual([])
  })

  test('is red by each thing alone that undoes it, and green when it is put right', async () => {
    const place = await guarded(host)
    await place.call('/data/a')
    const config = readFileSync(place.config, 'utf8')
    const hookFile = join(place.home, 'hook.json')
    const settings = readFileSync(hookFile, 'utf8')
    const key = join(place.user, 'agent.key')
    const write = (file: string, text: string): void => writeFileSync(file, text)

    rmSync(place.config)
    expect(await doctor(place)).toEqual([expect.stringMatching(/missing in .*/)])
    write(place.config, config.replace('hook ', 'hook  '))
    expect(await doctor(place)).toHaveLength(1)
    write(place.config, config)

    chmodSync(key, 0o644)
    expect(await doctor(place)).toEqual([expect.stringContaining('FILE_MODE')])
    chmodSync(key, 0o600)

    chmodSync(hookFile, 0o640)
    expect(await doctor(place)).toEqual([expect.stringContaining('FILE_MODE')])
    chmodSync(hookFile, 0o600)

    expect(await doctor(place, nowInSeconds() + 31 * 86_400)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('WARRANT_EXPIRED'),
        expect.stringContaining('too long'),
      ]),
    )
    expect(await doctor(place, nowInSeconds() - 3_600)).toEqual(
      expect.arrayContaining([expect.stringMatching(/clock.*ahead/)]),
    )

    for (const modes of [
      '"default":"warn"',
      '"default":"off"',
      '"tools":{"Read":"off"}',
      '"workspaces":{"/srv":"warn"}',
    ]) {
      write(hookFile, settings.replace('{', `{"modes":{${modes}},`))
      expect(await doctor(place)).toEqual([expect.stringContaining('not enforced')])
    }
    write(hookFile, settings.replace(/"roots": \[[^\]]*\]/, '"roots": []'))
    expect(await doctor(place)).toEqual(
      expect.arrayContaining([expect.stringContaining('no root is trusted')]),
    )
    write(hookFile, settings)

    const log = join(place.home, 'log')
    rmSync(log, { recursive: true })
    expect(await doctor(place)).toEqual([expect.stringContaining('no call was ever decided')])
    mkdirSync(log, { mode: 0o700 })
    await place.call('/data/a')
    expect(await doctor(place)).toEqual([])
  })
})

describe('hermes alone', () => {
  test('is red without the consent, without which Hermes runs no hook and says little', async () => {
    const place = await guarded('hermes')
    await place.call('/data/a')
    const consents = join(place.user, '.hermes', 'shell-hooks-allowlist.json')
    const text = readFileSync(consents, 'utf8')
    writeFileSync(consents, text.replaceAll('pre_tool_call', 'post_tool_call'))
    expect(await doctor(place)).toEqual([expect.stringContaining('no consent')])
    rmSync(consents)
    expect(await doctor(place)).toEqual([expect.stringContaining('no consent')])
    writeFileSync(consents, text, { mode: 0o600 })
    utimesSync(consents, 0, 0)
    expect(await doctor(place)).toEqual([])
  })
})

describe('approvals', () => {
  test('an approver’s key in the home is red, and so is what nobody can read; what waits is told', async () => {
    const place = await guarded('claude')
    const at = (...names: readonly string[]): string => join(place.user, ...names)
    await place.warrant(['keygen', at('alice')])
    await place.warrant([
      ...['mint', '--issuer-key', at('issuer.key'), '--holder', at('agent.pub'), '--ttl', '30d'],
      ...['--tools', 'Read', '--gate', 'Read', '--approver', at('alice.pub'), '-o', at('gated')],
    ])
    const standing = ['--standing', at('gated'), '--holder-key', at('agent.key')]
    expect(await place.warrant(['hook', 'claude', 'install', '--yes', ...standing])).toMatchObject({
      exit: 0,
    })
    const asked = await place.call('/data/a')
    expect([asked.exit, asked.stderr]).toEqual([2, expect.stringContaining('APPROVAL_REQUIRED')])
    expect(await doctor(place)).toEqual([])
    expect((await place.warrant(['doctor'])).stdout).toContain('note  approvals: 1 waiting')

    cpSync(at('alice.key'), join(place.home, 'alice.key'))
    expect(await doctor(place)).toEqual([expect.stringMatching(/alice\.key is the key of an approver/)])
    rmSync(join(place.home, 'alice.key'))
    const granted = join(place.home, 'approvals', 'granted', 'a')
    writeFileSync(granted, 'yes')
    expect(await doctor(place)).toEqual([expect.stringContaining('APPROVAL_MALFORMED')])
    rmSync(granted)
    expect(await doctor(place)).toEqual([])
  })
})

test('the hook taken out again, by its own command, is red', async () => {
  const place = await guarded('claude')
  await place.call('/data/a')
  expect(await doctor(place)).toEqual([])
  expect(await place.warrant(['hook', 'claude', 'uninstall', '--yes'])).toMatchObject({ exit: 0 })
  expect(await doctor(place)).toEqual([expect.stringContaining('the hook is installed in none')])
})

describe('notes', () => {
  test('of tools that no warrant names, of shells, and of keys of roots that lie about', async () => {
    const place = await guarded('claude')
    await place.call('/data/a')
    const settings = JSON.parse(readFileSync(join(place.home, 'hook.json'), 'utf8')) as {
      hosts: { claude: { command: string } }
    }
    await spawnCommand(settings.hosts.claude.command, {
      input: JSON.stringify(SHAPES.claude.call({ tool: 'WebFetch', args: { url: 'https://example.com' } })),
    })
    writeFileSync(join(place.home, 'issuer.key'), readFileSync(join(place.user, 'issuer.key')), {
      mode: 0o600,
    })
    await place.warrant([
      ...['mint', '--issuer-key', join(place.user, 'issuer.key'), '--holder', join(place.user, 'agent.pub')],
      ...['--tools', 'Bash,Read', '--ttl', '1d', '-o', join(place.user, 'wide')],
    ])
    await place.warrant([
      ...['hook', 'claude', 'install', '--yes', '--standing', join(place.user, 'wide')],
      ...['--holder-key', join(place.user, 'agent.key')],
    ])
    const { exit, stdout } = await place.warrant(['doctor', '--json'])
    const { green, findings } = JSON.parse(stdout) as {
      green: boolean
      findings: { state: string; what: string }[]
    }
    expect([exit, green]).toEqual([0, true])
    const notes = findings.filter(({ state }) => state === 'note').map(({ what }) => what)
    expect(notes).toEqual([
      expect.stringMatching(/issuer\.key is the key of a trusted root/),
      expect.stringMatching(/named by no warrant: WebFetch$/),
      expect.stringMatching(/^Bash may run anything/),
    ])
  })
})

test('a home that is not there is red', async () => {
  const { exit, stdout } = await run(['doctor', '--home', join(tmpdir(), 'warrant-nowhere')], {
    now: nowInSeconds(),
  })
  expect([exit, stdout]).toEqual([1, expect.stringContaining('FILE_NOT_FOUND')])
})
