/** The adapter in BullMQ itself, over a Redis of its own; skipped where there is no redis-server. */

import { type Job, Queue, QueueEvents, Worker } from 'bullmq'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatChain, generateKey, leafOf, secretKeyToPem, subpath, verify } from '../../src/index.js'
import { type JobRun, warrantJob } from '../../src/schedule/bullmq.js'
import { hasRedis, type RedisServer, redisServer } from '../support/redisServer.js'

const issuer = generateKey()
const options = { job: 'report', issuer, tools: { read_file: { path: subpath('/srv') } }, ttlSeconds: 600 }

describe.skipIf(!hasRedis)('BullMQ', () => {
  let server: RedisServer
  const open: { close(): Promise<unknown> }[] = []

  const connect = async () => {
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` })
    client.on('error', () => {}) // of a server that is not there yet, or is gone
    await client.connect()
    open.push({ close: async () => client.destroy() }) // what was handed over is not BullMQ's to close
    return client
  }

  beforeAll(async () => {
    server = await redisServer()
  })

  afterAll(async () => {
    for (const each of open.reverse()) await each.close()
    await server.kill()
  })

  test('each attempt has a warrant of its own, and Redis holds nothing of any', async () => {
    const runs: JobRun[] = []
    const queue = new Queue('attempts', { connection: await connect() })
    const events = new QueueEvents('attempts', { connection: await connect() })
    await events.waitUntilReady()
    const worker = new Worker(
      'attempts',
      warrantJob<Job, string>(options, (run, job) => {
        runs.push(run)
        verify(run.chain, { roots: [issuer.publicKey], now: Date.now() / 1000 })
        if (job.attemptsMade === 0) throw new Error(`attempt of ${job.name} failed`)
        return 'made at the second attempt'
      }),
      { connection: await connect() },
    )
    open.push(queue, events, worker)
    const job = await queue.add('nightly', { of: 'the job' }, { attempts: 2 })
    expect(await job.waitUntilFinished(events)).toBe('made at the second attempt')
    expect(runs.length).toBe(2)
    expect(new Set(runs.map(({ warrantId }) => warrantId)).size).toBe(2)
    expect(new Set(runs.map(({ holderKey }) => holderKey.publicKey)).size).toBe(2)
    expect(runs.map(({ chain }) => leafOf(chain).payload.sessionId)).toEqual(
      runs.map(({ session }) => session),
    )

    const client = await connect()
    const dumped: string[] = []
    for (const key of await client.keys('*')) dumped.push(key, String(await client.dump(key)))
    expect(dumped.join('\n')).toContain('nightly')
    for (const { chain, holderKey, session } of runs)
      for (const secret of [
        formatChain(chain).slice(20, 60),
        secretKeyToPem(holderKey).split('\n')[1] as string,
        session,
      ])
        expect(dumped.join('\n')).not.toContain(secret)
  })

  test('a job that the worker is told to cancel sees it in the signal of its run', async () => {
    const queue = new Queue('cancelled', { connection: await connect() })
    const events = new QueueEvents('cancelled', { connection: await connect() })
    await events.waitUntilReady()
    let seen: AbortSignal | undefined
    const worker = new Worker(
      'cancelled',
      warrantJob<Job, string>(options, async (run, job) => {
        seen = run.signal
        worker.cancelJob(job.id as string, 'no longer wanted')
        throw new Error(String(run.signal.aborted))
      }),
      { connection: await connect() },
    )
    open.push(queue, events, worker)
    const job = await queue.add('long', {})
    await expect(job.waitUntilFinished(events)).rejects.toThrow('true')
    expect(seen?.aborted).toBe(true)
  })

  test('jobs at once act under different warrants', async () => {
    const queue = new Queue('many', { connection: await connect() })
    const events = new QueueEvents('many', { connection: await connect() })
    await events.waitUntilReady()
    let waiting: (() => void)[] = []
    // Three wait for one another, and so are there at once.
    const meet = (): Promise<void> =>
      new Promise((resolve) => {
        waiting.push(resolve)
        if (waiting.length < 3) return
        for (const go of waiting) go()
        waiting = []
      })
    const worker = new Worker(
      'many',
      warrantJob<Job, string>(options, async (run) => {
        await meet()
        expect(run.signal.aborted).toBe(false)
        return run.warrantId
      }),
      { connection: await connect(), concurrency: 3 },
    )
    open.push(queue, events, worker)
    const jobs = await queue.addBulk(Array.from({ length: 12 }, (_, i) => ({ name: `n${i}`, data: {} })))
    const ids = await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))
    expect(new Set(ids).size).toBe(12)
  })
})
