/** Numbers: from the least to the greatest that was seen, and then to round numbers beyond. */

import { range } from '../capability/constraints/range.js'
import { numberOf, type Value } from '../encoding/value.js'
import { firstSlack, type Rung } from './rung.js'

/** Rungs for values that are all numbers; none where some value is no number, or beyond what a bound can say. */
export const numberRungs = (values: readonly Value[]): readonly Rung[] => {
  const numbers = values.map(numberOf).filter((number) => number !== undefined)
  if (numbers.length === 0 || numbers.length < values.length || !numbers.every(isSayable)) return []
  const min = numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
  const max = numbers.reduce((greatest, number) => Math.max(greatest, number), Number.NEGATIVE_INFINITY)
  const seen: Rung = {
    slack: firstSlack(values.length === 1),
    constraint: range({ min, max }),
    why: 'numbers from the least to the greatest that was seen',
  }
  const [low, high] = [min < 0 ? -roundAbove(-min) : 0, max > 0 ? roundAbove(max) : 0]
  if (!isSayable(low) || !isSayable(high)) return [seen]
  const round: Rung = {
    slack: 'roomy',
    constraint: range({ min: low, max: high }),
    why: 'numbers from 0, or a round number below the least, to a round number above the greatest',
  }
  return values.length === 1 ? [round] : [seen, round]
}

/** Bounds are doubles: beyond these, neighbouring numbers are one. */
const isSayable = (number: number): boolean => Math.abs(number) <= Number.MAX_SAFE_INTEGER

/** The next of 1, 2, 5, 10, 20, 50 … that is not below. */
const roundAbove = (number: number): number => {
  const power = 10 ** Math.floor(Math.log10(number))
  return [1, 2, 5, 10].map((digit) => digit * power).find((round) => round >= number) ?? number
}
