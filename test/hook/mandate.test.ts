/** Scheduled jobs: each run has a short warrant of its own from the mandate of its job, once, and nothing else has one. */

import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { HookEvent } from '../../src/hook/event.js'
import { beginRun, type RunPlace } from '../../src/hook/mandate.js'
import { generateKey, secretKeyToPem } from '../../src/index.js'
import { bindingOf } from '../../src/node/sessionBinding.js'
import { fileSessionStore, memorySessionStore } from '../../src/node/sessionStore.js'
import {
  type CronHome,
  cronHome,
  homeWithMandate,
  JOB,
  JOB_POLICY,
  runName,
  turnOfRun,
} from '../support/cronHome.js'
import { callIn, outcomeOf, turnOf } from '../support/gatewayHome.js'
import { nowInSeconds } from '../support/hookHome.js'

const REPORT = { path: '/srv/reports/q3' }

const begin = (home: CronHome, session: string, turn?: string): Promise<string> =>
  outcomeOf(home, turnOfRun(session, turn))
const read = (home: CronHome, session: string, args: object = REPORT): Promise<string> =>
  outcomeOf(home, callIn({ session, args: { ...args } }))
const entryOf = (home: CronHome, session: string) =>
  fileSessionStore(home.path('sessions')).get({ host: 'hermes', session })

describe('a run', () => {
  test('may do what its job may, until its own time and the ttl of the job', async () => {
    const home = await homeWithMandate()
    const began = nowInSeconds() - 5
    const session = runName(began)
    expect(await read(home, session)).toBe('SESSION_UNKNOWN')
    expect(await begin(home, session)).toBe('ok')
    expect(await read(home, session)).toBe('ok')
    expect(await read(home, session, { path: '/srv/payroll' })).toBe('CONSTRAINT_VIOLATED')
    const entry = entryOf(home, session)
    expect([entry?.origin, entry?.expiresAt]).toEqual(['cron', began + 1200])
    const [mandate, leaf] = entry?.chain.warrants.map(({ payload }) => payload) ?? []
    expect([mandate?.issuer, mandate?.agentId, mandate?.type]).toEqual([
      home.issuer.publicKey,
      `cron:${JOB}`,
      'execution',
    ])
    expect(leaf?.holder).toBe(entry?.holderKey.publicKey)
    expect(leaf?.holder).not.toBe(mandate?.holder)
    expect(entry && bindingOf(entry.chain)).toEqual({ session, turn: 'turn-1', platform: 'cron' })
  })

  test('that is tried again is a run of its own, with a time and a key of its own', async () => {
    const home = await homeWithMandate()
    const names = [0, 5, 15].map((minutes) => runName(nowInSeconds() - 16 * 60 + minutes * 60))
    for (const name of names) expect(await begin(home, name)).toBe('ok')
    const entries = names.map((name) => entryOf(home, name))
    expect(new Set(entries.map((entry) => entry?.holderKey.publicKey)).size).toBe(3)
    expect(new Set(entries.map((entry) => entry?.expiresAt)).size).toBe(3)
  })

  test('is had once: what has ended is not begun again under its name', async () => {
    const home = await homeWithMandate()
    const session = runName(nowInSeconds())
    await begin(home, session)
    const ended = { ...turnOfRun(session), hook_event_name: 'on_session_finalize' }
    expect(await outcomeOf(home, ended)).toBe('ok')
    expect(await read(home, session)).toBe('SESSION_UNKNOWN')
    expect(await begin(home, session)).toBe('RUN_OVER')
    expect(await read(home, session)).toBe('SESSION_UNKNOWN')
  })

  test('that two processes begin at once ends when it would have', async () => {
    const home = await homeWithMandate()
    const began = nowInSeconds() - 3
    const session = runName(began)
    const found = await Promise.all(['a', 'b', 'c'].map((turn) => begin(home, session, turn)))
    expect(found).toContain('ok')
    expect(found.filter((code) => code !== 'ok' && code !== 'RUN_OVER')).toEqual([])
    expect(entryOf(home, session)?.expiresAt).toBe(began + 1200)
    expect(readdirSync(home.path('runs'))).toEqual([session])
  })

  test('is none where the name is of no job, no time, or a time that is not now', async () => {
    const home = await homeWithMandate()
    const now = nowInSeconds()
    const names: readonly (readonly [string, string])[] = [
      [runName(now, 'another'), 'SESSION_UNKNOWN'],
      [runName(now, '../hook'), 'SESSION_UNKNOWN'],
      [`cron_${JOB}`, 'SESSION_UNKNOWN'],
      [`cron_${JOB}_now`, 'SESSION_UNKNOWN'],
      [`cron_${JOB}_20260101_093000_more`, 'SESSION_UNKNOWN'],
      ['cron_', 'SESSION_UNKNOWN'],
      [runName(now - 1201), 'RUN_OVER'],
      [runName(now + 600), 'RUN_OVER'],
      [`cron_${JOB}_99999999_999999`, 'RUN_OVER'],
    ]
    for (const [name, code] of names) {
      expect([name, await begin(home, name)]).toEqual([name, code])
      expect([name, await read(home, name)]).toEqual([name, 'SESSION_UNKNOWN'])
    }
  })

  test('never acts under a standing warrant', async () => {
    const home = await homeWithMandate()
    const key = generateKey()
    const standing = home.open('hermes', 'any', { tools: { read_file: {} }, key })
    const { formatChain } = await import('../../src/warrant/text.js')
    writeFileSync(home.path('standing.key'), secretKeyToPem(standing.holderKey), { mode: 0o600 })
    home.configure({
      hosts: {
        hermes: { standing: { chain: formatChain(standing.chain), keyFile: home.path('standing.key') } },
      },
    })
    expect(await read(home, runName(nowInSeconds(), 'another'))).toBe('SESSION_UNKNOWN')
    expect(await read(home, 'cron_')).toBe('SESSION_UNKNOWN')
  })
})

