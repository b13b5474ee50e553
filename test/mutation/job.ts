/** What a process is asked to do with one test file. The path of its JSON is in `MUTATION_JOB`. */

import { readFileSync } from 'node:fs'

export interface Job {
  readonly name: string
  /** The folder of the run: `sources/`, `mutants.json`, `journal.jsonl`. */
  readonly state: string
  /** Written before each try of a mutant: its id, or -1. */
  readonly beat: string
  /** `inPlace`: every mutant that a test reaches is tried on that test. `fresh`: given mutants, modules loaded under them.
   * `confirm`: the same for mutants that were killed in place. */
  readonly mode: 'inPlace' | 'fresh' | 'confirm'
  readonly file: string
  readonly count: number
  /** Slower tests wait for a later pass. */
  readonly slowestMilliseconds: number
  /** For one test in all. */
  readonly budgetMilliseconds: number
  readonly runsOfProperties: number
  readonly mutants: readonly number[]
}

export const jobGiven = (): Job => JSON.parse(readFileSync(process.env['MUTATION_JOB'] ?? '', 'utf8')) as Job // written by the supervisor
