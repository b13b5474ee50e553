/** Warrants for the jobs of BullMQ: `new Worker('reports', warrantJob(options, job), { connection })`. */

import { createRunner, type JobOptions, type JobRun } from './jobRun.js'

export type { JobEnd, JobOptions, JobRun, RunTerms } from './jobRun.js'

/** What a worker calls for each job, and again for each attempt. Its three parameters are how it is known to take a signal. */
export type Processor<J, R> = (queued: J, token?: string, signal?: AbortSignal) => Promise<R>

/**
 * A processor for a worker in this process that runs `job` under a warrant of its own for each attempt: what lies in
 * Redis never holds one. `run.signal` tells of the end of the warrant, and of the queue's wish that the job stop.
 *
 *     new Worker('reports', warrantJob({ job: 'report', issuer, tools, ttlSeconds: 600 }, async (run, queued) => …), …)
 *
 * It rejects with what `job`, `begin` or `end` throws, by which the attempt has failed.
 * @throws TypeError, EscalationError and FormatError for options by which nothing could be minted
 */
export const warrantJob = <J = unknown, R = unknown>(
  options: JobOptions,
  job: (run: JobRun, queued: J, token: string | undefined) => R | Promise<R>,
): Processor<J, R> => {
  const run = createRunner(options)
  return (queued, token, signal) => run((given) => job(given, queued, token), signal)
}
