/** A row: goals of one key, and how they are measured. */

import { sign, verify } from 'node:crypto'
import type { Found, Goal } from './figure.js'
import { bare } from './fixtures.js'
import { measure, measureAlone, type Pace, type Work } from './measure.js'

export interface Row {
  readonly key: string
  /** What is to be reached, in the order in which it is measured. */
  readonly goals: readonly Goal[]
  /** Whether it compares with packages of bench/peers. */
  readonly needsPeers?: true
  /** Flags of Node for its process. */
  readonly flags?: readonly string[]
  /** Why the short form shows it, and does not judge it: what it finds on a machine with other work is not ours. */
  readonly unjudged?: string
  readonly measure: (pace: Pace) => Promise<Measured | Absent>
}

export interface Measured {
  /** In the order of the goals. */
  readonly found: readonly Found[]
  /** Figures without a goal, in words. */
  readonly notes?: readonly string[]
}

/** Why there is nothing to measure here. */
export interface Absent {
  readonly absent: string
}

/** Ours against a baseline. */
export const ratio = async (ours: Work, baseline: Work, pace: Pace): Promise<Found> => {
  const timing = await measure(ours, baseline, pace)
  return { value: timing.ratio, ours: timing.ours, baseline: timing.baseline }
}

/** Ours by itself. */
export const nanoseconds = async (ours: Work, pace: Pace): Promise<Found> => {
  const value = await measureAlone(ours, pace)
  return { value, ours: value }
}

/** So many times B: one verification by `node:crypto`, its key imported before. */
export const bareVerify = (times = 1): Work => ({
  run: () => {
    for (let i = 0; i < times; i++) must(verify(null, bare.message, bare.publicKey, bare.signature))
  },
})

export const bareSign: Work = { run: () => sign(null, bare.message, bare.privateKey) }

/** What was timed is what was meant. */
export const must = (holds: boolean): void => {
  if (!holds) throw new Error('the benchmark measured something else')
}
