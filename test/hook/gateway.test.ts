/** Many people write to one agent: whose turn it is decides what may be done, and nobody has what another has. */

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { markChild } from '../../src/hook/delegation/marks.js'
import { leafOf } from '../../src/index.js'
import { bindingOf } from '../../src/node/sessionBinding.js'
import { fileSessionStore } from '../../src/node/sessionStore.js'
import {
  callIn,
  emptyGatewayHome,
  type GatewayHome,
  gatewayHome,
  killedAfter,
  outcomeOf,
  ROLES,
  type Said,
  turnOf,
} from '../support/gatewayHome.js'
import { nowInSeconds } from '../support/hookHome.js'

const PUBLIC = { path: '/srv/public/a' }
const PRIVATE = { path: '/srv/private/a' }
const ELSEWHERE = { path: '/etc/passwd' }

const turn = (home: GatewayHome, said: Said): Promise<string> => outcomeOf(home, turnOf(said))
const read = (home: GatewayHome, said: Said): Promise<string> => outcomeOf(home, callIn(said))
const sessionsOf = (home: GatewayHome) => fileSessionStore(home.path('sessions'))

describe('roles', () => {
  test('decide what the turn of a sender may do', async () => {
    const home = await gatewayHome()
    const rights = async (sender: string): Promise<readonly string[]> => {
      const session = `session of ${sender}`
      expect(await turn(home, { session, sender })).toBe('ok')
      const asked = [PUBLIC, PRIVATE, ELSEWHERE].map((args) => read(home, { session, args }))
      return Promise.all([...asked, outcomeOf(home, callIn({ session, tool: 'write_file' }))])
    }
    expect(await rights('1001')).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(await rights('1002')).toEqual(['ok', 'ok', 'CONSTRAINT_VIOLATED', 'TOOL_NOT_GRANTED'])
    expect(await rights('1003')).toEqual([
      'ok',
      'CONSTRAINT_VIOLATED',
      'CONSTRAINT_VIOLATED',
      'TOOL_NOT_GRANTED',
    ])
  })

  test('are of an id on a platform, and of nobody else', async () => {
    const home = await gatewayHome()
    expect(await turn(home, { platform: 'slack', sender: '1001' })).toBe('ok')
    expect(await read(home, { args: PRIVATE })).toBe('CONSTRAINT_VIOLATED')
    const strangers: readonly Said[] = [
      { sender: '9999' },
      { sender: '' },
      { platform: 'discord', sender: '1001' },
      { platform: '', sender: '1001' },
      { platform: 'constructor', sender: 'name' },
      { platform: 'telegram', sender: '__proto__' },
      { platform: 'cli', sender: '1001' },
      { platform: 'Telegram', sender: '1001' },
      { sender: ' 1001' },
    ]
    for (const stranger of strangers) {
      const session = `of ${JSON.stringify(stranger)}`
      expect([stranger, await turn(home, { ...stranger, session })]).toEqual([stranger, 'ROLE_UNKNOWN'])
      expect(await read(home, { session })).toBe('SESSION_UNKNOWN')
    }
  })

  test('that the file names for everybody else, and for platforms that name nobody, are for those alone', async () => {
    const home = await gatewayHome(`${ROLES}everyoneElse: guest\n`)
    expect(await turn(home, { sender: '9999' })).toBe('ok')
    expect([await read(home, { args: PUBLIC }), await read(home, { args: PRIVATE })]).toEqual([
      'ok',
      'CONSTRAINT_VIOLATED',
    ])
    expect(await turn(home, { session: 's2', platform: 'cli' })).toBe('ok')
    expect(await read(home, { session: 's2', args: ELSEWHERE })).toBe('ok')
    expect(await turn(home, { session: 's3', platform: 'telegram' })).toBe('ROLE_UNKNOWN')
  })

  test('never reach the standing warrant: without a turn there is nothing, for any session', async () => {
    const home = await gatewayHome()
    expect(await read(home, { session: 'never bound' })).toBe('SESSION_UNKNOWN')
    expect(await read(home, { session: '' })).toBe('SESSION_UNKNOWN')
    expect(await turn(home, { session: '', sender: '1001' })).toBe('SESSION_UNKNOWN')
  })
})

