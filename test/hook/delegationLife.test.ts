/** How grants and children end: with their parent, by revocation, by time; and what a failing home does to delegation. */

import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { endSession } from '../../src/hook/delegation/end.js'
import { isMarkedChild } from '../../src/hook/delegation/marks.js'
import { pendingGrants } from '../../src/hook/delegation/pending.js'
import { generateKey, mint, signRevocationList } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/keyFile.js'
import { fileSessionStore, sessionFileName } from '../../src/node/sessionStore.js'
import { formatChain } from '../../src/warrant/text.js'
import {
  BY_GOAL,
  childRecords,
  childStart,
  childStop,
  delegatingHome,
  delegation,
  filesIn,
  PARENT,
  reading,
  tell,
  tellAt,
  tellProgram,
} from '../support/delegating.js'
import { type HookHome, nowInSeconds } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

const DOWN = { version: 1, inherit: true }
const ended = SHAPES.hermes.ended as (session: string) => unknown // Hermes tells of it

const opened = async (policy: unknown = DOWN): Promise<HookHome> => {
  const home = await delegatingHome('hermes', policy)
  home.open('hermes', 'parent', { tools: PARENT })
  return home
}

/** Parent, child, and child of the child, and a grant of each that waits. */
const family = async (): Promise<HookHome> => {
  const home = await opened()
  await tell(
    home,
    ...[delegation('parent', ['one', 'later']), childStart('parent', 'child', 'one')],
    ...[delegation('child', ['two', 'later']), childStart('child', 'grandchild', 'two')],
  )
  for (const session of ['parent', 'child', 'grandchild'])
    expect(await tell(home, reading(session, '/data/a'))).toBe('allowed')
  expect(filesIn(home, 'grants')).toHaveLength(2)
  return home
}

describe('with a parent that ends', () => {
  test('its children end, and theirs, and every grant that waited', async () => {
    const home = await family()
    await tell(home, ended('parent'))
    for (const session of ['parent', 'child', 'grandchild'])
      expect(await tell(home, reading(session, '/data/a'))).toBe('SESSION_UNKNOWN')
    expect(filesIn(home, 'grants')).toEqual([])
    await tell(home, childStart('parent', 'late', 'later'), childStart('child', 'later', 'later'))
    for (const session of ['late', 'later'])
      expect(await tell(home, reading(session, '/data/a'))).toBe('SESSION_UNKNOWN')
  })

  test('a child that is done takes its own with it, and no sibling', async () => {
    const home = await family()
    await tell(home, childStart('parent', 'sibling', 'later'), childStop('parent', 'child'))
    for (const session of ['child', 'grandchild'])
      expect(await tell(home, reading(session, '/data/a'))).toBe('SESSION_UNKNOWN')
    for (const session of ['parent', 'sibling'])
      expect(await tell(home, reading(session, '/data/a'))).toBe('allowed')
    expect(filesIn(home, 'grants')).toEqual([])
  })

  test('a child that is being bound meanwhile is found by one of the two', async () => {
    const home = await opened()
    const pending = pendingGrants(home.path('grants'))
    const sessions = fileSessionStore(home.path('sessions'))
    const name = { host: 'hermes', session: 'parent' }
    await tell(home, delegation('parent', ['one']))
    const [grant] = pending.list()
    if (grant === undefined) throw new Error('no grant')
    // The parent ends between the moment at which the grant is taken and the one at which the child is put.
    let isFirst = true
    const racing = {
      ...sessions,
      put: (...args: Parameters<typeof sessions.put>) => {
        if (isFirst) endSession(sessions, home.path('grants'), name)
        isFirst = false
        sessions.put(...args)
      },
    }
    const { bindChild } = await import('../../src/hook/delegation/start.js')
    const { homeAt } = await import('../../src/hook/home.js')
    const { hermes } = await import('../../src/hook/hosts/hermes.js')
    const event = hermes.read(childStart('parent', 'child', 'one') as never) // an event, as the host sends it
    expect(bindChild(hermes, homeAt(home.folder), racing, event, nowInSeconds())).toEqual({
      code: 'DELEGATION_UNMATCHED',
    })
    expect(sessions.list()).toEqual([])
  })

  test('a parent that has been given another warrant has no children of the one before', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one']))
    home.open('hermes', 'parent', { tools: PARENT })
    await tell(home, childStart('parent', 'child', 'one'))
    expect(await tell(home, reading('child', '/data/a'))).toBe('SESSION_UNKNOWN')
  })
})

