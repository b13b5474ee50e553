/**
 * Operators on values. Each gives what the reference gives, or an error: where the reference carries on with something
 * that the standard calls an error (a number that is not finite, a rounded comparison), it is one here.
 */

import { compareUtf8 } from '../encoding/bytes.js'
import { MAX_INTEGER, MIN_INTEGER } from '../encoding/value.js'
import type { BinaryOperator } from './node.js'
import { Duration, Timestamp } from './time.js'
import { type CelKey, type CelMap, type CelValue, isCelList, isCelMap } from './value.js'
import { failure, strictFailure, type Work } from './work.js'

/** An integer that has a double of its own. */
const exactDouble = (integer: bigint): number => {
  const double = Number(integer)
  if (!Number.isSafeInteger(double)) throw strictFailure()
  return double
}

/** Equality: numbers of both kinds by value, everything else by kind and content. */
export const equal = (a: CelValue, b: CelValue, work: Work): boolean => {
  work.spend(1)
  if (typeof a === 'bigint' && typeof b === 'number') return exactDouble(a) === b
  if (typeof a === 'number' && typeof b === 'bigint') return a === exactDouble(b)
  if (typeof a === 'string' && typeof b === 'string') work.spendText(Math.min(a.length, b.length))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (isCelList(a)) {
    return isCelList(b) && a.length === b.length && a.every((item, i) => equal(item, b[i] as CelValue, work))
  }
  if (isCelMap(a)) return isCelMap(b) && equalMaps(a, b, work)
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  return b instanceof Duration && a instanceof Duration && a.nanos === b.nanos
}

const equalMaps = (a: CelMap, b: CelMap, work: Work): boolean => {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = b.get(key)
    if (other === undefined || !equal(value, other, work)) return false
  }
  return true
}

/** Negative, zero or positive; an error for what has no order. */
export const compare = (a: CelValue, b: CelValue, work: Work): number => {
  if (typeof a === 'string' && typeof b === 'string') {
    work.spendText(Math.min(a.length, b.length))
    return compareUtf8(a, b)
  }
  if (typeof a === 'bigint' && typeof b === 'bigint') return order(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos)
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos)
  if (a === null && b === null) throw strictFailure()
  const [left, right] = [doubleOf(a), doubleOf(b)]
  if (left === undefined || right === undefined) throw failure()
  return order(left, right)
}

const doubleOf = (value: CelValue): number | undefined => {
  if (typeof value === 'bigint') return exactDouble(value)
  return typeof value === 'number' ? value : undefined
}

const order = <T extends bigint | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Every operator that looks at both of its operands. */
export const binary = (operator: BinaryOperator, a: CelValue, b: CelValue, work: Work): CelValue => {
  switch (operator) {
    case '==':
      return equal(a, b, work)
    case '!=':
      return !equal(a, b, work)
    case '<':
      return compare(a, b, work) < 0
    case '<=':
      return compare(a, b, work) <= 0
    case '>':
      return compare(a, b, work) > 0
    case '>=':
      return compare(a, b, work) >= 0
    case 'in':
      return isIn(a, b, work)
    case '+':
      return add(a, b, work)
    default:
      return arithmetic(operator, a, b)
  }
}

const isIn = (item: CelValue, whole: CelValue, work: Work): boolean => {
  if (isCelList(whole)) return whole.some((each) => equal(each, item, work))
  if (isCelMap(whole)) {
    if (!isKey(item)) throw strictFailure()
    return whole.has(item)
  }
  if (typeof whole !== 'string' || typeof item !== 'string') throw failure()
  return includes(whole, item, work)
}

export const isKey = (value: CelValue): value is CelKey =>
  typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean'

/** Whether text holds other text; the search may go through the one as often as the other is long. */
export const includes = (text: string, part: string, work: Work): boolean => {
  work.spendText(text.length * Math.min(part.length + 1, text.length + 1))
  return text.includes(part)
}

const add = (a: CelValue, b: CelValue, work: Work): CelValue => {
  if (typeof a === 'string' && typeof b === 'string') {
    work.spend((a.length + b.length) / 16)
    return a + b
  }
  if (isCelList(a) && isCelList(b)) {
    work.spend(a.length + b.length)
    return [...a, ...b]
  }
  if (a instanceof Timestamp && b instanceof Duration) return new Timestamp(a.nanos + b.nanos, a.offset)
  if (a instanceof Duration && b instanceof Timestamp) return new Timestamp(a.nanos + b.nanos, b.offset)
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.nanos + b.nanos)
  return arithmetic('+', a, b)
}

const arithmetic = (operator: '+' | '-' | '*' | '/' | '%', a: CelValue, b: CelValue): CelValue => {
  if (typeof a === 'bigint' && typeof b === 'bigint') return integerOf(integerResult(operator, a, b))
  if (typeof a === 'number' && typeof b === 'number') return finite(doubleResult(operator, a, b))
  if (operator === '-' && b instanceof Duration) {
    if (a instanceof Timestamp) return new Timestamp(a.nanos - b.nanos, a.offset)
    if (a instanceof Duration) return new Duration(a.nanos - b.nanos)
  }
  if (operator === '-' && a instanceof Timestamp && b instanceof Timestamp) {
    return new Duration(a.nanos - b.nanos)
  }
  throw failure()
}

const integerResult = (operator: '+' | '-' | '*' | '/' | '%', a: bigint, b: bigint): bigint => {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    default:
      // The one quotient beyond 64 bits is an error, and so in the reference is its remainder.
      if (b === 0n || (a === MIN_INTEGER && b === -1n)) throw failure()
      return operator === '/' ? a / b : a % b
  }
}

const doubleResult = (operator: '+' | '-' | '*' | '/' | '%', a: number, b: number): number => {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    default:
      throw failure()
  }
}

const integerOf = (integer: bigint): bigint => {
  if (integer < MIN_INTEGER || integer > MAX_INTEGER) throw failure()
  return integer
}

const finite = (double: number): number => {
  if (!Number.isFinite(double)) throw strictFailure()
  return double
}

export const negate = (value: CelValue): CelValue => {
  if (typeof value === 'bigint') {
    if (value === MIN_INTEGER) throw strictFailure() // the reference gives the least integer again
    return -value
  }
  if (typeof value === 'number') return -value
  throw failure()
}

/** An item by index, a field by key; one that is not there is an error, where the reference gives null. */
export const indexed = (whole: CelValue, index: CelValue): CelValue => {
  if (isCelList(whole) && typeof index === 'bigint') {
    const item = whole[Number(index)]
    if (item === undefined) throw strictFailure()
    return item
  }
  if (isCelMap(whole) && isKey(index)) {
    const field = whole.get(index)
    if (field === undefined) throw strictFailure()
    return field
  }
  throw typeof whole === 'string' && typeof index === 'bigint' ? strictFailure() : failure()
}
