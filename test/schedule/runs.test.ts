/** Runs of scheduled jobs: a warrant each, from a key that no run reaches, over with the run. */

import { Cron } from 'croner'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createEnforcer,
  createGuard,
  generateKey,
  type LocalSigner,
  leafOf,
  type Signer,
  subpath,
  verify,
} from '../../src/index.js'
import { memorySessionStore } from '../../src/node/index.js'
import { warrantJob as bullmqJob } from '../../src/schedule/bullmq.js'
import { type JobOptions, type JobRun, warrantJob } from '../../src/schedule/croner.js'
import { reachableFrom } from '../support/reachable.js'

const issuer = generateKey()
const tools = { read_file: { path: subpath('/srv/reports') } }
const options: JobOptions = { job: 'report', issuer, tools, ttlSeconds: 600 }
const clock = (): number => Date.now() / 1000

/** One run of a job with these options; what it was handed, and what it gave. */
const runOnce = async (
  more: Partial<JobOptions> = {},
  job: (run: JobRun) => unknown = () => {},
): Promise<JobRun> => {
  let handed: JobRun | undefined
  await warrantJob({ ...options, ...more }, (run) => {
    handed = run
    return job(run)
  })(undefined, undefined)
  return handed as JobRun // the job was run
}

const allows = (run: JobRun, session: string, path = '/srv/reports/a'): string => {
  const bound = createEnforcer({ roots: [issuer.publicKey], clock }).bind(run.chain, run.holderKey)
  const decision = bound.enforce('read_file', { path }, { session })
  return decision.kind === 'deny' ? decision.code : 'allow'
}

afterEach(() => void vi.useRealTimers())

describe('what a run is handed', () => {
  test('a warrant by the issuer, for a key of its own, bound to its session, as long as was said', async () => {
    const before = Math.floor(clock())
    const run = await runOnce()
    const { payload } = leafOf(verify(run.chain, { roots: [issuer.publicKey], now: clock() }).chain)
    expect(payload).toMatchObject({
      ...{ holder: run.holderKey.publicKey, sessionId: run.session, agentId: 'cron:report' },
      ...{ id: run.warrantId, issuer: run.root, expiresAt: run.expiresAt },
    })
    expect(payload.expiresAt - payload.issuedAt).toBe(600)
    expect(payload.issuedAt).toBeGreaterThanOrEqual(before)
    expect(run.session).toMatch(/^cron_report_\d{8}_\d{6}_[0-9a-f]{8}$/)
    expect(Object.isFrozen(run)).toBe(true)
  })

  test('it permits what was granted, in that session and in no other', async () => {
    const [run, other] = [await runOnce(), await runOnce()]
    expect(allows(run, run.session)).toBe('allow')
    expect(allows(run, run.session, '/etc/shadow')).toBe('CONSTRAINT_VIOLATED')
    expect(allows(run, other.session)).toBe('SESSION_MISMATCH')
    expect(() => allows({ ...run, holderKey: other.holderKey }, run.session)).toThrow()
  })

  test('no two runs have a key, a session or a warrant in common, however close they begin', async () => {
    const runs = await Promise.all(Array.from({ length: 40 }, () => runOnce({ clock: () => 1_800_000_000 })))
    for (const part of [
      (run: JobRun) => run.holderKey.publicKey,
      (run: JobRun) => run.session,
      (run: JobRun) => run.warrantId,
    ])
      expect(new Set(runs.map(part)).size).toBe(40)
  })

  test('nothing that a job is given leads to the signer of the issuer', async () => {
    const secret: Signer = { publicKey: issuer.publicKey, sign: (message) => issuer.sign(message) }
    let given: readonly unknown[] = []
    const cron = new Cron(
      '0 0 1 1 *',
      { paused: true, context: { of: 'the job' } },
      warrantJob({ ...options, issuer: secret }, (...handed) => {
        given = handed
      }),
    )
    await cron.trigger()
    cron.stop()
    expect(given.length).toBe(3)
    const reached = reachableFrom(...given)
    expect(reached.size).toBeGreaterThan(50)
    expect([reached.has(secret), reached.has(issuer), reached.has(secret.sign)]).toEqual([
      false,
      false,
      false,
    ])
    expect(reached.has((given[0] as JobRun).holderKey)).toBe(true)
  })

  test('what becomes of the options afterwards widens no run', async () => {
    const own: Record<string, object> = { read_file: { path: subpath('/srv/reports') } }
    const job = warrantJob({ ...options, tools: own as typeof tools }, (run) => {
      handed.push(run)
    })
    const handed: JobRun[] = []
    own['shell'] = {}
    Object.assign(own['read_file'] as object, { path: subpath('/') })
    await job(undefined, undefined)
    const [run] = handed as [JobRun]
    expect([...leafOf(run.chain).payload.tools.keys()]).toEqual(['read_file'])
    expect(allows(run, run.session, '/etc/shadow')).toBe('CONSTRAINT_VIOLATED')
  })
})

