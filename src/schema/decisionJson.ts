/** Decisions as JSON, for a log or another program. Arguments are never in it. */

import type { Value, ValueObject } from '../encoding/value.js'
import type { ApprovalRetry, SettledDecision } from '../enforce/decision.js'

/** The stable JSON of a decision: `decision` is `allow` or `deny`; what is unknown is left out. */
export const decisionToJson = (decision: SettledDecision): ValueObject =>
  decision.kind === 'allow'
    ? {
        decision: 'allow',
        tool: decision.call.tool,
        warrantId: decision.warrantId,
        rootIssuer: decision.rootIssuer,
        depth: decision.depth,
        notes: decision.notes,
      }
    : present({
        decision: 'deny',
        tool: decision.tool,
        code: decision.code,
        where: decision.where,
        message: decision.message,
        hint: decision.hint,
        rule: decision.rule,
        warrantId: decision.warrantId,
        rootIssuer: decision.rootIssuer,
        depth: decision.depth,
        notes: decision.notes,
        retry: decision.retry && retryToJson(decision.retry),
      })

/** What has to be approved before the call is tried again. */
const retryToJson = (retry: ApprovalRetry): ValueObject => ({ ...retry })

/** Without the fields that are undefined. */
export const present = (fields: Readonly<Record<string, Value | undefined>>): ValueObject =>
  Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, Value] => field[1] !== undefined),
  )
