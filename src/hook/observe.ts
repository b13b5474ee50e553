/** Calls kept to learn from, where the operator's configuration says `observe`. */

import type { SettledDecision } from '../enforce/decision.js'
import { appendObservation, type ObservationOptions } from '../node/observation.js'
import type { HookEvent } from './event.js'

/** A call that was decided, and where it is kept. */
export interface Observed {
  readonly host: string
  readonly event: HookEvent
  readonly decision: SettledDecision | undefined
  readonly enforced: boolean
  /** Unix seconds. */
  readonly time: number
}

/**
 * Keeps a call. One that leads into the guard is not: it is refused whatever a policy says, so none can be learned of it.
 * @throws FormatError as `appendObservation`: what cannot be kept does not run
 */
export const observe = (
  log: string,
  { host, event, decision, enforced, time }: Observed,
  options: ObservationOptions,
): void => {
  const { kind, tool, args, session } = event
  if (kind !== 'tool' || tool === undefined || args === undefined) return
  if (decision?.kind === 'deny' && decision.code === 'GUARD_PROTECTED') return
  const refused = enforced && decision?.kind === 'deny'
  appendObservation(log, { time, host, session, tool, args, refused }, options)
}
