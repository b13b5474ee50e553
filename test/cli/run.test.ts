/** `warrant run`, as a scheduler starts it: the real program, a real command, real signals. */

import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const binary = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'warrant-runs-'))
const temporary = join(folder, 'tmp')
const home = join(folder, 'home')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

const environment = { ...process.env, TMPDIR: temporary, HOME: folder }

const warrant = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, ...env },
  })
  return { exit: status, stdout, stderr }
}

/** A script in JavaScript for the command to be. */
const script = (text: string): readonly string[] => ['--', process.execPath, '-e', text]

beforeAll(() => {
  mkdirSync(temporary)
  mkdirSync(join(home, 'warrants', 'cron'), { recursive: true })
  warrant(['keygen', 'issuer'])
  const policy = 'version: 1\nttl: 20m\ntools: { read_file: { path: /srv } }\n'
  writeFileSync(join(home, 'warrants', 'cron', 'nightly.yaml'), policy)
})

const run = (...args: readonly string[]): readonly string[] => ['run', '--issuer-key', 'issuer.key', ...args]
const job = run('--home', home, '--for', 'cron:nightly')

describe('the command', () => {
  test('uses its warrant with its own key, in its own session, within the policy of its job', () => {
    const tell = `
      const { WARRANT_FILE: file, WARRANT_KEY_FILE: key, WARRANT_ROOT: root, WARRANT_SESSION: session } = process.env
      const { statSync } = require('node:fs')
      const { spawnSync } = require('node:child_process')
      const ask = (path) => spawnSync(process.execPath, [${JSON.stringify(binary)}, 'enforce', file, '--root', root,
        '--holder-key', key, '--session', session, '--tool', 'read_file', '--args', JSON.stringify({ path })]).status
      const modes = [file, key].map((path) => (statSync(path).mode & 0o777).toString(8))
      console.log(JSON.stringify({ modes, session, granted: ask('/srv/a'), outside: ask('/etc/passwd') }))`
    const { exit, stdout, stderr } = warrant([...job, ...script(tell)])
    expect([exit, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      modes: ['600', '600'],
      session: expect.stringMatching(/^cron_nightly_\d{8}_\d{6}$/),
      granted: 0,
      outside: 1,
    })
    expect(readdirSync(temporary)).toEqual([])
  })

  test('ends as it ends, and takes its arguments as they are', () => {
    expect(warrant([...job, ...script('process.exit(7)')]).exit).toBe(7)
    expect(warrant([...job, ...script('process.kill(process.pid, "SIGKILL")')]).exit).toBe(137)
    const echo = script('console.log(JSON.stringify(process.argv.slice(1)))')
    expect(JSON.parse(warrant([...job, ...echo, '--', '--ttl', '*', '$HOME']).stdout)).toEqual([
      '--ttl',
      '*',
      '$HOME',
    ])
    expect(readdirSync(temporary)).toEqual([])
  })

  test('never sees the key of the issuer, under any name', () => {
    const secret = readFileSync(join(folder, 'issuer.key'), 'utf8')
    const env = { NAMED: secret, COPY: secret, OTHER: 'kept' }
    const tell = script('console.log(JSON.stringify(process.env))')
    const { stdout } = warrant(['run', '--issuer-key', 'env:NAMED', '--tools', 'x', ...tell], env)
    const seen = JSON.parse(stdout)
    expect(seen).toMatchObject({ OTHER: 'kept' })
    expect(stdout).not.toContain(secret.split('\n')[1])
    expect('NAMED' in seen || 'COPY' in seen).toBe(false)
  })
})

