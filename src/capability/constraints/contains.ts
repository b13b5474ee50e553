/** Contains: a list that holds at least the required values. */

import { isList, type Value } from '../../encoding/value.js'
import type { ConstraintKind } from '../constraint.js'
import { copyValues, isSubset, keyOf, keysOf, readValues, writeValues } from '../valueSet.js'
import { valuesInWords } from '../words.js'

export interface ContainsConstraint {
  readonly kind: 'contains'
  readonly required: readonly Value[]
}

const containsValues = (required: readonly Value[]): ContainsConstraint =>
  Object.freeze({ kind: 'contains', required })

/**
 * Permits lists that hold every required value, whatever else they hold; text is not a list.
 * @throws FormatError CONSTRAINT_INVALID for no list; VALUE_…, TEXT_SURROGATE for what is not a value.
 * @example contains(['reviewed'])
 */
export const contains = (required: readonly unknown[]): ContainsConstraint =>
  containsValues(copyValues(required))

export const containsKind: ConstraintKind<ContainsConstraint> = {
  kind: 'contains',
  tag: 10,
  coversExact: false,
  decode(reader) {
    return containsValues(readValues(reader, 'required'))
  },
  encode(writer, { required }) {
    writeValues(writer, 'required', required)
  },
  compile({ required }) {
    return (value) => isList(value) && isSubset(required, value)
  },
  faults: () => 'never',
  /** A Contains covers a Contains if and only if 1. every value that the parent requires is required by the child. */
  covers: (parent, child) => isSubset(parent.required, child.required),
  nearest(parent, child) {
    if (child.kind !== 'contains') return undefined
    const already = keysOf(child.required)
    const added = parent.required.filter((value) => !already.has(keyOf(value)))
    return containsValues(Object.freeze([...child.required, ...added]))
  },
  samples: ({ required }) => [
    required,
    Object.freeze(required.slice(1)),
    Object.freeze(required.slice(0, -1)),
    Object.freeze([]),
  ],
  describe: ({ required }) => (required.length === 0 ? 'any list' : `a list with ${valuesInWords(required)}`),
}
