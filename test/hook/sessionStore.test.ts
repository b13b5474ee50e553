/** The store of sessions: what is put is what is found, nobody else's, whole or not at all, and gone with its parent. */

import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generateKey, mint } from '../../src/index.js'
import {
  fileSessionStore,
  memorySessionStore,
  type SessionEntry,
  type SessionName,
  sessionFileName,
} from '../../src/node/sessionStore.js'
import { codeOf } from '../support/values.js'

const issuer = generateKey()

const entryOf = (name: SessionName, more: Partial<SessionEntry> = {}): SessionEntry => {
  const holderKey = generateKey()
  return {
    agent: undefined,
    boundTo: undefined,
    parent: undefined,
    ...name,
    chain: mint({ holder: holderKey.publicKey, tools: { read: {} }, now: 1_767_225_600 }, issuer),
    holderKey,
    origin: 'test',
    createdAt: 1_767_225_600,
    expiresAt: 1_767_225_900,
    ...more,
  }
}

const folder = (): string => join(mkdtempSync(join(tmpdir(), 'warrant-store-')), 'sessions')
const claude = (session: string, agent?: string): SessionName => ({ host: 'claude', session, agent })

describe.each([
  ['files', () => fileSessionStore(folder())],
  ['memory', memorySessionStore],
] as const)('in %s', (_, create) => {
  test('an entry is found by its whole name and by no part of it', () => {
    const store = create()
    const put = entryOf(claude('s', 'a'), { boundTo: 'root', parent: 'p' })
    store.put(put)
    const { holderKey, chain, ...fields } = store.get(claude('s', 'a')) as SessionEntry // put above
    expect(fields).toEqual({ ...put, holderKey: undefined, chain: undefined, ...fields })
    expect(holderKey.publicKey).toBe(put.holderKey.publicKey)
    expect(chain.bytes).toEqual(put.chain.bytes)
    for (const name of [
      claude('s'),
      claude('a'),
      claude('sa'),
      claude('s', 'b'),
      { host: 'codex', session: 's', agent: 'a' },
    ])
      expect(store.get(name)).toBeUndefined()
  })

  test('an entry is replaced only where that is asked for', () => {
    const store = create()
    const [first, second] = [entryOf(claude('s')), entryOf(claude('s'))]
    store.put(first)
    expect(codeOf(() => store.put(second))).toBe('FILE_EXISTS')
    expect(store.get(claude('s'))?.holderKey.publicKey).toBe(first.holderKey.publicKey)
    store.put(second, { replace: true })
    expect(store.get(claude('s'))?.holderKey.publicKey).toBe(second.holderKey.publicKey)
  })

  test('a session without a name, or with a NUL in it, is none', () => {
    const store = create()
    for (const name of [claude(''), claude('a\0b'), claude('a', '\0'), { host: 'a\0', session: 's' }])
      expect(codeOf(() => store.get(name))).toBe('STATE_MALFORMED')
  })

  test('ending a session ends what it granted, four levels deep, and nothing else', () => {
    const store = create()
    store.put(entryOf(claude('top')))
    store.put(entryOf(claude('1'), { parent: 'top' }))
    store.put(entryOf(claude('2'), { parent: '1' }))
    store.put(entryOf(claude('3'), { parent: '2' }))
    store.put(entryOf(claude('top', 'within')))
    store.put(entryOf(claude('other')))
    store.put(entryOf({ host: 'codex', session: 'namesake' }, { parent: 'top' }))
    expect(store.end(claude('top'))).toBe(true)
    expect(
      store
        .list()
        .map(({ session }) => session)
        .sort(),
    ).toEqual(['namesake', 'other'])
    expect(store.end(claude('top'))).toBe(false)
  })

  test('ending a subagent ends what it granted, and neither its siblings nor namesakes elsewhere', () => {
    const store = create()
    store.put(entryOf(claude('s')))
    store.put(entryOf(claude('s', 'a'), { parent: 's', depth: 1 }))
    store.put(entryOf(claude('s', 'b'), { parent: 's', depth: 1 }))
    store.put(entryOf(claude('s', 'aa'), { parent: 'a', depth: 2 }))
    store.put(entryOf(claude('t', 'x'), { parent: 'a', depth: 2 }))
    expect(store.end(claude('s', 'a'))).toBe(true)
    const left = store.list().map(({ session, agent, depth }) => [session, agent, depth])
    expect(left.sort()).toEqual([
      ['s', undefined, undefined],
      ['s', 'b', 1],
      ['t', 'x', 2],
    ])
  })
})

describe('in files', () => {
  test('they are the owner’s alone, of names that say nothing, and none is left half written', () => {
    const at = folder()
    const store = fileSessionStore(at)
    store.put(entryOf(claude('a-telling-name')))
    expect(readdirSync(at)).toEqual([sessionFileName(claude('a-telling-name'))])
    expect(readdirSync(at)[0]).toMatch(/^[0-9a-f]{64}\.json$/)
    expect(statSync(at).mode & 0o777).toBe(0o700)
    expect(statSync(join(at, readdirSync(at)[0] as string)).mode & 0o777).toBe(0o600)
  })

  test.each([0o640, 0o604, 0o620, 0o602, 0o660, 0o777])('one of mode %o is refused', (mode) => {
    const at = folder()
    fileSessionStore(at).put(entryOf(claude('s')))
    chmodSync(join(at, sessionFileName(claude('s'))), mode)
    expect(codeOf(() => fileSessionStore(at).get(claude('s')))).toBe('FILE_MODE')
  })

  test('a link in the place of one is refused, and so is the file of another session', () => {
    const at = folder()
    const store = fileSessionStore(at)
    store.put(entryOf(claude('mine')))
    const mine = join(at, sessionFileName(claude('mine')))
    symlinkSync(mine, join(at, sessionFileName(claude('link'))))
    expect(codeOf(() => store.get(claude('link')))).toBe('FILE_NOT_PLAIN')
    renameSync(mine, join(at, sessionFileName(claude('yours'))))
    expect(codeOf(() => store.get(claude('yours')))).toBe('STATE_MALFORMED')
  })

  test.each([
    ['no JSON', () => '{'],
    ['a list', () => '[]'],
    ['another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['a field that is not known', (text: string) => text.replace('{', '{"mode":"off",')],
    ['a field twice', (text: string) => text.replace('{', '{"version":1,')],
    ['no chain', (text: string) => text.replace(/"chain": "[^"]*",/, '')],
  ])('%s is refused', (_, change) => {
    const at = folder()
    const store = fileSessionStore(at)
    store.put(entryOf(claude('s')))
    const file = join(at, sessionFileName(claude('s')))
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    expect(codeOf(() => store.get(claude('s')))).toBe('STATE_MALFORMED')
  })

  test('nothing is made by looking', () => {
    const at = folder()
    expect(fileSessionStore(at).get(claude('s'))).toBeUndefined()
    expect(fileSessionStore(at).list()).toEqual([])
    expect(existsSync(at)).toBe(false)
  })
})

test('a session is ended even where the file of another cannot be read, and the fault is told', () => {
  const sessions = folder()
  const store = fileSessionStore(sessions)
  for (const name of ['s', 'other']) store.put(entryOf(claude(name)))
  writeFileSync(join(sessions, sessionFileName(claude('other'))), 'torn')
  expect(codeOf(() => store.end(claude('s')))).toMatch(/^(JSON|STATE)_/)
  expect(store.get(claude('s'))).toBeUndefined()
})