describe('the descriptor that the key of the issuer was read from', () => {
  // Whoever has it could read the file again, whoever may open that.
  const READER = `
    const { fstatSync, readdirSync, readFileSync, readSync } = require('node:fs')
    const isFile = (fd) => { try { return fstatSync(fd).isFile() } catch { return false } }
    for (const fd of readdirSync('/dev/fd').map(Number).filter(isFile)) {
      const bytes = Buffer.alloc(4096)
      try { console.log(bytes.toString('utf8', 0, readSync(fd, bytes, 0, 4096, 0))) } catch {}
      try { console.log(readFileSync('/dev/fd/' + fd, 'utf8')) } catch {}
    }
    console.log('looked')`

  test.each([
    ['standard input', '-', '< issuer.key'],
    ['standard input by its number', 'fd:0', '< issuer.key'],
    ['one of the first', 'fd:3', '3< issuer.key < /dev/null'],
    ['a late one', 'fd:20', '20< issuer.key < /dev/null'],
    ['a late one by its path', '/dev/fd/20', '20< issuer.key < /dev/null'],
    ['one beside the file', 'issuer.key', '20< issuer.key < issuer.key'],
  ])('%s is not handed on', (_, name, redirected) => {
    const secret = readFileSync(join(folder, 'issuer.key'), 'utf8').split('\n')[1] as string
    const line = `"$0" "$@" ${redirected}`
    const words = [process.execPath, binary, 'run', '--issuer-key', name, '--tools', 'x', ...script(READER)]
    const ran = spawnSync('bash', ['-c', line, ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: environment,
      timeout: 20_000,
    })
    expect([ran.status, ran.stderr, ran.stdout.includes('looked')]).toEqual([0, '', true])
    expect(ran.stdout).not.toContain(secret)
  })

  test('another standard input is', () => {
    const tell = script('process.stdin.pipe(process.stdout)')
    const words = [process.execPath, binary, ...run('--tools', 'x'), ...tell]
    const line = 'echo hello | "$0" "$@"'
    const ran = spawnSync('bash', ['-c', line, ...words], { cwd: folder, encoding: 'utf8', env: environment })
    expect([ran.status, ran.stdout]).toEqual([0, 'hello\n'])
  })
})

describe('the end of the warrant', () => {
  const stubborn = script(`
    process.on('SIGTERM', () => console.log('asked'))
    const { spawn } = require('node:child_process')
    const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    console.log(grandchild.pid)
    setInterval(() => {}, 1000)`)

  test('ends the command and what it started: asked first, then killed', () => {
    const args = ['--tools', 'x', '--ttl', '1s', '--grace', '1s', '--record', 'record.jsonl']
    const { exit, stdout, stderr } = warrant([...run(...args), ...stubborn])
    expect([exit, stderr]).toEqual([1, expect.stringMatching(/^warrant: RUN_EXPIRED: /)])
    const [pid, asked] = stdout.split('\n')
    expect(asked).toBe('asked')
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
    expect(JSON.parse(readFileSync(join(folder, 'record.jsonl'), 'utf8'))).toMatchObject({
      warrantId: expect.stringMatching(/^tnu_wrt_/),
      exit: 137,
      signal: 'SIGKILL',
      expired: true,
    })
    expect(statSync(join(folder, 'record.jsonl')).mode & 0o777).toBe(0o600)
    expect(readdirSync(temporary)).toEqual([])
  })

  test('lets it finish where that is said', () => {
    const slow = script('setTimeout(() => process.exit(3), 1500)')
    expect(warrant([...run('--tools', 'x', '--ttl', '1s', '--at-expiry', 'finish'), ...slow]).exit).toBe(3)
  })

  test('a signal is passed on, and the files are gone afterwards', async () => {
    const tell =
      'process.on("SIGTERM", () => process.exit(5)); console.log("ready"); setInterval(() => {}, 1000)'
    const child = spawn(process.execPath, [binary, ...job, ...script(tell)], {
      cwd: folder,
      env: environment,
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGTERM')
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(5)
    expect(readdirSync(temporary)).toEqual([])
  })
})

describe('what is refused, before anything runs', () => {
  const touch = script(`require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'touched'))}, '')`)
  test.each([
    ['a job without a policy', ['--home', home, '--for', 'cron:other'], 1, 'FILE_NOT_FOUND'],
    ['a job that leads elsewhere', ['--home', home, '--for', 'cron:../nightly'], 2, 'USAGE'],
    ['no tools', [], 2, 'USAGE'],
    ['a life of no form', ['--tools', 'x', '--ttl', 'soon'], 2, 'DURATION_MALFORMED'],
  ])('%s', (_, args, exit, code) => {
    const ran = warrant([...run(...args), ...touch])
    expect([ran.exit, ran.stderr.split(':')[1]?.trim()]).toEqual([exit, code])
    expect(existsSync(join(folder, 'touched'))).toBe(false)
  })

  test('a command that is not there', () => {
    const ran = warrant([...job, '--', join(folder, 'nothing')])
    expect([ran.exit, ran.stderr]).toEqual([1, expect.stringContaining('RUN_NOT_STARTED')])
    expect(readdirSync(temporary)).toEqual([])
  })
})
