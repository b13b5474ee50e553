/**
 * The guard: a tool function behind a decision. It copies the arguments, asks, records the answer, and runs the tool
 * itself with the copy that was checked, so that there is no promise, flag or decision to test wrongly (attacks JS-8).
 */

import { type Call, toPlain } from '../capability/call.js'
import type { Approval } from '../statement/approval.js'
import type { Chain } from '../warrant/chain.js'
import { assertAllowed, type Decision } from './decision.js'
import { type AsyncEnforcer, type Enforcer, settingOfEnforcer } from './enforcer.js'
import { optionsOf, own } from './options.js'
import { SessionRegistry, type Sessions } from './sessions.js'
import { type Ruling, Watch } from './watch.js'

/** `block` runs what is allowed; `warn` runs what can be copied, and says `warn-mode` on every decision. */
export type GuardMode = 'block' | 'warn'

/** What a guard records of each decision, before anything runs. Frozen. */
export interface GuardRecord {
  readonly tool: string
  readonly session: string | undefined
  readonly mode: GuardMode
  readonly decision: Decision
  /** Whether the tool runs now: for every allow, and in `warn` for denials too. */
  readonly runs: boolean
  /** The checked copy, arguments included: redact it before it is written down. Undefined where none could be made. */
  readonly call: Call | undefined
}

/** Writes a record. What it returns is awaited; when it throws or rejects, the call is denied with AUDIT_FAILED. */
export type Audit = (record: GuardRecord) => unknown

/** What a guard is told once and for all. */
export interface GuardOptions {
  readonly enforcer: Enforcer | AsyncEnforcer
  /** `block` unless told otherwise. */
  readonly mode?: GuardMode | undefined
  readonly audit?: Audit | undefined
}

/** What comes with a call besides its arguments. */
export interface GuardContext {
  /** Whose registered warrant the call is made under. */
  readonly session?: string | undefined
  /** A chain that comes with the call itself, in place of a registered one; it needs its proof. */
  readonly chain?: Chain | Uint8Array | string | undefined
  readonly proof?: Uint8Array | string | undefined
  readonly approvals?: readonly (Approval | Uint8Array | string)[] | undefined
}

/** A guarded tool: runs with the checked copy of `args`, or throws the DenialError and runs nothing. */
export type Guarded<A, R> = (args: A, context?: GuardContext) => Promise<R>

/** A guard: called with a tool, it gives the guarded tool. */
export interface Guard {
  /**
   * Puts the guard around a tool. `run` receives the arguments as they were checked: a frozen plain copy.
   * The guarded function throws DenialError with the code of the decision, which is its `cause`.
   */
  <A extends object, R>(tool: string, run: (args: A) => R | Promise<R>): Guarded<A, R>
  /** Decides and records as for a call, and runs nothing. Uses up the proof like any call. */
  check(tool: string, args: unknown, context?: GuardContext): Promise<Decision>
  readonly sessions: Sessions
  readonly mode: GuardMode
}

/**
 * A guard over one enforcer, with its own registry of sessions.
 * @throws TypeError for options that no guard can be made of.
 */
export const createGuard = (options: GuardOptions): Guard => {
  const given = optionsOf(options, 'guard options')
  const enforcer = own(given, 'enforcer')
  const mode = own(given, 'mode') ?? 'block'
  const audit = own(given, 'audit')
  const setting = enforcer === undefined ? undefined : settingOfEnforcer(enforcer)
  if (enforcer === undefined || setting === undefined) throw new TypeError('a guard needs an enforcer')
  if (mode !== 'block' && mode !== 'warn') throw new TypeError('mode must be block or warn')
  if (audit !== undefined && typeof audit !== 'function') throw new TypeError('audit must be a function')

  const sessions = new SessionRegistry(setting)
  const watch = new Watch(enforcer, setting, sessions, mode, audit)
  const guard = <A extends object, R>(tool: string, run: (args: A) => R | Promise<R>): Guarded<A, R> => {
    if (typeof tool !== 'string' || tool === '') throw new TypeError('a guarded tool must have a name')
    if (typeof run !== 'function') throw new TypeError('a guarded tool must be a function')
    return async (args, context) => {
      const ruling = await watch.rule(tool, args, context)
      // The copy has the shape of the arguments: it is their value, and nothing else was read from them.
      return await run(toPlain(callToRun(ruling).args) as A)
    }
  }
  const check = async (tool: string, args: unknown, context?: GuardContext): Promise<Decision> =>
    (await watch.rule(tool, args, context)).decision
  return Object.freeze(Object.assign(guard, { check, sessions, mode }))
}

/** The call to run: that of the allow, or in `warn` the copy that was denied. @throws DenialError where none is to run */
const callToRun = ({ decision, call }: Ruling): Call => call ?? assertAllowed(decision)
