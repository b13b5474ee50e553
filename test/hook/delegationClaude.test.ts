/** Delegation on Claude Code, whose start of a subagent tells its type and session, and nothing of what it is for. */

import { describe, expect, test } from 'vitest'
import { childRecords, delegatingHome, filesIn, PARENT, tellAt } from '../support/delegating.js'
import type { HookHome } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

type Json = Readonly<Record<string, unknown>>

const { call } = SHAPES.claude

const POLICY = {
  version: 1,
  children: [
    { role: 'Explore', tools: { Read: { file_path: '/data/explore' } } },
    { role: 'writer', goal: 'draft *', inherit: ['Read', 'Agent'] },
    { role: 'writer', goal: 'check *', inherit: ['Glob'] },
    { role: 'general-purpose', inherit: ['Glob'] },
  ],
}

const spawning = (type: string | undefined, description: string, agent?: string): Json =>
  call({
    tool: 'Agent',
    args: { description, prompt: 'p', ...(type !== undefined && { subagent_type: type }) },
    ...(agent !== undefined && { agent }),
  })

const start = (agent: string, type: string | undefined, session = 's1'): Json => ({
  ...{ hook_event_name: 'SubagentStart', session_id: session, cwd: '/srv', agent_id: agent },
  ...(type !== undefined && { agent_type: type }),
})

const stop = (agent: string): Json => ({ ...start(agent, 'x'), hook_event_name: 'SubagentStop' })

const reading = (agent: string, path: string): Json => call({ agent, args: { file_path: path } })

const tell = (home: HookHome, ...events: readonly unknown[]): Promise<string> =>
  tellAt(home, 'claude', Date.now() / 1000, ...events)

const opened = async (): Promise<HookHome> => {
  const home = await delegatingHome('claude', POLICY)
  home.open('claude', 's1', { tools: PARENT })
  return home
}

describe('a subagent', () => {
  test('is bound to the grant of its type, whichever starts first', async () => {
    const home = await opened()
    await tell(home, spawning('Explore', 'look'), spawning('writer', 'draft it'), spawning(undefined, 'any'))
    await tell(home, start('g', 'general-purpose'), start('w', 'writer'), start('e', 'Explore'))
    expect(await tell(home, reading('e', '/data/explore/x'))).toBe('allowed')
    expect(await tell(home, reading('e', '/data/x'))).toBe('CONSTRAINT_VIOLATED')
    expect(await tell(home, reading('w', '/data/x'))).toBe('allowed')
    expect(await tell(home, reading('g', '/data/x'))).toBe('TOOL_NOT_GRANTED')
    expect(filesIn(home, 'grants')).toEqual([])
  })

  test('has nothing without a type, of another session, or beyond what was granted', async () => {
    const home = await opened()
    await tell(home, spawning('Explore', 'look'))
    await tell(
      home,
      start('a', undefined),
      start('b', 'writer'),
      start('c', 'Explore', 's2'),
      start('', 'Explore'),
    )
    await tell(home, start('d', 'Explore'), start('e', 'Explore'))
    for (const agent of ['a', 'b', 'c', 'e'])
      expect(await tell(home, reading(agent, '/data/explore/x'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, reading('d', '/data/explore/x'))).toBe('allowed')
  })

  test('of a type for which grants wait that differ has none of them', async () => {
    const home = await opened()
    await tell(home, spawning('writer', 'draft it'), spawning('writer', 'check it'))
    await tell(home, start('one', 'writer'), start('two', 'writer'))
    for (const agent of ['one', 'two'])
      expect(await tell(home, reading(agent, '/data/x'))).toBe('SESSION_UNKNOWN')
    expect(childRecords(home, 'SubagentStart')).toMatchObject(
      [1, 2].map(() => ({ verdict: 'deny', code: 'DELEGATION_AMBIGUOUS' })),
    )
  })

  test('may delegate in turn, ends with the one that it was started by, and with its session', async () => {
    const home = await opened()
    await tell(home, spawning('writer', 'draft it'), start('w', 'writer'))
    await tell(
      home,
      spawning('writer', 'draft more', 'w'),
      start('w2', 'writer'),
      spawning('Explore', 'look'),
    )
    await tell(home, start('e', 'Explore'))
    expect(await tell(home, reading('w2', '/data/x'))).toBe('allowed')
    expect(home.records().at(-1)?.['chain']).toHaveLength(3)
    await tell(home, stop('w'))
    for (const agent of ['w', 'w2'])
      expect(await tell(home, reading(agent, '/data/x'))).toBe('SESSION_UNKNOWN')
    expect(await tell(home, reading('e', '/data/explore/x'))).toBe('allowed')
    await tell(home, SHAPES.claude.ended?.('s1'))
    expect(await tell(home, reading('e', '/data/explore/x'))).toBe('SESSION_UNKNOWN')
  })

  test('is bound to none of two grants of different parents, since its start names no parent', async () => {
    const home = await opened()
    await tell(home, spawning('writer', 'draft it'), start('w', 'writer'))
    await tell(home, spawning('writer', 'draft it', 'w'), spawning('writer', 'draft it'))
    await tell(home, start('x', 'writer'))
    expect(await tell(home, reading('x', '/data/x'))).toBe('SESSION_UNKNOWN')
  })

  test('that is started by a name of older builds is granted the same', async () => {
    const home = await opened()
    home.open('claude', 's1', { tools: { ...PARENT, Task: {} } })
    await tell(home, call({ tool: 'Task', args: { description: 'look', subagent_type: 'Explore' } }))
    await tell(home, start('e', 'Explore'))
    expect(await tell(home, reading('e', '/data/explore/x'))).toBe('allowed')
  })
})
