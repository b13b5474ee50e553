/** The checks of what the warrant grants: session, type, clearance, tool, arguments. None of them costs a signature. */

import type { Call } from '../capability/call.js'
import type { CapabilityFault } from '../capability/capability.js'
import { describeConstraint, stricterMatch } from '../capability/constraint.js'
import type { Value, ValueObject } from '../encoding/value.js'
import type { StricterRule } from '../rules.js'
import { alsoJudged } from '../statement/proofProfile.js'
import type { Matter } from './matter.js'
import { type Refusal, refusal } from './refusal.js'
import type { Standing, ToolRule } from './standing.js'
import { shownNames, shownRule } from './words.js'

/**
 * A warrant bound to a session is used in that session and no other, and in none where the caller names none.
 * Where a session is required, a warrant that is bound to none is refused as well.
 */
export const checkSession = (matter: Matter): Refusal | undefined => {
  const bound = (matter.standing as Standing).payload.sessionId // by the authenticity check
  if (bound === undefined) {
    return matter.setting.sessionRequired ? refusal('SESSION_MISMATCH', 'session') : undefined
  }
  if (bound === matter.asked.session) return undefined
  return refusal('SESSION_MISMATCH', 'session', { rule: sessionRule })
}

const sessionRule = (): StricterRule => 'SESSION_BINDING'

/** Issuer warrants make warrants; they call nothing (attacks CHN-6). */
export const checkType = (matter: Matter): Refusal | undefined =>
  (matter.standing as Standing).payload.type === 'execution' ? undefined : refusal('WARRANT_NOT_EXECUTION')

/** A warrant without a clearance has 0. */
export const checkClearance = (matter: Matter): Refusal | undefined => {
  const { clearances } = matter.setting
  if (clearances === undefined) return undefined
  const needed = clearances.of((matter.call as Call).tool)
  const held = (matter.standing as Standing).payload.clearance ?? 0
  if (held >= needed) return undefined
  return refusal('CLEARANCE_TOO_LOW', 'clearance', { hint: () => `needs ${needed}, has ${held}` })
}

/** The leaf alone decides: the laws of the chain made it no wider than any warrant above it. */
export const checkTool = (matter: Matter): Refusal | undefined => {
  const standing = matter.standing as Standing
  matter.rule = standing.ruleOf((matter.call as Call).tool)
  if (matter.rule !== undefined) return undefined
  return refusal('TOOL_NOT_GRANTED', 'tool', {
    hint: () => `granted: ${shownNames(standing.payload.tools.keys())}`,
  })
}

export const checkConstraints = (matter: Matter): Refusal | undefined => {
  const rule = matter.rule as ToolRule
  const { args } = matter.call as Call
  const fault = rule.faultOf(args, matter.now) ?? faultOfOtherForm(matter, rule, args)
  return fault === undefined ? undefined : refusalOf(fault, matter, rule)
}

const faultOfOtherForm = (
  { setting, now }: Matter,
  rule: ToolRule,
  args: ValueObject,
): CapabilityFault | undefined => {
  const other = alsoJudged(args, setting.profile)
  return other === undefined ? undefined : rule.faultOf(other, now)
}

const refusalOf = (fault: CapabilityFault, matter: Matter, rule: ToolRule): Refusal => {
  const { args } = matter.call as Call
  const { now, setting } = matter
  const { code, argument, constraint } = fault
  return refusal(code, argument, {
    hint: () => hintOf(fault, rule),
    // Worked out when it is asked for: it takes the argument through the constraint once more.
    rule: () =>
      constraint === undefined || code === 'CONSTRAINT_ARGUMENT_MISSING'
        ? undefined
        : stricterMatch(constraint, args[argument] as Value, setting.engines, now),
  })
}

const hintOf = ({ code, constraint }: CapabilityFault, { capability }: ToolRule): string | undefined => {
  if (code === 'CONSTRAINT_ARGUMENT_UNKNOWN') return `arguments: ${shownNames(capability.constraints.keys())}`
  return constraint === undefined ? undefined : `allowed: ${shownRule(describeConstraint(constraint))}`
}
