/**
 * The log under kills and full disks that really happen: at every call of the file system, at moments of chance, and at
 * a limit of the size of files. What was acknowledged is there, and the next entry follows (attack AUD-3).
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { appendDecision } from '../../src/node/decisionLog.js'
import { readDecisions } from '../../src/node/log/read.js'
import { verifyLog } from '../../src/node/log/verify.js'
import { logOf, newLog, recordOf } from '../support/decisionLog.js'
import { type FsFault, fsFaultModule } from '../support/fsFaults.js'
import { freshSeed, scaled } from '../support/scale.js'

const built = pathToFileURL(fileURLToPath(new URL('../../dist/node/decisionLog.js', import.meta.url))).href

/** Appends entries, and says the name of each once it is acknowledged. */
const scriptFor = (log: string, name: string, count: number, options: object = {}): string => `
  import { writeSync } from 'node:fs'
  import { appendDecision } from ${JSON.stringify(built)}
  for (let n = 1; n <= ${count}; n++) {
    const callId = '${name}-' + n
    try {
      appendDecision(${JSON.stringify(log)}, { ...${JSON.stringify(recordOf(0))}, callId }, ${JSON.stringify(options)})
      writeSync(1, callId + '\\n')
    } catch (thrown) {
      writeSync(2, 'REFUSED ' + thrown.code + '\\n')
    }
  }`

const nodeArgs = (script: string, ...imports: readonly string[]): string[] => [
  ...imports.flatMap((module) => ['--import', module]),
  ...['--input-type=module', '-e', script],
]

const callsIn = (log: string): readonly string[] =>
  existsSync(join(log, 'decisions.jsonl'))
    ? [...readDecisions(log)].map(({ record }) => record?.callId ?? 'mark')
    : []

/** The log goes on, holds, and has everything that was acknowledged. */
const expectWhole = (log: string, acknowledged: readonly string[], what: string): void => {
  appendDecision(log, recordOf(0, { callId: 'afterwards' }))
  const { bad, unfinished } = verifyLog(log)
  expect([what, bad, unfinished]).toEqual([what, undefined, 0])
  const calls = callsIn(log)
  expect([what, acknowledged.filter((call) => !calls.includes(call))]).toEqual([what, []])
  expect([what, calls.at(-1)]).toEqual([what, 'afterwards'])
}

describe('a fault at every call of the file system', () => {
  const FAULTS: readonly FsFault[] = ['kill-before', 'kill-after', 'kill-halfway', 'full']

  test.each(FAULTS)(
    '%s',
    (fault) => {
      let calls = 4
      // Every call in the long form; in the short one every fourth, from another one each time.
      for (let at = scaled(freshSeed() % 4, 0); at < calls; at += scaled(4, 1)) {
        const log = logOf(2, { maxFileBytes: 1 })
        // A new file for each entry, so that the fault also strikes while one is put aside.
        const module = fsFaultModule(log, at, fault)
        const script = scriptFor(log, 'faulty', 2, { maxFileBytes: 1 })
        const { stdout, stderr, signal } = spawnSync(process.execPath, nodeArgs(script, module), {
          encoding: 'utf8',
        })
        const acknowledged = stdout.split('\n').filter((line) => line !== '')
        calls = Math.max(
          calls,
          Number(/CALLS (\d+)/.exec(stderr)?.[1] ?? 0),
          signal === 'SIGKILL' ? at + 5 : 0,
        )
        expectWhole(log, ['call-1', 'call-2', ...acknowledged], `${fault} at ${at}`)
        if (fault === 'full')
          for (const [, code] of stderr.matchAll(/REFUSED (\S+)/g))
            expect(code).toMatch(/^(LOG_NOT_WRITTEN|FILE_UNREADABLE)$/)
      }
      expect(calls).toBeGreaterThan(6)
    },
    240_000,
  )
})

test('kills at moments of chance, of processes that append at once', async () => {
  const seed = freshSeed()
  console.info(`seed ${seed}`)
  let state = seed
  const chance = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
  const log = newLog()
  const acknowledged: string[] = []
  for (let round = 0; round < scaled(6, 60); round++) {
    const children = [0, 1].map((i) => appending(log, `r${round}p${i}`, acknowledged))
    await Promise.all(
      children.map(
        ({ child, ended }) =>
          new Promise<void>((resolve) => {
            child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), chance(60)))
            void ended.then(resolve)
          }),
      ),
    )
    expectWhole(log, acknowledged, `round ${round}, seed ${seed}`)
  }
  expect(acknowledged.length).toBeGreaterThan(0)
}, 240_000)

const appending = (
  log: string,
  name: string,
  acknowledged: string[],
): { readonly child: ChildProcess; readonly ended: Promise<void> } => {
  const script = scriptFor(log, name, 1_000_000, { waitMilliseconds: 60_000 })
  const child = spawn(process.execPath, nodeArgs(script), { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (part) => {
    text += String(part)
  })
  const ended = new Promise<void>((resolve) =>
    child.on('close', () => {
      acknowledged.push(...text.split('\n').slice(0, -1))
      resolve()
    }),
  )
  return { child, ended }
}

test.skipIf(process.platform === 'win32')(
  'a limit of the size of files ends the log in the midst of a line',
  () => {
    const log = newLog()
    mkdirSync(log, { mode: 0o700 })
    // `ulimit -f` counts blocks of 512 or 1024 bytes: a few entries fit, and one does not.
    const { stdout, stderr, signal } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 4; exec "$0" "$@"', process.execPath, ...nodeArgs(scriptFor(log, 'limited', 40))],
      { encoding: 'utf8' },
    )
    const acknowledged = stdout.split('\n').filter((line) => line !== '')
    expect(acknowledged.length).toBeGreaterThan(2)
    expect(acknowledged.length).toBeLessThan(40)
    expect(signal === 'SIGXFSZ' || stderr.includes('REFUSED LOG_NOT_WRITTEN')).toBe(true)
    expectWhole(log, acknowledged, 'limited')
  },
)
