/** A disk that is full, and processes that are killed, at each call by which a grant comes to be or is bound. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  childStart,
  delegatingHome,
  delegation,
  filesIn,
  PARENT,
  reading,
  tell,
} from '../support/delegating.js'
import { type FsFault, fsFaultModule } from '../support/fsFaults.js'
import type { Ended, HookHome } from '../support/hookHome.js'

const opened = async (): Promise<HookHome> => {
  const home = await delegatingHome('hermes', { version: 1, inherit: ['Read'] })
  home.open('hermes', 'parent', { tools: PARENT })
  return home
}

/** The hook on an event, with a fault at the n-th call that it makes of the file system below a folder. */
const withFault = (home: HookHome, event: unknown, folder: string, at: number, fault: FsFault): Ended => {
  mkdirSync(home.path(folder), { recursive: true, mode: 0o700 })
  const words = [PROGRAM, 'hook', 'hermes', '--home', home.folder]
  const argv = ['--import', fsFaultModule(home.path(folder), at, fault), ...words]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    input: JSON.stringify(event),
  })
  return { exit: status, stdout, stderr }
}

const PROGRAM = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))

/** How many such calls there are. */
const callsOf = ({ stderr }: Ended): number => Number(/CALLS (\d+)/.exec(stderr)?.[1])

const pendingIn = (home: HookHome): readonly string[] =>
  filesIn(home, 'grants').filter((file) => /\/[0-9]+-[0-9a-f]{32}\.json$/.test(file))

describe('a parent that delegates', () => {
  test('on a disk that is full is denied, and no grant is left; or it has them all', async () => {
    const asks = delegation('parent', ['one', 'two'])
    const calls = callsOf(withFault(await opened(), asks, 'grants', 1e6, 'full'))
    expect(calls).toBeGreaterThan(8)
    const outcomes = new Set<string>()
    for (let at = 0; at < calls; at += 2) {
      const home = await opened()
      const { exit, stderr } = withFault(home, asks, 'grants', at, 'full')
      expect([at, exit === 0 ? 2 : 0]).toEqual([at, pendingIn(home).length])
      if (exit !== 0)
        expect([exit, stderr]).toEqual([2, expect.stringMatching(/^warrant: FILE_NOT_WRITTEN: /)])
      outcomes.add(exit === 0 ? 'allowed' : 'denied')
    }
    expect(outcomes).toContain('denied')
  })

  test('that is killed has allowed nothing, and what it left is whole', async () => {
    const asks = delegation('parent', ['one', 'two'])
    for (const at of [1, 3, 5, 9]) {
      const home = await opened()
      const { exit, stdout } = withFault(home, asks, 'grants', at, 'kill-halfway')
      expect([exit, stdout]).toEqual([null, ''])
      for (const file of pendingIn(home)) JSON.parse(readFileSync(file, 'utf8'))
    }
  })
})

describe('a child that starts', () => {
  test.each(['full', 'kill-before'] as const)(
    'has its warrant or nothing, and no two have one grant: %s',
    async (fault) => {
      const outcomes = new Set<string>()
      for (const at of [0, 1, 3, 5, 6, 7, 50]) {
        const home = await opened()
        await tell(home, delegation('parent', ['one']))
        const { exit } = withFault(home, childStart('parent', 'child', 'one'), 'sessions', at, fault)
        expect(exit).toBe(fault === 'full' || at === 50 ? 0 : null)
        await tell(home, childStart('parent', 'other', 'one'))
        const told = [
          await tell(home, reading('child', '/data/a')),
          await tell(home, reading('other', '/data/a')),
        ]
        expect(told.filter((each) => each === 'allowed').length).toBeLessThan(2)
        for (const each of told) expect(['allowed', 'SESSION_UNKNOWN']).toContain(each)
        outcomes.add(told.join())
      }
      // Before the grant is taken it is there for the other; after, it is the child's or nobody's.
      expect([...outcomes].sort()).toEqual([
        'SESSION_UNKNOWN,SESSION_UNKNOWN',
        'SESSION_UNKNOWN,allowed',
        'allowed,SESSION_UNKNOWN',
      ])
    },
  )
})