describe('the end of a run', () => {
  test('a run that outlives its warrant is told, and so is what it left behind when it ends', async () => {
    vi.useFakeTimers()
    const ends: unknown[] = []
    const seen: boolean[] = []
    const pending = runOnce({ ttlSeconds: 30, end: (_, how) => ends.push(how) }, async ({ signal }) => {
      await vi.advanceTimersByTimeAsync(29_000)
      seen.push(signal.aborted)
      await vi.advanceTimersByTimeAsync(2_000)
      seen.push(signal.aborted)
      expect(signal.reason).toMatchObject({ name: 'TrustError', code: 'WARRANT_EXPIRED' })
    })
    await pending
    expect(seen).toEqual([false, true])
    expect(ends).toMatchObject([{ outcome: 'done', expired: true }])
    const run = await runOnce({ ttlSeconds: 30 })
    expect(run.signal.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a time that no timer can wait for in one go is waited for all the same', async () => {
    vi.useFakeTimers()
    const days = 40
    await runOnce({ ttlSeconds: days * 86_400 }, async ({ signal }) => {
      await vi.advanceTimersByTimeAsync((days - 1) * 86_400_000)
      expect(signal.aborted).toBe(false)
      await vi.advanceTimersByTimeAsync(86_401_000)
      expect(signal.aborted).toBe(true)
    })
  })

  test('its session in a guard begins and ends with it', async () => {
    const enforcer = createEnforcer({ roots: [issuer.publicKey], clock })
    const guard = createGuard({ enforcer })
    const read = guard('read_file', async ({ path }: { path: string }) => path)
    const begin = (run: JobRun): void =>
      guard.sessions.set(run.session, enforcer.bind(run.chain, run.holderKey))
    const end = (run: JobRun): boolean => guard.sessions.clear(run.session)
    const run = await runOnce({ begin, end }, async ({ session }) => {
      expect(await read({ path: '/srv/reports/a' }, { session })).toBe('/srv/reports/a')
    })
    const late = read({ path: '/srv/reports/a' }, { session: run.session })
    await expect(late).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' })
  })

  test('its session in a store of the hook begins and ends with it, of a job that fails too', async () => {
    const store = memorySessionStore()
    const name = ({ session }: JobRun) => ({ host: 'claude', session })
    const begin = (run: JobRun): void =>
      store.put({
        ...name(run),
        ...{
          chain: run.chain,
          holderKey: run.holderKey,
          origin: 'cron',
          createdAt: 1,
          expiresAt: run.expiresAt,
        },
      })
    const end = (run: JobRun): boolean => store.end(name(run))
    const failing = runOnce({ begin, end }, () => {
      expect(store.list().length).toBe(1)
      throw new RangeError('the job failed')
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect(store.list()).toEqual([])
  })

  test('what the job threw is told before what ending it threw; else that is', async () => {
    const end = (): never => {
      throw new SyntaxError('the end failed')
    }
    const failing = runOnce({ end }, () => Promise.reject(new RangeError('the job failed')))
    await expect(failing).rejects.toThrow(RangeError)
    await expect(runOnce({ end })).rejects.toThrow(SyntaxError)
  })

  test('a job whose session cannot be begun does not start, and is ended', async () => {
    const steps: string[] = []
    const begin = (): never => {
      throw new RangeError('no room')
    }
    const pending = runOnce({ begin, end: (_, { outcome }) => steps.push(outcome) }, () => steps.push('job'))
    await expect(pending).rejects.toThrow(RangeError)
    expect(steps).toEqual(['failed'])
  })
})

describe('what no run comes of', () => {
  const never = (): never => {
    throw new Error('the job was started')
  }

  test('options by which nothing could be minted are found where the job is scheduled', () => {
    const make = (more: Partial<Record<keyof JobOptions, unknown>>) => () =>
      warrantJob({ ...options, ...more } as JobOptions, never)
    for (const job of ['', '.hidden', '../up', 'a b', 'x'.repeat(65), 7, undefined])
      expect(make({ job })).toThrow(TypeError)
    expect(make({ ttlSeconds: undefined })).toThrow(TypeError)
    expect(make({ ttlSeconds: 0 })).toThrow(expect.objectContaining({ code: 'MINT_TTL' }))
    expect(make({ ttlSeconds: 91 * 86_400 })).toThrow(expect.objectContaining({ code: 'MINT_TTL' }))
    expect(make({ tools: {} })).toThrow(expect.objectContaining({ code: 'MINT_STRUCTURE' }))
  })

  test('a signer elsewhere that signs something else, or nothing', async () => {
    const wrong: LocalSigner = {
      publicKey: issuer.publicKey,
      sign: () => generateKey().sign(new Uint8Array(1)),
    }
    await expect(runOnce({ issuer: wrong }, never)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    const silent: Signer = {
      publicKey: issuer.publicKey,
      sign: () => Promise.reject(new RangeError('locked')),
    }
    await expect(runOnce({ issuer: silent }, never)).rejects.toThrow(RangeError)
  })

  test('a clock that shows no time', async () => {
    for (const time of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      await expect(runOnce({ clock: () => time }, never)).rejects.toMatchObject({ code: 'TIME_MALFORMED' })
  })
})

describe('croner', () => {
  test('each time of a schedule is a run, and what a job throws is for its catch', async () => {
    const sessions: string[] = []
    const caught: unknown[] = []
    await new Promise<void>((resolve) => {
      const cron = new Cron(
        '* * * * * *',
        {
          maxRuns: 2,
          catch: (thrown) => {
            caught.push(thrown)
            if (caught.length === 2) resolve()
          },
        },
        warrantJob<Cron>(options, (run, self) => {
          expect(self).toBeInstanceOf(Cron)
          sessions.push(run.session)
          throw new RangeError('the job failed')
        }),
      )
      expect(cron.isRunning()).toBe(true)
    })
    expect(new Set(sessions).size).toBe(2)
    expect(caught.map((thrown) => thrown instanceof RangeError)).toEqual([true, true])
  })

  test('runs at once have different warrants', async () => {
    const runs: JobRun[] = []
    let open = (): void => {}
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    const cron = new Cron(
      '0 0 1 1 *',
      { paused: true },
      warrantJob<Cron>(options, async (run) => {
        if (runs.push(run) === 2) open()
        await both
        expect(run.signal.aborted).toBe(false)
      }),
    )
    await Promise.all([cron.trigger(), cron.trigger()])
    cron.stop()
    expect(new Set(runs.map(({ warrantId }) => warrantId)).size).toBe(2)
  })
})

describe('the adapter of BullMQ, without a queue', () => {
  test('has the three parameters by which a worker knows that it takes a signal, and passes the job on', async () => {
    const stop = new AbortController()
    const process = bullmqJob(options, async (run, queued: { id: string }, token) => {
      stop.abort(new RangeError('cancelled'))
      expect(run.signal.reason).toBeInstanceOf(RangeError)
      return `${queued.id} ${token}`
    })
    expect(process.length).toBe(3)
    expect(await process({ id: '7' }, 'token', stop.signal)).toBe('7 token')
  })
})
