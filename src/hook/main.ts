/**
 * One event of a host: read, decided, recorded, answered. The rules are those of a guard that nobody watches: it exits
 * by 0 or by 2 and never otherwise, it says nothing where it has nothing against a call, and whatever goes wrong is a no.
 */

import { fromUtf8 } from '../encoding/bytes.js'
import { formatJson, parseJson } from '../encoding/json.js'
import { isObject } from '../encoding/value.js'
import type { SettledDecision } from '../enforce/decision.js'
import { codeInfo, type ErrorCode, FormatError, isWarrantError } from '../errors.js'
import { type AppendOptions, appendDecision } from '../node/decisionLog.js'
import { userHome } from '../node/machine.js'
import { fileSessionStore } from '../node/sessionStore.js'
import { assertStateFolder } from '../node/stateFile.js'
import { denialFor, deny, judge } from './decide.js'
import { childFields, delegate } from './delegation/delegate.js'
import type { ChildGrant } from './delegation/grants.js'
import type { Started } from './delegation/start.js'
import type { HookEvent, Host } from './event.js'
import { type Home, homeOf } from './home.js'
import { HOSTS } from './hosts.js'
import type { observe } from './observe.js'
import { protectedArgument } from './protect.js'
import { recordOf } from './record.js'
import { type Mode, modeOf, readSettings, type Settings } from './settings.js'
import { recordUnread } from './unread.js'

/** What a decision needs of the world. */
export interface Surroundings {
  /** Unix seconds, fractions allowed. */
  readonly clock: () => number
  /** Milliseconds since the process was started, or since the call was made. */
  readonly elapsed: () => number
  /** The folders of this program, which tools are kept out of. */
  readonly program: readonly string[]
}

/** What the hook needs of the world. */
export interface HookIo extends Surroundings {
  /** Standard input to its end, or a part that is longer than `limit`. Rejects where it cannot be read in time. */
  readonly read: (limit: number, deadlineMilliseconds: number) => Promise<Uint8Array>
}

/** What the process says and ends with. */
export interface Answer {
  readonly exit: 0 | 2
  readonly stdout: string
  readonly stderr: string
  /** A call that a warrant permits. */
  readonly isAllowed?: true
}

/** Bytes of one event: Hermes sends whole conversations with `pre_llm_call`. */
export const MAX_EVENT_BYTES = 4_194_304

/**
 * Answers one event.
 * @param argv what follows `warrant hook`: the name of a host, and `--home DIR`.
 * Never rejects.
 */
export const runHook = async (argv: readonly string[], io: HookIo): Promise<Answer> => {
  const host = HOSTS.get(argv[0] ?? '')
  try {
    const home = homeOf(argv)
    if (host === undefined) return refused(host, undefined, 'EVENT_UNKNOWN', 'no such host')
    assertStateFolder(home.folder)
    const settings = readSettings(home.configuration)
    const event = eventOf(host, await io.read(MAX_EVENT_BYTES, settings.deadlineMilliseconds))
    return await answerTo({ host, home, settings, event, io })
  } catch (thrown) {
    const isOurs = isWarrantError(thrown)
    const [code, where] = isOurs ? ([thrown.code, thrown.where] as const) : (['ENFORCE_INTERNAL'] as const)
    const [time, elapsed] = [io.clock(), io.elapsed()]
    recordUnread(argv, { code, where, time, elapsed, waitMilliseconds: UNREAD_WAIT_MILLISECONDS })
    return refused(host, undefined, code, where)
  }
}

/** Less than the time that is left, in whatever setting: a denial that comes too late is none. */
const UNREAD_WAIT_MILLISECONDS = 200

/** The answer when the process is told to stop, or crashes, or its time is up: by whoever sees it happen. */
export const refusalOf = (argv: readonly string[], code: ErrorCode): Answer =>
  refused(HOSTS.get(argv[0] ?? ''), undefined, code, undefined)

const eventOf = (host: Host, bytes: Uint8Array): HookEvent => {
  if (bytes.length > MAX_EVENT_BYTES) throw new FormatError('JSON_TOO_LARGE')
  const json = parseJson(fromUtf8(bytes))
  if (!isObject(json)) throw new FormatError('EVENT_MALFORMED')
  return host.read(json)
}

/** One event, and all that it is answered from. */
export interface Case {
  readonly host: Host
  readonly home: Home
  readonly settings: Settings
  readonly event: HookEvent
  readonly io: Surroundings
}

