/** Warrants for the runs of croner: `new Cron('0 9 * * *', warrantJob(options, job))`. */

import { createRunner, type JobOptions, type JobRun } from './jobRun.js'

export type { JobEnd, JobOptions, JobRun, RunTerms } from './jobRun.js'

/** What croner calls at each time of a schedule. */
export type CronFunction<S, C> = (self: S, context: C) => Promise<void>

/**
 * A function for croner that runs `job` under a warrant of its own each time; two runs at once have two. A run that
 * outlives its warrant is told by `run.signal`.
 *
 *     new Cron('0 9 * * *', { catch: report }, warrantJob({ job: 'report', issuer, tools, ttlSeconds: 600 }, async (run) => …))
 *
 * It rejects with what `job`, `begin` or `end` throws, which croner takes to its `catch`.
 * @throws TypeError, EscalationError and FormatError for options by which nothing could be minted
 */
export const warrantJob = <S = unknown, C = unknown>(
  options: JobOptions,
  job: (run: JobRun, self: S, context: C) => unknown,
): CronFunction<S, C> => {
  const run = createRunner(options)
  return async (self, context) => {
    await run((given) => job(given, self, context))
  }
}
