/**
 * The chain cache: what was found about chain bytes, by their digest. It saves signatures and never a question:
 * time, revocation, proof and approval are asked on every hit by whoever uses it.
 *
 * Least recently used in two generations: a hit in the young one changes nothing, so that it costs one look-up; a hit
 * in the old one moves the entry; when the young one is full it becomes the old one, and the old one is dropped.
 * Bounded by count and by bytes, so that whoever can make ever-new valid chains fills no memory.
 */

interface Entry<T> {
  readonly value: T
  readonly bytes: number
}

export class ChainCache<T> {
  readonly #maxEntries: number
  readonly #maxBytes: number
  #young = new Map<string, Entry<T>>()
  #old = new Map<string, Entry<T>>()
  #youngBytes = 0

  /** Holds at most `maxEntries`, of at most `maxBytes` together; half of either per generation. */
  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = Math.max(1, Math.floor(maxEntries / 2))
    this.#maxBytes = Math.floor(maxBytes / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): T | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young.value
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.#old.delete(key)
    this.#insert(key, old)
    return old.value
  }

  /** Remembers a value whose weight is `bytes`; one that is heavier than a generation is not remembered. */
  set(key: string, value: T, bytes: number): void {
    if (bytes > this.#maxBytes) return
    this.#old.delete(key)
    this.#insert(key, { value, bytes })
  }

  #insert(key: string, entry: Entry<T>): void {
    const replaced = this.#young.get(key)
    if (replaced !== undefined) {
      this.#young.delete(key)
      this.#youngBytes -= replaced.bytes
    }
    if (this.#young.size >= this.#maxEntries || this.#youngBytes + entry.bytes > this.#maxBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    this.#young.set(key, entry)
    this.#youngBytes += entry.bytes
  }
}