describe('a chat that is named like a run', () => {
  test.each([
    ['of a user', { platform: 'telegram', sender: '1001' }],
    ['of a client that may name its session', { platform: 'api_server', sender: '' }],
    ['of nobody anywhere', { platform: '', sender: '' }],
    ['of a user who says cron', { platform: 'cron', sender: '1001' }],
    ['of a child', { platform: 'subagent', sender: '' }],
  ])('%s gets nothing, and what the run had goes', async (_, said) => {
    const home = await homeWithMandate()
    const session = runName(nowInSeconds())
    expect(await outcomeOf(home, turnOf({ session, ...said }))).toBe('SESSION_MISMATCH')
    expect(await read(home, session)).toBe('SESSION_UNKNOWN')
    expect(await begin(home, session, 'of the run')).toBe('ok')
    expect(await outcomeOf(home, turnOf({ session, turn: 'of the chat', ...said }))).toBe('SESSION_MISMATCH')
    expect(await outcomeOf(home, callIn({ session, turn: 'of the run', args: REPORT }))).toBe(
      'SESSION_UNKNOWN',
    )
  })

  test('has no call in the turn of the run, even before anything is heard of its own', async () => {
    const home = await homeWithMandate()
    const session = runName(nowInSeconds())
    await begin(home, session, 'of the run')
    expect(await outcomeOf(home, callIn({ session, turn: 'of the chat', args: REPORT }))).toBe(
      'SESSION_MISMATCH',
    )
  })
})

describe('a mandate', () => {
  test('is for the job that was signed, whatever its file is called', async () => {
    const home = await homeWithMandate()
    cpSync(home.path('mandates', `${JOB}.json`), home.path('mandates', 'other.json'))
    expect(await begin(home, runName(nowInSeconds(), 'other'))).toBe('SESSION_UNKNOWN')
  })

  test('that others can read, or that is not whole, or whose key is another, gives nothing', async () => {
    const home = await homeWithMandate()
    const file = home.path('mandates', `${JOB}.json`)
    const good = readFileSync(file, 'utf8')
    const fields = JSON.parse(good) as Record<string, unknown>
    const broken: readonly (readonly [string, number, string])[] = [
      [good, 0o640, 'FILE_MODE'],
      [good.slice(0, 200), 0o600, 'STATE_MALFORMED'],
      [JSON.stringify({ ...fields, ttlSeconds: 99 }), 0o600, 'STATE_MALFORMED'],
      [JSON.stringify({ ...fields, timeZone: 'No/Where' }), 0o600, 'STATE_MALFORMED'],
      [JSON.stringify({ ...fields, holderKey: secretKeyToPem(generateKey()) }), 0o600, 'KEY_MISMATCH'],
    ]
    for (const [text, mode, code] of broken) {
      writeFileSync(file, text)
      chmodSync(file, mode)
      const session = runName(nowInSeconds())
      expect(await begin(home, session)).toBe(code)
      expect(await read(home, session)).toBe('SESSION_UNKNOWN')
    }
    writeFileSync(file, good)
    expect(await begin(home, runName(nowInSeconds() - 60))).toBe('ok')
  })

  test('of a root that is not trusted lets no run do anything', async () => {
    const home = await homeWithMandate()
    home.configure({ roots: [generateKey().publicKey] })
    const session = runName(nowInSeconds())
    expect(await begin(home, session)).toBe('ok')
    expect(await read(home, session)).toBe('CHAIN_UNTRUSTED_ROOT')
  })

  test('leaves no key of the issuer in the home', async () => {
    const home = await homeWithMandate()
    await begin(home, runName(nowInSeconds()))
    const secret = secretKeyToPem(home.issuer).split('\n')[1] as string // the middle line of three
    const files = readdirSync(home.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => home.path(name))
      .filter((path) => statSync(path).isFile())
    expect(files.length).toBeGreaterThan(3)
    for (const file of files)
      expect([file, readFileSync(file, 'latin1').includes(secret)]).toEqual([file, false])
  })
})

