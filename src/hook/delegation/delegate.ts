/** What delegation adds to a decision: an allowed call that has children started is denied if their grants cannot be kept. */

import type { SettledDecision } from '../../enforce/decision.js'
import type { DecisionRecord } from '../../node/decisionLog.js'
import { leafOf } from '../../warrant/chain.js'
import { denialFor, deny, type Judgement } from '../decide.js'
import type { HookEvent, Host } from '../event.js'
import type { Home } from '../home.js'
import type { Settings } from '../settings.js'
import type { ChildGrant } from './grants.js'
import type { Started } from './start.js'

/** Whose call it is, and where everything lies. */
export interface DelegatingCall {
  readonly host: Host
  readonly home: Home
  readonly settings: Settings
  readonly event: HookEvent
  /** Unix seconds. */
  readonly now: number
}

/** The decision that stands, and the way back where even so the call does not run. */
export interface DelegatedDecision {
  readonly decision: SettledDecision
  readonly withdraw: () => void
}

/**
 * The decision on a call, once its children have their grants.
 * @param note writes down what became of one child; a call whose children cannot be written down is denied.
 */
export const delegate = async (
  { host, home, settings, event, now }: DelegatingCall,
  { decision, held }: Judgement,
  note: (child: ChildGrant) => void,
): Promise<DelegatedDecision> => {
  const withdraw = (): void => {}
  if (decision.kind !== 'allow' || held === undefined) return { decision, withdraw }
  const children = host.children?.(decision.call.tool, decision.call.args)
  if (children === undefined) return { decision, withdraw }
  try {
    const parent = { ...held, name: { host: host.name, session: event.session, agent: event.agent } }
    const { makeGrants } = await import('./grants.js')
    const made = await makeGrants(home, host, parent, children, settings.roots, now)
    try {
      for (const child of made.grants) note(child)
      const bare = made.grants.find(({ chain }) => chain === undefined)
      // Its start would not tell whose child it is, and the grant that it finds could be made by whoever started this one.
      if (bare !== undefined && host.matchedBy === 'role' && event.agent !== undefined) {
        made.withdraw()
        return { decision: deny('DELEGATION_UNMATCHED', event, bare.where), withdraw }
      }
      return { decision, withdraw: made.withdraw }
    } catch {
      made.withdraw()
      return { decision: deny('AUDIT_FAILED', event), withdraw }
    }
  } catch (thrown) {
    return { decision: denialFor(thrown, event), withdraw }
  }
}

/** What a record says of a child: which warrant it was given, or why none. */
export const childFields = ({
  code,
  where,
  chain,
}: ChildGrant | (Started & { readonly where?: never })): Pick<DecisionRecord, 'verdict'> &
  Partial<DecisionRecord> => ({
  verdict: chain === undefined ? 'deny' : 'allow',
  ...(code !== undefined && { code }),
  ...(where !== undefined && where !== '' && { where }),
  ...(chain !== undefined && {
    warrantId: leafOf(chain).payload.id,
    chain: chain.warrants.map(({ payload }) => payload.id),
  }),
})
