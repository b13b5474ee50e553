/** Rows of attack inputs against one constraint each, and inputs that carry no verdict. */

import { type Constraint, type Engines, permits, stricterMatch } from '../../capability/constraint.js'
import { shlex } from '../../capability/constraints/shlex.js'
import { subpath } from '../../capability/constraints/subpath.js'
import { urlSafe } from '../../capability/constraints/urlSafe.js'
import { copyValue } from '../../capability/inert.js'
import { BadRow, field, type JsonObject, objectOf, optional, textOf, textsOf } from './json.js'
import { ACCEPTED, judge, type Row, unjudged, type Verdict, verdictOf } from './row.js'

const NOW = 1_704_067_230

const constraintOf = (row: JsonObject): Constraint => {
  const given = objectOf(row, 'constraint')
  switch (textOf(given, 'type')) {
    case 'Subpath':
      return subpath(textOf(given, 'root'))
    case 'Shlex':
      return shlex(textsOf(given, 'allow'))
    case 'UrlSafe':
      return urlSafe(
        optional(given, 'allow_domains') ? { allowDomains: textsOf(given, 'allow_domains') } : {},
      )
    default:
      throw new BadRow('a constraint that these rows do not have')
  }
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
  const expected = field(row, 'expect')
  return expected === null
    ? unjudged(textOf(row, 'id'), ours)
    : judge(textOf(row, 'id'), expected === 'allow', ours)
}

/** `{input}` alone: whether it can be an argument at all. */
export const stringRow = (row: JsonObject): Row =>
  unjudged(
    textOf(row, 'id'),
    verdictOf(() => copyValue(textOf(row, 'input'))),
  )
