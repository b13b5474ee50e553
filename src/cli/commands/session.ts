/** `warrant session put | list | end`: the warrants that single sessions of a guarded agent act under. */

import type { Command } from 'commander'
import { DenialError, FormatError } from '../../errors.js'
import { endSession } from '../../hook/delegation/end.js'
import { type FoundGrant, pendingGrants } from '../../hook/delegation/pending.js'
import type { Home } from '../../hook/home.js'
import { HOST_NAMES } from '../../hook/hosts.js'
import { readSettings } from '../../hook/settings.js'
import { fileSessionStore, type SessionEntry, type SessionName } from '../../node/sessionStore.js'
import { assertStateFolder } from '../../node/stateFile.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { verify } from '../../warrant/verify.js'
import { plain } from '../audit/entryText.js'
import { chainOf } from '../chainInput.js'
import { display } from '../display.js'
import { enginesFor } from '../engines.js'
import { placed, usage } from '../failure.js'
import { type HolderKeyFlags, holderKeyFlags, holderKeyName, jsonFlag, required } from '../flags.js'
import { homeOf } from '../hook/homeFile.js'
import { secretKeyOf } from '../keys.js'
import type { Session } from '../session.js'
import { spanText } from '../timeText.js'

interface Flags extends HolderKeyFlags {
  readonly home?: string
  readonly host?: string
  readonly session?: string
  readonly agent?: string
  readonly warrant?: string
  readonly force?: boolean
}

type Action = (session: Session, home: Home, flags: Flags) => Promise<void>

export const addSession = (program: Command, session: Session): void => {
  const command = program
    .command('session')
    .description('give one session of an agent a warrant of its own: put, list or end')
    .argument('<action>', Object.keys(ACTIONS).join(', '))
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option('--host <name>', `the host of the session: ${HOST_NAMES.join(', ')}`)
    .option('--session <id>', 'the session, as the host names it')
    .option('--agent <id>', 'the subagent within it, where the host names one')
    .option('--warrant <warrant>', 'put: its warrant: a file, - for stdin, or the text')
  holderKeyFlags(command, 'put: secret key of the holder of the warrant')
    .option('-f, --force', 'put: end the warrant that the session has, and what it granted')
    .addHelpText('after', NOTE)
  jsonFlag(command).action(async (action: string, flags: Flags) => {
    const run = ACTIONS[action]
    if (run === undefined || !Object.hasOwn(ACTIONS, action))
      throw usage(`expected one of ${Object.keys(ACTIONS).join(', ')}`, 'action')
    const home = homeOf(session, flags.home)
    placed(home.folder, () => assertStateFolder(home.folder))
    return run(session, home, flags)
  })
}

const NOTE = `
The key is copied into the home of the guard, which proves with it that the session holds its warrant, and removed from
there when the session ends. list shows no key.
`

/** Keeps a warrant that would be good for a call now: one that is not would be found out by the agent, call by call. */
const put: Action = async (session, home, flags) => {
  const name = nameOf(flags)
  const keyName = holderKeyName(flags)
  const chain = await chainOf(session, required('--warrant', flags.warrant))
  const holderKey = await secretKeyOf(session, '--holder-key', keyName)
  const { roots } = placed(home.configuration, () => readSettings(home.configuration))
  const { payload } = leafOf(chain)
  const engines = await enginesFor(chain)
  placed('--warrant', () => {
    verify(chain, { roots, now: session.now(), engines })
    if (payload.type !== 'execution') throw new DenialError('WARRANT_NOT_EXECUTION')
    if (payload.sessionId !== undefined && payload.sessionId !== name.session)
      throw new DenialError('SESSION_MISMATCH')
  })
  placed('--holder-key', () => {
    if (holderKey.publicKey !== payload.holder) throw new FormatError('KEY_MISMATCH')
  })
  placed('--session', () => {
    const sessions = fileSessionStore(home.sessions)
    if (flags.force === true) endSession(sessions, home.grants, name)
    const { expiresAt } = payload
    sessions.put({ ...name, chain, holderKey, origin: 'operator', createdAt: session.now(), expiresAt })
  })
  if (session.json) return session.printJson({ ...plain(name), warrantId: payload.id })
  return session.print(`${nameText(name)} acts under ${payload.id}, ${lifeText(chain, session.now())}\n`)
}

