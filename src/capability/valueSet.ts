/** Lists of values inside constraints, compared as sets under the protocol's equality, which no JavaScript set has. */

import type { CborReader, CborWriter } from '../encoding/cbor.js'
import { isFloat, isList, sortedNames, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { copyValue } from './inert.js'

/**
 * A text that two canonical values share exactly when they are equal: membership among many is one look-up, and
 * comparing two long lists takes no more than their length.
 */
export const keyOf = (value: Value): string => {
  switch (typeof value) {
    case 'string':
      return `s${value}`
    case 'number':
    case 'bigint':
      return `i${value}` // a Float that is a plain number has a fraction, which no Integer has
    case 'boolean':
      return value ? 't' : 'b'
    default:
      return compositeKey(value)
  }
}

const compositeKey = (value: Exclude<Value, string | number | bigint | boolean>): string => {
  if (value === null) return 'n'
  if (isFloat(value)) return `f${value.float}` // both zeros print as 0, and are equal
  if (isList(value)) return `[${value.map(innerKey).join(',')}]`
  const object = value as ValueObject // the one kind that is left
  const pairs = sortedNames(object).map(
    (name) => `${JSON.stringify(name)}:${innerKey(object[name] as Value)}`,
  )
  return `{${pairs.join(',')}}`
}

/** Inside lists and objects text is quoted, so that it cannot pass for what stands around it. */
const innerKey = (value: Value): string => (typeof value === 'string' ? JSON.stringify(value) : keyOf(value))

/** Keys of the lists of living constraints. Only of frozen lists, which stay what they were. */
const known = new WeakMap<readonly Value[], ReadonlySet<string>>()

/** The keys of a list, which are made once for the list of a constraint. */
export const keysOf = (values: readonly Value[]): ReadonlySet<string> => {
  const made = known.get(values)
  if (made !== undefined) return made
  const keys = new Set(values.map(keyOf))
  if (Object.isFrozen(values)) known.set(values, keys)
  return keys
}

/** Whether every value of one list is in the other. Takes time in the smaller number of different values. */
export const isSubset = (some: readonly Value[], all: readonly Value[]): boolean => {
  const [inner, outer] = [keysOf(some), keysOf(all)]
  if (inner.size > outer.size) return false
  for (const key of inner) if (!outer.has(key)) return false
  return true
}

/** An inert copy of a list of values. @throws FormatError CONSTRAINT_INVALID for no list, else as `copyValue`. */
export const copyValues = (input: readonly unknown[]): readonly Value[] => {
  const values = copyValue(input)
  if (!isList(values)) throw new FormatError('CONSTRAINT_INVALID', 'not a list of values')
  return values
}

/** Reads a body that is a map of one field, a list of values. @throws FormatError CBOR_… */
export const readValues = (reader: CborReader, field: string): readonly Value[] => {
  const values: Value[] = []
  reader.struct([field], [field], () => reader.array(() => values.push(reader.value())))
  return Object.freeze(values)
}

export const writeValues = (writer: CborWriter, field: string, values: readonly Value[]): void => {
  writer.map(1)
  writer.text(field)
  writer.array(values.length)
  for (const value of values) writer.value(value)
}
