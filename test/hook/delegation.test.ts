/** Delegation on Hermes: who is granted what by an allowed call, and which child it is bound to when it starts. */

import { readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { oneOf, subpath } from '../../src/index.js'
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
  tellProgram,
} from '../support/delegating.js'
import type { HookHome } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

const parentOf = async (policy: unknown = BY_GOAL, tools = PARENT): Promise<HookHome> => {
  const home = await delegatingHome('hermes', policy)
  home.open('hermes', 'parent', { tools })
  return home
}

describe('children of one call', () => {
  test('are matched by goal, in whatever order they start', async () => {
    const home = await parentOf()
    expect(await tell(home, delegation('parent', ['read a', 'read b', 'read c']))).toBe('allowed')
    for (const name of ['c', 'a', 'b'])
      expect(await tell(home, childStart('parent', `child-${name}`, `read ${name}`))).toBe('allowed')
    for (const own of ['a', 'b', 'c'])
      for (const other of ['a', 'b', 'c'])
        expect(await tell(home, reading(`child-${own}`, `/data/${other}/x`))).toBe(
          own === other ? 'allowed' : 'CONSTRAINT_VIOLATED',
        )
    expect(childRecords(home, 'delegation')).toMatchObject(
      [0, 1, 2].map((i) => ({
        ...{
          session: 'parent',
          tool: 'delegate_task',
          verdict: 'allow',
          where: `tasks[${i}]`,
          enforced: true,
        },
        chain: [expect.any(String), expect.any(String)],
      })),
    )
    expect(childRecords(home, 'subagent_start')).toMatchObject([1, 2, 3].map(() => ({ verdict: 'allow' })))
  })

  test('each have a key of their own, and neither call nor record has a goal in it', async () => {
    const home = await parentOf()
    await tell(home, delegation('parent', ['read a', 'read b']))
    const grants = filesIn(home, 'grants').map((file) => readFileSync(file, 'utf8'))
    const keys = grants.map((text) => (JSON.parse(text) as { holderKey: string }).holderKey)
    expect(new Set(keys).size).toBe(2)
    for (const file of filesIn(home, 'grants')) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(grants.join('')).not.toContain('read a')
    expect(readFileSync(home.path('log', 'decisions.jsonl'), 'utf8')).not.toContain('read a')
  })

  test('that no rule is for get nothing, and the others what they are due', async () => {
    const home = await parentOf()
    expect(await tell(home, delegation('parent', ['read a', 'read everything']))).toBe('allowed')
    await tell(home, childStart('parent', 'one', 'read everything'), childStart('parent', 'two', 'read a'))
    expect(await tell(home, reading('one', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, reading('two', '/data/a/x'))).toBe('allowed')
    expect(childRecords(home, 'delegation')).toMatchObject([
      { verdict: 'allow', where: 'tasks[0]' },
      { verdict: 'deny', code: 'DELEGATION_UNMATCHED', where: 'tasks[1]' },
    ])
    expect(childRecords(home, 'subagent_start')).toMatchObject([
      { verdict: 'deny', code: 'DELEGATION_UNMATCHED' },
      { verdict: 'allow' },
    ])
  })

  test('with goals that no policy and no delegating call knows get nothing', async () => {
    const home = await parentOf()
    await tell(home, delegation('parent', ['read a']), childStart('parent', 'child', 'read b'))
    expect(await tell(home, reading('child', '/data/b/x'))).toBe('SESSION_UNKNOWN')
  })

  test('of the same goal are each bound once where their grants are one in authority', async () => {
    const home = await parentOf()
    await tell(home, delegation('parent', ['read a', ' read a\n']))
    await tell(home, childStart('parent', 'one', 'read a'), childStart('parent', 'two', 'read a'))
    for (const child of ['one', 'two']) expect(await tell(home, reading(child, '/data/a/x'))).toBe('allowed')
    await tell(home, childStart('parent', 'three', 'read a'))
    expect(await tell(home, reading('three', '/data/a/x'))).toBe('SESSION_UNKNOWN')
  })

  test('of the same goal get nothing where their grants differ and their start does not tell them apart', async () => {
    const policy = {
      version: 1,
      children: [
        { goal: 'read a', role: 'leaf', tools: { Read: { file_path: '/data/a' } } },
        { goal: 'read a', role: 'orchestrator', tools: { Read: { file_path: '/data' } } },
      ],
    }
    const tasks = ['leaf', 'orchestrator'].map((role) => ({ goal: 'read a', role }))
    const untold = (child: string): object => {
      const event = childStart('parent', child, 'read a')
      return { ...event, extra: { ...(event['extra'] as object), child_role: null } }
    }
    const home = await parentOf(policy)
    await tell(home, delegation('parent', { tasks }), untold('one'), untold('two'))
    for (const child of ['one', 'two'])
      expect(await tell(home, reading(child, '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(childRecords(home, 'subagent_start')).toMatchObject(
      [1, 2].map(() => ({ verdict: 'deny', code: 'DELEGATION_AMBIGUOUS' })),
    )
    // By their role they are told apart.
    await tell(home, childStart('parent', 'three', 'read a', 'orchestrator'))
    expect(await tell(home, reading('three', '/data/b'))).toBe('allowed')
    await tell(home, childStart('parent', 'four', 'read a', 'leaf'))
    expect(await tell(home, reading('four', '/data/b'))).toBe('CONSTRAINT_VIOLATED')
  })
})

describe('rules', () => {
  test('are asked in order, by goal, role and depth', async () => {
    const home = await parentOf({
      version: 1,
      children: [
        { depth: 1, role: 'orchestrator', inherit: ['Read', 'delegate_task'] },
        { depth: '2..', goal: '*deep*', inherit: ['Read'] },
        { goal: 'read *', tools: { Read: { file_path: '/data/a' } } },
      ],
    })
    await tell(
      home,
      delegation('parent', { goal: 'read on', role: 'orchestrator' }),
      childStart('parent', 'manager', 'read on', 'orchestrator'),
      delegation('parent', { goal: 'deep' }),
      delegation('manager', { goal: 'read deep' }),
      childStart('manager', 'deep', 'read deep'),
    )
    expect(await tell(home, reading('manager', '/data/z'))).toBe('allowed')
    expect(await tell(home, reading('deep', '/data/z'))).toBe('allowed')
    expect(childRecords(home, 'delegation')).toMatchObject([
      { verdict: 'allow' },
      { verdict: 'deny', code: 'DELEGATION_UNMATCHED' },
      { verdict: 'allow', session: 'manager' },
    ])
  })

  test('without conditions are for every child', async () => {
    const home = await parentOf({ version: 1, inherit: ['Glob'], ttl: '1m' })
    await tell(home, delegation('parent', ['x']), childStart('parent', 'child', 'x'))
    expect(await tell(home, SHAPES.hermes.call({ session: 'child', tool: 'Glob', args: {} }))).toBe('allowed')
    expect(await tell(home, reading('child', '/data/a'))).toBe('TOOL_NOT_GRANTED')
  })

  test.each([
    ['a tool', { tools: { Write: 'any' } }, 'ATTENUATE_TOOL', 'tasks[0] tools.Write'],
    ['a tool to inherit', { inherit: ['Write'] }, 'ATTENUATE_TOOL', 'tasks[0] tools.Write'],
    [
      'a wider path',
      { tools: { Read: { file_path: '/' } } },
      'ATTENUATE_CONSTRAINT',
      'tasks[0] tools.Read.file_path',
    ],
    ['any arguments', { tools: { Read: 'any' } }, 'ATTENUATE_CONSTRAINT', 'tasks[0] tools.Read.file_path'],
    ['more depth', { inherit: true, maxDepth: 64 }, 'MINT_STRUCTURE', undefined],
    ['a clearance', { inherit: true, clearance: 'system' }, 'ATTENUATE_CLEARANCE', undefined],
  ])(
    'that ask for %s that the parent has not give nothing, and the record says so',
    async (_, rule, code, where) => {
      const home = await parentOf({
        version: 1,
        children: [{ goal: 'wide', ...rule }, { inherit: ['Glob'] }],
      })
      expect(await tell(home, delegation('parent', ['wide', 'other']))).toBe('allowed')
      await tell(home, childStart('parent', 'wide', 'wide'), childStart('parent', 'other', 'other'))
      expect(await tell(home, reading('wide', '/data/a'))).toBe('SESSION_UNKNOWN')
      expect(await tell(home, SHAPES.hermes.call({ session: 'other', tool: 'Glob', args: {} }))).toBe(
        'allowed',
      )
      expect(childRecords(home, 'delegation')).toMatchObject([
        { verdict: 'deny', code, ...(where !== undefined && { where }) },
        { verdict: 'allow' },
      ])
    },
  )
})

describe('a parent', () => {
  test('whose call is denied delegates nothing', async () => {
    const home = await parentOf(BY_GOAL, { ...PARENT, delegate_task: { goal: oneOf(['read b']) } })
    expect(await tell(home, delegation('parent', { goal: 'read a' }))).toBe('CONSTRAINT_VIOLATED')
    await tell(home, childStart('parent', 'child', 'read a'))
    expect(await tell(home, reading('child', '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(childRecords(home, 'delegation')).toEqual([])
  })

  test('that nobody knows, or that did not delegate, has no children', async () => {
    const home = await parentOf()
    home.open('hermes', 'bystander', { tools: PARENT })
    await tell(home, delegation('parent', ['read a']))
    for (const forged of ['stranger', 'bystander', ''])
      await tell(home, childStart(forged, `of-${forged}`, 'read a'))
    for (const forged of ['stranger', 'bystander', ''])
      expect(await tell(home, reading(`of-${forged}`, '/data/a/x'))).toBe('SESSION_UNKNOWN')
    expect(childRecords(home, 'subagent_start')).toMatchObject(
      [1, 2, 3].map(() => ({ verdict: 'deny', code: 'DELEGATION_UNMATCHED' })),
    )
  })

  test('is not made its own child, and no session that has a warrant gets another', async () => {
    const home = await parentOf()
    home.open('hermes', 'rich', { tools: { Write: {} } })
    await tell(home, delegation('parent', ['read a']))
    await tell(home, childStart('parent', 'parent', 'read a'), childStart('parent', 'rich', 'read a'))
    expect(await tell(home, reading('parent', '/data/b'))).toBe('allowed')
    expect(await tell(home, reading('rich', '/data/a/x'))).toBe('TOOL_NOT_GRANTED')
    expect(await tell(home, childStart('parent', 'child', 'read a'), reading('child', '/data/a/x'))).toBe(
      'allowed',
    )
  })
})

describe('a start', () => {
  test('that is told again takes no other grant', async () => {
    const home = await parentOf()
    await tell(home, delegation('parent', ['read a', 'read a']))
    const start = childStart('parent', 'one', 'read a')
    await tell(home, start, start, start, childStart('parent', 'two', 'read a'))
    for (const child of ['one', 'two']) expect(await tell(home, reading(child, '/data/a/x'))).toBe('allowed')
    // Nor does one that is told again after the end of the child bring it back to life.
    await tell(home, childStop('parent', 'one'), start)
    expect(await tell(home, reading('one', '/data/a/x'))).toBe('SESSION_UNKNOWN')
  })

  test('of the child of somebody else’s session is no child of this one', async () => {
    const home = await parentOf()
    home.open('hermes', 'other', { tools: PARENT })
    await tell(home, delegation('parent', ['read a']), delegation('other', ['read b']))
    await tell(home, childStart('other', 'thief', 'read a'))
    expect(await tell(home, reading('thief', '/data/a/x'))).toBe('SESSION_UNKNOWN')
  })
})

describe('four levels', () => {
  const folders = ['/data', '/data/1', '/data/1/2', '/data/1/2/3', '/data/1/2/3/4']
  const levels = folders.slice(1).map((folder, i) => ({
    depth: i + 1,
    inherit: ['delegate_task'],
    tools: { Read: { file_path: folder } },
  }))

  test('each narrower than the one above it, and each verified whole', async () => {
    const home = await parentOf(
      { version: 1, children: levels },
      { ...PARENT, Read: { file_path: subpath('/data') } },
    )
    for (const [i] of levels.entries()) {
      const parent = i === 0 ? 'parent' : `level-${i}`
      expect(await tellProgram(home, delegation(parent, ['go on']))).toBe('allowed')
      await tellProgram(home, childStart(parent, `level-${i + 1}`, 'go on'))
    }
    for (const [i, folder] of folders.entries()) {
      const session = i === 0 ? 'parent' : `level-${i}`
      expect(await tellProgram(home, reading(session, `${folder}/x`))).toBe('allowed')
      if (i > 0)
        expect(await tellProgram(home, reading(session, `${folders[i - 1]}/x`))).toBe('CONSTRAINT_VIOLATED')
    }
    const chains = childRecords(home, 'subagent_start').map(({ chain }) => (chain as string[]).length)
    expect(chains).toEqual([2, 3, 4, 5])
    // A fifth has no rule.
    await tellProgram(home, delegation('level-4', ['go on']), childStart('level-4', 'level-5', 'go on'))
    expect(await tellProgram(home, reading('level-5', '/data/1/2/3/4/x'))).toBe('SESSION_UNKNOWN')
  })
})
