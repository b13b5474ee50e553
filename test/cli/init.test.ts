/** Workspaces from templates: what is made is whole, mints, installs by the commands that are printed, and is held to by doctor. */

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { TEMPLATES } from '../../src/cli/templates/plan.js'
import { nowInSeconds, spawnCommand } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'
import { run, type Transcript } from './harness.js'

const NAMES = [...TEMPLATES.keys()]
const program = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))

interface Workspace {
  readonly user: string
  readonly root: string
  readonly commands: readonly string[]
  readonly at: (...names: readonly string[]) => string
  readonly warrant: (argv: readonly string[], typed?: string) => Promise<Transcript>
}

const workspace = async (template: string, name: string = 'a tenant'): Promise<Workspace> => {
  const user = mkdtempSync(join(tmpdir(), 'warrant-init-'))
  const root = join(user, name)
  const warrant: Workspace['warrant'] = (argv, typed) =>
    run(argv, {
      env: { HOME: user },
      now: nowInSeconds(),
      ...(typed !== undefined && { stdin: typed, stdinIsTTY: true }),
    })
  const { exit, stdout, stderr } = await warrant(['init', '--template', template, root])
  expect([exit, stderr]).toEqual([0, expect.stringContaining(`made ${root}`)])
  return { user, root, commands: stdout.trim().split('\n'), at: (...names) => join(root, ...names), warrant }
}

/** The words of a command line, as a shell has them. */
const wordsOf = (line: string): readonly string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((found) =>
    found.isFile() ? [join(found.parentPath, found.name)] : [],
  )

/** Runs every command but doctor, as somebody who answers yes. */
const followed = async (place: Workspace): Promise<void> => {
  for (const line of place.commands.filter((each) => !each.startsWith('warrant doctor'))) {
    const [word, ...argv] = wordsOf(line)
    expect(word).toBe('warrant')
    const { exit, stderr } = await place.warrant(argv, 'y\n')
    expect([line, exit, stderr]).toEqual([line, 0, expect.not.stringMatching(/^warrant: /m)])
  }
}

const findingsOf = async (place: Workspace, ...abouts: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await place.warrant(['doctor', '--workspace', place.root])
  return stdout.split('\n').filter((line) => abouts.some((about) => line.slice(6).startsWith(`${about}:`)))
}

const reds = async (place: Workspace): Promise<readonly string[]> =>
  (await findingsOf(place, 'workspace', 'cron', 'credentials', 'keys')).filter((line) =>
    line.startsWith('red'),
  )

describe.each(NAMES)('init --template %s', (template) => {
  test('makes documents, policies and keys that their owner alone can read', async () => {
    const { root, at } = await workspace(template)
    for (const name of ['TENANT_MANIFEST.md', 'CRON_MANIFEST.md', 'GOVERNANCE.md', 'guard/hook.json'])
      expect(existsSync(at(name))).toBe(true)
    for (const name of ['issuer', 'agent'])
      expect(statSync(at('keys', `${name}.key`)).mode & 0o777).toBe(0o600)
    const open = filesIn(root).filter((file) => !file.endsWith('.pub') && (statSync(file).mode & 0o077) !== 0)
    expect(open).toEqual([])
    for (const folder of ['keys', 'policies', 'workspace', 'hermes', 'guard'])
      expect(statSync(at(folder)).mode & 0o777).toBe(0o700)
  })

  test('makes policies of which each that is for a warrant mints one', async () => {
    const { root, at, warrant } = await workspace(template)
    const policies = filesIn(root).filter((file) => /policies|warrants/.test(relative(root, file)))
    expect(policies.length).toBeGreaterThan(0)
    const forWarrants = policies.filter((file) => !/\/(roles|children)\.yaml$/.test(file))
    expect(forWarrants.length).toBe(1)
    for (const file of forWarrants) {
      const keys = ['--issuer-key', at('keys', 'issuer.key'), '--holder', at('keys', 'agent.pub')]
      const { exit, stdout, stderr } = await warrant(['mint', ...keys, '--policy', file])
      expect([exit, stderr, stdout.length > 200]).toEqual([0, '', true])
    }
  })

  test('refuses to replace anything, and changes nothing then', async () => {
    const { root, warrant } = await workspace(template)
    const before = new Map(filesIn(root).map((file) => [file, readFileSync(file, 'utf8')]))
    const again = await warrant(['init', '--template', template, root])
    expect([again.exit, again.stderr]).toEqual([1, expect.stringContaining('FILE_EXISTS')])
    expect(new Map(filesIn(root).map((file) => [file, readFileSync(file, 'utf8')]))).toEqual(before)
    const half = join(root, '..', 'half')
    mkdirSync(half)
    writeFileSync(join(half, 'GOVERNANCE.md'), 'ours')
    const beside = await warrant(['init', '--template', template, half])
    expect([beside.exit, readdirSync(half)]).toEqual([1, ['GOVERNANCE.md']])
  })
})

