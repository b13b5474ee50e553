/**
 * The guard against hostile arguments: whatever the outside hands in is copied once, into frozen plain data, and only
 * the copy is ever checked, signed or run.
 *
 * Soundness does not rest on recognising hostile objects, which JavaScript cannot do: a Proxy looks like its target.
 * It rests on this: every property is read exactly once, as the value of its descriptor, and nothing is read later.
 * The refusals on top of that keep a caller from believing that something was checked which the copy leaves out.
 *
 * The built-ins that this file calls are taken when it loads, so that replacing those afterwards does not change the
 * copy. It goes no further: whoever can replace built-ins of this process runs code in it, and can change any decision.
 *
 * The count of values is asked while they are copied, so the names of one object are collected before it is. No engine
 * counts them for less (`for…in` collects them first as well): an object of a million names, which took its maker far
 * longer to build, is refused after some half a second. Bound the text of a call before it is parsed.
 */

import { MAX_CALL_TEXT, MAX_CALL_VALUES, MAX_VALUE_DEPTH } from '../encoding/limits.js'
import {
  float,
  integer,
  isFloat,
  MAX_INTEGER,
  MIN_INTEGER,
  type Value,
  type ValueObject,
} from '../encoding/value.js'
import { type FormatCode, FormatError } from '../errors.js'

const { getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect
const {
  create,
  freeze,
  getOwnPropertyNames,
  getOwnPropertySymbols,
  hasOwn,
  is,
  isFrozen,
  prototype: plainPrototype,
} = Object
const { isFinite: isFiniteNumber, isInteger, isSafeInteger } = Number
const { isArray } = Array
const isWellFormed: (text: string) => boolean = Function.prototype.call.bind(String.prototype.isWellFormed)

/**
 * What every copied object inherits from: nothing. An empty frozen prototype, itself without one, keeps inherited
 * names away exactly as a null prototype does; engines make and freeze such objects several times faster.
 */
const NOTHING: object = freeze(create(null))
type Names = Record<string, Value>
// biome-ignore lint/complexity/useArrowFunction: an arrow function is no constructor, a class keeps its prototype
const Empty = function () {} as unknown as new () => Names // TypeScript takes only classes for constructors
Empty.prototype = NOTHING

/** A new object without any inherited name: `__proto__`, `constructor` and `toString` are names like all others. */
export const emptyObject = (): Record<string, Value> => new Empty()

/**
 * An inert copy of one value: strings, booleans, null, integers, floats, lists and objects of these.
 *
 * A number that is a safe integer is an Integer, one with a fraction a Float, -0 the Float -0.0 (there is no such
 * Integer); a bigint is an Integer of 64 bits; `float(1)` stays the Float 1.0. An object that appears twice is copied
 * twice. Refused wherever they stand: accessors, symbol keys, properties that are not enumerable, instances of classes,
 * functions, symbols, `undefined`, holes in arrays and extra properties on them, and whatever throws when it is read.
 *
 * @throws FormatError VALUE_UNSUPPORTED, VALUE_NUMBER (NaN, infinities, integers that are not exact), VALUE_TOO_DEEP
 * (also for what contains itself), VALUE_TOO_LARGE, TEXT_SURROGATE. The message holds no value.
 */
export const copyValue = (input: unknown): Value => {
  const copying = new Copying()
  try {
    return copying.any(input, 0)
  } catch {
    throw copying.refusal()
  }
}

/**
 * An inert copy of the arguments of a call, each as by {@link copyValue}. A top-level argument that is `undefined` is
 * absent, as it is for every function that takes an options object; deeper down `undefined` is refused.
 *
 * @throws FormatError as copyValue; `where` is the name of the argument, when that name is plain.
 */
export const copyArgs = (input: unknown): ValueObject => {
  const copying = new Copying()
  try {
    return copying.args(input)
  } catch {
    throw copying.refusal()
  }
}

const PLAIN_NAME = /^[\w.-]{1,64}$/

/** One copy: what it has cost so far, and where it stands. */
class Copying {
  #text = 0
  #values = 0
  #argument: string | undefined
  #refusal: FormatError | undefined

  args(input: unknown): ValueObject {
    if (typeof input !== 'object' || input === null || isArray(input))
      return this.#refuse('VALUE_UNSUPPORTED')
    const names = this.#namesOf(input)
    const copy = new Empty()
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string // within the length
      this.#argument = name
      const value = this.#property(input, name)
      if (value === undefined) continue
      copy[name] = this.any(value, 0)
    }
    return freeze(copy)
  }

  any(value: unknown, depth: number): Value {
    if (++this.#values > MAX_CALL_VALUES) return this.#refuse('VALUE_TOO_LARGE')
    switch (typeof value) {
      case 'string':
        return this.#wellFormed(value)
      case 'number':
        return this.#number(value)
      case 'boolean':
        return value
      case 'bigint':
        return value < MIN_INTEGER || value > MAX_INTEGER ? this.#refuse('VALUE_NUMBER') : integer(value)
      case 'object':
        return value === null ? null : this.#container(value, depth)
      default:
        // Functions, symbols, undefined, and the one object of browsers whose type says undefined.
        return this.#refuse('VALUE_UNSUPPORTED')
    }
  }

  /** Why the copy failed. What a trap throws is dropped unseen: to look at it could run more of it. */
  refusal(): FormatError {
    return this.#refusal ?? this.#describe('VALUE_UNSUPPORTED')
  }

  #refuse(code: FormatCode): never {
    this.#refusal = this.#describe(code)
    throw this.#refusal
  }

  #describe(code: FormatCode): FormatError {
    const argument = this.#argument
    return argument !== undefined && PLAIN_NAME.test(argument)
      ? new FormatError(code, undefined, { where: argument })
      : new FormatError(code)
  }

  #wellFormed(text: string): string {
    this.#text += text.length
    if (this.#text > MAX_CALL_TEXT) return this.#refuse('VALUE_TOO_LARGE')
    return isWellFormed(text) ? text : this.#refuse('TEXT_SURROGATE')
  }

  #number(value: number): Value {
    if (isSafeInteger(value)) return is(value, -0) ? float(value) : value
    return isInteger(value) || !isFiniteNumber(value) ? this.#refuse('VALUE_NUMBER') : value
  }

  #container(value: object, depth: number): Value {
    if (depth > MAX_VALUE_DEPTH) return this.#refuse('VALUE_TOO_DEEP')
    if (isArray(value)) return this.#list(value, depth)
    if (isFloat(value)) return this.#float(value)
    const names = this.#namesOf(value)
    const copy = new Empty()
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string // within the length
      copy[name] = this.any(this.#property(value, name), depth + 1)
    }
    return freeze(copy)
  }

  /** The names of a plain object. */
  #namesOf(value: object): string[] {
    const prototype = getPrototypeOf(value)
    if (prototype !== plainPrototype && prototype !== null && !isPlainPrototype(prototype)) {
      return this.#refuse('VALUE_UNSUPPORTED')
    }
    if (getOwnPropertySymbols(value).length !== 0) return this.#refuse('VALUE_UNSUPPORTED')
    return getOwnPropertyNames(value)
  }

  /** The one read of a property. */
  #property(value: object, name: string): unknown {
    this.#wellFormed(name)
    return this.#read(value, name)
  }

  #read(value: object, name: string): unknown {
    const descriptor = getOwnPropertyDescriptor(value, name)
    // Own `value` tells data from accessors even when Object.prototype has been given a `value`, `get` or `writable`.
    if (descriptor === undefined || !descriptor.enumerable || !hasOwn(descriptor, 'value')) {
      return this.#refuse('VALUE_UNSUPPORTED')
    }
    return descriptor.value
  }

  #list(list: readonly unknown[], depth: number): Value {
    const prototype = getPrototypeOf(list)
    // The prototype of every realm's arrays is itself an array; that of a subclass is not.
    if (!isArray(prototype) && prototype !== null) return this.#refuse('VALUE_UNSUPPORTED')
    // A Proxy can answer anything here, so the answer is compared and never computed with.
    const length: unknown = list.length
    if (typeof length !== 'number' || length > MAX_CALL_VALUES) return this.#refuse('VALUE_TOO_LARGE')
    const keys: unknown[] = ownKeys(list)
    const count = keys.length - 1
    // All indices and `length`, hence nothing else: each index is shown to exist when it is read.
    if (count !== length) return this.#refuse('VALUE_UNSUPPORTED')
    // The copy takes the place of the keys: writing to an element that exists cannot meet a setter on Array.prototype.
    for (let i = 0; i < count; i++) keys[i] = this.any(this.#read(list, `${i}`), depth + 1)
    keys.length = count
    return freeze(keys) as readonly Value[] // every element was replaced by its copy
  }

  /** A Float is made anew: being one is a matter of prototype, which anybody can set. */
  #float(value: object): Value {
    const number = this.#read(value, 'float')
    return typeof number === 'number' && isFiniteNumber(number) ? float(number) : this.#refuse('VALUE_NUMBER')
  }
}

/** Whether this is the Object.prototype of another realm, or that of our own copies (of this package or another). */
const isPlainPrototype = (prototype: object): boolean =>
  prototype === NOTHING ||
  (getPrototypeOf(prototype) === null &&
    (hasOwn(prototype, 'hasOwnProperty') || (isFrozen(prototype) && ownKeys(prototype).length === 0)))
