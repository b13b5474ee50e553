/** What was seen of one tool: its calls, argument by argument, each value once. */

import { keyOf } from '../capability/valueSet.js'
import type { Value, ValueObject } from '../encoding/value.js'

/**
 * What was kept from being seen of an argument: a `part` of its text, which stands there in brackets and changes nothing
 * of how a path, URL or command line is read; or all of it, because it holds a `secret` or is too `long`.
 */
export type Withheld = 'part' | 'secret' | 'long'

/** What stands in a text for what was withheld begins so. */
export const HOLE = '[redacted'

/** One call as it was seen. */
export interface SeenCall {
  readonly tool: string
  /** Those that were withheld whole are not in it. */
  readonly args: ValueObject
  readonly withheld: ReadonlyMap<string, Withheld>
  /** Whether it had arguments that could not be kept at all, names included. */
  readonly cut: boolean
}

/** One argument of a tool over all calls that had it. */
export interface SeenArgument {
  readonly name: string
  /** In how many calls it was. */
  readonly calls: number
  /** Each different value that was seen whole. */
  readonly values: readonly Value[]
  /** Each different text of which a part was withheld. */
  readonly parts: readonly Value[]
  /** Why some value was withheld whole. */
  readonly hidden: Withheld | undefined
}

/** Every value of an argument, texts with a part withheld among them. */
export const allValues = ({ values, parts }: SeenArgument): readonly Value[] =>
  parts.length === 0 ? values : [...values, ...parts]

/** The arguments of some calls of one tool, in the order in which they were first seen. */
export const argumentsOf = (calls: readonly SeenCall[]): readonly SeenArgument[] => {
  const books = new Map<string, Book>()
  const bookOf = (name: string): Book => {
    const book = books.get(name) ?? new Book(name)
    books.set(name, book)
    return book
  }
  for (const { args, withheld } of calls) {
    for (const [name, value] of Object.entries(args)) bookOf(name).see(value, withheld.get(name))
    for (const [name, why] of withheld) if (!Object.hasOwn(args, name)) bookOf(name).miss(why)
  }
  return [...books.values()].map((book) => book.close())
}

class Book {
  readonly #name: string
  readonly #values = new Map<string, Value>()
  readonly #parts = new Map<string, Value>()
  #hidden: Withheld | undefined
  #calls = 0

  constructor(name: string) {
    this.#name = name
  }

  see(value: Value, withheld: Withheld | undefined): void {
    this.#calls++
    const kept = withheld === 'part' ? this.#parts : this.#values
    kept.set(keyOf(value), value)
  }

  miss(why: Withheld): void {
    this.#calls++
    if (this.#hidden !== 'secret') this.#hidden = why
  }

  close(): SeenArgument {
    return {
      name: this.#name,
      calls: this.#calls,
      values: [...this.#values.values()],
      parts: [...this.#parts.values()],
      hidden: this.#hidden,
    }
  }
}