describe.each(NAMES)('the commands of %s', (template) => {
  test('work as they are printed, and doctor finds the workspace as it is said to be', async () => {
    const place = await workspace(template)
    expect(place.commands.at(-1)).toMatch(/^warrant doctor --workspace /)
    await followed(place)
    expect(await reds(place)).toEqual([])
    const green = await findingsOf(place, 'workspace', 'cron', 'credentials', 'keys')
    expect(green.filter((line) => line.startsWith('green'))).toHaveLength(4)
    expect(green.filter((line) => line.startsWith('note'))).toEqual([expect.stringContaining('issuer.key')])
  })
})

describe('the policy of a job', () => {
  test('is found by the command for other schedulers too, which runs under a warrant for that run', async () => {
    const place = await workspace('cron')
    const words = [
      program,
      'run',
      '--issuer-key',
      place.at('keys', 'issuer.key'),
      '--home',
      place.at('guard'),
    ]
    const shown = execFileSync(
      process.execPath,
      [
        ...words,
        '--for',
        'cron:report',
        '--',
        'sh',
        '-c',
        `"${process.execPath}" "${program}" inspect "$WARRANT_FILE"`,
      ],
      { encoding: 'utf8' },
    )
    expect(shown).toContain('write_file')
    expect(shown).toMatch(/session +cron_report_\d{8}_\d{6}/)
  })
})

describe('an agent in a tenant', () => {
  const calls: readonly (readonly [string, (place: Workspace) => object, string])[] = [
    ['read_file', ({ at }) => ({ path: at('workspace', 'a.md'), offset: 1 }), 'allowed'],
    ['write_file', ({ at }) => ({ path: at('workspace', 'a.md'), content: 'x' }), 'allowed'],
    ['process_manage', () => ({ action: 'poll', session_id: 'p1' }), 'allowed'],
    ['cronjob', () => ({ action: 'list' }), 'allowed'],
    ['read_file', ({ user }) => ({ path: join(user, '.hermes', '.env') }), 'CONSTRAINT_VIOLATED'],
    ['read_file', () => ({ path: 'a.md' }), 'CONSTRAINT_VIOLATED'],
    ['search_files', () => ({ pattern: 'x' }), 'CONSTRAINT_ARGUMENT_MISSING'],
    [
      'write_file',
      ({ at }) => ({ path: at('workspace', 'a'), content: 'x', cross_profile: true }),
      'CONSTRAINT_ARGUMENT_UNKNOWN',
    ],
    ['patch', () => ({ mode: 'patch', patch: '*** Delete File: /etc/passwd' }), 'CONSTRAINT_VIOLATED'],
    ['cronjob_manage', () => ({ action: 'create', script: 'x' }), 'CONSTRAINT_VIOLATED'],
    ['process', () => ({ action: 'kill', session_id: 'p1' }), 'CONSTRAINT_VIOLATED'],
    ['terminal', () => ({ command: 'ls' }), 'TOOL_NOT_GRANTED'],
    ['read_file', ({ at }) => ({ path: at('policies', 'tenant.yaml') }), 'GUARD_PROTECTED'],
    ['read_file', ({ at }) => ({ path: at('keys', 'issuer.key') }), 'GUARD_PROTECTED'],
    ['write_file', ({ at }) => ({ path: at('CRON_MANIFEST.md'), content: '' }), 'GUARD_PROTECTED'],
  ]
  test('may work in its folder, by the names of old and new builds, and nowhere else', async () => {
    const place = await workspace('tenant', 'tenant')
    await followed(place)
    const settings = JSON.parse(readFileSync(place.at('guard', 'hook.json'), 'utf8')) as {
      hosts: { hermes: { command: string } }
    }
    const { command } = settings.hosts.hermes
    const patient = { ...settings, deadlineMilliseconds: 60_000 } // however busy the machine is
    writeFileSync(place.at('guard', 'hook.json'), JSON.stringify(patient))
    const seen = await Promise.all(
      calls.map(async ([tool, args]) => {
        const input = JSON.stringify(SHAPES.hermes.call({ tool, args: args(place) }))
        const { exit, stderr } = await spawnCommand(command, { input })
        return exit === 0 ? 'allowed' : (/^warrant: ([A-Z_]+): /.exec(stderr)?.[1] ?? stderr)
      }),
    )
    expect(seen).toEqual(calls.map(([, , code]) => code))
    const { exit, stdout } = await place.warrant(['doctor', '--workspace', place.root])
    expect([exit, stdout.trim().split('\n').at(-1)]).toEqual([0, 'green'])
  })
})

