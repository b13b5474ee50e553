/** The object that instrumented sources ask which mutant is on, and tell what they reach. */

const now = performance.now.bind(performance) // tests may replace the clock

/** Thrown out of an instrumented source that goes on for too long. */
export class TooLong extends Error {}

export class Switches {
  active = -1
  covering = false
  /** How often each mutant's place was reached while `covering`. */
  counts: Uint32Array
  #hits = 0
  #hitLimit = 0
  #deadline = 0
  /** Whether the active mutant went on for too long; code under test may catch the error. */
  tooLong = false

  constructor(count: number) {
    this.counts = new Uint32Array(count)
  }

  cover(...ids: readonly number[]): void {
    for (const id of ids) this.counts[id] = (this.counts[id] as number) + 1 // ids are below the count
  }

  /** Turns a mutant on; -1 turns all off. */
  turnOn(id: number, hitLimit: number, milliseconds: number): void {
    this.active = id
    this.tooLong = false
    this.#hits = 0
    this.#hitLimit = hitLimit
    this.#deadline = now() + milliseconds
  }

  hit(): boolean {
    this.#hits++
    if (this.#hits > this.#hitLimit || ((this.#hits & 255) === 0 && now() > this.#deadline)) {
      this.tooLong = true
      throw new TooLong('the mutant goes on for too long')
    }
    return true
  }
}
