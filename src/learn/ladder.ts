/**
 * The ladder of one argument: what could be said of it, from exactly what was seen to anything. Every rung admits every
 * value that was seen: that is asked of the constraint itself, and a rung of which it does not hold is not there.
 */

import { compileConstraint, type Engines } from '../capability/constraint.js'
import { exact } from '../capability/constraints/exact.js'
import { oneOf } from '../capability/constraints/oneOf.js'
import { wildcard } from '../capability/constraints/wildcard.js'
import type { Constraint } from '../capability/kinds.js'
import { formatJson } from '../encoding/json.js'
import type { Value } from '../encoding/value.js'
import { COMMAND_TROUBLE, commandRungs, isCommandName } from './commands.js'
import { numberRungs } from './numbers.js'
import { pathRungs, pathTrouble } from './paths.js'
import { levelOf, type Rung, type Slack } from './rung.js'
import { allValues, type SeenArgument } from './seen.js'
import { booleanRungs, listRungs, otherRungs } from './texts.js'
import { urlRungs } from './urls.js'

const MAX_LISTED = 64
/** Characters of all values of a list: several such lists fit into one warrant. */
const MAX_LISTED_TEXT = 8_192

/** The rungs of an argument, the narrowest first; the last is a Wildcard. */
export const ladderOf = (seen: SeenArgument): readonly Rung[] => {
  const end: Rung = { slack: 'open', constraint: wildcard(), why: 'anything' }
  if (seen.hidden !== undefined) return [{ ...end, ...HIDDEN[seen.hidden] }]
  const values = allValues(seen)
  const kinds = kindRungs(seen, values)
  const trouble = kinds.length > 0 ? undefined : troubleOf(seen, values)
  const others = kinds.length === 0 ? otherRungs(values, seen.calls) : kinds
  const rungs = [...listing(seen), ...others.map((rung) => troubled(rung, trouble))]
  return [...rungs.filter(({ constraint }) => admitsAll(constraint, values, {})), troubled(end, trouble)]
}

const troubleOf = (seen: SeenArgument, values: readonly Value[]): string | undefined => {
  if (isCommandName(seen.name)) return COMMAND_TROUBLE
  const hole =
    seen.parts.length === 0 ? undefined : 'a part of some text was withheld, so it cannot be listed'
  return pathTrouble(seen.name, values) ?? hole
}

const HIDDEN = {
  part: {},
  secret: {
    why: 'anything: a value was withheld',
    warnings: ['a value that may be a secret was withheld, so nothing is learned: narrow it by hand'],
  },
  long: {
    why: 'anything: a value was too long to be kept',
    warnings: ['a value was too long to be kept, so nothing is learned'],
  },
} as const

const troubled = (rung: Rung, trouble: string | undefined): Rung =>
  trouble === undefined ? rung : { ...rung, warnings: [...(rung.warnings ?? []), trouble] }

/** Exactly what was seen. Texts that were not seen whole cannot be listed. */
const listing = ({ values, parts }: SeenArgument): readonly Rung[] => {
  if (parts.length > 0 || values.length > MAX_LISTED) return []
  const length = values.reduce((sum: number, value) => sum + formatJson(value).length, 0)
  if (length > MAX_LISTED_TEXT) return []
  const [only, ...more] = values
  return more.length === 0 && only !== undefined
    ? [{ slack: 'exact', constraint: exact(only), why: 'the one value that was seen' }]
    : [{ slack: 'exact', constraint: oneOf(values), why: 'the values that were seen' }]
}

const kindRungs = ({ name, parts }: SeenArgument, values: readonly Value[]): readonly Rung[] => {
  if (isCommandName(name)) return commandRungs(values, new Set(parts))
  for (const learn of [booleanRungs, numberRungs, urlRungs, pathRungs, listRungs]) {
    const rungs = learn(values)
    if (rungs.length > 0) return rungs
  }
  return []
}

/** Whether a constraint permits each of some values. */
export const admitsAll = (constraint: Constraint, values: readonly Value[], engines: Engines): boolean => {
  const admits = compileConstraint(constraint, engines)
  return values.every((value) => admits(value, 0) === true)
}

/** The rung that a slack asks for: the highest that is not above it, or the lowest of all. */
export const rungAt = (ladder: readonly Rung[], slack: Slack): Rung => {
  const level = levelOf(slack)
  const at = ladder.findLastIndex((rung) => levelOf(rung.slack) <= level)
  return ladder[Math.max(0, at)] as Rung // a ladder has one rung at least
}