const list: Action = async (session, home, flags) => {
  const isAsked = ({ host, session: id, agent }: SessionName): boolean =>
    (flags.host === undefined || host === flags.host) &&
    (flags.session === undefined || id === flags.session) &&
    (flags.agent === undefined || agent === flags.agent)
  const entries = placed(home.sessions, () => fileSessionStore(home.sessions).list()).filter(isAsked)
  const pending = placed(home.grants, () => pendingGrants(home.grants).list()).filter(({ parent }) =>
    isAsked(parent),
  )
  const now = session.now()
  if (session.json)
    return session.printJson(plain({ sessions: entries.map(entryJson), pending: pending.map(grantJson) }))
  const lines = [
    ...entries.map(
      (entry) =>
        `${nameText(entry)}  ${leafOf(entry.chain).payload.id}  ${lifeText(entry.chain, now)}  ${originText(entry)}`,
    ),
    ...pending.map(
      (grant) =>
        `${nameText(grant.parent)}  ${leafOf(grant.chain).payload.id}  waits ${spanText(Math.max(0, grant.startBefore - now))} for a child`,
    ),
  ]
  if (lines.length === 0) return session.remark('no session has a warrant of its own')
  return session.print(lines.map((line) => `${line}\n`).join(''))
}

const end: Action = async (session, home, flags) => {
  const name = nameOf(flags)
  const sessions = fileSessionStore(home.sessions)
  const count = (): number => sessions.list().length
  const [ended, grants] = placed(home.sessions, () => {
    const before = count()
    const { grants: withdrawn } = endSession(sessions, home.grants, name)
    return [before - count(), withdrawn]
  })
  if (ended === 0 && grants === 0)
    throw placed('--session', () => {
      throw new DenialError('SESSION_UNKNOWN')
    })
  if (session.json) return session.printJson({ ...plain(name), sessions: ended, pending: grants })
  return session.print(`ended: ${counted(ended, 'session')}, ${counted(grants, 'grant')} that waited\n`)
}

const ACTIONS: Readonly<Record<string, Action>> = { put, list, end }

const nameOf = (flags: Flags): SessionName => {
  const host = required('--host', flags.host)
  if (!HOST_NAMES.includes(host)) throw usage(`expected one of ${HOST_NAMES.join(', ')}`, '--host')
  const session = required('--session', flags.session)
  if (session === '' || flags.agent === '') throw usage('an empty name', '--session')
  return { host, session, ...(flags.agent !== undefined && { agent: flags.agent }) }
}

const entryJson = (entry: SessionEntry): object => {
  const { host, session, agent, parent, depth, origin, createdAt, expiresAt, chain } = entry
  const ids = chain.warrants.map(({ payload }) => payload.id)
  return {
    host,
    session,
    agent,
    parent,
    depth,
    origin,
    createdAt,
    expiresAt,
    warrantId: ids.at(-1),
    chain: ids,
  }
}

const grantJson = ({ parent, role, startBefore, depth, chain }: FoundGrant): object => {
  const ids = chain.warrants.map(({ payload }) => payload.id)
  return { ...parent, role, startBefore, depth, warrantId: ids.at(-1), chain: ids }
}

const nameText = ({ host, session, agent }: SessionName): string =>
  display([host, session, agent].filter((part) => part !== undefined).join(' '))

const lifeText = (chain: Chain, now: number): string => {
  const left = leafOf(chain).payload.expiresAt - now
  return left > 0 ? `${spanText(left)} left` : 'expired'
}

const originText = ({ origin, parent }: SessionEntry): string =>
  display(parent === undefined ? origin : `${origin} by ${parent}`)

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