/** The answer to an event: decided by the operator's settings, and recorded before it is given. */
export const answerTo = async (given: Case): Promise<Answer> =>
  given.event.kind === 'tool'
    ? answerToCall(given)
    : ((given.event.kind === 'turn' ? await answerToTurn(given) : undefined) ?? answerToOther(given))

/** A case, with what only some have loaded: the parts of the hook that most calls do not need lie in files of their own. */
interface LoadedCase extends Case {
  readonly observe?: typeof observe
}

/** A call: decided, recorded, and only then answered. */
const answerToCall = async (asked: Case): Promise<Answer> => {
  const { host, home, settings, event, io } = asked
  const given = settings.observe ? { ...asked, observe: (await import('./observe.js')).observe } : asked
  const mode = await modeFor(given)
  const kept = protectedDenial(given)
  if (kept !== undefined) return recorded(given, kept, undefined, mode, true)
  if (mode === 'off') return recorded(given, undefined, undefined, mode, false)
  const sessions = fileSessionStore(home.sessions)
  const approvals = { folder: home.approvals, settings: settings.approvals, isEnforced: mode === 'block' }
  const judged = await judge(
    {
      ...{ host: host.name, settings, sessions, approvals, children: home.children },
      ...{ clock: io.clock, byNameAlone: host.byNameAlone },
    },
    event,
  )
  const call = { host, home, settings, event, now: io.clock() }
  const { decision, withdraw } = await delegate(call, judged, (child) => noteChild(given, mode, child))
  const answer = recorded(given, decision, judged.chain, mode, mode === 'block')
  if (answer.exit === 2) withdraw()
  return answer
}

const modeFor = async ({ settings, home, host, event }: Case): Promise<Mode> => {
  const { modes } = settings
  if (modes.workspaces.size === 0) return modeOf(modes, undefined, event.tool)
  const { workspaceOf } = await import('./workspace.js')
  return modeOf(modes, workspaceOf(home.workspaces, host.name, event), event.tool)
}

/** The denial of what would reach what a tool of the agent must not, in every mode. */
const protectedDenial = ({ settings, home, event, io }: Case): SettledDecision | undefined => {
  if (event.args === undefined) return undefined
  try {
    const where = protectedArgument(event.args, {
      paths: [...protectedPaths(settings, home), ...io.program],
      userHome: userHome(),
      cwd: event.cwd,
      isOverdue: () => io.elapsed() > settings.deadlineMilliseconds,
    })
    return where === undefined ? undefined : deny('GUARD_PROTECTED', event, where)
  } catch (thrown) {
    return denialFor(thrown, event)
  }
}

/** The guard's own files: its home, keys and lists that lie elsewhere, and the configuration of every host. */
export const protectedPaths = (settings: Settings, home: Home): readonly string[] => {
  const hosts = [...settings.hosts.values()]
  const lists = settings.revocation === undefined ? [] : [settings.revocation.listFile]
  return [
    home.folder,
    ...hosts.flatMap(({ standing, configFiles }) => [
      ...(standing ? [standing.keyFile] : []),
      ...configFiles,
    ]),
    ...lists,
    ...settings.protect,
  ]
}

/** What became of a child that a call asks for has a record of its own. */
const noteChild = (given: Case, mode: Mode, child: ChildGrant): void => {
  const { host, home, event, io } = given
  const time = Math.round(io.clock() * 1000) / 1000
  const asked = { ...event, name: 'delegation', args: undefined }
  const common = { host: host.name, event: asked, decision: undefined, mode, enforced: mode === 'block' }
  const record = recordOf({ ...common, time, durationMicroseconds: 0 }, given.settings.log)
  appendDecision(home.log, { ...record, ...childFields(child) }, logOptions(given))
}

/** Writes the record, then answers. What cannot be recorded does not run, in any mode. */
const recorded = (
  given: LoadedCase,
  decision: SettledDecision | undefined,
  chain: Parameters<typeof recordOf>[0]['chain'],
  mode: Mode,
  enforced: boolean,
): Answer => {
  const { host, home, settings, event, io } = given
  const late = enforced && io.elapsed() > settings.deadlineMilliseconds
  const decided = late ? deny('GUARD_DEADLINE', event) : decision
  const durationMicroseconds = Math.round(io.elapsed() * 1000)
  const time = Math.round(io.clock() * 1000) / 1000
  const fields = { host: host.name, event, decision: decided, chain, mode, enforced, time }
  try {
    given.observe?.(home.log, fields, logOptions(given))
    appendDecision(home.log, recordOf({ ...fields, durationMicroseconds }, settings.log), logOptions(given))
  } catch {
    return said(host, event, deny('AUDIT_FAILED', event))
  }
  if (decided?.kind === 'allow') return { ...silent(host, event), isAllowed: true }
  return enforced ? said(host, event, decided) : silent(host, event)
}

