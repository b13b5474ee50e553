/** How often each outcome came up in a suite: printed once a run, so that a suite that proves nothing is seen. */

import { afterAll, expect } from 'vitest'

export class Tally {
  readonly #counts = new Map<string, number>()
  #total = 0

  /** @param about what is counted, for the reader of the table */
  constructor(about: string) {
    afterAll(() => console.log(this.#table(about)))
  }

  get total(): number {
    return this.#total
  }

  count(outcome: string, times = 1): void {
    this.#counts.set(outcome, this.of(outcome) + times)
    this.#total += times
  }

  of(outcome: string): number {
    return this.#counts.get(outcome) ?? 0
  }

  /** Every outcome that came up. */
  seen(): readonly string[] {
    return [...this.#counts.keys()].sort()
  }

  /** Asserts that at least a quarter were accepted: a law about what is accepted says little of few. */
  expectQuarter(outcome: string): void {
    expect(this.of(outcome) / this.#total, `${outcome} of ${this.#total}`).toBeGreaterThanOrEqual(0.25)
  }

  #table(about: string): string {
    const rows = [...this.#counts].sort(([, a], [, b]) => b - a)
    const width = Math.max(...rows.map(([outcome]) => outcome.length), 0)
    const lines = rows.map(([outcome, times]) => `  ${outcome.padEnd(width)} ${String(times).padStart(8)}`)
    return [`${about}: ${this.#total}`, ...lines].join('\n')
  }
}