describe('the warrant of a turn', () => {
  test('is a short child of the standing one, for a new key, bound to session, turn and sender', async () => {
    const home = await gatewayHome()
    const began = nowInSeconds()
    await turn(home, { sender: '1003', turn: 'turn-7' })
    const entry = sessionsOf(home).get({ host: 'hermes', session: 's1' })
    if (entry === undefined) throw new Error('no entry')
    const [root, role, leaf] = entry.chain.warrants.map(({ payload }) => payload)
    expect([root?.issuer, root?.holder]).toEqual([home.issuer.publicKey, home.standingKey.publicKey])
    expect([role?.issuer, role?.holder, role?.agentId]).toEqual([
      home.standingKey.publicKey,
      home.standingKey.publicKey,
      'role:guest',
    ])
    expect(leaf?.issuer).toBe(home.standingKey.publicKey)
    expect(leaf?.holder).toBe(entry.holderKey.publicKey)
    expect(leaf?.holder).not.toBe(home.standingKey.publicKey)
    expect((leaf?.expiresAt ?? 0) - (leaf?.issuedAt ?? 0)).toBe(120)
    expect(leaf?.issuedAt).toBeGreaterThanOrEqual(began)
    expect(bindingOf(entry.chain)).toEqual({
      session: 's1',
      turn: 'turn-7',
      platform: 'telegram',
      sender: '1003',
    })
    const [file = ''] = readdirSync(home.path('sessions'))
    expect(statSync(home.path('sessions', file)).mode & 0o777).toBe(0o600)
  })

  test('is for no call of another turn, whoever that was of', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1001', turn: 'turn-1' })
    expect(await read(home, { turn: 'turn-1' })).toBe('ok')
    expect(await read(home, { turn: 'turn-2' })).toBe('SESSION_MISMATCH')
    await turn(home, { sender: '1001', turn: 'turn-2' })
    expect([await read(home, { turn: 'turn-1' }), await read(home, { turn: 'turn-2' })]).toEqual([
      'SESSION_MISMATCH',
      'ok',
    ])
  })

  test('is for no other session, even where the store of a machine says so', async () => {
    const home = await gatewayHome()
    await turn(home, { session: 'of the owner', sender: '1001' })
    await turn(home, { session: 'of a guest', sender: '1003' })
    const sessions = sessionsOf(home)
    const stolen = sessions.get({ host: 'hermes', session: 'of the owner' })
    if (stolen === undefined) throw new Error('no entry')
    sessions.put({ ...stolen, session: 'of a guest' }, { replace: true })
    expect(await read(home, { session: 'of a guest', args: ELSEWHERE })).toBe('SESSION_MISMATCH')
  })

  test('ends with the standing one', async () => {
    const home = await gatewayHome(ROLES, { ttlSeconds: 60 })
    await turn(home, { sender: '1001' })
    const entry = sessionsOf(home).get({ host: 'hermes', session: 's1' })
    expect(entry?.expiresAt).toBe(entry?.chain.warrants[0]?.payload.expiresAt)
  })
})

describe('a session whose sender changes', () => {
  test('has the role of the new one, and nothing of the old one', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1001', turn: 'a' })
    expect(await read(home, { turn: 'a', args: ELSEWHERE })).toBe('ok')
    expect(await turn(home, { sender: '1003', turn: 'b' })).toBe('ok')
    expect(await read(home, { turn: 'b', args: ELSEWHERE })).toBe('CONSTRAINT_VIOLATED')
    expect(await turn(home, { sender: '1001', turn: 'c' })).toBe('ok')
    expect(await read(home, { turn: 'c', args: ELSEWHERE })).toBe('ok')
  })

  test('has nothing once somebody unknown writes, or nobody', async () => {
    const home = await gatewayHome()
    for (const stranger of [{ sender: '9999' }, { sender: '' }, { platform: 'cron' }]) {
      await turn(home, { sender: '1001' })
      expect(await read(home, {})).toBe('ok')
      expect(await turn(home, stranger)).toBe('ROLE_UNKNOWN')
      expect(await read(home, {})).toBe('SESSION_UNKNOWN')
    }
  })

  test('takes the children of the old one with it, and a further turn of the same one does not', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1001', turn: 'a' })
    const child = (): string[] =>
      sessionsOf(home)
        .list()
        .flatMap(({ session, parent }) => (parent === 's1' ? [session] : []))
    const [granted] = sessionsOf(home).list()
    if (granted === undefined) throw new Error('no entry')
    sessionsOf(home).put({ ...granted, session: 'child', parent: 's1', origin: 'delegate' })
    await turn(home, { sender: '1001', turn: 'b' })
    expect(child()).toEqual(['child'])
    await turn(home, { sender: '1002', turn: 'c' })
    expect(child()).toEqual([])
  })

  test('loses its warrant where the roles cannot be read, and has one again when they can', async () => {
    const home = await gatewayHome()
    const file = home.path('gateways', 'hermes.json')
    const good = readFileSync(file, 'utf8')
    const broken: readonly (readonly [() => void, string])[] = [
      [() => writeFileSync(file, '{'), 'STATE_MALFORMED'],
      [() => writeFileSync(file, good.replace('"members"', '"member"')), 'STATE_MALFORMED'],
      [() => chmodSync(file, 0o644), 'FILE_MODE'],
      [() => unlinkSync(file), 'FILE_NOT_FOUND'],
    ]
    for (const [breakIt, code] of broken) {
      writeFileSync(file, good, { mode: 0o600 })
      chmodSync(file, 0o600)
      expect(await turn(home, { sender: '1001' })).toBe('ok')
      breakIt()
      expect(await turn(home, { sender: '1001' })).toBe(code)
      expect(await read(home, {})).toBe('SESSION_UNKNOWN')
    }
  })

  test('loses its warrant where the turn cannot be recorded', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1001' })
    const log = home.path('log', 'decisions.jsonl')
    unlinkSync(log)
    mkdirSync(log)
    expect(await turn(home, { sender: '1001' })).toBe('AUDIT_FAILED')
    expect(sessionsOf(home).list()).toEqual([])
  })
})