/** Other processes are waited for no longer than there is time to say that it was in vain. */
const logOptions = ({ settings, io }: Case): AppendOptions => ({
  durability: settings.log.durability,
  waitMilliseconds: Math.max(
    0,
    Math.min(LOG_WAIT_MILLISECONDS, settings.deadlineMilliseconds - io.elapsed()),
  ),
})

const LOG_WAIT_MILLISECONDS = 2_000

/** A turn that gives its session a warrant, or takes it: what cannot be recorded gives none. Undefined of any other turn. */
const answerToTurn = async (given: Case): Promise<Answer | undefined> => {
  const { host, home, settings, event, io } = given
  const { answerTurn } = await import('./turn.js')
  const outcome = await answerTurn({ host: host.name, home, settings, now: io.clock() }, event)
  if (outcome === undefined) return undefined
  const mode = await modeFor(given)
  const answer = recorded(given, outcome.denial, outcome.chain, mode, mode === 'block')
  if (answer.exit === 2 && outcome.chain !== undefined) {
    const { endSession } = await import('./delegation/end.js')
    endSession(fileSessionStore(home.sessions), home.grants, { host: host.name, session: event.session })
  }
  return answer
}

/** Events that nothing is decided of: they are recorded, and a session that ends takes its warrant with it. */
const answerToOther = async (given: Case): Promise<Answer> => {
  const { host, home, event } = given
  try {
    if (event.kind === 'session-end' || event.kind === 'subagent-end') await endSessionOf(home, host, event)
    if (event.kind === 'turn' || event.kind === 'note') return silent(host, event)
    const { settings, io } = given
    const mode = await modeFor(given)
    const started = await startedChild(given)
    const enforced = started !== undefined && mode === 'block'
    const common = { host: host.name, event, decision: undefined, mode, enforced }
    const times = { time: Math.round(io.clock() * 1000) / 1000, durationMicroseconds: 0 }
    const record = {
      ...recordOf({ ...common, ...times }, settings.log),
      ...(started && childFields(started)),
    }
    appendDecision(home.log, record, logOptions(given))
    return silent(host, event)
  } catch (thrown) {
    // What it tells of has happened already, and is not undone by a refusal.
    return { ...silent(host, event), stderr: `${said(host, event, denialFor(thrown, event)).stderr}` }
  }
}

/** The child of an event that tells of one, bound to the grant that waits for it. */
const startedChild = async ({ host, home, event, io }: Case): Promise<Started | undefined> => {
  if (event.kind !== 'subagent-start' || host.matchedBy === undefined) return undefined
  const { bindChild } = await import('./delegation/start.js')
  return bindChild(host, home, fileSessionStore(home.sessions), event, io.clock())
}

const endSessionOf = async (
  home: Home,
  { name: host }: Host,
  { kind, session, agent }: HookEvent,
): Promise<void> => {
  if (session === '') return
  const { endSession } = await import('./delegation/end.js')
  const sessions = fileSessionStore(home.sessions)
  if (kind === 'session-end') endSession(sessions, home.grants, { host, session })
  else if (agent !== undefined && agent !== '') {
    // A subagent has a session of its own, or is named within that of its parent.
    try {
      endSession(sessions, home.grants, { host, session, agent })
    } finally {
      endSession(sessions, home.grants, { host, session: agent })
    }
  }
}

const said = (host: Host, event: HookEvent, decision: SettledDecision | undefined): Answer => {
  if (decision === undefined || decision.kind === 'allow') return silent(host, event)
  return spoken(host, event, `warrant: ${decision.code}: ${decision.message}`)
}

const silent = (host: Host, event: HookEvent): Answer => ({ exit: 0, stdout: host.silent(event), stderr: '' })

/** A refusal by a code, before there is an event to decide or without one. */
export const refused = (
  host: Host | undefined,
  event: HookEvent | undefined,
  code: ErrorCode,
  where: string | undefined,
): Answer => {
  const place = where === undefined || !/^[\w .,[\]-]{1,80}$/.test(where) ? '' : `, at ${where}`
  return spoken(host, event, `warrant: ${code}: ${codeInfo(code).meaning}${place}`)
}

/** One document on stdout, the same words on stderr, and 2: each by itself refuses on some host. */
const spoken = (host: Host | undefined, event: HookEvent | undefined, message: string): Answer => ({
  exit: 2,
  stdout: host === undefined ? '' : formatJson(host.deny(message, event)),
  stderr: `${message}\n`,
})