describe('a parent whose warrant is revoked', () => {
  test('has no call of its own, no children any more, and none that start', async () => {
    const home = await family()
    const [revoked] =
      fileSessionStore(home.path('sessions')).get({ host: 'hermes', session: 'parent' })?.chain.warrants ?? []
    if (revoked === undefined) throw new Error('no parent')
    const list = signRevocationList(
      { version: 1, revokedIds: [revoked.payload.id], issuedAt: nowInSeconds() },
      home.issuer,
    )
    writeFileSync(home.path('revoked'), list.bytes)
    home.configure({ revocation: { issuer: home.issuer.publicKey, listFile: home.path('revoked') } })
    await tell(home, childStart('parent', 'late', 'later'))
    for (const session of ['parent', 'child', 'grandchild', 'late'])
      expect(await tell(home, reading(session, '/data/a'))).toBe('WARRANT_REVOKED')
    expect(await tell(home, delegation('child', ['more']))).toBe('WARRANT_REVOKED')
  })
})

describe('time', () => {
  test('a grant that nobody comes for is gone soon, and swept by whatever happens next', async () => {
    const home = await opened({ ...DOWN, startWithin: '2m' })
    const now = nowInSeconds()
    await tellAt(home, 'hermes', now, delegation('parent', ['one', 'two']))
    await tellAt(home, 'hermes', now + 119, childStart('parent', 'one', 'one'))
    expect(filesIn(home, 'grants')).toHaveLength(1)
    await tellAt(home, 'hermes', now + 120, childStart('parent', 'two', 'two'))
    expect(filesIn(home, 'grants')).toEqual([])
    expect(await tellAt(home, 'hermes', now + 121, reading('one', '/data/a'))).toBe('allowed')
    expect(await tellAt(home, 'hermes', now + 121, reading('two', '/data/a'))).toBe('SESSION_UNKNOWN')
    expect(readdirSync(home.path('grants'))).toHaveLength(1) // the parent is open still
    await tellAt(home, 'hermes', now + 10_000, childStart('parent', 'x', 'x'))
    expect(readdirSync(home.path('grants'))).toEqual([])
  })

  test('a child lives as long as its rule says, and never longer than its parent', async () => {
    const home = await opened({
      version: 1,
      children: [
        { goal: 'short', inherit: true, ttl: '1m' },
        { inherit: true, ttl: '1h' },
      ],
    })
    const now = nowInSeconds()
    await tellAt(home, 'hermes', now, delegation('parent', ['short', 'long']))
    await tellAt(home, 'hermes', now, childStart('parent', 's', 'short'), childStart('parent', 'l', 'long'))
    expect(await tellAt(home, 'hermes', now + 59, reading('s', '/data/a'))).toBe('allowed')
    expect(await tellAt(home, 'hermes', now + 60, reading('s', '/data/a'))).toBe('WARRANT_EXPIRED')
    expect(await tellAt(home, 'hermes', now + 598, reading('l', '/data/a'))).toBe('allowed')
    expect(await tellAt(home, 'hermes', now + 601, reading('l', '/data/a'))).toBe('WARRANT_EXPIRED')
  })

  test('a child whose stop is never told goes, with its key, when another starts long after', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one', 'two']), childStart('parent', 'silent', 'one'))
    const store = fileSessionStore(home.path('sessions'))
    const silent = store.get({ host: 'hermes', session: 'silent' })
    if (silent === undefined) throw new Error('not bound')
    store.put({ ...silent, expiresAt: nowInSeconds() - 3_700 }, { replace: true })
    await tell(home, childStart('parent', 'later', 'two'))
    expect(store.get({ host: 'hermes', session: 'silent' })).toBeUndefined()
    expect(store.get({ host: 'hermes', session: 'later' })).toBeDefined()
    expect(store.get({ host: 'hermes', session: 'parent' })).toBeDefined()
    expect(await tell(home, reading('silent', '/data/a'))).toBe('SESSION_UNKNOWN')
  })

  test('of two grants that differ in their life alone neither is given', async () => {
    const home = await opened({
      version: 1,
      children: [
        { goal: 'x', role: 'leaf', inherit: true, ttl: '1m' },
        { goal: 'x', inherit: true, ttl: '5m' },
      ],
    })
    const start = childStart('parent', 'child', 'x')
    await tell(home, delegation('parent', { tasks: [{ goal: 'x' }, { goal: 'x', role: 'orchestrator' }] }))
    await tell(home, { ...start, extra: { ...(start['extra'] as object), child_role: undefined } })
    expect(childRecords(home, 'subagent_start')).toMatchObject([{ code: 'DELEGATION_AMBIGUOUS' }])
  })
})

