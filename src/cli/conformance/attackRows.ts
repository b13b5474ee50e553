/** Rows of attack inputs against one constraint each, and inputs that carry no verdict. */

import { type Constraint, type Engines, permits, stricterMatch } from '../../capability/constraint.js'
import { shlex } from '../../capability/constraints/shlex.js'
import { subpath } from '../../capability/constraints/subpath.js'
import { type UrlSafeFields, urlSafe } from '../../capability/constraints/urlSafe.js'
import { copyValue } from '../../capability/inert.js'
import {
  ALLOW_BLOCK,
  BadRow,
  booleanOf,
  field,
  isExpected,
  type Json,
  type JsonObject,
  listOf,
  objectOf,
  onlyFields,
  optional,
  textOf,
  textsOf,
} from './json.js'
import { ACCEPTED, judge, type Row, unjudged, type Verdict, verdictOf } from './row.js'

const NOW = 1_704_067_230

const constraintOf = (row: JsonObject): Constraint => {
  const given = objectOf(row, 'constraint')
  switch (textOf(given, 'type')) {
    case 'Subpath':
      return subpathOf(onlyFields(given, ['type', 'root', 'case_sensitive', 'allow_equal']))
    case 'Shlex':
      return shlex(textsOf(onlyFields(given, ['type', 'allow']), 'allow'))
    case 'UrlSafe':
      return urlSafeOf(given)
    default:
      throw new BadRow('a constraint that these rows do not have')
  }
}

const subpathOf = (given: JsonObject): Constraint =>
  subpath(textOf(given, 'root'), {
    ...(Object.hasOwn(given, 'case_sensitive') && { caseSensitive: booleanOf(given, 'case_sensitive') }),
    ...(Object.hasOwn(given, 'allow_equal') && { allowEqual: booleanOf(given, 'allow_equal') }),
  })

type FieldReader = (given: JsonObject, name: string) => Partial<UrlSafeFields>

/** The fields of a UrlSafe by their names on the wire; null and absence are the default, as there. */
const URL_SAFE: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['schemes', (given, name) => ({ schemes: textsOf(given, name) })],
  ['allow_domains', (given, name) => ({ allowDomains: textsOf(given, name) })],
  ['deny_domains', (given, name) => ({ denyDomains: textsOf(given, name) })],
  ['allow_ports', (given, name) => ({ allowPorts: listOf(given, name).map(portOf) })],
  ['block_private', (given, name) => ({ blockPrivate: booleanOf(given, name) })],
  ['block_loopback', (given, name) => ({ blockLoopback: booleanOf(given, name) })],
  ['block_metadata', (given, name) => ({ blockMetadata: booleanOf(given, name) })],
  ['block_reserved', (given, name) => ({ blockReserved: booleanOf(given, name) })],
  ['block_internal_tlds', (given, name) => ({ blockInternalTlds: booleanOf(given, name) })],
])

const portOf = (port: Json): number => {
  if (typeof port !== 'number') throw new BadRow('a port that is no number')
  return port
}

const urlSafeOf = (given: JsonObject): Constraint => {
  onlyFields(given, ['type', ...URL_SAFE.keys()])
  let fields: Partial<UrlSafeFields> = {}
  for (const [name, read] of URL_SAFE) {
    if (optional(given, name) !== undefined) fields = { ...fields, ...read(given, name) }
  }
  return urlSafe(fields)
}

const attempt = (constraint: Constraint, input: string, engines: Engines): Verdict => {
  const copied = verdictOf(() => copyValue(input))
  if (!copied.accepted) return copied
  const outcome = permits(constraint, input, { engines, now: NOW })
  if (outcome === true) return ACCEPTED
  return {
    accepted: false,
    code: outcome === false ? 'CONSTRAINT_VIOLATED' : outcome,
    rule: stricterMatch(constraint, input, engines, NOW),
  }
}

/** `{input, constraint, expect: block | allow | null}` */
export const attackRow = (row: JsonObject, engines: Engines): Row => {
  const ours = attempt(constraintOf(row), textOf(row, 'input'), engines)
  return field(row, 'expect') === null
    ? unjudged(textOf(row, 'id'), ours)
    : judge(textOf(row, 'id'), isExpected(row, 'expect', ALLOW_BLOCK), ours)
}

/** `{input}` alone: whether it can be an argument at all. */
export const stringRow = (row: JsonObject): Row =>
  unjudged(
    textOf(row, 'id'),
    verdictOf(() => copyValue(textOf(row, 'input'))),
  )
