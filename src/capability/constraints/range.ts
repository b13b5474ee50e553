/** Range: numbers between two bounds. */

import type { CborReader, CborWriter } from '../../encoding/cbor.js'
import { ownOptions } from '../../encoding/options.js'
import { float, numberOf, type Value } from '../../encoding/value.js'
import { FormatError } from '../../errors.js'
import type { ConstraintKind } from '../constraint.js'

export interface RangeConstraint {
  readonly kind: 'range'
  readonly min: number | undefined
  readonly max: number | undefined
  readonly minInclusive: boolean
  readonly maxInclusive: boolean
}

/** Absent bounds leave that side open; bounds are included unless said otherwise. */
export interface RangeInput {
  readonly min?: number | null | undefined
  readonly max?: number | null | undefined
  readonly minInclusive?: boolean | undefined
  readonly maxInclusive?: boolean | undefined
}

const rangeOf = (
  min: number | undefined,
  max: number | undefined,
  minInclusive: boolean,
  maxInclusive: boolean,
): RangeConstraint => Object.freeze({ kind: 'range', min, max, minInclusive, maxInclusive })

const inputBound = (bound: number | null | undefined): number | undefined => {
  if (bound === undefined || bound === null) return undefined
  if (typeof bound !== 'number') throw new FormatError('CONSTRAINT_INVALID', 'bound of a range')
  if (!Number.isFinite(bound))
    throw new FormatError('CONSTRAINT_INVALID', 'bound of a range', { rule: 'VALUE_NOT_FINITE' })
  return bound
}

const inputFlag = (flag: boolean | undefined): boolean => {
  if (flag !== undefined && typeof flag !== 'boolean')
    throw new FormatError('CONSTRAINT_INVALID', 'flag of a range')
  return flag ?? true
}

/**
 * Permits Integers and Floats within the bounds; text that looks like a number is not one. A bound is a double; an
 * Integer that no double holds must lie within both exactly and when rounded to one.
 * @throws FormatError CONSTRAINT_INVALID for a bound that is not a finite number or a flag that is not a boolean.
 * @example range({ min: 0, max: 100 })
 */
export const range = (input: RangeInput): RangeConstraint => {
  const { min, max, minInclusive, maxInclusive } = ownOptions(input)
  return rangeOf(inputBound(min), inputBound(max), inputFlag(minInclusive), inputFlag(maxInclusive))
}

// Every comparison here permits when it holds, so that a NaN in data that no constructor made denies.

const isWithin = (number: number | bigint, range: RangeConstraint): boolean =>
  (range.min === undefined || (range.minInclusive ? number >= range.min : number > range.min)) &&
  (range.max === undefined || (range.maxInclusive ? number <= range.max : number < range.max))

/** Whether the bound of the child is no further out than that of the parent. `sign` is 1 for upper bounds, -1 for lower. */
const isBoundCovered = (
  parent: number | undefined,
  parentInclusive: boolean,
  child: number | undefined,
  childInclusive: boolean,
  sign: 1 | -1,
): boolean =>
  parent === undefined ||
  (child !== undefined &&
    (sign * child < sign * parent || (child === parent && (parentInclusive || !childInclusive))))

const readBound = (reader: CborReader): number | undefined => (reader.takeNull() ? undefined : reader.float())

const writeBound = (writer: CborWriter, bound: number | undefined): void =>
  bound === undefined ? writer.null() : writer.float(bound)

const FIELDS = ['min', 'max', 'min_inclusive', 'max_inclusive'] as const
const REQUIRED = ['min_inclusive', 'max_inclusive'] as const

const numberValue = (number: number): Value =>
  Number.isSafeInteger(number) ? number + 0 : Number.isFinite(number) ? float(number) : 0

export const rangeKind: ConstraintKind<RangeConstraint> = {
  kind: 'range',
  tag: 3,
  coversExact: true,
  decode(reader) {
    let min: number | undefined
    let max: number | undefined
    let minInclusive = true
    let maxInclusive = true
    reader.struct(FIELDS, REQUIRED, (name) => {
      if (name === 'min') min = readBound(reader)
      else if (name === 'max') max = readBound(reader)
      else if (name === 'min_inclusive') minInclusive = reader.boolean()
      else maxInclusive = reader.boolean()
    })
    return rangeOf(min, max, minInclusive, maxInclusive)
  },
  encode(writer, { min, max, minInclusive, maxInclusive }) {
    writer.map(4)
    writer.text('min')
    writeBound(writer, min)
    writer.text('max')
    writeBound(writer, max)
    writer.text('min_inclusive')
    writer.boolean(minInclusive)
    writer.text('max_inclusive')
    writer.boolean(maxInclusive)
  },
  compile(range) {
    return (value) => {
      const rounded = numberOf(value)
      if (rounded === undefined || !isWithin(rounded, range)) return false
      return typeof value !== 'bigint' || isWithin(value, range) || 'DENIED_HERE'
    }
  },
  faults: () => 'never',
  /**
   * A Range covers a Range if and only if
   * 1. where the parent has a lower bound, the child has one that is not lower, and at the same bound the child
   *    includes it only if the parent does; and
   * 2. the same for upper bounds, the other way up.
   *
   * A child whose bounds are the wrong way round permits nothing, and is covered by the same words.
   */
  covers: (parent, child) =>
    isBoundCovered(parent.min, parent.minInclusive, child.min, child.minInclusive, -1) &&
    isBoundCovered(parent.max, parent.maxInclusive, child.max, child.maxInclusive, 1),
  nearest(parent, child) {
    if (child.kind !== 'range') return undefined
    const low = isBoundCovered(parent.min, parent.minInclusive, child.min, child.minInclusive, -1)
      ? child
      : parent
    const high = isBoundCovered(parent.max, parent.maxInclusive, child.max, child.maxInclusive, 1)
      ? child
      : parent
    return rangeOf(low.min, high.max, low.minInclusive, high.maxInclusive)
  },
  samples({ min, max }) {
    const edges = [min, max].filter((bound) => bound !== undefined)
    const around = edges.flatMap((bound) => [bound, bound - 1, bound + 1, bound - 0.5, bound + 0.5])
    const middle = min !== undefined && max !== undefined ? [min / 2 + max / 2] : []
    const open = edges.length < 2 ? [0, -1e9, 1e9] : []
    return [...middle, ...around, ...open].map(numberValue)
  },
  describe({ min, max, minInclusive, maxInclusive }) {
    if (min === undefined && max === undefined) return 'any number'
    if (min === undefined) return maxInclusive ? `at most ${max}` : `less than ${max}`
    if (max === undefined) return minInclusive ? `at least ${min}` : `more than ${min}`
    if (minInclusive === maxInclusive)
      return `${min} to ${max}, ${minInclusive ? 'both' : 'neither'} included`
    return `${min} to ${max}, the ${minInclusive ? 'upper' : 'lower'} bound excluded`
  },
  /** The reference rounds every Integer to a double first, and asks no more. */
  stricterMatch: (range, value) =>
    typeof value === 'bigint' && isWithin(Number(value), range) && !isWithin(value, range)
      ? 'RANGE_EXACT'
      : undefined,
}
