/** What can be fuzzed: something that makes inputs and judges what becomes of them. */

import type { Library } from './library.js'
import type { Random } from './random.js'

/** What became of one input: `accepted`, or the code by which it was refused. */
export type Outcome = string

export const ACCEPTED = 'accepted'

export interface Target<Input> {
  readonly name: string
  /** Another input. The same numbers give the same input, as long as the same ones were kept before. */
  next(random: Random): Input
  /** Runs one input. What it throws is a finding: every lawful refusal is an outcome. */
  run(input: Input): Outcome | Promise<Outcome>
  /** Keeps an input that did something new, to be changed further. */
  keep(input: Input): void
  /** An input on one line, and back: how findings are told and corpora are kept. */
  show(input: Input): string
  read(line: string): Input
  /** Which sort of input it is, for corpora: one shortest input is kept for each sort and outcome. */
  sort(input: Input): string
}

/** Something that must never happen has happened. */
export class Finding extends Error {
  override readonly name = 'Finding'
}

/** @throws Finding where it does not hold. */
export const hold = (holds: boolean, what: string): void => {
  if (!holds) throw new Finding(what)
}

/** The code of a lawful refusal: one of ours, of a family that may refuse here, with a code of the table. */
export const refusalOf = (library: Library, thrown: unknown, families: readonly string[]): Outcome => {
  const { WarrantError, ERROR_CODES } = library.warrant
  if (!(thrown instanceof WarrantError)) throw new Finding(`untyped error: ${wordsOf(thrown)}`)
  const known = ERROR_CODES.get(thrown.code)
  if (known === undefined) throw new Finding(`unknown code: ${thrown.code}`)
  if (!families.includes(known.family)) throw new Finding(`a code of another family: ${thrown.code}`)
  return thrown.code
}

const wordsOf = (thrown: unknown): string =>
  thrown instanceof Error
    ? `${thrown.name}: ${thrown.message} ${thrown.stack?.split('\n')[1]?.trim() ?? ''}`
    : typeof thrown

/** Controls, and formats such as marks of direction; all but the line end. */
export const ACTS_ON_TERMINALS = /(?!\n)[\p{Cc}\p{Cf}]/u

/** Whether two runs of bytes are the same. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const bytesOfHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

const MOST_KEPT = 4_096

/** Inputs to start from, and those that were kept. Bounded: a full pool keeps no more. */
export class Pool<T> {
  readonly #items: T[]

  constructor(seeds: readonly T[]) {
    this.#items = [...seeds]
  }

  add(item: T): void {
    if (this.#items.length < MOST_KEPT) this.#items.push(item)
  }

  pick(random: Random): T {
    return random.pick(this.#items)
  }
}
