/** The loop of one run of one target: make, time, judge, remember; and weigh memory at half and at the end. */

import { Random } from './random.js'
import { ACCEPTED, type Outcome, type Target } from './target.js'

/** The longest that one execution may take, in milliseconds. */
export const LIMIT_MILLISECONDS = 50
/** The most that memory may grow from half of a run to its end, in bytes. */
export const LIMIT_GROWTH = 8 * 1024 * 1024

const MOST_FINDINGS = 20

export interface FoundInput {
  readonly target: string
  readonly what: string
  readonly seed: number
  readonly execution: number
  readonly input: string
}

export interface Tally {
  readonly target: string
  readonly seed: number
  executions: number
  accepted: number
  refused: number
  readonly codes: Record<string, number>
  slowestMilliseconds: number
  /** Bytes; undefined where the collector cannot be called. */
  growth: number | undefined
  seconds: number
  readonly findings: FoundInput[]
}

export interface Run<Input> {
  readonly target: Target<Input>
  readonly executions: number
  readonly seed: number
  /** Rises when the library does something that it never did before; absent where nobody counts. */
  readonly novelty?: () => number
  readonly onKept?: (line: string) => void
  readonly onProgress?: (tally: Tally) => void
  /** The shortest input of each sort and outcome, filled in. */
  readonly shortest?: Map<string, string>
  /** The longest that one execution may take; {@link LIMIT_MILLISECONDS} unless told. */
  readonly limitMilliseconds?: number
  /** Ends the run before its time. */
  readonly isEnough?: (tally: Tally) => boolean
}

/** Runs so many executions. Findings do not end it. */
export const fuzz = async <Input>(run: Run<Input>): Promise<Tally> => {
  const { target, executions, seed, novelty = () => 0, onKept, onProgress, shortest } = run
  const limit = run.limitMilliseconds ?? LIMIT_MILLISECONDS
  const tally: Tally = {
    target: target.name,
    seed,
    executions: 0,
    accepted: 0,
    refused: 0,
    codes: {},
    slowestMilliseconds: 0,
    growth: undefined,
    seconds: 0,
    findings: [],
  }
  const random = new Random(seed)
  const begun = performance.now()
  const half = Math.floor(executions / 2)
  let weight = 0
  let reported = begun
  for (let execution = 0; execution < executions; execution++) {
    random.restart(seed, execution)
    const input = target.next(random)
    const before = novelty()
    const start = performance.now()
    const outcome = await outcomeOf(target, input, tally, execution)
    const took = performance.now() - start
    if (took > tally.slowestMilliseconds) await timeAgain(target, input, took, tally, execution, limit)
    count(tally, outcome)
    if (outcome !== undefined && execution < half && novelty() !== before) {
      target.keep(input)
      onKept?.(target.show(input))
    }
    if (shortest !== undefined && outcome !== undefined) rememberShortest(shortest, target, input, outcome)
    if (execution === half) weight = weighed()
    if (tally.findings.length > 0 && run.isEnough?.(tally) === true) break
    if ((execution & 255) === 0 && performance.now() - reported > 5_000) {
      reported = performance.now()
      onProgress?.(tally)
    }
  }
  tally.seconds = (performance.now() - begun) / 1_000
  if (weight > 0) {
    tally.growth = weighed() - weight
    if (tally.growth > LIMIT_GROWTH) report(tally, `memory grew by ${tally.growth} bytes`, executions, '')
  }
  return tally
}

/** Waits only for targets that have to be waited for. A finding has no outcome. */
const outcomeOf = async <Input>(
  target: Target<Input>,
  input: Input,
  tally: Tally,
  execution: number,
): Promise<Outcome | undefined> => {
  try {
    return await target.run(input)
  } catch (thrown) {
    const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `${typeof thrown} was thrown`
    report(tally, what, execution, target.show(input))
    return undefined
  }
}

/**
 * The machine may be shared: what took long is asked three times more, and the shortest of all is what it takes, by the clock
 * or by the processor time of this process, whichever says less. What waits for ever is left to whoever started the process.
 */
const timeAgain = async <Input>(
  target: Target<Input>,
  input: Input,
  first: number,
  tally: Tally,
  execution: number,
  limit: number,
): Promise<void> => {
  let shortest = first
  for (let i = 0; i < 3; i++) {
    const [start, used] = [performance.now(), process.cpuUsage()]
    try {
      await target.run(input)
    } catch {
      // Reported when it ran first.
    }
    const { user, system } = process.cpuUsage(used)
    shortest = Math.min(shortest, performance.now() - start, (user + system) / 1_000)
  }
  tally.slowestMilliseconds = Math.max(tally.slowestMilliseconds, shortest)
  if (shortest > limit) report(tally, `took ${shortest.toFixed(0)} ms`, execution, target.show(input))
}

const count = (tally: Tally, outcome: Outcome | undefined): void => {
  tally.executions++
  if (outcome === undefined) return
  if (outcome === ACCEPTED) tally.accepted++
  else tally.refused++
  tally.codes[outcome] = (tally.codes[outcome] ?? 0) + 1
}

const report = (tally: Tally, what: string, execution: number, input: string): void => {
  const { target, seed, findings } = tally
  if (findings.length >= MOST_FINDINGS || findings.some((known) => known.what === what)) return
  findings.push({ target, what, seed, execution, input })
}

const rememberShortest = <Input>(
  shortest: Map<string, string>,
  target: Target<Input>,
  input: Input,
  outcome: Outcome,
): void => {
  const key = `${target.sort(input)} ${outcome}`
  const known = shortest.get(key)
  const line = target.show(input)
  if (known === undefined || line.length < known.length) shortest.set(key, line)
}

/** Bytes in use once everything that can go is gone; 0 where the collector cannot be called. */
const weighed = (): number => {
  const { gc } = globalThis as { gc?: () => void } // there with --expose-gc
  if (gc === undefined) return 0
  gc()
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
