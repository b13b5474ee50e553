/**
 * A warrant for one run of a scheduled job: minted when the run begins, by a key that the job never sees, for a key that
 * is nowhere else, bound to a session that no other run has, and over with the run.
 */

import type { PublicKey } from '../crypto/keys.js'
import { randomBytes } from '../crypto/random.js'
import { generateKey, type SecretKey, type Signer } from '../crypto/signer.js'
import { toHex } from '../encoding/bytes.js'
import { TrustError } from '../errors.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import type { WarrantId } from '../warrant/id.js'
import { type MintOptions, mintAsync, prepareMint } from '../warrant/mint.js'
import { wholeSecond } from '../warrant/time.js'

/** What the warrant of a run says besides what follows from the run itself. */
export type RunTerms = Omit<MintOptions, 'holder' | 'now' | 'sessionId' | 'agentId' | 'id' | 'ttlSeconds'>

/** What a job is told once, where it is scheduled. */
export interface JobOptions extends RunTerms {
  /** Begins the names of its sessions: letters, digits, `.`, `_` and `-`, 64 at most. */
  readonly job: string
  /** Signs the warrants. Nothing that is handed to the job leads to it. */
  readonly issuer: Signer
  /** As long as one run may take, with whatever the job tries again by itself. */
  readonly ttlSeconds: number
  /** Unix seconds; the clock of the system unless told. */
  readonly clock?: (() => number) | undefined
  /** Called before the job, as to give its session the warrant. Where it throws, the job does not start. */
  readonly begin?: ((run: JobRun) => unknown) | undefined
  /** Called after the job however it ended, as to end that session. */
  readonly end?: ((run: JobRun, how: JobEnd) => unknown) | undefined
}

/** What one run is handed. */
export interface JobRun {
  readonly job: string
  /** The session that the warrant is bound to. */
  readonly session: string
  readonly chain: Chain
  readonly holderKey: SecretKey
  /** The key that verifiers trust. */
  readonly root: PublicKey
  readonly warrantId: WarrantId
  /** Unix seconds. */
  readonly expiresAt: number
  /**
   * Aborted when the warrant expires, for then nothing more is allowed: the reason is the TrustError WARRANT_EXPIRED.
   * Aborted too when the scheduler asks the run to stop, and once it has ended.
   */
  readonly signal: AbortSignal
}

/** How a run ended. Times are Unix seconds. */
export interface JobEnd {
  readonly outcome: 'done' | 'failed'
  /** Whether it outlived its warrant. */
  readonly expired: boolean
  readonly startedAt: number
  readonly endedAt: number
}

const JOB_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What runs a job under warrants of its own. */
export type Runner = <R>(work: (run: JobRun) => R | Promise<R>, outer?: AbortSignal) => Promise<R>

/**
 * The runner of a job. What could be minted for no run is found here, and not when the schedule first fires.
 * @throws TypeError for a name that is none; EscalationError and FormatError as `mint`
 */
export const createRunner = (options: JobOptions): Runner => {
  const { job, issuer, ttlSeconds, clock = () => Date.now() / 1000, begin, end, ...terms } = options
  if (typeof job !== 'string' || !JOB_NAME.test(job)) throw new TypeError('a job must have a plain name')
  if (ttlSeconds === undefined) throw new TypeError('a job must say how long a run may take')
  const root = issuer.publicKey
  // Read once: what somebody does to the options afterwards changes no warrant.
  const { payload } = prepareMint({ ...terms, ttlSeconds, holder: root, now: 0 }, root)
  const { tools, gates, approvers } = payload
  const extensions = terms.extensions && structuredClone(terms.extensions)
  const fixed: RunTerms = {
    ...{ ...terms, tools },
    ...(gates && { gates }),
    ...(approvers && { approvers }),
    ...(extensions && { extensions }),
  }

  const mintRun = async (now: number, ended: AbortSignal): Promise<JobRun> => {
    const holderKey = generateKey()
    const session = sessionName(job, now)
    const bound = { holder: holderKey.publicKey, sessionId: session, agentId: `cron:${job}` }
    const chain = await mintAsync({ ...fixed, ...bound, ttlSeconds, now }, issuer)
    const { id: warrantId, expiresAt } = leafOf(chain).payload
    return Object.freeze({ job, session, chain, holderKey, root, warrantId, expiresAt, signal: ended })
  }

  return async (work, outer) => {
    const over = new AbortController()
    const signal = outer === undefined ? over.signal : AbortSignal.any([over.signal, outer])
    const startedAt = clock()
    const run = await mintRun(wholeSecond(startedAt), signal)
    let expired = false
    const timer = afterSeconds(run.expiresAt - startedAt, () => {
      expired = true
      over.abort(new TrustError('WARRANT_EXPIRED'))
    })
    const outcome = await attempt(async () => {
      await begin?.(run)
      return work(run)
    })
    timer.stop()
    over.abort()
    try {
      await end?.(run, { outcome: outcome.kind, expired, startedAt, endedAt: clock() })
    } catch (thrown) {
      if (outcome.kind === 'done') throw thrown // else what the job threw is told
    }
    if (outcome.kind === 'failed') throw outcome.thrown
    return outcome.result
  }
}

type Outcome<R> =
  | { readonly kind: 'done'; readonly result: R }
  | { readonly kind: 'failed'; readonly thrown: unknown }

const attempt = async <R>(work: () => Promise<R>): Promise<Outcome<R>> => {
  try {
    return { kind: 'done', result: await work() }
  } catch (thrown) {
    return { kind: 'failed', thrown }
  }
}

/** `cron_<job>_20260101_093000_1f2e3d4c`, in UTC: no two runs have one name, however close they begin. */
const sessionName = (job: string, now: number): string => {
  const time = new Date(now * 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
  return `cron_${job}_${time}_${toHex(randomBytes(4))}`
}

/** What a timer can wait for at most. */
const LONGEST_WAIT_MILLISECONDS = 2_147_483_647

const afterSeconds = (seconds: number, act: () => void): { readonly stop: () => void } => {
  let timer: NodeJS.Timeout | undefined
  const wait = (left: number): void => {
    const now = Math.min(Math.max(0, left), LONGEST_WAIT_MILLISECONDS)
    timer = setTimeout(left > now ? () => wait(left - now) : act, now)
  }
  wait(seconds * 1_000)
  return { stop: () => clearTimeout(timer) }
}
