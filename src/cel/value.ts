/** Values while an expression is evaluated: an Integer is a bigint, a Float a number, whatever either of them is. */

import { isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import type { Duration, Timestamp } from './time.js'

export type CelKey = string | bigint | boolean
export type CelList = readonly CelValue[]
export type CelMap = ReadonlyMap<CelKey, CelValue>
export type CelValue = null | boolean | bigint | number | string | CelList | CelMap | Timestamp | Duration

export const isCelList = (value: CelValue): value is CelList => Array.isArray(value)

export const isCelMap = (value: CelValue): value is CelMap => value instanceof Map

/** A canonical value as an expression sees it. */
export const toCel = (value: Value): CelValue => {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (isFloat(value)) return value.float
  return isList(value) ? value.map(toCel) : toCelMap(value as ValueObject) // the one kind that is left
}

/** The fields of an object by name. */
export const toCelMap = (object: ValueObject): ReadonlyMap<string, CelValue> =>
  new Map(Object.entries(object).map(([name, field]) => [name, toCel(field)]))
