/** Refusals: what a check hands back when it does not pass, before a decision is made of it. */

import { DenialError, FormatError, TrustError } from '../errors.js'
import type { StricterRule } from '../rules.js'
import type { ApprovalRetry, DenyCode } from './decision.js'

/** Why a check refuses; `denied` makes the decision of it. */
export interface Refusal extends RefusalParts {
  readonly code: DenyCode
  readonly where: string | undefined
}

/** What can be worked out later, is: most denials are counted and never read. */
export interface RefusalParts {
  readonly hint?: (() => string | undefined) | undefined
  readonly rule?: (() => StricterRule | undefined) | undefined
  readonly retry?: ApprovalRetry | undefined
}

/** A refusal by code and place. */
export const refusal = (code: DenyCode, where?: string, parts: RefusalParts = NO_PARTS): Refusal => ({
  code,
  where,
  hint: parts.hint,
  rule: parts.rule,
  retry: parts.retry,
})

const NO_PARTS: RefusalParts = Object.freeze({ hint: undefined, rule: undefined, retry: undefined })

/**
 * The refusal of a thrown error: its own code and place where it is one of ours, else `otherwise`. Whatever else was
 * thrown is not looked at: it may be anything.
 */
export const refusalOfError = (thrown: unknown, otherwise: DenyCode, place?: string): Refusal => {
  if (!(thrown instanceof FormatError || thrown instanceof TrustError || thrown instanceof DenialError)) {
    return refusal(otherwise, place)
  }
  const { code, where, rule } = thrown
  return refusal(code, where ?? place, rule === undefined ? undefined : { rule: () => rule })
}
