/** A clock that stands still until a test turns it. */

import type { Clock } from '../enforce/time.js'

/** When the warrants of this door are in force, unless another time is asked for: Unix seconds. */
export const TEST_NOW = 1_800_000_000

/** A clock in the hands of a test. */
export interface FakeClock {
  /** Unix seconds; what `read` gives next. */
  now: number
  /** What an enforcer is given as its `clock`. */
  readonly read: Clock
  /** Turns the clock by some seconds, back where they are negative; gives the new time. */
  readonly advance: (seconds: number) => number
}

/**
 * A clock that stands until it is turned.
 * @example
 * const clock = fakeClock()
 * const enforcer = createEnforcer({ roots, clock: clock.read })
 * clock.advance(600)
 */
export const fakeClock = (now: number = TEST_NOW): FakeClock => {
  const clock: FakeClock = {
    now,
    read: () => clock.now,
    advance: (seconds) => {
      clock.now += seconds
      return clock.now
    },
  }
  return clock
}
