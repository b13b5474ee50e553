/**
 * The time of a decision: one reading of the clock that was passed in, in whole Unix seconds, never earlier than one
 * already used (attacks TIM-3).
 */

import { CLOCK_TOLERANCE_SECONDS } from '../encoding/limits.js'

/** A clock: Unix seconds, fractions allowed, such as `() => Date.now() / 1000`. */
export type Clock = () => number

/**
 * Reads a clock that may be wrong. A clock that throws, gives no finite time from 1970 on, or is set back by more than
 * the tolerance gives `NaN`, which denies. Set back by less, the latest time used is used again: nothing that has
 * expired comes back to life. A clock that once ran far ahead therefore denies until the enforcer is made anew.
 */
export class DecisionTime {
  readonly #clock: Clock
  #latest = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Unix seconds, or `NaN` where the clock gives no usable time. Never throws. */
  now(): number {
    const reading = this.#read()
    if (!(reading >= 0 && reading <= Number.MAX_SAFE_INTEGER)) return Number.NaN
    // Every bound is in whole seconds, so that the fraction decides nothing.
    const seconds = Math.floor(reading)
    if (seconds >= this.#latest) {
      this.#latest = seconds
      return seconds
    }
    return this.#latest - seconds <= CLOCK_TOLERANCE_SECONDS ? this.#latest : Number.NaN
  }

  #read(): number {
    try {
      const reading: unknown = this.#clock()
      return typeof reading === 'number' ? reading : Number.NaN
    } catch {
      return Number.NaN
    }
  }
}
