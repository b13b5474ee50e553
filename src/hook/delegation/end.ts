/** The end of a session: its children, and what still waited for a child of any of them, end with it. */

import type { SessionName, SessionStore } from '../../node/sessionStore.js'
import { pendingGrants } from './pending.js'

/** What was ended. */
export interface EndedSessions {
  /** Whether the session itself had a warrant of its own. */
  readonly wasThere: boolean
  /** Grants that nobody had come for. */
  readonly grants: number
}

/**
 * Ends a session, or one subagent in it.
 * @param grants the folder of grants in the home.
 * @throws FormatError FILE_…, STATE_MALFORMED; whatever was ended by then stays so
 */
export const endSession = (sessions: SessionStore, grants: string, name: SessionName): EndedSessions => {
  const pending = pendingGrants(grants)
  // Before the children: what is bound from now on finds its parent gone.
  let [ended, wasThere] = [0, false]
  try {
    ended = pending.withdraw(name)
  } finally {
    wasThere = sessions.end(name)
  }
  for (const { parent, hasEntry, file } of pending.list()) {
    const isOrphan = hasEntry && parent.host === name.host && sessions.get(parent) === undefined
    if (isOrphan && pending.claim(file)) ended++
  }
  return { wasThere, grants: ended }
}
