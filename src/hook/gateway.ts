/**
 * Gateways: many people write to one agent, and each turn is made under a warrant for the role of whoever it is of. What a
 * role may do was signed when the operator installed it; a turn narrows that to one session, one turn and a short time.
 * Nothing here mints, and no key of an issuer is here.
 */

import { join } from 'node:path'
import type { ValueObject } from '../encoding/value.js'
import { DenialError } from '../errors.js'
import { readSecretKeyFile } from '../node/keyFile.js'
import { bindingOf, isSameSender } from '../node/sessionBinding.js'
import { grantSession } from '../node/sessionGrant.js'
import type { SessionEntry, SessionStore } from '../node/sessionStore.js'
import { readStateObject } from '../node/stateFile.js'
import { parseChain } from '../warrant/text.js'
import { endSession } from './delegation/end.js'
import { isMarkedChild } from './delegation/marks.js'
import { enginesFor } from './engines.js'
import type { HookEvent } from './event.js'
import { endExpired } from './expired.js'
import { fieldsOf, mapOf, numberBelow, textOf, wrong } from './fields.js'
import type { StandingWarrant } from './settings.js'

/** What a role may do. */
export interface Role {
  /** Text of a chain that ends in a warrant of the standing holder's, for the tools of the role. */
  readonly chain: string
  /** How long the warrant of one turn lives. */
  readonly ttlSeconds: number
}

/** Who has which role, as the operator's command compiled it. */
export interface Gateway {
  readonly roles: ReadonlyMap<string, Role>
  /** By platform and id of the sender: a role. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** By platform: the role of turns that name no sender at all. */
  readonly senderless: ReadonlyMap<string, string>
  /** The role of every other sender; without it they have none. */
  readonly everyoneElse: string | undefined
  /** Digest of what it was compiled from. */
  readonly source: string
}

/** The life of a turn's warrant where nothing is said: a turn with many calls, and no more. */
export const DEFAULT_TURN_SECONDS = 900
/** A turn is made anew by the next message; what lives longer was not meant for one. */
export const MAX_TURN_SECONDS = 86_400

/** Platforms that Hermes itself gives to what nobody wrote: delegated children, and runs of scheduled jobs. */
export const NOBODYS_PLATFORMS: readonly string[] = ['subagent', 'cron']

/** The file of a host's gateway in the folder of them. */
export const gatewayFileOf = (folder: string, host: string): string => join(folder, `${host}.json`)

/** The gateway of a file. @throws FormatError FILE_…, STATE_MALFORMED with the field that is wrong */
export const readGateway = (path: string): Gateway => parseGateway(readStateObject(path))

/** The gateway of what was read. @throws FormatError STATE_MALFORMED */
export const parseGateway = (written: ValueObject): Gateway => {
  const fields = fieldsOf(written, '', [
    ...['version', 'source', 'roles', 'members', 'senderless', 'everyoneElse'],
  ])
  if (fields['version'] !== 1) throw wrong('version')
  const roles = mapOf(fields['roles'] ?? {}, 'roles', (value, where): Role => {
    const { chain, ttlSeconds } = fieldsOf(value, where, ['chain', 'ttlSeconds'])
    return {
      chain: textOf(chain, `${where}.chain`),
      ttlSeconds: numberBelow(ttlSeconds ?? 0, MAX_TURN_SECONDS, `${where}.ttlSeconds`),
    }
  })
  const { everyoneElse } = fields
  return {
    roles,
    members: mapOf(fields['members'] ?? {}, 'members', (value, where) => mapOf(value, where, textOf)),
    senderless: mapOf(fields['senderless'] ?? {}, 'senderless', textOf),
    everyoneElse: everyoneElse === undefined ? undefined : textOf(everyoneElse, 'everyoneElse'),
    source: textOf(fields['source'], 'source'),
  }
}

/** The role of a turn, if it has one. */
export const roleNameOf = (
  { members, senderless, everyoneElse }: Gateway,
  { platform, sender }: Pick<HookEvent, 'platform' | 'sender'>,
): string | undefined => {
  if (platform === undefined || NOBODYS_PLATFORMS.includes(platform)) return undefined
  return sender === undefined
    ? senderless.get(platform)
    : (members.get(platform)?.get(sender) ?? everyoneElse)
}

/** Where a turn is bound. */
export interface TurnPlace {
  readonly host: string
  readonly sessions: SessionStore
  /** Marks of sessions that began as children. */
  readonly children: string
  /** Grants that wait for a child to start. */
  readonly grants: string
  /** Unix seconds. */
  readonly now: number
  readonly gatewayFile: string
  readonly standing: StandingWarrant
}

/**
 * Gives the session of a turn the warrant for the role of its sender, in place of what it had. A sender who is another
 * than before, or has another role, ends with the old entry all that was granted from it. A turn that nobody can be found for ends the entry.
 * @returns the entry, or undefined for a delegated child, whose warrant is its parent's matter
 * @throws DenialError ROLE_UNKNOWN, SESSION_UNKNOWN, SESSION_MISMATCH; FormatError of the files; EscalationError
 */
export const bindTurn = async (place: TurnPlace, event: HookEvent): Promise<SessionEntry | undefined> => {
  const { host, sessions, children } = place
  const { session, platform } = event
  if (session === '') throw new DenialError('SESSION_UNKNOWN', undefined, { where: 'session' })
  if (platform === 'subagent') return undefined
  try {
    const before = sessions.get({ host, session })
    // Some hosts let a client name its session: not that of a child, whose warrant would be its own then.
    if (before?.parent !== undefined || isMarkedChild(children, { host, session }))
      throw new DenialError('SESSION_MISMATCH', undefined, { where: 'platform' })
    const entry = await entryFor(place, event)
    if (before !== undefined && !(isSameSender(bindingOf(before.chain), event) && isSameRole(before, entry)))
      endSession(sessions, place.grants, { host, session })
    sessions.put(entry, { replace: true })
    if (before === undefined) endExpired(sessions, place.grants, place.now)
    return entry
  } catch (thrown) {
    endSession(sessions, place.grants, { host, session })
    throw thrown
  }
}

/** Whether two entries were narrowed from one warrant: the role may be another than before, or say something else. */
const isSameRole = (one: SessionEntry, other: SessionEntry): boolean =>
  one.chain.warrants.at(-2)?.payload.id === other.chain.warrants.at(-2)?.payload.id

const entryFor = async (place: TurnPlace, event: HookEvent): Promise<SessionEntry> => {
  const { host, now, gatewayFile, standing } = place
  const { session, turn, platform, sender } = event
  const gateway = readGateway(gatewayFile)
  const role = gateway.roles.get(roleNameOf(gateway, event) ?? '')
  if (role === undefined) throw new DenialError('ROLE_UNKNOWN', undefined, { where: 'sender' })
  const parent = parseChain(role.chain)
  return grantSession(parent, readSecretKeyFile(standing.keyFile), {
    ...{ host, session, turn, platform, sender },
    origin: 'gateway',
    now,
    expiresAt: now + role.ttlSeconds,
    engines: await enginesFor(parent),
  })
}