describe('doctor --workspace is red', () => {
  const secret = `planted-${'k3Yz'.repeat(6)}`
  const cases: readonly (readonly [string, (place: Workspace) => void, RegExp])[] = [
    [
      'without a manifest',
      ({ at }) => writeFileSync(at('TENANT_MANIFEST.md'), ''),
      /names no work that is there/,
    ],
    [
      'when Hermes works somewhere else',
      ({ at }) => writeFileSync(at('hermes', 'config.yaml'), 'terminal: { cwd: /tmp }\n'),
      /terminal\.cwd of Hermes is not inside/,
    ],
    [
      'when Hermes is told no folder',
      ({ at }) => writeFileSync(at('hermes', 'config.yaml'), '{}\n'),
      /terminal\.cwd of Hermes is not inside/,
    ],
    [
      'when the working directory is a link that leads out',
      ({ at, user }) => {
        symlinkSync(user, at('out'))
        const manifest = readFileSync(at('TENANT_MANIFEST.md'), 'utf8')
        writeFileSync(at('TENANT_MANIFEST.md'), manifest.replace(at('workspace'), at('out')))
        writeFileSync(at('hermes', 'config.yaml'), `terminal: { cwd: ${JSON.stringify(at('out'))} }\n`)
      },
      /the working directory is outside/,
    ],
    [
      'when a job is not in the manifest',
      (place) => schedule(place, { id: 'ab12' }),
      /the job ab12 is scheduled/,
    ],
    ['when a job has no id', (place) => schedule(place, {}), /the job without an id is scheduled/],
    [
      'when a job works elsewhere',
      (place) => {
        list(place, 'ab12')
        schedule(place, { id: 'ab12', workdir: '/tmp' })
      },
      /the job ab12 works outside/,
    ],
    [
      'when the jobs cannot be read',
      ({ at }) => {
        mkdirSync(at('hermes', 'cron'))
        writeFileSync(at('hermes', 'cron', 'jobs.json'), '{"jobs":')
      },
      /jobs\.json of Hermes cannot be read/,
    ],
    [
      'when the jobs are a pipe that nobody writes to',
      ({ at }) => {
        mkdirSync(at('hermes', 'cron'))
        execFileSync('mkfifo', [at('hermes', 'cron', 'jobs.json')])
      },
      /jobs\.json of Hermes cannot be read/,
    ],
    [
      'when the credentials are a pipe that nobody writes to',
      ({ at }) => execFileSync('mkfifo', [at('hermes', '.env')]),
      /^red {3}credentials: .*\.env cannot be read/,
    ],
    [
      'when the credentials of another profile are a device without an end',
      ({ user }) => {
        mkdirSync(join(user, '.hermes', 'profiles', 'eve'), { recursive: true })
        symlinkSync('/dev/zero', join(user, '.hermes', 'profiles', 'eve', 'auth.json'))
      },
      /^red {3}credentials: .*auth\.json cannot be read/,
    ],
    [
      'when the keys are a file',
      (place) => {
        rmSync(place.at('keys'), { recursive: true })
        writeFileSync(place.at('keys'), '', { mode: 0o600 })
      },
      /^red {3}keys: .* cannot be read/,
    ],
    [
      'when a credential is the default profile’s, under whatever name',
      (place) => {
        environment(join(place.user, '.hermes'), `OPENAI_API_KEY="${secret}"\n`)
        environment(place.at('hermes'), `export OTHER_TOKEN=${secret} # copied\n`)
      },
      /OTHER_TOKEN in \.env is also that of the default profile/,
    ],
    [
      'when a credential is that of another profile',
      (place) => {
        environment(join(place.user, '.hermes', 'profiles', 'eve'), `NAME_OF_NOTE=${secret}\n`)
        environment(place.at('hermes'), `X='${secret}'\n`)
      },
      /X in \.env is also that of the profile eve/,
    ],
    [
      'when the logins are the same',
      (place) => {
        for (const home of [join(place.user, '.hermes'), place.at('hermes')])
          environment(home, `{"providers":{"x":{"refresh":"${secret}"}}}`, 'auth.json')
      },
      /auth\.json is also that of the default profile/,
    ],
    [
      'when others can read a credential',
      (place) => {
        environment(place.at('hermes'), 'A=1\n')
        chmodSync(place.at('hermes', '.env'), 0o644)
      },
      /others can reach .*\.env/,
    ],
    [
      'when others can read a key',
      ({ at }) => chmodSync(at('keys', 'agent.key'), 0o640),
      /others can reach .*agent\.key/,
    ],
    ['when others can enter the keys', ({ at }) => chmodSync(at('keys'), 0o755), /others can reach .*keys$/],
  ]
  test.each(cases)('%s', async (_, spoil, expected) => {
    const place = await workspace('tenant', 'tenant')
    expect(await reds(place)).toEqual([])
    spoil(place)
    const found = await reds(place)
    expect(found.length).toBeGreaterThan(0)
    expect(found).toContainEqual(expect.stringMatching(expected))
    const { exit, stdout, stderr } = await place.warrant(['doctor', '--workspace', place.root])
    expect([exit, `${stdout}${stderr}`.includes(secret)]).toEqual([1, false])
  })

  test('and not by links that lead nowhere, or by a file in the place of the profiles', async () => {
    const place = await workspace('tenant', 'tenant')
    symlinkSync('nowhere', place.at('keys', 'old.key'))
    symlinkSync('loop.key', place.at('keys', 'loop.key'))
    mkdirSync(join(place.user, '.hermes'))
    writeFileSync(join(place.user, '.hermes', 'profiles'), '')
    expect(await reds(place)).toEqual([])
  })

  test('and not by jobs that are listed, or by what only looks like a credential', async () => {
    const place = await workspace('tenant', 'tenant')
    list(place, 'ab12')
    schedule(place, { id: 'ab12', workdir: place.at('workspace') })
    for (const home of [join(place.user, '.hermes'), place.at('hermes')])
      environment(
        home,
        'API_KEY=\nLOG_PATH=/var/log/hermes/agent/today.log\nURL=https://api.example.com/v1/models\n',
      )
    environment(
      join(place.user, '.hermes'),
      `${readFileSync(place.at('hermes', '.env'), 'utf8')}K_TOKEN=${secret}\n`,
    )
    environment(place.at('hermes'), `K_TOKEN=another-${secret}\n`)
    expect(await reds(place)).toEqual([])
    expect(await findingsOf(place, 'cron')).toEqual(['green cron: 1 scheduled, all in the manifest'])
  })
})

const environment = (home: string, text: string, name = '.env'): void => {
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, name), text, { mode: 0o600 })
}

const schedule = (place: Workspace, job: object): void => {
  mkdirSync(place.at('hermes', 'cron'))
  writeFileSync(place.at('hermes', 'cron', 'jobs.json'), JSON.stringify({ jobs: [job] }))
}

const list = ({ at }: Workspace, id: string): void =>
  writeFileSync(
    at('CRON_MANIFEST.md'),
    `${readFileSync(at('CRON_MANIFEST.md'), 'utf8')}| \`${id}\` | \`x.yaml\` |\n`,
  )

test('what is no template, or no folder for one, is wrong usage', async () => {
  for (const argv of [['init'], ['init', '--template', 'team'], ['init', '--template', 'cron', 'a|b']]) {
    const { exit, stderr } = await run(argv)
    expect([exit, stderr]).toEqual([2, expect.stringContaining('USAGE')])
  }
  const nowhere = await run(['doctor', '--workspace', join(tmpdir(), 'warrant-nowhere')])
  expect([nowhere.exit, nowhere.stdout]).toEqual([1, expect.stringContaining('no TENANT_MANIFEST.md')])
})
