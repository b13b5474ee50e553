/**
 * Values: what an argument of a call or a literal inside a constraint can be (format §6).
 *
 * Integers and floats are different kinds, to the byte. Here a `number` that is an integer is an Integer; a `number`
 * with a fraction is a Float; a Float that happens to be integral, or lies beyond the safe integers, is a {@link Float};
 * an Integer beyond the safe integers is a `bigint`. Every value has exactly one such form ("canonical"), which
 * `encoding/value.ts` makes and everything behind it relies on. NaN and the infinities are not values.
 */

import { FormatError } from '../errors.js'
import { compareUtf8 } from './bytes.js'

/** A float whose number alone would be read as an integer, such as 1.0. Made by {@link float}. */
export interface Float {
  readonly float: number
}

/** Names to values: a frozen object without prototype, so that every own name is an ordinary one. */
export interface ValueObject {
  readonly [name: string]: Value
}

/** A value in its one canonical form. */
export type Value = string | number | bigint | boolean | null | Float | readonly Value[] | ValueObject

class FloatValue implements Float {
  readonly float: number
  constructor(float: number) {
    this.float = float
    Object.freeze(this)
  }
  toJSON(): number {
    return this.float
  }
}

export const MIN_INTEGER: bigint = -(2n ** 63n)
export const MAX_INTEGER: bigint = 2n ** 63n - 1n

/**
 * A Float: `float(1)` is 1.0, which is a different value from the Integer 1.
 * @returns the canonical form: a plain number where the number has a fraction.
 * @throws FormatError VALUE_NUMBER for NaN and the infinities.
 */
export const float = (number: number): Float | number => {
  if (!Number.isFinite(number)) throw new FormatError('VALUE_NUMBER', 'not finite')
  return Number.isInteger(number) ? new FloatValue(number) : number
}

/**
 * An Integer of 64 bits.
 * @returns the canonical form: a plain number where it is a safe integer.
 * @throws FormatError VALUE_NUMBER outside 64 bits, or for a number that is not a safe integer.
 */
export const integer = (whole: bigint | number): bigint | number => {
  if (typeof whole === 'number') {
    if (!Number.isSafeInteger(whole)) throw new FormatError('VALUE_NUMBER', 'not a safe integer')
    return whole + 0 // -0 as an integer is 0
  }
  if (whole < MIN_INTEGER || whole > MAX_INTEGER) throw new FormatError('VALUE_NUMBER', 'beyond 64 bits')
  return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole
}

/** Whether a value is a {@link Float} made by this copy of the package. */
export const isFloat = (value: unknown): value is Float => value instanceof FloatValue

export type ValueKind = 'string' | 'integer' | 'float' | 'boolean' | 'null' | 'list' | 'object'

/** The kind of a canonical value. */
export const kindOf = (value: Value): ValueKind => {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'float'
    case 'bigint':
      return 'integer'
    case 'boolean':
      return 'boolean'
    default:
      if (value === null) return 'null'
      if (Array.isArray(value)) return 'list'
      return isFloat(value) ? 'float' : 'object'
  }
}

/** The number of a canonical Integer or Float rounded to a double, as the protocol compares bounds; else undefined. */
export const numberOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return isFloat(value) ? value.float : undefined
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

export const isObject = (value: Value): value is ValueObject => kindOf(value) === 'object'

/** Names of an object in the order that is written. */
export const sortedNames = (object: ValueObject): string[] => Object.keys(object).sort(compareUtf8)

/**
 * Structural equality, strict in kind: 1, 1.0, "1" and true are four values. Floats compare as IEEE numbers, so
 * 0.0 equals -0.0. Strings compare by code point, without folding or normalisation; objects whatever their order.
 */
export const equalValues = (a: Value, b: Value): boolean => {
  if (typeof a !== 'object' || a === null) return a === b
  if (typeof b !== 'object' || b === null) return false
  if (isFloat(a)) return isFloat(b) && a.float === b.float
  if (isFloat(b)) return false
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => equalValues(item, b[i] as Value))
  }
  if (isList(b)) return false
  const [left, right] = [a as ValueObject, b as ValueObject]
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) => Object.hasOwn(right, name) && equalValues(left[name] as Value, right[name] as Value),
    )
  )
}
