/** Exact: one value and no other. */

import { equalValues, type Value } from '../../encoding/value.js'
import type { ConstraintKind } from '../constraint.js'
import { copyValue } from '../inert.js'
import { valueInWords } from '../words.js'

export interface ExactConstraint {
  readonly kind: 'exact'
  readonly value: Value
}

const exactOf = (value: Value): ExactConstraint => Object.freeze({ kind: 'exact', value })

/**
 * Permits the one value that equals `value`, strictly in kind: `exact(1)` permits neither 1.0 nor "1".
 * @throws FormatError VALUE_…, TEXT_SURROGATE for what is not a value.
 * @example exact('eu-west-1')
 */
export const exact = (value: unknown): ExactConstraint => exactOf(copyValue(value))

export const exactKind: ConstraintKind<ExactConstraint> = {
  kind: 'exact',
  tag: 1,
  coversExact: false, // two of one kind are compared by `covers`
  decode(reader) {
    let value: Value = null
    reader.struct(['value'], ['value'], () => {
      value = reader.value()
    })
    return exactOf(value)
  },
  encode(writer, { value }) {
    writer.map(1)
    writer.text('value')
    writer.value(value)
  },
  compile({ value: only }) {
    return typeof only === 'string' ? (value) => value === only : (value) => equalValues(only, value)
  },
  faults: () => 'never',
  /** An Exact covers an Exact if and only if 1. their values are equal. */
  covers: (parent, child) => equalValues(parent.value, child.value),
  samples: ({ value }) => [value],
  describe: ({ value }) => `exactly ${valueInWords(value)}`,
}
