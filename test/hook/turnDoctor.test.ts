/** The doctor on gateways and jobs: green where turns have warrants to begin with, and red on what would leave them without. */

import { chmodSync, cpSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generateKey, secretKeyToPem } from '../../src/index.js'
import { run } from '../cli/harness.js'
import { type CronHome, homeWithMandate, JOB, JOB_POLICY, runName, turnOfRun } from '../support/cronHome.js'
import { callIn, gatewayHome, outcomeOf, ROLES, turnOf } from '../support/gatewayHome.js'
import { type HookHome, nowInSeconds } from '../support/hookHome.js'

/** Lines of findings, green ones left out. */
const findings = async (home: HookHome, now: number = nowInSeconds()): Promise<readonly string[]> => {
  const { exit, stdout } = await run(['doctor', '--home', home.folder], { now })
  const lines = stdout.trim().split('\n')
  expect(lines.at(-1)).toBe(exit === 0 ? 'green' : 'RED')
  return lines.slice(0, -1).filter((line) => !line.startsWith('green '))
}

const red = async (home: HookHome, now?: number): Promise<readonly string[]> =>
  (await findings(home, now)).filter((line) => line.startsWith('red '))

describe('a gateway', () => {
  test('is green with its roles, and red once they cannot be read, do not fit the key, or have expired', async () => {
    const home = await gatewayHome()
    await outcomeOf(home, turnOf({ sender: '1003' }))
    await outcomeOf(home, callIn({}))
    expect(await red(home)).toEqual([])
    const later = await red(home, nowInSeconds() + 90_000)
    for (const about of ['standing warrant', 'role owner', 'role trusted', 'role guest'])
      expect(later).toContainEqual(expect.stringContaining(`hermes ${about}: WARRANT_EXPIRED`))

    const key = join(home.folder, '..', 'gateway.key')
    const good = readFileSync(key, 'utf8')
    writeFileSync(key, secretKeyToPem(generateKey()))
    expect(await red(home)).toEqual(
      expect.arrayContaining([expect.stringContaining('made for another key than the standing one')]),
    )
    writeFileSync(key, good)

    const file = home.path('gateways', 'hermes.json')
    chmodSync(file, 0o644)
    expect(await red(home)).toEqual([expect.stringContaining('hermes roles: FILE_MODE: no turn has a role')])
    unlinkSync(file)
    expect(await red(home)).toEqual([expect.stringContaining('FILE_NOT_FOUND: no turn has a role')])
  })

  test('is told of where everybody has a role', async () => {
    const home = await gatewayHome(`${ROLES}everyoneElse: guest\n`)
    expect(await findings(home)).toContainEqual(
      expect.stringMatching(/^note +hermes roles: whoever is no member has the role guest$/),
    )
  })
})

describe('a job', () => {
  const installed = async (policy?: string): Promise<CronHome> => {
    const home = await homeWithMandate(policy)
    const config = join(home.folder, '..', 'config.yaml')
    const { exit } = await home.warrant('hook', 'hermes', 'install', '--yes', '--config', config)
    expect(exit).toBe(0)
    const session = runName(nowInSeconds())
    await outcomeOf(home, turnOfRun(session))
    await outcomeOf(home, callIn({ session, args: { path: '/srv/reports/a' } }))
    return home
  }

  test('is enough for a green home, and red once its mandate has expired, is unreadable, or is another’s', async () => {
    const home = await installed()
    expect(await findings(home)).toEqual([expect.stringMatching(/^note +hermes session cron_/)])
    expect(await red(home, nowInSeconds() + 31 * 86_400)).toContainEqual(
      expect.stringContaining(`hermes job ${JOB}: WARRANT_EXPIRED`),
    )
    const file = home.path('mandates', `${JOB}.json`)
    cpSync(file, home.path('mandates', 'other.json'))
    expect(await red(home)).toEqual([
      expect.stringContaining(`hermes job other: its mandate is that of ${JOB}`),
    ])
    unlinkSync(home.path('mandates', 'other.json'))
    writeFileSync(file, '{}')
    expect(await red(home)).toContainEqual(expect.stringContaining(`hermes job ${JOB}: STATE_MALFORMED`))
  })

  test('is told of where an agent could change what it is told to do', async () => {
    const home = await installed(`${JOB_POLICY}  cronjob: any\n`)
    expect(await findings(home)).toContainEqual(
      expect.stringContaining('cronjob may change what a job with a mandate is told to do'),
    )
  })
})