describe('warrant cron', () => {
  test('add says what runs may do, list lists it, and remove ends the runs that go on', async () => {
    const home = cronHome()
    const added = await home.add()
    expect([added.exit, added.stderr]).toEqual([0, ''])
    expect(added.stdout).toMatch(/^each run of a1b2c3d4e5f6, for 20m, until .*\n {2}read_file/)
    expect(statSync(home.path('mandates', `${JOB}.json`)).mode & 0o777).toBe(0o600)
    expect(JSON.parse((await home.warrant('cron', 'list', '--json')).stdout)).toEqual([
      { job: JOB, runSeconds: 1200, timeZone: 'UTC', expiresAt: expect.any(String) },
    ])
    await home.add(JOB_POLICY, `${JOB}_more`)
    const [session, other] = [runName(nowInSeconds()), runName(nowInSeconds(), `${JOB}_more`)]
    await begin(home, session)
    await begin(home, other)
    expect((await home.warrant('cron', 'remove', JOB)).stdout).toContain('1 of its runs ended')
    expect([await read(home, session), await read(home, other)]).toEqual(['SESSION_UNKNOWN', 'ok'])
    expect(await begin(home, runName(nowInSeconds() - 1))).toBe('SESSION_UNKNOWN')
    expect(await home.warrant('cron', 'remove', JOB)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('FILE_NOT_FOUND'),
    })
  })

  test('add keeps what is there unless told to replace it', async () => {
    const home = await homeWithMandate()
    expect(await home.add()).toMatchObject({ exit: 1, stderr: expect.stringContaining('FILE_EXISTS') })
    expect((await home.add(JOB_POLICY, JOB, '--replace')).exit).toBe(0)
  })

  test('add reads the policy of the job in the home, and says when its root is not trusted', async () => {
    const home = await homeWithMandate()
    home.configure({ roots: [] })
    const key = join(home.folder, '..', 'issuer.key')
    const missing = await home.warrant('cron', 'add', 'nightly', '--issuer-key', key)
    expect(missing.stderr).toMatch(/FILE_NOT_FOUND.*warrants\/cron\/nightly\.yaml/)
    const { mkdirSync } = await import('node:fs')
    mkdirSync(home.path('warrants', 'cron'), { recursive: true })
    writeFileSync(home.path('warrants', 'cron', 'nightly.yaml'), JOB_POLICY)
    const added = await home.warrant('cron', 'add', 'nightly', '--issuer-key', key)
    expect([added.exit, added.stderr]).toEqual([0, expect.stringContaining('none of the trusted roots')])
  })

  test.each([
    ['no ttl', 'version: 1\ntools: { read_file: any }', [], 'ttl is missing'],
    ['no tools', 'version: 1\nttl: 5m', [], 'which tools'],
    ['a run of weeks', 'version: 1\nttl: 8d\ntools: { read_file: any }', [], 'more than 7 days'],
    ['a zone that is none', JOB_POLICY, ['--timezone', 'Mars/Olympus'], 'no such zone'],
    ['a mandate for years', JOB_POLICY, ['--valid', '400d'], 'longer than any warrant'],
  ])('add refuses %s', async (_, policy, flags, why) => {
    const { exit, stderr } = await cronHome().add(policy, JOB, ...flags)
    expect([exit, stderr]).toEqual([2, expect.stringContaining(why)])
  })

  test.each(['../hook', '', '.hidden', 'a b', 'x'.repeat(65)])('add refuses the job %j', async (job) => {
    const home = cronHome()
    expect((await home.add(JOB_POLICY, job)).exit).toBe(2)
    expect(readdirSync(home.folder)).toEqual(['hook.json'])
  })

  test('add takes the zone from the environment and from the configuration of Hermes', async () => {
    const home = cronHome()
    const config = join(home.folder, '..', 'config.yaml')
    writeFileSync(config, 'model: big\ntimezone: "Asia/Kolkata" # where we are\n')
    home.configure({ hosts: { hermes: { configFiles: [config] } } })
    const key = join(home.folder, '..', 'issuer.key')
    const policy = join(home.folder, '..', 'job.yaml')
    writeFileSync(policy, JOB_POLICY)
    const flags = ['--policy', policy, '--issuer-key', key, '--json']
    const { stdout } = await home.warrant('cron', 'add', JOB, ...flags)
    expect(JSON.parse(stdout)).toMatchObject({ timeZone: 'Asia/Kolkata' })
  })
})