describe('what is no turn of a user', () => {
  test('leaves the warrant of a delegated child alone, and gives a child none', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1001' })
    const [granted] = sessionsOf(home).list()
    if (granted === undefined) throw new Error('no entry')
    sessionsOf(home).put({ ...granted, session: 'child', parent: 's1', origin: 'delegate' })
    expect(await turn(home, { session: 'child', platform: 'subagent' })).toBe('ok')
    expect(sessionsOf(home).get({ host: 'hermes', session: 'child' })?.origin).toBe('delegate')
    expect(await turn(home, { session: 'orphan', platform: 'subagent' })).toBe('ok')
    expect(await read(home, { session: 'orphan' })).toBe('SESSION_UNKNOWN')
  })

  test('a client that names its session like a child ends it, and is not given its warrant', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1001' })
    const [granted] = sessionsOf(home).list()
    if (granted === undefined) throw new Error('no entry')
    sessionsOf(home).put({ ...granted, session: 'child', parent: 's1', origin: 'delegate' })
    expect(await turn(home, { session: 'child', sender: '1003' })).toBe('SESSION_MISMATCH')
    expect(await read(home, { session: 'child' })).toBe('SESSION_UNKNOWN')
    markChild(home.path('children'), { host: 'hermes', session: 'begun as a child' }, nowInSeconds())
    expect(await turn(home, { session: 'begun as a child', sender: '1001' })).toBe('SESSION_MISMATCH')
    expect(await read(home, { session: 'begun as a child' })).toBe('SESSION_UNKNOWN')
  })
})

describe('isolation', () => {
  test('many users at once, a process each: nobody is given what another has', async () => {
    const home = await gatewayHome()
    const users = ['1001', '1002', '1003', '9999'].flatMap((sender) =>
      ['x', 'y'].map((chat) => ({ sender, session: `${sender} in ${chat}` })),
    )
    const allowed: Readonly<Record<string, readonly string[]>> = {
      '1001': ['ok', 'ok', 'ok'],
      '1002': ['ok', 'ok', 'CONSTRAINT_VIOLATED'],
      '1003': ['ok', 'CONSTRAINT_VIOLATED', 'CONSTRAINT_VIOLATED'],
      '9999': ['SESSION_UNKNOWN', 'SESSION_UNKNOWN', 'SESSION_UNKNOWN'],
    }
    await Promise.all(
      users.map(async ({ sender, session }) => {
        for (const id of ['a', 'b']) {
          await turn(home, { session, sender, turn: id })
          const found: string[] = []
          for (const args of [PUBLIC, PRIVATE, ELSEWHERE])
            found.push(await read(home, { session, turn: id, args }))
          expect([session, found]).toEqual([session, allowed[sender]])
        }
      }),
    )
    expect(sessionsOf(home).list().length).toBe(6)
  }, 120_000)

  test('two who write in one session at the same moment: one of the turns holds, and neither has the other’s', async () => {
    const home = await gatewayHome()
    for (let round = 0; round < 4; round++) {
      const [owner, guest] = [`owner ${round}`, `guest ${round}`]
      await Promise.all([
        turn(home, { sender: '1001', turn: owner }),
        turn(home, { sender: '1003', turn: guest }),
      ])
      expect(await read(home, { turn: guest, args: ELSEWHERE })).not.toBe('ok')
      const entry = sessionsOf(home).get({ host: 'hermes', session: 's1' })
      const held = entry && bindingOf(entry.chain)
      expect([undefined, '1001 owner', '1003 guest']).toContain(
        held && `${held.sender} ${held.turn?.split(' ')[0]}`,
      )
    }
  }, 60_000)

  test('a hook that is killed while it binds a turn leaves the old turn’s authority to no other turn', async () => {
    const home = await gatewayHome()
    for (const milliseconds of [0, 20, 40, 60, 80, 120]) {
      await turn(home, { sender: '1001', turn: 'of the owner' })
      await killedAfter(home, turnOf({ sender: '1003', turn: 'of a guest' }), milliseconds)
      expect(['CONSTRAINT_VIOLATED', 'SESSION_MISMATCH', 'SESSION_UNKNOWN']).toContain(
        await read(home, { turn: 'of a guest', args: ELSEWHERE }),
      )
    }
    expect(await turn(home, { sender: '1003', turn: 'again' })).toBe('ok')
    expect(await read(home, { turn: 'again', args: PUBLIC })).toBe('ok')
  }, 60_000)
})

