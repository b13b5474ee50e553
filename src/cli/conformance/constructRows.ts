/** Rows about construction: what a constructor takes, and what the decoder of the wire takes. */

import type { Engines } from '../../capability/constraint.js'
import { cidr } from '../../capability/constraints/cidr.js'
import { pattern } from '../../capability/constraints/pattern.js'
import { range } from '../../capability/constraints/range.js'
import { subpath } from '../../capability/constraints/subpath.js'
import { urlPattern } from '../../capability/constraints/urlPattern.js'
import {
  BadRow,
  field,
  isExpected,
  isJsonObject,
  type Json,
  type JsonObject,
  OK_ERROR,
  objectOf,
  optional,
  textOf,
} from './json.js'
import { constraintOf } from './notation.js'
import { judge, type Row, verdictOf } from './row.js'

const asText = (json: Json): string => {
  if (typeof json !== 'string') throw new BadRow('input is not text')
  return json
}

/** A bound as JavaScript hands it to the constructor, NaN and the infinities included. */
const bound = (row: JsonObject, name: string): number | undefined => {
  const given = optional(row, name)
  if (given === undefined || typeof given === 'number') return given
  if (isJsonObject(given) && Object.hasOwn(given, '$float')) return Number(textOf(given, '$float'))
  throw new BadRow(`${name} is not a bound`)
}

const CONSTRUCTORS: Readonly<Record<string, (row: JsonObject, engines: Engines) => unknown>> = {
  Wire: (row) => constraintOf(field(row, 'input')),
  Cidr: (row) => cidr(asText(field(row, 'input'))),
  UrlPattern: (row) => urlPattern(asText(field(row, 'input'))),
  Pattern: (row) => pattern(textOf(objectOf(row, 'input'), 'pattern')),
  Subpath: (row) => subpath(textOf(objectOf(row, 'input'), 'root')),
  Range: (row) =>
    range({ min: bound(objectOf(row, 'input'), 'min'), max: bound(objectOf(row, 'input'), 'max') }),
  // Whether a regular expression is one is for the engine to say.
  Regex: (row, { regex }) => {
    if (regex === undefined) throw new BadRow('no engine for regular expressions')
    return regex.compile(textOf(objectOf(row, 'input'), 'pattern'))
  },
}

/** `{type, stage, input, expect}` */
export const constructRow = (row: JsonObject, engines: Engines): Row => {
  const construct = CONSTRUCTORS[textOf(row, 'type')]
  if (construct === undefined) throw new BadRow('a type that nothing constructs')
  return judge(
    textOf(row, 'id'),
    isExpected(row, 'expect', OK_ERROR),
    verdictOf(() => construct(row, engines)),
  )
}
