/** Asking a replay store across a network: within a time, and believing nothing but its three answers. */

import { type AsyncReplayStore, isReplayOutcome, type ReplayOutcome } from './replay.js'

/**
 * Runs something once after some milliseconds, and gives what cancels it. The core has no timer of its own:
 * `(run, ms) => { const timer = setTimeout(run, ms); return () => clearTimeout(timer) }`.
 */
export type Timer = (run: () => void, milliseconds: number) => () => void

/** A store that is shared by several processes, and how long to wait for it. */
export interface SharedReplay {
  readonly store: AsyncReplayStore
  readonly timer: Timer
  /** 1,000 unless told. Past it, the call is denied. */
  readonly timeoutMilliseconds?: number
}

export const DEFAULT_STORE_TIMEOUT_MILLISECONDS = 1_000

/**
 * The store's answer, or `failed` for an error, a rejection, silence past the timeout, or any other answer.
 * Never rejects. A claim that the store grants after the timeout stays claimed: its proof is spent, not free again.
 */
export const askStore = (
  ask: () => Promise<ReplayOutcome>,
  timer: Timer,
  timeoutMilliseconds: number,
): Promise<ReplayOutcome | 'failed'> =>
  new Promise((resolve) => {
    let cancel: unknown
    const settle = (answer: unknown): void => {
      resolve(isReplayOutcome(answer) ? answer : 'failed')
      if (typeof cancel === 'function') quietly(cancel as () => void) // a Timer gives what cancels it
    }
    const fail = (): void => settle('failed')
    try {
      cancel = timer(fail, timeoutMilliseconds)
      Promise.resolve(ask()).then(settle, fail)
    } catch {
      fail()
    }
  })

const quietly = (run: () => void): void => {
  try {
    run()
  } catch {
    // A timer that cannot be cancelled finds its question answered when it fires.
  }
}
