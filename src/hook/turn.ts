/** Turns: what gives a session its warrant, where that is neither an operator's nor another session's to give. */

import type { SettledDecision } from '../enforce/decision.js'
import { fileSessionStore } from '../node/sessionStore.js'
import { denialFor, type Judgement } from './decide.js'
import type { HookEvent } from './event.js'
import { bindTurn, gatewayFileOf } from './gateway.js'
import type { Home } from './home.js'
import { beginRun } from './mandate.js'
import { isRunName } from './runName.js'
import type { Settings } from './settings.js'

/** What a turn is bound by. */
export interface TurnGrounds {
  readonly host: string
  readonly home: Home
  readonly settings: Settings
  /** Unix seconds. */
  readonly now: number
}

/** How it went: a denial, or the chain that the calls of the turn are judged under. */
export interface TurnOutcome {
  readonly denial: SettledDecision | undefined
  readonly chain: Judgement['chain']
}

/** Binds the session of a turn; undefined where this host's turns bind nothing. Never rejects. */
export const answerTurn = async (
  { host, home, settings, now }: TurnGrounds,
  event: HookEvent,
): Promise<TurnOutcome | undefined> => {
  const { standing, gateway } = settings.hosts.get(host) ?? {}
  const { children, grants } = home
  const place = { host, now, children, grants, sessions: fileSessionStore(home.sessions) }
  try {
    if (isRunName(host, event.session)) {
      const { chain } = await beginRun({ ...place, mandates: home.mandates, runs: home.runs }, event)
      return { denial: undefined, chain }
    }
    if (gateway !== true || standing === undefined) return undefined
    const entry = await bindTurn(
      { ...place, standing, gatewayFile: gatewayFileOf(home.gateways, host) },
      event,
    )
    return entry && { denial: undefined, chain: entry.chain }
  } catch (thrown) {
    return { denial: denialFor(thrown, event), chain: undefined }
  }
}
