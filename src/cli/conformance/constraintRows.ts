/** Rows about constraints: matching, narrowing, sets and construction. */

import {
  type Capability,
  compileCapability,
  coversCapability,
  coversTools,
  findCapability,
} from '../../capability/capability.js'
import { covers, type Engines, permits, stricterCover, stricterMatch } from '../../capability/constraint.js'
import type { ValueObject } from '../../encoding/value.js'
import {
  BadRow,
  field,
  isExpected,
  type JsonObject,
  OK_REJECT,
  objectOf,
  TRUE_FALSE,
  textOf,
} from './json.js'
import { argumentsOf, capabilityOf, constraintOf, toolsOf, valueFrom } from './notation.js'
import { ACCEPTED, judge, type Row, type Verdict, verdictOf } from './row.js'

/** A time at which no vector depends on the day it is run. */
const NOW = 1_704_067_230

const whereDecoded = (verdict: Verdict, judgeDecoded: () => Verdict): Verdict =>
  verdict.accepted ? judgeDecoded() : verdict

/** `{constraint, value, expect}` */
export const matchRow = (row: JsonObject, engines: Engines): Row => {
  const [constraint, value] = [field(row, 'constraint'), field(row, 'value')]
  const readable = verdictOf(() => [constraintOf(constraint), valueFrom(value)])
  const ours = whereDecoded(readable, () => {
    const outcome = permits(constraintOf(constraint), valueFrom(value), { engines, now: NOW })
    if (outcome === true) return ACCEPTED
    return {
      accepted: false,
      code: outcome === false ? 'CONSTRAINT_VIOLATED' : outcome,
      rule: stricterMatch(constraintOf(constraint), valueFrom(value), engines, NOW),
    }
  })
  return judge(textOf(row, 'id'), isExpected(row, 'expect', TRUE_FALSE), ours)
}

/** `{parent, child, expect}` */
export const attenuateRow = (row: JsonObject, engines: Engines): Row => {
  const [parent, child] = [field(row, 'parent'), field(row, 'child')]
  const readable = verdictOf(() => [constraintOf(parent), constraintOf(child)])
  const ours = whereDecoded(readable, () => {
    const pair = [constraintOf(parent), constraintOf(child)] as const
    if (covers(...pair, engines)) return ACCEPTED
    return { accepted: false, code: 'CHAIN_CONSTRAINT', rule: stricterCover(...pair, engines) }
  })
  return judge(textOf(row, 'id'), isExpected(row, 'expect', OK_REJECT), ours)
}

const callVerdict = (capability: Capability | undefined, args: ValueObject, engines: Engines): Verdict => {
  if (capability === undefined) return { accepted: false, code: 'TOOL_NOT_GRANTED' }
  const fault = compileCapability(capability, engines)(args, NOW)
  if (fault === undefined) return ACCEPTED
  const { argument, constraint, code } = fault
  const value = args[argument]
  const rule =
    constraint === undefined || value === undefined
      ? undefined
      : stricterMatch(constraint, value, engines, NOW)
  return { accepted: false, code, rule }
}

/** `{kind, …, expect}`: constraint sets and tool maps. */
export const setRow = (row: JsonObject, engines: Engines): Row => {
  const id = textOf(row, 'id')
  switch (textOf(row, 'kind')) {
    case 'set-match':
      return judge(
        id,
        isExpected(row, 'expect', TRUE_FALSE),
        callVerdict(capabilityOf(objectOf(row, 'set')), argumentsOf(objectOf(row, 'args')), engines),
      )
    case 'tool-authorize':
      return judge(
        id,
        isExpected(row, 'expect', TRUE_FALSE),
        callVerdict(
          findCapability(toolsOf(objectOf(row, 'tools')), textOf(row, 'tool')),
          argumentsOf(objectOf(row, 'args')),
          engines,
        ),
      )
    case 'set-attenuate': {
      const gap = coversCapability(
        capabilityOf(objectOf(row, 'parent')),
        capabilityOf(objectOf(row, 'child')),
        engines,
      )
      return judge(
        id,
        isExpected(row, 'expect', OK_REJECT),
        gap === undefined ? ACCEPTED : { accepted: false, rule: gap.rule },
      )
    }
    case 'tools-attenuate': {
      const gap = coversTools(
        toolsOf(objectOf(row, 'parent_tools')),
        toolsOf(objectOf(row, 'child_tools')),
        engines,
      )
      return judge(
        id,
        isExpected(row, 'expect', OK_REJECT),
        gap === undefined ? ACCEPTED : { accepted: false, rule: gap.rule },
      )
    }
    default:
      throw new BadRow('a kind that these rows do not have')
  }
}
