/** Sessions that are over. Hosts do not tell of every end, and a warrant that has expired still has a key on the disk. */

import type { SessionStore } from '../node/sessionStore.js'
import { endSession } from './delegation/end.js'

/** Far enough back that nobody is about to begin the session anew. */
const OVER_SECONDS = 3_600
/** What a turn has time for; the next one goes on. */
const AT_ONCE = 4

/** What the hook itself put: of the rest, the operator says when it ends. */
const MADE_HERE: readonly string[] = ['gateway', 'cron', 'delegate']

/** Ends a few sessions that the hook began and whose warrants have expired. Never throws: it can be done at any time. */
export const endExpired = (sessions: SessionStore, grants: string, now: number): void => {
  try {
    const over = sessions
      .list()
      .filter(({ origin, expiresAt }) => MADE_HERE.includes(origin) && expiresAt < now - OVER_SECONDS)
    for (const entry of over.slice(0, AT_ONCE)) endSession(sessions, grants, entry)
  } catch {
    // What cannot be read cannot be used either.
  }
}
