/** `warrant session`: an operator gives one session a warrant, sees who has one, and ends it with all that it granted. */

import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  childStart,
  delegation,
  filesIn,
  PARENT,
  reading,
  setDelegation,
  tell,
} from '../support/delegating.js'
import { type HookHome, hookHome, nowInSeconds } from '../support/hookHome.js'
import { type Keys, keysFor, run, type Transcript } from './harness.js'

type Name = 'issuer' | 'agent' | 'other'

let dir: string
let keys: Readonly<Record<Name, Keys>>
const now = nowInSeconds()

const warrant = (...argv: readonly string[]): Promise<Transcript> => run(argv, { now })

beforeAll(async () => {
  ;({ dir, keys } = await keysFor('issuer', 'agent', 'other'))
})

let count = 0
/** A warrant of the issuer for the agent. */
const minted = async (...more: readonly string[]): Promise<string> => {
  const file = join(dir, `warrant-${++count}`)
  const argv = ['mint', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public]
  const { exit, stderr } = await warrant(
    ...argv,
    '--ttl',
    '10m',
    '--allow',
    'Read:file_path=/data',
    '-o',
    file,
    ...more,
  )
  expect([exit, stderr]).toEqual([0, expect.stringMatching(/^wrote /)])
  return file
}

/** One that issues warrants, and calls no tool. */
const issuing = async (): Promise<string> => {
  const file = join(dir, `warrant-${++count}`)
  const argv = ['mint', '--type', 'issuer', '--issuer-key', keys.issuer.secret, '--holder', keys.agent.public]
  expect((await warrant(...argv, '--issuable', 'Read', '-o', file)).exit).toBe(0)
  return file
}

interface Put {
  readonly roots?: readonly string[]
  /** Seconds after now. */
  readonly later?: number
}

const homeOf = (): HookHome => {
  const home = hookHome()
  home.configure({ roots: [keys.issuer.hex] })
  return home
}

const at = ({ folder }: HookHome): readonly string[] => ['--home', folder, '--host', 'hermes']

const put = async (home: HookHome, file: string, ...more: readonly string[]): Promise<Transcript> =>
  warrant(
    'session',
    'put',
    ...at(home),
    '--session',
    's1',
    '--warrant',
    file,
    '--holder-key',
    keys.agent.secret,
    ...more,
  )

