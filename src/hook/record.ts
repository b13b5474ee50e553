/** What the log is told of a decision: digests and sizes, and no value but where the operator asked for it. */

import type { SettledDecision } from '../enforce/decision.js'
import type { DecisionRecord } from '../node/decisionLog.js'
import { digestOf, viewOf } from '../node/log/view.js'
import type { Chain } from '../warrant/chain.js'
import type { HookEvent } from './event.js'
import type { LogSettings, Mode } from './settings.js'

/** What was decided, and how. */
export interface Decided {
  readonly host: string
  readonly event: HookEvent
  readonly decision: SettledDecision | undefined
  readonly chain?: Chain | undefined
  readonly mode: Mode
  /** Whether the host was told to refuse what was denied. */
  readonly enforced: boolean
  /** Unix seconds. */
  readonly time: number
  readonly durationMicroseconds: number
}

/** The record of a decision, or of an event that asks for none. */
export const recordOf = (decided: Decided, log: LogSettings): DecisionRecord => {
  const { host, event, decision, chain, mode, enforced, time } = decided
  const denial = decision?.kind === 'deny' ? decision : undefined
  const { args, tool } = event
  return given({
    time,
    host,
    event: event.name,
    session: event.agent === undefined ? event.session : `${event.session}/${event.agent}`,
    tool,
    verdict: denial === undefined ? 'allow' : 'deny',
    mode,
    enforced,
    code: denial?.code,
    where: denial?.where,
    rule: denial?.rule,
    warrantId: decision?.warrantId,
    chain: chain?.warrants.map(({ payload }) => payload.id),
    argsDigest: args === undefined ? undefined : digestOf(args),
    view: args === undefined ? undefined : viewOf(args, log.show.get(tool ?? '')),
    callId: event.callId,
    durationMicroseconds: event.durationMicroseconds ?? decided.durationMicroseconds,
    status: event.status,
  })
}

/** Fields that have a value. */
const given = <T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T // what is left of T
