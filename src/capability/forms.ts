/** How constraints are written, as numbers: what compares many of them can tell at once which are written alike. */

import { toHex } from '../encoding/bytes.js'
import { CborWriter } from '../encoding/cbor.js'
import { isWarrantError } from '../errors.js'
import { type Constraint, kindOf, tagOf } from './kinds.js'

/** Two constraints share the number exactly when they are written alike. */
export interface Form {
  readonly number: number
  /** How long it is, what it holds aside. */
  readonly bytes: number
}

/** The forms of the constraints that are compared together, of one pair or of all links of a chain. */
export class Forms {
  readonly #forms = new Map<Constraint, Form>()
  readonly #numbers = new Map<string, number>()
  readonly #lists = new Map<readonly Constraint[], ReadonlyMap<number, Constraint>>()

  /**
   * The form of a constraint, in which what it holds stands as numbers: each is written once, however deep it is.
   * @param take is told of every form that is made, and may end it by throwing.
   */
  of(constraint: Constraint, take: (steps: number) => void): Form {
    const known = this.#forms.get(constraint)
    if (known !== undefined) return known
    const bytes = this.#write(constraint, take)
    take(1 + (bytes.length >> 6))
    const text = bytes.length === 0 ? `unwritten ${this.#forms.size}` : toHex(bytes)
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    const form = { number, bytes: bytes.length }
    this.#forms.set(constraint, form)
    return form
  }

  /** Nothing for data that no constructor made and that cannot be written: it is alike to no other. */
  #write(constraint: Constraint, take: (steps: number) => void): Uint8Array {
    const writer = new CborWriter()
    try {
      writer.uint(tagOf(constraint))
      kindOf(constraint).encode(writer, constraint, (inner) => writer.uint(this.of(inner, take).number))
    } catch (thrown) {
      if (isWarrantError(thrown)) return new Uint8Array()
      throw thrown
    }
    return writer.finish()
  }

  /** The one of a list that is written like a constraint. */
  alike(
    list: readonly Constraint[],
    constraint: Constraint,
    take: (steps: number) => void,
  ): Constraint | undefined {
    const places = this.#lists.get(list) ?? new Map(list.map((each) => [this.of(each, take).number, each]))
    this.#lists.set(list, places)
    return places.get(this.of(constraint, take).number)
  }
}
