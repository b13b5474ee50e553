/**
 * Mandates: what the runs of a scheduled job may do. An operator's command made one warrant for each job, signed by the
 * issuer's key, which is not here. A run gets a child of it: for a key of its own, bound to its session, until a time that
 * the name of the session fixes. So no run outlives what its job was given, however often its name is used.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseSecretKey, type SecretKey } from '../crypto/signer.js'
import { fromUtf8 } from '../encoding/bytes.js'
import { parseJson } from '../encoding/json.js'
import type { ValueObject } from '../encoding/value.js'
import { DenialError, FormatError } from '../errors.js'
import { grantSession } from '../node/sessionGrant.js'
import type { SessionEntry, SessionStore } from '../node/sessionStore.js'
import { createStateFile, makeStateFolder, readStateObject, removeStateFile } from '../node/stateFile.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import { parseChain } from '../warrant/text.js'
import { endSession } from './delegation/end.js'
import { enginesFor } from './engines.js'
import type { HookEvent } from './event.js'
import { endExpired } from './expired.js'
import { fieldsOf, numberBelow, textOf, wrong } from './fields.js'

export interface Mandate {
  /** Named by the signed warrant, and so is the life of a run. */
  readonly job: string
  readonly ttlSeconds: number
  readonly chain: Chain
  readonly holderKey: SecretKey
  /** The zone that the host names runs in, where it is not that of the machine. */
  readonly timeZone: string | undefined
}

/** A name that a job can have: as a part of file names, of `--for cron:NAME` and of sessions. */
export const JOB_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A run that takes longer is no run of a schedule. */
export const MAX_RUN_SECONDS: number = 7 * 86_400

/** The extension of a mandate's warrant: job and life of a run, as JSON. */
export const RUN_EXTENSION = 'warrant.run'

/** How far ahead of this clock the name of a run may be. */
const AHEAD_SECONDS = 60
/** Older names are over whatever is kept of them. */
const KEPT_SECONDS = MAX_RUN_SECONDS + 2 * 86_400

/** The file of a job in the folder of mandates. */
export const mandateFileOf = (folder: string, job: string): string => join(folder, `${job}.json`)

/** The mandate of a file. @throws FormatError FILE_…, STATE_MALFORMED, and those of chains and keys */
export const readMandate = (path: string): Mandate => parseMandate(readStateObject(path))

/** The mandate of what was read. @throws FormatError STATE_MALFORMED, KEY_MISMATCH, and those of chains and keys */
export const parseMandate = (written: ValueObject): Mandate => {
  const fields = fieldsOf(written, '', ['version', 'chain', 'holderKey', 'timeZone'])
  if (fields['version'] !== 1) throw wrong('version')
  const chain = parseChain(textOf(fields['chain'], 'chain'))
  const holderKey = parseSecretKey(textOf(fields['holderKey'], 'holderKey'))
  if (leafOf(chain).payload.holder !== holderKey.publicKey) throw new FormatError('KEY_MISMATCH')
  const { timeZone } = fields
  return {
    ...runOf(chain),
    chain,
    holderKey,
    timeZone: timeZone === undefined ? undefined : textOf(timeZone, 'timeZone'),
  }
}

const runOf = (chain: Chain): Pick<Mandate, 'job' | 'ttlSeconds'> => {
  const bytes = leafOf(chain).payload.extensions.get(RUN_EXTENSION)
  if (bytes === undefined) throw wrong(RUN_EXTENSION)
  const { job, ttlSeconds } = fieldsOf(parseJson(fromUtf8(bytes)), RUN_EXTENSION, ['job', 'ttlSeconds'])
  return {
    job: textOf(job, RUN_EXTENSION),
    ttlSeconds: numberBelow(ttlSeconds ?? 0, MAX_RUN_SECONDS, RUN_EXTENSION),
  }
}

/** Where a run is begun. */
export interface RunPlace {
  readonly host: string
  readonly sessions: SessionStore
  /** Unix seconds. */
  readonly now: number
  readonly mandates: string
  readonly runs: string
  /** Grants that wait for a child to start. */
  readonly grants: string
}