describe('the time in the name of a run', () => {
  /** 2026-03-29T00:59:30Z: half a minute before clocks in Berlin go from 2 to 3. */
  const BEFORE_SPRING = Date.UTC(2026, 2, 29, 0, 59, 30) / 1000
  /** 2026-10-25T00:30:00Z: the first half past two of two in Berlin. */
  const IN_AUTUMN = Date.UTC(2026, 9, 25, 0, 30) / 1000

  const placeAt = async (now: number, zone: string): Promise<RunPlace> => {
    const home = cronHome()
    await home.add(JOB_POLICY, JOB, '--timezone', zone, '--valid', '90d', '--replace')
    const folder = mkdtempSync(join(tmpdir(), 'warrant-runs-'))
    const sessions = memorySessionStore()
    return {
      ...{ host: 'hermes', sessions, now, mandates: home.path('mandates') },
      ...{ runs: join(folder, 'runs'), grants: join(folder, 'grants') },
    }
  }
  const event = (session: string): HookEvent => ({
    ...{ kind: 'turn', name: 'pre_llm_call', session, turn: 't', platform: 'cron' },
  })
  const began = async (place: RunPlace, name: string): Promise<number | string> => {
    try {
      return (await beginRun(place, event(`cron_${JOB}_${name}`))).expiresAt - 1200
    } catch (thrown) {
      return (thrown as { code: string }).code // of our errors
    }
  }
  const today = nowInSeconds()

  test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Chatham', 'America/St_Johns'])(
    'is that of a clock in %s',
    async (zone) => {
      const place = await placeAt(today, zone)
      const shown = new Intl.DateTimeFormat('sv-SE', {
        ...{ timeZone: zone, dateStyle: 'short', timeStyle: 'medium' },
      }).format((today - 30) * 1000)
      expect(await began(place, shown.replaceAll(/[-:]/g, '').replace(' ', '_'))).toBe(today - 30)
      expect(
        await began({ ...place, now: today + 1171 }, shown.replaceAll(/[-:]/g, '').replace(' ', '_')),
      ).toBe('RUN_OVER')
    },
  )

  test('denies where a clock that was changed makes it another, and never lengthens the run', async () => {
    const place = await placeAt(BEFORE_SPRING, 'Europe/Berlin')
    expect(await began({ ...place, now: BEFORE_SPRING + 3600 }, '20260329_015930')).toBe('RUN_OVER')
    const autumn = await placeAt(IN_AUTUMN, 'Europe/Berlin')
    expect(await began({ ...autumn, now: IN_AUTUMN + 7200 }, '20261025_023000')).toBe('RUN_OVER')
  })

  test('is kept so that the run is had once, and forgotten when it is long over', async () => {
    const place = await placeAt(today, 'UTC')
    const name = runName(today)
    await beginRun(place, event(name))
    const old = runName(today - 10 * 86_400)
    writeFileSync(join(place.runs, old), '')
    const recent = runName(today - 8 * 86_400)
    writeFileSync(join(place.runs, recent), '')
    await beginRun(place, event(runName(today - 60)))
    expect(readdirSync(place.runs).sort()).toEqual([recent, runName(today - 60), name].sort())
  })
})
