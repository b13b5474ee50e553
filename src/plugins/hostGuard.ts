/**
 * The guard within the process of a host: the hook without a process for each call. It reads the same home anew for every
 * event, so that what the operator changes there holds at once, and it decides, records and words denials by the same code.
 *
 * A host lets every call pass that a plugin which failed to load would have stopped. So nothing here throws when it is
 * made: what is wrong with it denies each call.
 */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ValueObject } from '../encoding/value.js'
import { type ErrorCode, FormatError, isWarrantError } from '../errors.js'
import { type EventKind, type HookEvent, type Host, wordOf } from '../hook/event.js'
import { type Home, homeAt } from '../hook/home.js'
import type { PluginHost } from '../hook/hosts.js'
import { type Answer, answerTo, refused } from '../hook/main.js'
import { readSettings, type Settings } from '../hook/settings.js'
import { assertStateFolder } from '../node/stateFile.js'
import { assertReplaceable, copyOfArgs } from './hostArguments.js'

/** What the operator tells a plugin. What may be done is told in the home, and nowhere else. */
export interface PluginOptions {
  /** The home of the guard; `.warrant` in that of the user unless told. */
  readonly home?: string | undefined
  /** Files and folders that tools are kept out of, besides those that `hook.json` names: absolute paths. */
  readonly protect?: readonly string[] | undefined
}

/** A call as a host shows it. What it says of itself may be anything. */
export interface HostCall {
  /** The host's name of the event. */
  readonly event: string
  readonly session: unknown
  readonly tool: unknown
  readonly args: unknown
  readonly cwd?: unknown
  readonly callId?: unknown
  /** Whether the session was begun by another, or by a schedule; asked only where it matters. */
  readonly isSubordinate?: (() => boolean | Promise<boolean>) | undefined
  /** Whether the host runs the tool with the very object of `args`. */
  readonly runsWithSameArgs?: boolean | undefined
}

/** What came of a call: nothing against it with these arguments, or no, with words that the model may read. */
export type Ruling =
  | { readonly kind: 'pass'; readonly args: ValueObject }
  | { readonly kind: 'refuse'; readonly message: string }

/** Something that the host tells of, and that is not decided. */
export interface HostNews extends Omit<HookEvent, 'session' | 'callId'> {
  readonly kind: Exclude<EventKind, 'tool'>
  readonly session: unknown
  readonly callId?: unknown
}

export interface HostGuard {
  /** Never rejects: whatever goes wrong, in `read` too, refuses. */
  decide(read: () => HostCall): Promise<Ruling>
  /** Never rejects. */
  tell(read: () => HostNews | undefined): Promise<void>
}

/** What differs from host to host. */
export interface HostTraits {
  readonly byNameAlone?: ReadonlySet<string>
  /** Where the host's own configuration lies. */
  readonly configuration?: readonly string[]
}

/** The program itself, as it was built or as it is tested. */
const PROGRAM = fileURLToPath(new URL('..', import.meta.url))

/** The guard of a host. Never throws. */
export const createHostGuard = (
  name: PluginHost,
  options: PluginOptions,
  traits: HostTraits = {},
): HostGuard => {
  const host: Host = {
    name,
    byNameAlone: traits.byNameAlone,
    read: () => {
      throw new FormatError('EVENT_UNKNOWN') // a plugin is called with objects, not with text
    },
    deny: (message) => ({ message }),
    silent: () => '',
  }
  const setUp = setUpOf(options)
  const program = [PROGRAM, ...(traits.configuration ?? []), ...(setUp?.protect ?? [])]
  const opened = (): { readonly home: Home; readonly settings: Settings } => {
    if (setUp === undefined) throw new FormatError('STATE_MALFORMED', undefined, { where: 'options' })
    assertStateFolder(setUp.home.folder)
    return { home: setUp.home, settings: readSettings(setUp.home.configuration) }
  }
  const surroundings = () => {
    const from = performance.now()
    return { clock: () => Date.now() / 1000, elapsed: () => performance.now() - from, program }
  }

  const decide = async (read: () => HostCall): Promise<Ruling> => {
    try {
      const io = surroundings()
      const { home, settings } = opened()
      const call = read()
      const event = eventOf(call)
      const asked = async (): Promise<Answer> => {
        const hasStanding = settings.hosts.get(name)?.standing !== undefined
        const subordinate = hasStanding && (await call.isSubordinate?.()) === true
        return answerTo({ host, home, settings, event: { ...event, subordinate }, io })
      }
      const answer = await within(settings.deadlineMilliseconds - io.elapsed(), asked)
      if (answer === undefined) return refusal(host, 'GUARD_DEADLINE')
      if (answer.exit !== 0) return { kind: 'refuse', message: answer.stderr.trimEnd() }
      return { kind: 'pass', args: event.args }
    } catch (thrown) {
      return refusalFor(host, thrown)
    }
  }

  const tell = async (read: () => HostNews | undefined): Promise<void> => {
    try {
      const news = read()
      if (news === undefined) return
      const session = optionalText(news.session, 'session') ?? ''
      const event: HookEvent = { ...news, session, callId: wordOf(optionalText(news.callId, 'callId')) }
      await answerTo({ host, ...opened(), event, io: surroundings() })
    } catch {
      // What it tells of has happened already: there is nothing to refuse.
    }
  }

  return Object.freeze({ decide, tell })
}

interface SetUp {
  readonly home: Home
  readonly protect: readonly string[]
}

/** Undefined where the options are none, so that every call is refused. */
const setUpOf = (options: PluginOptions): SetUp | undefined => {
  try {
    const { home = join(homedir(), '.warrant'), protect = [] } = options
    if (typeof home !== 'string' || home === '' || home.includes('\0')) return undefined
    if (!Array.isArray(protect) || !protect.every((path) => typeof path === 'string' && path !== ''))
      return undefined
    return { home: homeAt(home), protect: [...protect] }
  } catch {
    return undefined
  }
}

type CallEvent = HookEvent & { readonly args: ValueObject }

const eventOf = (call: HostCall): CallEvent => {
  const tool = optionalText(call.tool, 'tool')
  if (tool === undefined || tool === '') throw malformed('tool')
  const args = copyOfArgs(tool, call.args)
  if (call.runsWithSameArgs === true) assertReplaceable(call.args as object) // of which there was a copy
  return {
    kind: 'tool',
    name: call.event,
    session: optionalText(call.session, 'session') ?? '',
    tool,
    args,
    cwd: optionalText(call.cwd, 'cwd'),
    callId: wordOf(optionalText(call.callId, 'callId')),
  }
}

const malformed = (where: string): FormatError => new FormatError('EVENT_MALFORMED', undefined, { where })

const optionalText = (value: unknown, where: string): string | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw malformed(where)
  return value
}

const refusal = (host: Host, code: ErrorCode, where?: string): Ruling => ({
  kind: 'refuse',
  message: refused(host, undefined, code, where).stderr.trimEnd(),
})

/** The refusal that follows from whatever was thrown. */
const refusalFor = (host: Host, thrown: unknown): Ruling =>
  isWarrantError(thrown) ? refusal(host, thrown.code, thrown.where) : refusal(host, 'ENFORCE_INTERNAL')

/** What `work` gives in time, or undefined. */
const within = async <T>(milliseconds: number, work: () => Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds))
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