/**
 * Gives the session of a run its warrant, once: a name that was used gets no second one when the first has ended. Only
 * where the host itself says that nobody wrote: a chat that is named like a run ends what is kept under the name.
 * @throws DenialError SESSION_MISMATCH, SESSION_UNKNOWN, RUN_OVER; FormatError of the files; EscalationError
 */
export const beginRun = async (place: RunPlace, event: HookEvent): Promise<SessionEntry> => {
  const { host, sessions, now } = place
  const { session, turn, platform, sender } = event
  if (platform !== 'cron' || sender !== undefined) {
    endSession(sessions, place.grants, { host, session })
    throw new DenialError('SESSION_MISMATCH', undefined, { where: 'platform' })
  }
  const mandate = mandateFor(place, session)
  const begin = secondOf(session, mandate, now)
  const expiresAt = begin + mandate.ttlSeconds
  if (begin > now + AHEAD_SECONDS || now >= expiresAt) throw over()
  if (!isFirst(place, session) && sessions.get({ host, session }) === undefined) throw over()
  const entry = grantSession(mandate.chain, mandate.holderKey, {
    ...{ host, session, turn, platform },
    origin: 'cron',
    now,
    expiresAt,
    engines: await enginesFor(mandate.chain),
  })
  sessions.put(entry, { replace: true })
  endExpired(sessions, place.grants, now)
  return entry
}

const over = (): DenialError => new DenialError('RUN_OVER', undefined, { where: 'session' })

/** `cron_<job>_<YYYYmmdd_HHMMSS>`; a job's name may have underscores too. */
const RUN = /^cron_(.+)_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/

/** The job of a run's session, by its name. */
export const jobOfRun = (session: string): string | undefined => RUN.exec(session)?.[1]

const mandateFor = ({ mandates }: RunPlace, session: string): Mandate => {
  const job = jobOfRun(session)
  if (job === undefined || !JOB_NAME.test(job)) throw unknown()
  try {
    const mandate = readMandate(mandateFileOf(mandates, job))
    if (mandate.job === job) return mandate
  } catch (thrown) {
    if (!(thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND')) throw thrown
  }
  throw unknown()
}

const unknown = (): DenialError => new DenialError('SESSION_UNKNOWN', undefined, { where: 'session' })

/** The time in the name of a run, by the clock of the host's zone as it is set now. */
const secondOf = (session: string, { timeZone }: Mandate, now: number): number => {
  const digits = RUN.exec(session)?.slice(2).map(Number) as [number, number, number, number, number, number] // as matched
  const [year, month, day, hour, minute, second] = digits
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - secondsAhead(timeZone, now)
}

/** Seconds by which local time is ahead of UTC. @throws FormatError STATE_MALFORMED for a zone that there is not */
const secondsAhead = (timeZone: string | undefined, now: number): number => {
  const whole = Math.floor(now)
  if (timeZone === undefined) return -60 * new Date(whole * 1000).getTimezoneOffset()
  let parts: Intl.DateTimeFormatPart[]
  try {
    parts = new Intl.DateTimeFormat('en-US', { timeZone, ...DIGITS }).formatToParts(whole * 1000)
  } catch {
    throw wrong('timeZone')
  }
  const at = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'))
  return local / 1000 - whole
}

const DIGITS = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

/** Whether this call is the first to begin the run. What is kept of runs that are long over goes. */
const isFirst = ({ runs, now }: RunPlace, session: string): boolean => {
  makeStateFolder(runs)
  try {
    createStateFile(join(runs, session), '')
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_EXISTS') return false
    throw thrown
  }
  for (const name of readdirSync(runs)) {
    const [, , year = '', month = '', day = ''] = RUN.exec(name) ?? []
    const ends = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000 + KEPT_SECONDS
    if (year !== '' && ends < now) removeStateFile(join(runs, name))
  }
  return true
}
