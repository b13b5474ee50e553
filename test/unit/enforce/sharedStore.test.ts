import { describe, expect, test } from 'vitest'
import type { ReplayOutcome } from '../../../src/enforce/replay.js'
import { askStore, type Timer } from '../../../src/enforce/sharedStore.js'

/** A timer that fires when told to. */
const manualTimer = (): { timer: Timer; fire: () => void; cancelled: () => boolean } => {
  let pending: (() => void) | undefined
  let wasCancelled = false
  return {
    timer: (run) => {
      pending = run
      return () => {
        wasCancelled = true
      }
    },
    fire: () => pending?.(),
    cancelled: () => wasCancelled,
  }
}

const asked = (answer: () => unknown): Promise<ReplayOutcome | 'failed'> =>
  askStore(answer as () => Promise<ReplayOutcome>, manualTimer().timer, 100)

describe('asking a shared store', () => {
  test.each(['fresh', 'seen', 'full'] as const)('believes %s', async (answer) => {
    expect(await asked(async () => answer)).toBe(answer)
  })

  test.each([
    ['true', true],
    ['1', 1],
    ['OK', 'OK'],
    ['undefined', undefined],
    ['an object that says fresh', { toString: () => 'fresh' }],
    ['a boxed fresh', Object('fresh')],
  ])('believes nothing else: %s', async (_, answer) => {
    expect(await asked(async () => answer)).toBe('failed')
  })

  test('an error, a rejection and a hostile promise are failures', async () => {
    expect(
      await asked(() => {
        throw new Error('down')
      }),
    ).toBe('failed')
    expect(await asked(async () => Promise.reject(new Error('down')))).toBe('failed')
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable that throws is the attack
      get then() {
        throw new Error('no')
      },
    }
    expect(await asked(() => hostile)).toBe('failed')
  })

  test('silence fails when the timer fires, and an answer after that changes nothing', async () => {
    const { timer, fire } = manualTimer()
    let answer: (outcome: ReplayOutcome) => void = () => {}
    const outcome = askStore(() => new Promise((resolve) => (answer = resolve)), timer, 100)
    fire()
    answer('fresh')
    expect(await outcome).toBe('failed')
  })

  test('cancels its timer once there is an answer', async () => {
    const { timer, cancelled } = manualTimer()
    expect(await askStore(async () => 'fresh', timer, 100)).toBe('fresh')
    expect(cancelled()).toBe(true)
  })

  test('a timer that throws or cannot be cancelled does not hang the call', async () => {
    const throwing: Timer = () => {
      throw new Error('no timer')
    }
    expect(await askStore(async () => 'fresh', throwing, 100)).toBe('failed')
    expect(await askStore(async () => 'fresh', (() => 7) as unknown as Timer, 100)).toBe('fresh')
  })
})