describe('the record', () => {
  test('has every turn, with its chain or the code of its refusal', async () => {
    const home = await gatewayHome()
    await turn(home, { sender: '1003' })
    await turn(home, { sender: '9999' })
    const turns = home.records().filter(({ event }) => event === 'pre_llm_call')
    expect(turns.map(({ verdict, code, session }) => [verdict, code, session])).toEqual([
      ['allow', undefined, 's1'],
      ['deny', 'ROLE_UNKNOWN', 's1'],
    ])
    expect(turns[0]?.['chain']).toHaveLength(3)
    expect(JSON.stringify(turns)).not.toContain('9999')
  })
})

describe('installing roles', () => {
  test('refuses a role that exceeds the standing warrant, and changes nothing', async () => {
    const home = emptyGatewayHome({ tools: { read_file: {} } })
    const refused = await home.install(ROLES)
    expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining('ATTENUATE_TOOL') })
    expect(refused.stderr).toContain('roles.trusted')
    expect(readdirSync(home.folder)).toEqual(['hook.json'])
  })

  test.each([
    ['a role that is not there', 'members: { telegram: { "1": boss } }', 'members.telegram.1'],
    ['a default that is not there', 'everyoneElse: boss', 'everyoneElse'],
    ['an unknown field', 'default: guest', ''],
    ['a role without tools', 'roles: { guest: { ttl: 2m } }', 'roles.guest.tools'],
    ['a role that issues', 'roles: { guest: { inherit: true, issuable: [x] } }', 'roles.guest.issuable'],
    ['an empty map of arguments', 'roles: { guest: { tools: { read_file: {} } } }', 'roles.guest.tools'],
    ['a platform of children', 'members: { subagent: { "1": guest } }', 'members.subagent'],
    ['a platform of runs', 'senderless: { cron: guest }', 'senderless.cron'],
    ['an id that is no text', 'members: { telegram: { 1: guest } }', ''],
  ])('refuses %s', async (_, line, where) => {
    const home = emptyGatewayHome()
    const lines = line.startsWith('roles') ? line : `roles: { guest: { inherit: true } }\n${line}`
    const { exit, stderr } = await home.install(`version: 1\n${lines}\n`)
    expect([exit, stderr]).toEqual([1, expect.stringMatching(/^warrant: (JSON_SHAPE|YAML_MALFORMED): /)])
    expect(stderr).toContain(where)
  })

  test('says nothing to change the second time, and signs anew when the roles are others', async () => {
    const home = await gatewayHome()
    const file = home.path('gateways', 'hermes.json')
    const text = readFileSync(file, 'utf8')
    expect((await home.install()).stderr).toContain('nothing to change')
    expect(readFileSync(file, 'utf8')).toBe(text)
    await home.install(ROLES.replace('2m', '3m'))
    expect(readFileSync(file, 'utf8')).not.toBe(text)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('is not for hosts that do not say who writes, nor without a standing warrant, nor with another one', async () => {
    const home = await gatewayHome()
    const at = (name: string): string => join(home.folder, '..', name)
    const refused = async (...argv: readonly string[]): Promise<string> => {
      const { exit, stderr } = await home.warrant('hook', ...argv, '--yes', '--home', home.folder)
      return `${exit} ${stderr}`
    }
    expect(await refused('claude', 'install', '--gateway', at('roles.yaml'))).toMatch(/^2 .*--gateway/)
    const standing = ['--standing', at('gateway.warrant'), '--holder-key', at('gateway.key')]
    expect(await refused('hermes', 'install', ...standing)).toMatch(/^2 .*give their file again/)
    home.configure({})
    expect(await refused('hermes', 'install', '--gateway', at('roles.yaml'))).toMatch(/^2 .*are missing/)
  })

  test('holds no key: neither the issuer’s nor a new one', async () => {
    const home = await gatewayHome()
    expect(readFileSync(home.path('gateways', 'hermes.json'), 'utf8')).not.toMatch(/PRIVATE|secret/)
    await turn(home, { sender: '1001' })
    const leaf = sessionsOf(home).list()[0]
    expect(leaf && leafOf(leaf.chain).payload.type).toBe('execution')
  })
})
