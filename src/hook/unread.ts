/**
 * The record of a refusal that no event was read for: what was sent cannot be read, the hook failed or was stopped, or its
 * time was up. It denies whether or not that can be recorded, so nothing is thrown here.
 */

import type { ErrorCode } from '../errors.js'
import { appendDecision } from '../node/decisionLog.js'
import { assertStateFolder } from '../node/stateFile.js'
import { homeOf } from './home.js'
import { HOSTS } from './hosts.js'

/** Why it was refused, and when. */
export interface Unread {
  readonly code: ErrorCode
  readonly where?: string | undefined
  /** Unix seconds. */
  readonly time: number
  /** Milliseconds since the process was started. */
  readonly elapsed: number
  /** How long other processes that write are waited for. */
  readonly waitMilliseconds: number
}

/** Records it, with `unread` in the place of the event's name, unless the home is one that nothing may be written to. */
export const recordUnread = (argv: readonly string[], unread: Unread): void => {
  try {
    const host = HOSTS.get(argv[0] ?? '')
    if (host === undefined) return
    const home = homeOf(argv)
    assertStateFolder(home.folder)
    const { code, where, time, elapsed, waitMilliseconds } = unread
    appendDecision(
      home.log,
      {
        time: Math.round(time * 1000) / 1000,
        host: host.name,
        event: 'unread',
        verdict: 'deny',
        code,
        ...(where !== undefined && { where }),
        mode: 'block',
        enforced: true,
        durationMicroseconds: Math.round(elapsed * 1000),
      },
      { waitMilliseconds },
    )
  } catch {
    // It is denied as it is.
  }
}
