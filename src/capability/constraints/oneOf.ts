/** OneOf: any of the values of a list. */

import type { Value } from '../../encoding/value.js'
import type { ConstraintKind } from '../constraint.js'
import { copyValues, isSubset, keyOf, keysOf, readValues, writeValues } from '../valueSet.js'
import { valuesInWords } from '../words.js'

export interface OneOfConstraint {
  readonly kind: 'oneOf'
  readonly values: readonly Value[]
}

const oneOfValues = (values: readonly Value[]): OneOfConstraint => Object.freeze({ kind: 'oneOf', values })

/**
 * Permits each value of the list, strictly in kind; of an empty list, none.
 * @throws FormatError CONSTRAINT_INVALID for no list; VALUE_…, TEXT_SURROGATE for what is not a value.
 * @example oneOf(['staging', 'production'])
 */
export const oneOf = (values: readonly unknown[]): OneOfConstraint => oneOfValues(copyValues(values))

export const oneOfKind: ConstraintKind<OneOfConstraint> = {
  kind: 'oneOf',
  tag: 4,
  coversExact: true,
  decode(reader) {
    return oneOfValues(readValues(reader, 'values'))
  },
  encode(writer, { values }) {
    writeValues(writer, 'values', values)
  },
  compile({ values }) {
    const keys = keysOf(values)
    return (value) => keys.has(keyOf(value))
  },
  faults: () => 'never',
  /** A OneOf covers a OneOf if and only if 1. every value of the child is a value of the parent. */
  covers: (parent, child) => isSubset(child.values, parent.values),
  nearest(parent, child, recurse) {
    const permits = recurse.compile(child)
    return oneOfValues(Object.freeze(parent.values.filter((value) => permits(value, 0) === true)))
  },
  samples: ({ values }) => values,
  describe: ({ values }) => (values.length === 0 ? 'nothing' : `one of ${valuesInWords(values)}`),
}
