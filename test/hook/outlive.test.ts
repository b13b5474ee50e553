/** What must not outlive its time, pass to another's child, or keep the guard busy: each was possible once. */

import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fileApprovalStore, type NamedRequest } from '../../src/hook/approvalStore.js'
import { sessionFileName } from '../../src/node/sessionStore.js'
import { approvalDesk } from '../support/approvalDesk.js'
import { childRecords, delegatingHome, delegation, filesIn, PARENT, tellAt } from '../support/delegating.js'
import { callIn, gatewayHome, ROLES, turnOf } from '../support/gatewayHome.js'
import { type HookHome, hookHome } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

type Json = Readonly<Record<string, unknown>>

const told = (home: HookHome, host: 'hermes' | 'claude', ...events: readonly Json[]): Promise<string> =>
  tellAt(home, host, Date.now() / 1000, ...events)

/** An entry that nobody can read, of some session that has nothing to do with any other. */
const spoil = (home: HookHome): void =>
  writeFileSync(home.path('sessions', sessionFileName({ host: 'hermes', session: 'spoilt' })), '{', {
    mode: 0o600,
  })

describe('children end with their parent', () => {
  const ended = SHAPES.hermes.ended as (session: string) => Json
  const reading = (session: string): Json => SHAPES.hermes.call({ session })

  test('also where an entry of another session cannot be read', async () => {
    const home = hookHome()
    home.open('hermes', 'top')
    home.open('hermes', 'child', { parent: 'top' })
    home.open('hermes', 'grandchild', { parent: 'child' })
    home.open('hermes', 'other')
    spoil(home)
    expect(await told(home, 'hermes', reading('grandchild'))).toBe('allowed')
    await told(home, 'hermes', ended('top'))
    for (const session of ['top', 'child', 'grandchild'])
      expect(await told(home, 'hermes', reading(session))).toBe('SESSION_UNKNOWN')
    expect(await told(home, 'hermes', reading('other'))).toBe('allowed')
  })

  test('also where a grant that waits beside them cannot be read', async () => {
    const home = await delegatingHome('hermes', { version: 1, inherit: true })
    home.open('hermes', 'top', { tools: PARENT })
    const call = SHAPES.hermes.call({ session: 'top', tool: 'delegate_task', args: { goal: 'g' } })
    await told(home, 'hermes', call)
    home.open('hermes', 'child', { parent: 'top' })
    const [folder = ''] = readdirSync(home.path('grants'))
    writeFileSync(home.path('grants', folder, `9999999999-${'0'.repeat(32)}.json`), '{', { mode: 0o600 })
    const stop = {
      ...{ hook_event_name: 'subagent_stop', session_id: 'top' },
      extra: { child_session_id: 'child' },
    }
    await told(home, 'hermes', stop)
    expect(await told(home, 'hermes', reading('child'))).toBe('SESSION_UNKNOWN')
  })

  test('where its next turn has another role, and go on where it has the same', async () => {
    const home = await gatewayHome()
    const child = (): Promise<string> => told(home, 'hermes', reading('child'))
    const turn = (name: string): Json => turnOf({ sender: '1001', turn: name })
    expect(await told(home, 'hermes', turn('one'))).toBe('allowed')
    home.open('hermes', 'child', { parent: 's1' })
    expect(await told(home, 'hermes', turn('two'))).toBe('allowed')
    expect(await child()).toBe('allowed')
    await home.install(ROLES.replace("'1001': owner", "'1001': guest"))
    expect(await told(home, 'hermes', turn('three'), callIn({ turn: 'three' }))).toBe('allowed')
    expect(await child()).toBe('SESSION_UNKNOWN')
  })
})

