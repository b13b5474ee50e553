/**
 * A child starts: the grant that waits for it is bound to its session. On hosts that tell the goal it is matched by that and
 * never by order, for children start in any; on others by the role. Of grants that could all be meant the first to
 * expire is taken, if they are one in what they allow; if they are not, none is, for each could be another child's.
 */

import { equalBytes } from '../../encoding/bytes.js'
import { type ErrorCode, FormatError, isWarrantError } from '../../errors.js'
import type { SessionName, SessionStore } from '../../node/sessionStore.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { encodePayload } from '../../warrant/payload.js'
import type { HookEvent, Host } from '../event.js'
import { endExpired } from '../expired.js'
import type { Home } from '../home.js'
import { goalDigest } from './grants.js'
import { markChild } from './marks.js'
import { type FoundGrant, type PendingGrants, pendingGrants } from './pending.js'

/** What a child that starts was given: a chain, or nothing for a reason. */
export interface Started {
  readonly chain?: Chain
  readonly code?: ErrorCode
}

/**
 * Binds a child. Never throws what is ours: the child has started, and without a warrant each of its calls is denied.
 * @param now Unix seconds.
 */
export const bindChild = (
  host: Host,
  home: Home,
  sessions: SessionStore,
  event: HookEvent,
  now: number,
): Started => {
  try {
    const name = childName(host, event)
    if (name === undefined) return { code: 'DELEGATION_UNMATCHED' }
    if (name.agent === undefined) markChild(home.children, name, now)
    const pending = pendingGrants(home.grants)
    pending.sweep(now)
    const started = bind({ host, event, name, now, sessions, pending })
    endExpired(sessions, home.grants, now)
    return started
  } catch (thrown) {
    if (isWarrantError(thrown)) return { code: thrown.code }
    throw thrown
  }
}

/** The session of the child, or its name within that of its parent; undefined where the event tells of none. */
const childName = ({ name: host }: Host, { session, child }: HookEvent): SessionName | undefined => {
  if (child === undefined || session === '') return undefined
  if (child.agent !== undefined && child.agent !== '') return { host, session, agent: child.agent }
  if (child.session === undefined || child.session === '' || child.session === session) return undefined
  return { host, session: child.session }
}

interface Starting {
  readonly host: Host
  readonly event: HookEvent
  readonly name: SessionName
  readonly now: number
  readonly sessions: SessionStore
  readonly pending: PendingGrants
}

const bind = (starting: Starting): Started => {
  const { host, event, name, now, sessions, pending } = starting
  const parents = { host: host.name, session: event.session }
  for (;;) {
    // A child that has a warrant was bound before: told twice, it must not use up what is another's.
    if (sessions.get(name) !== undefined) return { code: 'DELEGATION_UNMATCHED' }
    const fitting = pending.of(parents, now).filter((grant) => isFor(starting, grant))
    const [first] = fitting.sort((a, b) => expiryOf(a) - expiryOf(b) || (a.file < b.file ? -1 : 1))
    if (first === undefined) return { code: 'DELEGATION_UNMATCHED' }
    if (!fitting.every((grant) => isAlike(first, grant))) return { code: 'DELEGATION_AMBIGUOUS' }
    // Taken before it is used: a crash in between loses a grant, and never doubles one.
    if (pending.claim(first.file)) return put(starting, first)
  }
}

const isFor = ({ host, event }: Starting, { goal, role }: FoundGrant): boolean => {
  const { child } = event
  const isOfRole = child?.role === undefined || child.role === role
  if (host.matchedBy === 'role') return child?.role !== undefined && isOfRole
  return isOfRole && child?.goal !== undefined && goalDigest(child.goal) === goal
}

const expiryOf = ({ chain }: FoundGrant): number => leafOf(chain).payload.expiresAt

/** Of one parent, and the same in all that they allow; when they were made may differ. */
const isAlike = (first: FoundGrant, other: FoundGrant): boolean => {
  const [a, b] = [leafOf(first.chain), leafOf(other.chain)]
  const { id, holder, issuedAt, expiresAt } = a.payload
  const isSameLife =
    b.payload.expiresAt === expiresAt || b.payload.expiresAt - b.payload.issuedAt === expiresAt - issuedAt
  return (
    isSameLife &&
    first.parent.agent === other.parent.agent &&
    first.depth === other.depth &&
    first.boundTo === other.boundTo &&
    equalBytes(a.payloadBytes, encodePayload({ ...b.payload, id, holder, issuedAt, expiresAt }))
  )
}

const put = ({ name, now, sessions, pending }: Starting, grant: FoundGrant): Started => {
  const { parent, chain, holderKey, boundTo, depth } = grant
  const entry = {
    ...name,
    ...{ chain, holderKey, boundTo, depth, origin: 'delegate' },
    parent: parent.agent ?? parent.session,
    createdAt: Math.floor(now),
    expiresAt: expiryOf(grant),
  }
  try {
    sessions.put(entry)
  } catch (thrown) {
    if (!(thrown instanceof FormatError && thrown.code === 'FILE_EXISTS')) throw thrown
    pending.restore(grant) // the same start, told to two processes at once
    return { code: 'DELEGATION_UNMATCHED' }
  }
  // Whoever ends a parent looks for children afterwards too: one of the two sees the other.
  if (isAlive(grant, sessions, pending)) return { chain }
  sessions.end(name)
  return { code: 'DELEGATION_UNMATCHED' }
}

/** Whether the parent still acts under the warrant that the grant was made from. */
const isAlive = (grant: FoundGrant, sessions: SessionStore, pending: PendingGrants): boolean => {
  if (!grant.hasEntry) return pending.isOpen(grant.parent)
  const held = sessions.get(grant.parent)
  return held !== undefined && leafOf(held.chain).payload.id === grant.chain.warrants.at(-2)?.payload.id
}
