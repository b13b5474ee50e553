/** Measuring: two pieces of work in turn, round after round, so that a machine that slows down slows both. */

/** One piece of work; `index` rises from call to call, so that no two calls are alike. */
export type Work = (index: number) => unknown

/** Nanoseconds of one call, the median over rounds. */
export interface Timing {
  readonly ours: number
  readonly baseline: number
}

const ROUND_MILLISECONDS = 25

const nanosecondsOf = (work: Work, count: number, from: number): number => {
  const begun = process.hrtime.bigint()
  for (let i = 0; i < count; i++) work(from + i)
  return Number(process.hrtime.bigint() - begun)
}

/** How many calls fill a round. */
const countFor = (work: Work): number => {
  let count = 1
  for (;;) {
    const took = nanosecondsOf(work, count, 0)
    if (took > ROUND_MILLISECONDS * 1e5)
      return Math.max(1, Math.round((count * ROUND_MILLISECONDS * 1e6) / took))
    count *= 2
  }
}

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Both works in turn, warmed up; the median of each. */
export const measure = (ours: Work, baseline: Work, rounds: number): Timing => {
  const counts = [countFor(ours), countFor(baseline)] as const
  const times: [number[], number[]] = [[], []]
  let index = 1 << 20
  for (let round = 0; round < rounds; round++) {
    for (const [side, work] of [ours, baseline].entries()) {
      const count = counts[side as 0 | 1]
      times[side as 0 | 1].push(nanosecondsOf(work, count, index) / count)
      index += count
    }
  }
  return { ours: median(times[0]), baseline: median(times[1]) }
}
