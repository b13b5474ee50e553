/** Subset: a list that holds nothing but allowed values. */

import { isList, type Value } from '../../encoding/value.js'
import type { ConstraintKind } from '../constraint.js'
import { copyValues, isSubset, keyOf, keysOf, readValues, writeValues } from '../valueSet.js'
import { valuesInWords } from '../words.js'

export interface SubsetConstraint {
  readonly kind: 'subset'
  readonly allowed: readonly Value[]
}

const subsetOf = (allowed: readonly Value[]): SubsetConstraint => Object.freeze({ kind: 'subset', allowed })

/**
 * Permits lists of which every element is allowed, in any number and order; also the empty list. Text is not a list.
 * @throws FormatError CONSTRAINT_INVALID for no list; VALUE_…, TEXT_SURROGATE for what is not a value.
 * @example subset(['read', 'list'])
 */
export const subset = (allowed: readonly unknown[]): SubsetConstraint => subsetOf(copyValues(allowed))

export const subsetKind: ConstraintKind<SubsetConstraint> = {
  kind: 'subset',
  tag: 11,
  coversExact: false,
  decode(reader) {
    return subsetOf(readValues(reader, 'allowed'))
  },
  encode(writer, { allowed }) {
    writeValues(writer, 'allowed', allowed)
  },
  compile({ allowed }) {
    const keys = keysOf(allowed)
    return (value) => isList(value) && value.every((element) => keys.has(keyOf(element)))
  },
  faults: () => 'never',
  /** A Subset covers a Subset if and only if 1. every value that the child allows is allowed by the parent. */
  covers: (parent, child) => isSubset(child.allowed, parent.allowed),
  nearest(parent, child) {
    if (child.kind !== 'subset') return undefined
    const keys = keysOf(parent.allowed)
    return subsetOf(Object.freeze(child.allowed.filter((value) => keys.has(keyOf(value)))))
  },
  samples: ({ allowed }) => [allowed, ...allowed.slice(0, 16).map((value) => Object.freeze([value]))],
  describe: ({ allowed }) =>
    allowed.length === 0 ? 'an empty list' : `a list of nothing but ${valuesInWords(allowed)}`,
}
