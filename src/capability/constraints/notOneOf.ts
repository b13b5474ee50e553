/** NotOneOf: anything but the values of a list. */

import type { Value } from '../../encoding/value.js'
import type { ConstraintKind } from '../constraint.js'
import { copyValues, isSubset, keyOf, keysOf, readValues, writeValues } from '../valueSet.js'
import { valuesInWords } from '../words.js'

export interface NotOneOfConstraint {
  readonly kind: 'notOneOf'
  readonly excluded: readonly Value[]
}

const notOneOfValues = (excluded: readonly Value[]): NotOneOfConstraint =>
  Object.freeze({ kind: 'notOneOf', excluded })

/**
 * Permits every value that equals none of the list. A list of what is forbidden is weak: another case, another kind
 * (`1.0` for `1`) or a list around the value is not equal, and passes. Prefer `oneOf` where the good values are known.
 * @throws FormatError CONSTRAINT_INVALID for no list; VALUE_…, TEXT_SURROGATE for what is not a value.
 * @example notOneOf(['master', 'main'])
 */
export const notOneOf = (excluded: readonly unknown[]): NotOneOfConstraint =>
  notOneOfValues(copyValues(excluded))

export const notOneOfKind: ConstraintKind<NotOneOfConstraint> = {
  kind: 'notOneOf',
  tag: 7,
  coversExact: false,
  decode(reader) {
    return notOneOfValues(readValues(reader, 'excluded'))
  },
  encode(writer, { excluded }) {
    writeValues(writer, 'excluded', excluded)
  },
  compile({ excluded }) {
    const keys = keysOf(excluded)
    return (value) => !keys.has(keyOf(value))
  },
  faults: () => 'never',
  /** A NotOneOf covers a NotOneOf if and only if 1. every value that the parent excludes is excluded by the child. */
  covers: (parent, child) => isSubset(parent.excluded, child.excluded),
  nearest(parent, child) {
    if (child.kind !== 'notOneOf') return undefined
    const already = keysOf(child.excluded)
    const added = parent.excluded.filter((value) => !already.has(keyOf(value)))
    return notOneOfValues(Object.freeze([...child.excluded, ...added]))
  },
  samples: ({ excluded }) => excluded,
  describe: ({ excluded }) => (excluded.length === 0 ? 'anything' : `none of ${valuesInWords(excluded)}`),
}
