/**
 * A bounded memory of what is costly to derive. It holds two generations: when the young one is full the old one is
 * dropped, and whatever is asked for again moves up. So no stream of keys makes it grow, no order is kept per entry,
 * and what is in steady use stays.
 */
export class Recent<Key, Value> {
  readonly #capacity: number
  #young = new Map<Key, Value>()
  #old = new Map<Key, Value>()

  /** Holds at most `2 * capacity` entries. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }
}
