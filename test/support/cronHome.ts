/** A home of the guard with mandates for scheduled jobs, made by the command that operators use, and the events of runs. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSecretKeyFile } from '../../src/node/keyFile.js'
import { run, type Transcript } from '../cli/harness.js'
import { turnOf } from './gatewayHome.js'
import { type HookHome, hookHome, nowInSeconds } from './hookHome.js'

export const JOB = 'a1b2c3d4e5f6'

export const JOB_POLICY = `
version: 1
ttl: 20m
tools:
  read_file: { path: /srv/reports }
`

/** The session that Hermes makes for a run that begins then, by a clock that shows UTC. */
export const runName = (seconds: number, job: string = JOB): string =>
  `cron_${job}_${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')}`

/** The turn of a run, as Hermes 0.19 sends it: of nobody. */
export const turnOfRun = (session: string, turn: string = 'turn-1'): Readonly<Record<string, unknown>> =>
  turnOf({ session, turn, platform: 'cron' })

export interface CronHome extends HookHome {
  readonly warrant: (...argv: readonly string[]) => Promise<Transcript>
  /** `warrant cron add`, in UTC. */
  readonly add: (policy?: string, job?: string, ...flags: readonly string[]) => Promise<Transcript>
}

export const cronHome = (): CronHome => {
  const home = hookHome()
  home.configure({ deadlineMilliseconds: 60_000 }) // many processes, on few cores
  const user = join(home.folder, '..')
  const at = (name: string): string => join(user, name)
  writeSecretKeyFile(at('issuer.key'), home.issuer)
  const warrant = (...argv: readonly string[]): Promise<Transcript> =>
    run([...argv, '--home', home.folder], { env: { HOME: user }, now: nowInSeconds() })
  return {
    ...home,
    warrant,
    add: (policy = JOB_POLICY, job = JOB, ...flags) => {
      writeFileSync(at('job.yaml'), policy)
      return warrant(
        ...['cron', 'add', job, '--policy', at('job.yaml'), '--issuer-key', at('issuer.key')],
        ...(flags.includes('--timezone') ? flags : ['--timezone', 'UTC', ...flags]),
      )
    },
  }
}

/** A home with a mandate for {@link JOB}. */
export const homeWithMandate = async (policy: string = JOB_POLICY): Promise<CronHome> => {
  const home = cronHome()
  const { exit, stderr } = await home.add(policy)
  if (exit !== 0) throw new Error(stderr)
  return home
}
