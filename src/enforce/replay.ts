/**
 * Replay memory: proofs that were already used, for as long as they could still be accepted (attacks POP-4, STO-4).
 *
 * Bounded, and never by forgetting: when it is full of live entries the next proof is denied. Entries are dropped in
 * buckets of one proof window each, so that the cost of dropping them is not paid by one unlucky call.
 */

import { PROOF_WINDOW_SECONDS } from '../encoding/limits.js'
import { optionsOf, own } from './options.js'

/** `fresh`: never seen, and now remembered; `seen`: used before; `full`: could not be remembered. Only `fresh` allows. */
export type ReplayOutcome = 'fresh' | 'seen' | 'full'

/** Whether an answer of a store is one of the three that it may give. */
export const isReplayOutcome = (answer: unknown): answer is ReplayOutcome =>
  answer === 'fresh' || answer === 'seen' || answer === 'full'

/**
 * Where used proofs are remembered. A store decides atomically: of two claims of one key, exactly one is `fresh`.
 * `now` and `expiresAt` are Unix seconds of the enforcer's clock; an entry must live for their difference at least.
 * Whatever throws or answers anything else denies with STORE_FAILED.
 */
export interface ReplayStore {
  claim(key: string, expiresAt: number, now: number): ReplayOutcome
  /** What `claim` would answer, remembering nothing. */
  peek(key: string, now: number): ReplayOutcome
}

/** The same, across a network: one store shared by several processes. */
export interface AsyncReplayStore {
  claim(key: string, expiresAt: number, now: number): Promise<ReplayOutcome>
  peek(key: string, now: number): Promise<ReplayOutcome>
}

/** A {@link ReplayStore} in memory. */
export interface ReplayMemory extends ReplayStore {
  /** Entries held, live or about to be dropped. */
  readonly size: number
}

export interface ReplayMemoryOptions {
  /** Live proofs that are remembered at most; 65,536 unless told. */
  readonly capacity?: number
}

const DEFAULT_CAPACITY = 65_536

/**
 * A bounded memory of used proofs.
 * Share one among enforcers of one process only when they share a clock.
 * @throws TypeError for a capacity that is not a positive integer.
 */
export const createReplayMemory = (options?: ReplayMemoryOptions): ReplayMemory => {
  const capacity = own(optionsOf(options, 'options'), 'capacity') ?? DEFAULT_CAPACITY
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new TypeError('capacity must be a positive integer')
  }
  return new BucketedMemory(capacity)
}

class BucketedMemory implements ReplayMemory {
  readonly #capacity: number
  readonly #expiries = new Map<string, number>()
  /** Bucket end to the keys that die by then. */
  readonly #buckets = new Map<number, string[]>()
  #nextEnd = Number.POSITIVE_INFINITY

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#expiries.size
  }

  peek(key: string, now: number): ReplayOutcome {
    const expiresAt = this.#expiries.get(key)
    if (expiresAt !== undefined && expiresAt > now) return 'seen'
    if (now >= this.#nextEnd) this.#dropDead(now)
    return this.#expiries.size >= this.#capacity ? 'full' : 'fresh'
  }

  claim(key: string, expiresAt: number, now: number): ReplayOutcome {
    const outcome = this.peek(key, now)
    if (outcome !== 'fresh') return outcome
    const end = Math.ceil(expiresAt / PROOF_WINDOW_SECONDS) * PROOF_WINDOW_SECONDS
    const bucket = this.#buckets.get(end)
    if (bucket === undefined) this.#buckets.set(end, [key])
    else bucket.push(key)
    this.#expiries.set(key, expiresAt)
    if (end < this.#nextEnd) this.#nextEnd = end
    return 'fresh'
  }

  #dropDead(now: number): void {
    this.#nextEnd = Number.POSITIVE_INFINITY
    for (const [end, keys] of this.#buckets) {
      if (end > now) {
        if (end < this.#nextEnd) this.#nextEnd = end
        continue
      }
      this.#buckets.delete(end)
      for (const key of keys) {
        // A key claimed again after its first entry died has a later expiry, and stays.
        if ((this.#expiries.get(key) ?? 0) <= now) this.#expiries.delete(key)
      }
    }
  }
}
