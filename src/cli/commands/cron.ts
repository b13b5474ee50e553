/** `warrant cron`: what the runs of scheduled jobs may do. The issuer's key is needed here, and never again at a run. */

import type { Command } from 'commander'
import type { Home } from '../../hook/home.js'
import { JOB_NAME, jobOfRun, MAX_RUN_SECONDS, mandateFileOf } from '../../hook/mandate.js'
import { parseSettings } from '../../hook/settings.js'
import { fileSessionStore } from '../../node/sessionStore.js'
import { removeStateFile } from '../../node/stateFile.js'
import { leafOf } from '../../warrant/chain.js'
import { parseDuration } from '../../warrant/time.js'
import { authorityOf } from '../authorityFlags.js'
import { display } from '../display.js'
import { cliFailure, placed, usage } from '../failure.js'
import { flagValue, jsonFlag, required } from '../flags.js'
import { homeOf, readHomeFile } from '../hook/homeFile.js'
import {
  hermesZone,
  type JobAuthority,
  jobsIn,
  MAX_MANDATE_SECONDS,
  mandateOf,
  policyFileOf,
  writeMandate,
} from '../hook/mandateFile.js'
import { secretKeyOf } from '../keys.js'
import type { Session } from '../session.js'
import { spanText, timeText } from '../timeText.js'
import { toolLines } from '../view.js'

interface Flags {
  readonly home?: string
  readonly policy?: string
  readonly issuerKey?: string
  readonly valid: string
  readonly timezone?: string
  readonly replace?: boolean
}

export const addCron = (program: Command, session: Session): void => {
  const command = program
    .command('cron')
    .description('say what the runs of a scheduled job of Hermes may do: add, list or remove')
    .argument('<action>', 'add, list or remove')
    .argument('[job]', 'add, remove: the id of the job, as the host has it')
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option(
      '--policy <file>',
      'add: tools, and the ttl of a run (default: warrants/cron/JOB.yaml in the home)',
    )
    .option('--issuer-key <key>', 'add: secret key that signs it: a key file, - for stdin, fd:N or env:NAME')
    .option('--valid <duration>', 'add: how long runs may be begun', '30d')
    .option('--timezone <zone>', 'add: the zone that Hermes names runs in, as in Europe/Berlin')
    .option('--replace', 'add: in place of the one that is there')
  jsonFlag(command)
    .addHelpText('after', NOTE)
    .action(async (action: string, job: string | undefined, flags: Flags) => {
      const home = homeOf(session, flags.home)
      if (action === 'list' && job === undefined) return list(session, home)
      if (action === 'add') return add(session, home, jobNamed(job), flags)
      if (action === 'remove') return remove(session, home, jobNamed(job))
      throw usage('expected add JOB, list or remove JOB', 'action')
    })
}

const NOTE = `
A run has its own short warrant, made when Hermes begins the session cron_JOB_<time>, and ends at that time and the ttl of
the policy. Size it for the job: Hermes runs a failed job again after 5, 15 and 30 minutes, each time as a run of its own.
`

const jobNamed = (job: string | undefined): string => {
  if (job === undefined) throw usage('the id of the job is missing')
  if (!JOB_NAME.test(job)) throw usage('expected letters, digits, dots, dashes and underscores', 'job')
  return job
}

const add = async (session: Session, home: Home, job: string, flags: Flags): Promise<void> => {
  const keyName = required('--issuer-key', flags.issuerKey)
  const lifeSeconds = flagValue('--valid', () => parseDuration(flags.valid))
  if (lifeSeconds > MAX_MANDATE_SECONDS) throw usage('longer than any warrant lives', '--valid')
  const timeZone = flags.timezone ?? hermesZone(session.io.env, hermesOf(home))
  if (timeZone !== undefined && !isZone(timeZone)) throw usage('there is no such zone', '--timezone')
  const authority = await jobAuthority(session, flags.policy ?? policyFileOf(home, job))
  const issuer = await secretKeyOf(session, '--issuer-key', keyName)
  const options = { job, authority, lifeSeconds, timeZone, now: session.io.clock() }
  const chain = writeMandate(home, options, issuer, flags.replace === true)
  const { expiresAt } = leafOf(chain).payload
  if (!rootsOf(home).includes(issuer.publicKey))
    await session.remark(
      'the key is none of the trusted roots of the home: warrant hook hermes install --root',
    )
  if (session.json)
    return session.printJson({
      ...{ job, runSeconds: authority.ttlSeconds, expiresAt: timeText(expiresAt) },
      timeZone: timeZone ?? null,
    })
  const [ttl, until] = [spanText(authority.ttlSeconds), timeText(expiresAt)]
  return session.print(
    [`each run of ${display(job)}, for ${ttl}, until ${until}:`, ...toolLines(authority.tools)]
      .map((line) => `${line}\n`)
      .join(''),
  )
}

const jobAuthority = async (session: Session, policy: string): Promise<JobAuthority> => {
  const authority = await authorityOf(session, { policy })
  const { tools, ttlSeconds, issuableTools } = authority
  if (tools === undefined || issuableTools !== undefined) throw usage('which tools?', policy)
  if (ttlSeconds === undefined) throw usage('ttl is missing: how long may a run take?', policy)
  if (ttlSeconds > MAX_RUN_SECONDS) throw usage('a run of more than 7 days', policy)
  return { ...authority, tools, ttlSeconds }
}

const list = async (session: Session, home: Home): Promise<void> => {
  const jobs = jobsIn(home).map((job) => ({ job, mandate: mandateOf(home, job) }))
  if (session.json)
    return session.printJson(
      jobs.map(({ job, mandate: { chain, ttlSeconds, timeZone } }) => ({
        ...{ job, runSeconds: ttlSeconds, timeZone: timeZone ?? null },
        expiresAt: timeText(leafOf(chain).payload.expiresAt),
      })),
    )
  const lines = jobs.flatMap(({ job, mandate: { chain, ttlSeconds } }) => {
    const { expiresAt, tools } = leafOf(chain).payload
    return [`${job}: each run ${spanText(ttlSeconds)}, until ${timeText(expiresAt)}`, ...toolLines(tools)]
  })
  return session.print(lines.map((line) => `${line}\n`).join(''))
}

/** Takes the mandate away, and the warrant of every run that goes on. */
const remove = async (session: Session, home: Home, job: string): Promise<void> => {
  const file = mandateFileOf(home.mandates, job)
  if (!placed(file, () => removeStateFile(file))) throw cliFailure('FILE_NOT_FOUND', file)
  const sessions = fileSessionStore(home.sessions)
  const runs = sessions
    .list()
    .filter(({ origin, session: name }) => origin === 'cron' && jobOfRun(name) === job)
  for (const run of runs) placed(home.sessions, () => sessions.end(run))
  if (session.json) return session.printJson({ job, removed: true, ended: runs.length })
  return session.print(`${display(job)} has no mandate any more; ${runs.length} of its runs ended with it\n`)
}

const hermesOf = (home: Home) => parseSettings(readHomeFile(home)).hosts.get('hermes')

const rootsOf = (home: Home): readonly string[] => parseSettings(readHomeFile(home)).roots

const isZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
