/** Events of hosts, in one shape: what a table of `hosts/` makes of a host's JSON. */

import { parseJson } from '../encoding/json.js'
import { isObject, numberOf, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'

/**
 * What an event is about:
 * - `tool`: a call that is about to be made, and the only kind that is decided;
 * - `after`: a call that was made, or refused;
 * - `session-start`, `session-end`, `subagent-start`, `subagent-end`: what lives and dies with a session;
 * - `turn`: a message arrived, perhaps of somebody else than before;
 * - `note`: known, and of no consequence here.
 */
export type EventKind =
  | 'tool'
  | 'after'
  | 'session-start'
  | 'session-end'
  | 'subagent-start'
  | 'subagent-end'
  | 'turn'
  | 'note'

/** One event of a host. */
export interface HookEvent {
  readonly kind: EventKind
  /** The name that the host gives it. */
  readonly name: string
  /** Empty where the host names none, which is a session that nothing is granted in. */
  readonly session: string
  /** The subagent that acts, where the host names it apart from the session. */
  readonly agent?: string | undefined
  /** Begun by another session or by a schedule, in a session of its own: the standing warrant is not for it. */
  readonly subordinate?: boolean | undefined
  /** The turn that it belongs to, where the host names turns. */
  readonly turn?: string | undefined
  /** Of a `turn`: where it was written, and by whom, where the host says so. */
  readonly platform?: string | undefined
  readonly sender?: string | undefined
  readonly tool?: string | undefined
  readonly args?: ValueObject | undefined
  /** Where relative paths of the arguments lead from; undefined where the host does not say. */
  readonly cwd?: string | undefined
  readonly callId?: string | undefined
  /** Of an `after` event: how it went, and how long it took. */
  readonly status?: string | undefined
  readonly durationMicroseconds?: number | undefined
  /** Of a `subagent-start` event: the child that has started. */
  readonly child?: StartedChild | undefined
}

/** A child, as the event of its start tells it. */
export interface StartedChild {
  /** Its own session, where the host gives it one. */
  readonly session?: string | undefined
  /** Its name within the session of its parent, where it has none of its own. */
  readonly agent?: string | undefined
  readonly goal?: string | undefined
  readonly role?: string | undefined
}

/** A child, as the call asks for it that will have it started. */
export interface AskedChild {
  /** Its place in the arguments. */
  readonly where: string
  readonly goal?: string | undefined
  readonly role?: string | undefined
}

/** What the event of a name is, in the table of a host. */
export type EventTable = Readonly<Record<string, EventKind>>

/** The kind of a name. @throws FormatError EVENT_UNKNOWN */
export const kindIn = (table: EventTable, name: string): EventKind => {
  const kind = Object.hasOwn(table, name) ? table[name] : undefined
  if (kind === undefined) throw new FormatError('EVENT_UNKNOWN')
  return kind
}

const malformed = (where: string): FormatError => new FormatError('EVENT_MALFORMED', undefined, { where })

/** A text that must be there and not be empty. @throws FormatError EVENT_MALFORMED */
export const textAt = (event: ValueObject, name: string): string => {
  const text = optionalTextAt(event, name)
  if (text === undefined || text === '') throw malformed(name)
  return text
}

/** A text that may be missing or null; anything else in its place is refused. @throws FormatError EVENT_MALFORMED */
export const optionalTextAt = (event: ValueObject, name: string): string | undefined => {
  const value = own(event, name)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw malformed(name)
  return value
}

/** The object of a name; empty where it is missing or null. @throws FormatError EVENT_MALFORMED */
export const objectAt = (event: ValueObject, name: string): ValueObject => {
  const value = own(event, name)
  if (value === undefined || value === null) return NOTHING
  if (!isObject(value)) throw malformed(name)
  return value
}

const NOTHING: ValueObject = Object.freeze(Object.create(null))

/** Arguments that must be an object, or the JSON text of one. @throws FormatError EVENT_MALFORMED, JSON_… */
export const argsAt = (event: ValueObject, name: string): ValueObject => {
  const value = own(event, name)
  const args = typeof value === 'string' ? parseJson(value) : value
  if (args === undefined || !isObject(args)) throw malformed(name)
  return args
}

/** Milliseconds as whole microseconds, where they are a number. */
export const microsecondsAt = (event: ValueObject, name: string): number | undefined => {
  const value = own(event, name)
  const number = value === undefined ? undefined : numberOf(value)
  return number === undefined || !(number >= 0 && number < 1e12) ? undefined : Math.round(number * 1000)
}

const own = (event: ValueObject, name: string): Value | undefined =>
  Object.hasOwn(event, name) ? event[name] : undefined

/** A short word of the host's, as it can stand in a log; anything longer or stranger is left out. */
export const wordOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w.:-]{1,64}$/.test(text) ? text : undefined

/** What a host is to the hook. */
export interface Host {
  readonly name: string
  /** Tools that a warrant for any tool is not for: of the calls that they lead to, the host does not tell, or not whose they are. */
  readonly byNameAlone?: ReadonlySet<string> | undefined
  /** The event of the host's JSON. @throws FormatError EVENT_MALFORMED, EVENT_UNKNOWN, JSON_… */
  readonly read: (event: ValueObject) => HookEvent
  /** The children that a call has started; undefined where the tool starts none. */
  readonly children?: (tool: string, args: ValueObject) => readonly AskedChild[] | undefined
  /** What a child that starts is told from others by. */
  readonly matchedBy?: 'goal' | 'role'
  /** Whether its turns say who they are of. */
  readonly namesSenders?: true
  /** What is written on stdout to refuse; exit 2 and the same words on stderr go with it. */
  readonly deny: (message: string, event: HookEvent | undefined) => Readonly<Record<string, Value>>
  /** What is written on stdout to let the host go on as if there were no hook; exit 0 goes with it. */
  readonly silent: (event: HookEvent) => string
}