describe('a standing warrant', () => {
  const standing = async (): Promise<HookHome> => {
    const home = await delegatingHome('hermes', BY_GOAL)
    const key = generateKey()
    const minting = { holder: key.publicKey, tools: PARENT, ttlSeconds: 600, now: nowInSeconds() }
    writeSecretKeyFile(home.path('standing.key'), key)
    const chain = formatChain(mint(minting, home.issuer))
    home.configure({ hosts: { hermes: { standing: { chain, keyFile: home.path('standing.key') } } } })
    return home
  }

  test('has children like any other, which are never taken for sessions at the top', async () => {
    const home = await standing()
    await tell(home, delegation('top', ['read a', 'read z']))
    await tell(home, childStart('top', 'one', 'read a'), childStart('top', 'two', 'read z'))
    expect(await tell(home, reading('one', '/data/a/x'))).toBe('allowed')
    expect(await tell(home, reading('one', '/data/b'))).toBe('CONSTRAINT_VIOLATED')
    expect(await tell(home, reading('two', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, reading('elsewhere', '/data/b'))).toBe('allowed')
    // A child that is done, and one whose parent has ended, still are no sessions at the top.
    await tell(home, childStop('top', 'one'))
    expect(await tell(home, reading('one', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    await tell(home, ended('top'))
    expect(await tell(home, reading('two', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, reading('top', '/data/b'))).toBe('allowed')
  })

  test('whose session ends has no children that start after', async () => {
    const home = await standing()
    await tell(home, delegation('top', ['read a']), ended('top'), childStart('top', 'one', 'read a'))
    expect(await tell(home, reading('one', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(filesIn(home, 'grants')).toEqual([])
  })

  test('is for no child of a host without a policy either', async () => {
    const home = await standing()
    rmSync(home.path('delegation'), { recursive: true })
    await tell(home, delegation('top', ['read a']), childStart('top', 'one', 'read a'))
    expect(await tell(home, reading('one', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(childRecords(home, 'delegation')).toMatchObject([
      { verdict: 'deny', code: 'DELEGATION_UNMATCHED' },
    ])
  })

  test('a mark is kept for longer than any child lives, and then goes', async () => {
    const home = await standing()
    const now = nowInSeconds()
    await tellAt(home, 'hermes', now, childStart('top', 'old', 'x'))
    const name = { host: 'hermes', session: 'old' }
    const isMarked = (): boolean => isMarkedChild(home.path('children'), name)
    const neighbour = neighbourOf('old')
    await tellAt(home, 'hermes', now + 80 * 86_400, childStart('top', neighbour, 'x'))
    expect(isMarked()).toBe(true)
    await tellAt(home, 'hermes', now + 100 * 86_400, childStart('top', neighbourOf(neighbour), 'x'))
    expect(isMarked()).toBe(false)
  })
})

/** Another session whose mark lies where that of this one does: what is laid there has what is old there removed. */
const neighbourOf = (session: string): string => {
  const shelfOf = (other: string): string => sessionFileName({ host: 'hermes', session: other }).slice(0, 2)
  for (let i = 0; ; i++) {
    const other = `${session}-${i}`
    if (shelfOf(other) === shelfOf(session)) return other
  }
}

describe('a home that fails', () => {
  test.each([
    [
      'the folder of grants is a file',
      (home: HookHome) => writeFileSync(home.path('grants'), ''),
      'FILE_NOT_PLAIN',
    ],
    [
      'others can reach the grants',
      (home: HookHome) => mkdirSync(home.path('grants'), { mode: 0o755 }),
      'FILE_MODE',
    ],
    [
      'the policy is no policy',
      (home: HookHome) => writeFileSync(policyOf(home), '{"version":1}'),
      'STATE_MALFORMED',
    ],
    [
      'the policy has a field more',
      (home: HookHome) => spoil(home, '"rules"', '"more":1,"rules"'),
      'STATE_MALFORMED',
    ],
    ['others can write the policy', (home: HookHome) => chmodSync(policyOf(home), 0o620), 'FILE_MODE'],
  ])('where %s, the call is denied and no grant is left', async (_, spoilt, code) => {
    const home = await opened()
    spoilt(home)
    expect(await tell(home, delegation('parent', ['one', 'two']))).toBe(code)
    expect(home.records().at(-1)).toMatchObject({
      tool: 'delegate_task',
      verdict: 'deny',
      code,
      enforced: true,
    })
    expect(filesIn(home, 'grants').filter((file) => file.endsWith('.json'))).toEqual([])
    expect(await tell(home, reading('parent', '/data/a'))).toBe('allowed')
  })

  test('where no record can be written, the call is denied and its grants are taken back', async () => {
    const home = await opened()
    rmSync(home.path('log'), { recursive: true })
    mkdirSync(home.path('log', 'decisions.jsonl'), { recursive: true, mode: 0o700 })
    expect(await tell(home, delegation('parent', ['one']))).toBe('AUDIT_FAILED')
    expect(filesIn(home, 'grants')).toEqual([])
  })

  test('where sessions cannot be written, a child that starts has nothing, and the grant is used up', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one']))
    chmodSync(home.path('sessions'), 0o755)
    await tell(home, childStart('parent', 'child', 'one'))
    expect(childRecords(home, 'subagent_start')).toMatchObject([{ verdict: 'deny', code: 'FILE_MODE' }])
    chmodSync(home.path('sessions'), 0o700)
    await tell(home, childStart('parent', 'child', 'one'))
    expect(await tell(home, reading('child', '/data/a'))).toBe('SESSION_UNKNOWN')
  })

  test('where a grant was tampered with, nobody is bound to it', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one']))
    const [file = ''] = filesIn(home, 'grants')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"depth": 1', '"depth": 1, "also": 2'))
    await tell(home, childStart('parent', 'child', 'one'))
    expect(childRecords(home, 'subagent_start')).toMatchObject([{ verdict: 'deny', code: 'STATE_MALFORMED' }])
    expect(await tell(home, reading('child', '/data/a'))).toBe('SESSION_UNKNOWN')
  })

  test('where a call asks for more children than any host starts, it is denied', async () => {
    const home = await opened()
    const goals = Array.from({ length: 65 }, (_, i) => `${i}`)
    expect(await tell(home, delegation('parent', goals))).toBe('VALUE_TOO_LARGE')
    expect(filesIn(home, 'grants')).toEqual([])
  })
})

const policyOf = (home: HookHome): string => home.path('delegation', 'hermes.json')
const spoil = (home: HookHome, from: string, to: string): void =>
  writeFileSync(policyOf(home), readFileSync(policyOf(home), 'utf8').replace(from, to))

describe('processes at once', () => {
  test('that bind one grant to two children: one child has it', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one']))
    const children = Array.from({ length: 4 }, (_, i) => `child-${i}`)
    await Promise.all(children.map((child) => tellProgram(home, childStart('parent', child, 'one'))))
    const told = await Promise.all(children.map((child) => tellProgram(home, reading(child, '/data/a'))))
    expect(told.sort()).toEqual(['SESSION_UNKNOWN', 'SESSION_UNKNOWN', 'SESSION_UNKNOWN', 'allowed'])
  })

  test('that bind as many grants as there are children: each has one', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one', 'one', 'one']))
    const children = Array.from({ length: 3 }, (_, i) => `child-${i}`)
    await Promise.all(children.map((child) => tellProgram(home, childStart('parent', child, 'one'))))
    const told = await Promise.all(children.map((child) => tellProgram(home, reading(child, '/data/a'))))
    expect(told).toEqual(['allowed', 'allowed', 'allowed'])
    const keys = fileSessionStore(home.path('sessions'))
      .list()
      .map(({ holderKey }) => holderKey.publicKey)
    expect(new Set(keys).size).toBe(4)
  })

  test('that are told of one start: it takes one grant, and the other child has its own', async () => {
    const home = await opened()
    await tell(home, delegation('parent', ['one', 'one']))
    await Promise.all([1, 2, 3, 4].map(() => tellProgram(home, childStart('parent', 'child', 'one'))))
    await tellProgram(home, childStart('parent', 'other', 'one'))
    for (const child of ['child', 'other'])
      expect(await tellProgram(home, reading(child, '/data/a'))).toBe('allowed')
    expect(filesIn(home, 'grants')).toEqual([])
  })
})

describe('nested calls of execute_code', () => {
  test('name no session, and are denied also where a parent, a child and a standing warrant are there', async () => {
    const home = await family()
    home.open('hermes', 'top', { tools: PARENT })
    expect(await tell(home, reading('', '/data/a'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, delegation('', ['one']))).toBe('SESSION_UNKNOWN')
  })
})
