/** Values in words, for descriptions of constraints: JSON, except that floats keep their point. */

import { isFloat, isList, kindOf, sortedNames, type Value, type ValueObject } from '../encoding/value.js'

const MAX_LISTED = 12

/** One value: `"a"`, `1`, `1.0`, `["a"]`. */
export const valueInWords = (value: Value): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (isFloat(value)) return Object.is(value.float, -0) ? '-0.0' : floatInWords(value.float)
  if (isList(value)) return `[${value.map(valueInWords).join(', ')}]`
  if (kindOf(value) !== 'object') return String(value)
  const object = value as ValueObject // by its kind
  const pairs = sortedNames(object).map(
    (name) => `${JSON.stringify(name)}: ${valueInWords(object[name] as Value)}`,
  )
  return `{${pairs.join(', ')}}`
}

const floatInWords = (number: number): string => {
  const text = String(number)
  return /[.e]/.test(text) ? text : `${text}.0`
}

/** Characters of paths, hosts and globs, none of which can end a phrase or begin another. */
const PLAIN_TEXT = /^[\w./:*?@%+~-]+$/

/** Text of a constraint in the middle of a phrase: quoted, unless it cannot be taken for a part of the phrase. */
export const textInWords = (text: string): string => (PLAIN_TEXT.test(text) ? text : JSON.stringify(text))

/** A few values, and how many there are beyond: `"a", "b" and 3 more`. */
export const valuesInWords = (values: readonly Value[]): string => {
  const listed = values.slice(0, MAX_LISTED).map(valueInWords).join(', ')
  return values.length > MAX_LISTED ? `${listed} and ${values.length - MAX_LISTED} more` : listed
}
