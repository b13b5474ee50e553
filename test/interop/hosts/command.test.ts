/**
 * The hosts that start the hook as a command, themselves: as published, with the hook put in by `warrant hook HOST install`,
 * upon a model that asks for one tool after another. What they do with its answers is theirs, so it is looked at here.
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HOSTS } from '../../../src/hook/hosts.js'
import type { ScriptedCall } from '../../support/modelServer.js'
import type { Recorded } from '../../support/recordedEvents.js'
import { COMMAND_HOSTS, DRIVERS } from './commandHosts.js'
import {
  CONFIGS,
  decided,
  type GuardedRun,
  type Otherwise,
  runGuarded,
  warrantProgram,
} from './guardedRun.js'
import type { HostFolder } from './hostRun.js'
import { hostProgram, versionOf } from './packages.js'
import { expectRecorded } from './recorder.js'
import { expectSeen, type Seen } from './seen.js'

const PROGRAMS = COMMAND_HOSTS.map((host) => ({ host, ...hostProgram(host) }))

describe.each(PROGRAMS)('$host', ({ host, words, missing }) => {
  if (missing !== undefined) {
    test.skip(`not run: ${missing}`, () => {})
    return
  }
  const driver = DRIVERS[host]
  const sent: Recorded[] = []
  const run = async (
    callsFor: (given: HostFolder) => readonly ScriptedCall[],
    otherwise: Otherwise = {},
  ): Promise<GuardedRun> => {
    const given = await runGuarded(host, words, callsFor, otherwise)
    sent.push(...given.sent)
    return given
  }
  const seen: { -readonly [Column in keyof Seen]?: Seen[Column] } = {}

  /** A call whose mark is left in the project where it ran. */
  const marked = (given: HostFolder): ScriptedCall => driver.shell(`echo ran > ${given.project}/ran.txt`)
  const didRun = (given: HostFolder): boolean => existsSync(join(given.project, 'ran.txt'))

  test('runs what the warrant allows, and on our word does not run what it does not', async () => {
    const given = await run((place) => [
      driver.read(join(place.project, 'granted', 'open.txt')),
      driver.read(join(place.project, 'closed.txt')),
      driver.write(join(place.project, 'new.txt')),
      marked(place),
      driver.shell(`cat ${place.home.path('hook.json')}`),
    ])
    const { names } = driver
    const shellCode = names.shell === names.read ? 'CONSTRAINT_VIOLATED' : 'TOOL_NOT_GRANTED'
    expect(given.results).toEqual([
      expect.stringContaining('open text'),
      expect.stringContaining(`warrant: CONSTRAINT_VIOLATED: ${names.read}: `),
      expect.stringContaining(`warrant: TOOL_NOT_GRANTED: ${names.write}: `),
      expect.stringContaining(`warrant: ${shellCode}: ${names.shell}: `),
      expect.stringContaining(`warrant: GUARD_PROTECTED: ${names.shell}: `),
    ])
    expect(given.results.join()).not.toContain('secret text')
    expect([didRun(given), existsSync(join(given.project, 'new.txt'))]).toEqual([false, false])
    expect(decided(given)).toEqual([
      [names.read, 'allow', undefined],
      [names.read, 'deny', 'CONSTRAINT_VIOLATED'],
      [names.write, 'deny', 'TOOL_NOT_GRANTED'],
      [names.shell, 'deny', shellCode],
      [names.shell, 'deny', 'GUARD_PROTECTED'],
    ])
    seen.allowed = 'runs'
    seen.denied = 'does not run; the model reads the reason'
  })

  test('where the program of the hook is gone, nothing runs', async () => {
    const given = await run((place) => [marked(place)], {
      before: (place) => rmSync(warrantProgram(place)),
    })
    expect(given.results).toEqual([expect.stringContaining('warrant: the hook did not run to its end')])
    expect(didRun(given)).toBe(false)
    seen.gone = 'does not run'
  })

  test('a subagent has no part in the standing warrant, where the host tells it from others', async () => {
    const given = await run(() => driver.spawn, {
      tools: Object.fromEntries(driver.spawnTools.map((tool) => [tool, {}])),
      child: (place) => [
        driver.read(join(place.project, 'granted', 'open.txt')),
        driver.read(join(place.project, 'closed.txt')),
      ],
    })
    const { read } = driver.names
    const unknown = expect.stringContaining(`warrant: SESSION_UNKNOWN: ${read}: `)
    const asTheSession = [
      expect.stringContaining('open text'),
      expect.stringContaining(`warrant: CONSTRAINT_VIOLATED: ${read}: `),
    ]
    const isTold = host !== 'gemini'
    expect(given.childResults).toEqual(isTold ? [unknown, unknown] : asTheSession)
    seen.subagent = isTold ? 'nothing runs' : 'acts under the warrant of its session'
  })

  test.runIf(HOSTS.get(host)?.matchedBy !== undefined)(
    'a child that is granted a warrant acts under that one, and not under that of its parent',
    async () => {
      const { read } = driver.names
      const [argument = ''] = Object.keys(driver.read('').args)
      const given = await run(() => driver.spawn, {
        tools: Object.fromEntries(driver.spawnTools.map((tool) => [tool, {}])),
        delegation: ({ project }) => ({
          version: 1,
          tools: { [read]: { [argument]: join(project, 'granted', 'child') } },
        }),
        child: ({ project }) => [
          driver.read(join(project, 'granted', 'child', 'open.txt')),
          driver.read(join(project, 'granted', 'open.txt')),
        ],
      })
      expect(given.childResults).toEqual([
        expect.stringContaining('open to children'),
        expect.stringContaining(`warrant: CONSTRAINT_VIOLATED: ${read}: `),
      ])
      seen.subagent = 'nothing runs; with a grant, what that allows'
    },
  )

  test('a hook that takes longer than the host gives it', async () => {
    const given = await run((place) => [marked(place)], {
      before: (place) => {
        const file = join(place.folder, CONFIGS[host])
        const text = readFileSync(file, 'utf8')
        expect(driver.hurried(text)).not.toBe(text)
        writeFileSync(file, driver.hurried(text))
        writeFileSync(warrantProgram(place), 'setTimeout(() => {}, 8_000)\n')
      },
    })
    expect(given.results.length).toBe(1)
    seen.slow = didRun(given) ? 'runs' : 'does not run'
  })

  test('what was seen is what the table says', () => {
    expectSeen(host, versionOf(words), seen)
  })

  test('what it sent is what the hook is tested with', () => {
    expectRecorded(host, versionOf(words), sent)
  })
})
