/** What a process of one job works with: its job, the journal, the switches, and how long it waits. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jobGiven } from './job.js'
import { Journal } from './journal.js'
import { Switches } from './switches.js'

export type Outcome = 'passed' | 'failed' | 'timedOut' | 'abandoned'

// Tests may replace the clock.
export const clock: () => number = performance.now.bind(performance)
const startTimer = setTimeout
const stopTimer = clearTimeout

export const job = jobGiven()
export const journal: Journal = new Journal(join(job.state, 'journal.jsonl'))
export const switches: Switches = new Switches(job.count)
Object.defineProperty(globalThis, '__mutation', { value: switches, configurable: true })

/** Mutants that need no more tries in this mode. */
export const settled = new Uint8Array(job.count)
export const gone = new Set<string>()

/** Reads what other processes, and this one, have found out. */
export const readNews = (): void => {
  for (const entry of journal.news()) {
    if (entry.kind === 'killed' || entry.kind === 'timedOut')
      settled[entry.id] = job.mode === 'confirm' ? 0 : 1
    else if (entry.kind === 'suspect' && job.mode === 'inPlace') settled[entry.id] = 1
    else if (entry.kind === 'through' && entry.job === job.name) gone.add(entry.test)
  }
}

/** Tells the supervisor that this process lives, and with which mutant. */
export const beat = (id: number): void => writeFileSync(job.beat, String(id))

/** The promise, or `abandoned` when it does not end in time. */
export const within = async (milliseconds: number, run: () => Promise<Outcome>): Promise<Outcome> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>((resolve) => {
    timer = startTimer(() => resolve('abandoned'), milliseconds)
  })
  try {
    return await Promise.race([run(), late])
  } finally {
    stopTimer(timer)
  }
}
