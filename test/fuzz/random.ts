/** Random numbers that a seed and a number repeat: every execution has its own, so that any can be run again alone. */

/** A small fast generator (sfc32). Not for secrets. */
export class Random {
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  constructor(seed: number) {
    this.restart(seed, 0)
  }

  /** The numbers of one execution of one run. */
  restart(seed: number, execution: number): void {
    this.#a = seed | 0
    this.#b = execution | 0
    this.#c = 0x9e3779b9
    this.#counter = 1
    for (let i = 0; i < 10; i++) this.bits()
  }

  /** 32 random bits, as an unsigned number. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** A whole number from 0, below `bound`. */
  below(bound: number): number {
    return Math.floor((this.bits() / 0x1_0000_0000) * bound)
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T // lists that are picked from are not empty
  }

  /** Small as a rule, and at times large. */
  size(most: number): number {
    return this.below(1 + this.below(1 + (this.oneIn(4) ? most : Math.min(most, 16))))
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }
}
