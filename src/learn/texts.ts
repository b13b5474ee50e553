/** Truth values, lists, and whatever else has no order of its own. */

import { contains } from '../capability/constraints/contains.js'
import { oneOf } from '../capability/constraints/oneOf.js'
import { subset } from '../capability/constraints/subset.js'
import { wildcard } from '../capability/constraints/wildcard.js'
import { keyOf } from '../capability/valueSet.js'
import { isList, type Value } from '../encoding/value.js'
import type { Rung } from './rung.js'

/** Rungs for values that are all `true` or `false`. */
export const booleanRungs = (values: readonly Value[]): readonly Rung[] =>
  values.every((value) => typeof value === 'boolean')
    ? [{ slack: 'roomy', constraint: oneOf([false, true]), why: 'true or false' }]
    : []

const MAX_ELEMENTS = 64

/**
 * Rungs for lists: nothing but the elements that were seen, or, where those are many, those that were in every list. One
 * list does not stay itself: neither kind covers an Exact, and what is tight has to be covered by what is roomy.
 */
export const listRungs = (values: readonly Value[]): readonly Rung[] => {
  const lists = values.filter(isList)
  if (lists.length < values.length) return []
  const union = distinct(lists.flat())
  if (union.length <= MAX_ELEMENTS)
    return [
      { slack: 'tight', constraint: subset(union), why: 'lists of nothing but the elements that were seen' },
    ]
  const keys = lists.map((list) => new Set(list.map(keyOf)))
  const common = union.filter((element) => keys.every((each) => each.has(keyOf(element))))
  return common.length === 0
    ? []
    : [
        {
          slack: 'tight',
          constraint: contains(common),
          why: 'lists with what was in every list that was seen',
        },
      ]
}

const distinct = (values: readonly Value[]): readonly Value[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
]

/** Fewer different values than these are a choice, if each was seen twice on average. */
const MAX_CHOICES = 16

/** Where values have no order: a list of them as long as they are few, then anything. */
export const otherRungs = (values: readonly Value[], calls: number): readonly Rung[] => {
  const isFew = values.length <= MAX_CHOICES
  const isChoice = isFew && calls >= 2 * values.length
  if (isChoice) return []
  return [
    {
      slack: isFew ? 'roomy' : 'tight',
      constraint: wildcard(),
      why: isFew
        ? 'anything: hardly any value was seen twice'
        : 'anything: too many different values for a list',
    },
  ]
}