describe('put', () => {
  test('gives a session a warrant by which its calls are decided from then on', async () => {
    const home = homeOf()
    expect(await tell(home, reading('s1', '/data/a'))).toBe('SESSION_UNKNOWN')
    const { exit, stdout, stderr } = await put(home, await minted())
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^hermes s1 acts under tnu_wrt_[0-9a-f]{32}, 10m left\n$/)
    expect(await tell(home, reading('s1', '/data/a'))).toBe('allowed')
    expect(await tell(home, reading('s1', '/etc/a'))).toBe('CONSTRAINT_VIOLATED')
    expect(await tell(home, reading('s2', '/data/a'))).toBe('SESSION_UNKNOWN')
    for (const file of filesIn(home, 'sessions')) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('takes one that is bound to this session, and a subagent within a session', async () => {
    const home = homeOf()
    expect((await put(home, await minted('--session', 's1'), '--agent', 'a')).exit).toBe(0)
    expect(
      JSON.parse((await warrant('session', 'list', '--home', home.folder, '--json')).stdout),
    ).toMatchObject({
      sessions: [{ session: 's1', agent: 'a' }],
    })
  })

  test.each([
    ['of a root that is not trusted', () => minted(), 'CHAIN_UNTRUSTED_ROOT', { roots: [] }],
    ['that has expired', () => minted(), 'WARRANT_EXPIRED', { later: 601 }],
    ['of another session', () => minted('--session', 's2'), 'SESSION_MISMATCH', {}],
    ['that issues', () => issuing(), 'WARRANT_NOT_EXECUTION', {}],
  ])('refuses one %s', async (_, make, code, { roots = [keys.issuer.hex], later = 0 }: Put) => {
    const home = hookHome()
    home.configure({ roots })
    const argv = [...at(home), '--session', 's1', '--warrant', await make()]
    const { exit, stderr } = await run(['session', 'put', ...argv, '--holder-key', keys.agent.secret], {
      now: now + later,
    })
    expect([exit, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^warrant: ${code}: `))])
    expect(filesIn(home, 'sessions')).toEqual([])
  })

  test('refuses a key that is not its holder’s, and says nothing of it', async () => {
    const home = homeOf()
    const file = await minted()
    const argv = ['session', 'put', ...at(home), '--session', 's1', '--warrant', file]
    const { exit, stderr } = await warrant(...argv, '--holder-key', keys.other.secret)
    expect([exit, stderr]).toEqual([1, expect.stringMatching(/^warrant: KEY_MISMATCH: /)])
    const inline = await warrant(...argv, '--holder-key', readFileSync(keys.agent.secret, 'utf8'))
    expect([inline.exit, inline.stderr]).toEqual([2, expect.stringMatching(/^warrant: SECRET_IN_ARGUMENT: /)])
  })

  test('replaces one only by --force, which ends what the one before had granted', async () => {
    const home = homeOf()
    await setDelegation(home, 'hermes', { version: 1, inherit: ['Read'] })
    await put(home, await minted('--allow', 'delegate_task'))
    await tell(home, delegation('s1', ['one', 'two']), childStart('s1', 'child', 'one'))
    expect(await tell(home, reading('child', '/data/a'))).toBe('allowed')
    const other = await minted()
    expect(await put(home, other)).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/^warrant: FILE_EXISTS: /),
    })
    expect((await put(home, other, '--force')).exit).toBe(0)
    expect(await tell(home, reading('child', '/data/a'))).toBe('SESSION_UNKNOWN')
    expect(filesIn(home, 'grants')).toEqual([])
    expect(await tell(home, reading('s1', '/data/a'))).toBe('allowed')
  })
})

describe('list', () => {
  test('shows sessions and grants that wait, and no key', async () => {
    const home = homeOf()
    expect(await warrant('session', 'list', '--home', home.folder)).toMatchObject({ exit: 0, stdout: '' })
    home.configure()
    await setDelegation(home, 'hermes', { version: 1, inherit: ['Read'] })
    const { holderKey } = home.open('hermes', 's1', { tools: PARENT })
    await tell(home, delegation('s1', ['one', 'two']), childStart('s1', 'child', 'one'))
    const plain = await warrant('session', 'list', '--home', home.folder)
    expect(plain.stdout.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^hermes child {2}tnu_wrt_\w+ {2}\S+( \S+)? left {2}delegate by s1$/),
      expect.stringMatching(/^hermes s1 {2}tnu_wrt_\w+ {2}\S+( \S+)? left {2}test$/),
      expect.stringMatching(/^hermes s1 {2}tnu_wrt_\w+ {2}waits .+ for a child$/),
    ])
    const json = await warrant('session', 'list', '--home', home.folder, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      sessions: expect.arrayContaining([
        expect.objectContaining({ session: 'child', parent: 's1', depth: 1, origin: 'delegate' }),
      ]),
      pending: [{ host: 'hermes', session: 's1', role: 'leaf', depth: 1 }],
    })
    const stored = filesIn(home, 'sessions').concat(filesIn(home, 'grants'))
    const secrets = stored.map(
      (file) => (JSON.parse(readFileSync(file, 'utf8')) as { holderKey: string }).holderKey,
    )
    expect(secrets.length).toBe(3)
    for (const { stdout } of [plain, json]) {
      expect(stdout).not.toMatch(/PRIVATE|one|two/)
      for (const secret of secrets) expect(stdout).not.toContain(secret.split('\n')[1])
      expect(stdout).not.toContain(holderKey.publicKey)
    }
    expect((await warrant('session', 'list', '--home', home.folder, '--session', 'child')).stdout).toMatch(
      /^hermes child/,
    )
    expect((await warrant('session', 'list', '--home', home.folder, '--host', 'claude')).stdout).toBe('')
  })
})

describe('end', () => {
  test('ends a session, its children and what waits, and says how many', async () => {
    const home = homeOf()
    home.configure()
    await setDelegation(home, 'hermes', { version: 1, inherit: ['Read'] })
    home.open('hermes', 's1', { tools: PARENT })
    home.open('hermes', 's2')
    await tell(home, delegation('s1', ['one', 'two']), childStart('s1', 'child', 'one'))
    const ending = ['session', 'end', ...at(home), '--session', 's1']
    expect(await warrant(...ending)).toMatchObject({
      exit: 0,
      stdout: 'ended: 2 sessions, 1 grant that waited\n',
    })
    for (const session of ['s1', 'child'])
      expect(await tell(home, reading(session, '/data/a'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, reading('s2', '/data/a'))).toBe('allowed')
    expect(await warrant(...ending)).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/^warrant: SESSION_UNKNOWN: /),
    })
  })
})

describe('what is refused', () => {
  test.each([
    ['another action', ['give']],
    ['no host', ['end', '--session', 's']],
    ['a host that there is not', ['end', '--session', 's', '--host', 'emacs']],
    ['no session', ['end', '--host', 'hermes']],
    ['an empty session', ['end', '--host', 'hermes', '--session', '']],
    ['no key', ['put', '--host', 'hermes', '--session', 's', '--warrant', 'w']],
  ])('%s', async (_, argv) => {
    expect((await warrant('session', ...argv, '--home', homeOf().folder)).exit).toBe(2)
  })

  test('a home that is not there, or that others can enter', async () => {
    expect((await warrant('session', 'list', '--home', join(dir, 'none'))).stderr).toMatch(
      /^warrant: FILE_NOT_FOUND: /,
    )
    mkdirSync(join(dir, 'open'), { mode: 0o755 })
    expect((await warrant('session', 'list', '--home', join(dir, 'open'))).stderr).toMatch(
      /^warrant: FILE_MODE: /,
    )
  })
})