test('grants that nobody comes for are kept up to a number, and after their time there is room again', async () => {
  const home = await delegatingHome('hermes', { version: 1, inherit: true })
  home.open('hermes', 'top', { tools: PARENT, ttlSeconds: 7_200 })
  await told(home, 'hermes', delegation('top', ['g']))
  const [folder = ''] = readdirSync(home.path('grants'))
  const [file = ''] = readdirSync(home.path('grants', folder))
  const waits = (i: number): string => `${file.slice(0, 11)}${String(i).padStart(32, '0')}.json`
  for (let i = 0; i < 1_021; i++)
    copyFileSync(home.path('grants', folder, file), home.path('grants', folder, waits(i)))
  expect(await told(home, 'hermes', delegation('top', ['g', 'g', 'g']))).toBe('STORE_FAILED')
  expect(filesIn(home, 'grants')).toHaveLength(1_022)
  expect(await told(home, 'hermes', delegation('top', ['g', 'g']))).toBe('allowed')
  const later = Date.now() / 1000 + 700
  expect(await tellAt(home, 'hermes', later, delegation('top', ['g']))).toBe('allowed')
  expect(filesIn(home, 'grants')).toHaveLength(1)
})

describe('a subagent of Claude Code', () => {
  const spawning = (agent?: string): Json =>
    SHAPES.claude.call({
      tool: 'Agent',
      args: { description: 'd', prompt: 'p', subagent_type: 'writer' },
      ...(agent !== undefined && { agent }),
    })
  const start = (agent: string): Json => ({
    ...{ hook_event_name: 'SubagentStart', session_id: 's1', cwd: '/srv', agent_id: agent },
    agent_type: 'writer',
  })

  test('whose child would have no grant starts none, which could find that of its parent', async () => {
    const tools = { Read: { file_path: '/data' } }
    const home = await delegatingHome('claude', { version: 1, children: [{ role: 'writer', tools }] })
    home.open('claude', 's1', { tools: PARENT })
    home.open('claude', 's1', { agent: 'narrow', parent: 's1', tools: { Agent: {}, Glob: {} } })
    await told(home, 'claude', spawning()) // this grant waits
    expect(await told(home, 'claude', spawning('narrow'))).toBe('DELEGATION_UNMATCHED')
    expect(childRecords(home, 'delegation').at(-1)).toMatchObject({ verdict: 'deny', code: 'ATTENUATE_TOOL' })
    await told(home, 'claude', start('w'))
    expect(filesIn(home, 'grants')).toEqual([])
    const read = SHAPES.claude.call({ agent: 'w', args: { file_path: '/data/a' } })
    expect(await told(home, 'claude', read)).toBe('allowed')
  })
})

describe('an approval', () => {
  test('is not had twice by a process that saw its request open just before another dropped the mark', async () => {
    const desk = approvalDesk({ fields: { approvals: { waitSeconds: 60 } } })
    await desk.pay()
    await desk.answer()
    const store = fileApprovalStore(desk.home.path('approvals'))
    const [slow] = store.list(desk.start + 59) as readonly [NamedRequest]
    expect(await desk.pay({ after: 59 })).toBe('allowed')
    expect(await desk.pay({ after: 61 })).toBe('APPROVAL_REQUIRED') // sweeps what has expired
    expect(store.use(slow)).toBe(false)
  })

  test('leaves its mark for an hour after its request, and no longer', async () => {
    const desk = approvalDesk({ fields: { approvals: { waitSeconds: 60 } } })
    const marks = (): number => readdirSync(desk.home.path('approvals', 'used')).length
    await desk.pay()
    await desk.answer()
    await desk.pay()
    await desk.pay({ after: 3_659 })
    expect(marks()).toBe(1)
    rmSync(desk.home.path('approvals', 'pending'), { recursive: true })
    await desk.pay({ after: 3_660 })
    expect(marks()).toBe(0)
  })

  test('is asked for by no more text than can be read in time', async () => {
    const desk = approvalDesk()
    const long = (i: number): string => `${'x'.repeat(900_000)}${i}`
    const codes: string[] = []
    for (let i = 0; i < 20; i++) codes.push(await desk.pay({ to: long(i) }))
    expect(codes.filter((code) => code === 'APPROVAL_REQUIRED')).toHaveLength(18)
    expect(codes.slice(18)).toEqual(['STORE_FAILED', 'STORE_FAILED'])
    expect(await desk.pay({ after: 901 })).toBe('APPROVAL_REQUIRED')
    expect(desk.pending()).toHaveLength(1)
  }, 60_000)
})
