/** Measuring: two pieces of work in turn, round after round, so that a machine that slows down slows both. */

import { median } from './figure.js'

/**
 * One piece of work. The index rises from call to call and never comes again, so that no two calls are alike.
 * What `prepare` does for the next calls is not timed: it makes the arguments and proofs that they use.
 */
export type Work = (Synchronous | Asynchronous) & {
  readonly prepare?: (from: number, count: number) => unknown
  /** How many calls are prepared and timed at once. */
  readonly batch?: number
}

interface Synchronous {
  readonly run: (index: number) => unknown
}

interface Asynchronous {
  readonly runAsync: (index: number) => Promise<unknown>
}

/** How long measuring takes. */
export interface Pace {
  readonly rounds: number
  readonly roundMilliseconds: number
  /** Before the first round, for each side: engines compile what runs often. */
  readonly warmMilliseconds: number
  /**
   * A short form, for machines that look for changes beside other work: what counts calls counts fewer, and time is that
   * which the process was given, so that waiting for a processor counts for nobody.
   */
  readonly isShort: boolean
}

/** Nanoseconds of one call of each side, and the ratio between them. All are medians over rounds. */
export interface Timing {
  readonly ours: number
  readonly baseline: number
  readonly ratio: number
}

/** Both sides in turn. The ratio is taken in each round, between neighbours in time. */
export const measure = async (ours: Work, baseline: Work, pace: Pace): Promise<Timing> => {
  const sides = [await warmed(ours, pace), await warmed(baseline, pace)] as const
  const rounds: (readonly [number, number])[] = []
  for (let round = 0; round < pace.rounds; round++) {
    rounds.push([await sides[0].round(), await sides[1].round()])
  }
  return {
    ours: median(rounds.map(([ours]) => ours)),
    baseline: median(rounds.map(([, baseline]) => baseline)),
    ratio: median(rounds.map(([ours, baseline]) => ours / baseline)),
  }
}

/**
 * One side by itself: nanoseconds of one call, the median over rounds. In the short form the best round, since without a
 * neighbour in time there is nothing that other work would slow down as well.
 */
export const measureAlone = async (work: Work, pace: Pace): Promise<number> => {
  const side = await warmed(work, pace)
  const rounds: number[] = []
  for (let round = 0; round < pace.rounds; round++) rounds.push(await side.round())
  return pace.isShort ? Math.min(...rounds) : median(rounds)
}

interface Side {
  /** Nanoseconds of one call in the next round. */
  readonly round: () => Promise<number>
}

/** Runs the work until it is warm, and finds out how many calls fill a round. */
const warmed = async (work: Work, { roundMilliseconds, warmMilliseconds, isShort }: Pace): Promise<Side> => {
  let index = 0
  const clock = isShort ? processorTime : wallTime
  const timed = async (count: number): Promise<number> => {
    const from = index
    index += count
    return nanosecondsOf(work, from, count, clock)
  }
  let count = 1
  let took = await timed(count)
  for (let total = took; total < warmMilliseconds * 1e6; total += took) {
    if (took < (roundMilliseconds * 1e6) / 2) count *= 2
    took = await timed(count)
  }
  const calls = Math.max(1, Math.round((count * roundMilliseconds * 1e6) / took))
  return { round: async () => (await timed(calls)) / calls }
}

/** Nanoseconds from anywhere. */
type Clock = () => number

const wallTime: Clock = () => performance.now() * 1e6

const processorTime: Clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}

/** Few enough that what was prepared for them is still near, many enough that reading the clock costs nothing. */
const BATCH = 256

const nanosecondsOf = async (work: Work, from: number, count: number, clock: Clock): Promise<number> => {
  const { batch = BATCH } = work
  let total = 0
  for (let done = 0; done < count; done += batch) {
    const size = Math.min(batch, count - done)
    await work.prepare?.(from + done, size)
    const begun = clock()
    if ('run' in work) runBatch(work, from + done, size)
    else await runBatchAsync(work, from + done, size)
    total += clock() - begun
  }
  return total
}

const runBatch = ({ run }: Synchronous, from: number, count: number): void => {
  for (let i = 0; i < count; i++) run(from + i)
}

const runBatchAsync = async ({ runAsync }: Asynchronous, from: number, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await runAsync(from + i)
}

/** What calls use, made before they are timed and used once. */
export interface Fresh<T> {
  readonly prepare: (from: number, count: number) => void
  readonly at: (index: number) => T
}

export const fresh = <T>(make: (index: number) => T): Fresh<T> => {
  const made: T[] = []
  let first = 0
  return {
    prepare: (from, count) => {
      first = from
      for (let i = 0; i < count; i++) made[i] = make(from + i)
    },
    at: (index) => made[index - first] as T, // prepared
  }
}
