/** What a guard does for every call: copy, decide, record. */

import { type Call, isCall } from '../capability/call.js'
import { isBound } from './bind.js'
import { copyOfCall } from './chainChecks.js'
import { refusalAfterWaiting } from './decide.js'
import {
  type Allow,
  type Decision,
  denied,
  knownFactsOf,
  NO_FACTS,
  type Note,
  type SettledDecision,
  withNote,
} from './decision.js'
import type { AsyncEnforcer, EnforceRequest, Enforcer } from './enforcer.js'
import type { Audit, GuardContext, GuardMode, GuardRecord } from './guard.js'
import { own } from './options.js'
import { type Refusal, refusal } from './refusal.js'
import type { SessionRegistry } from './sessions.js'
import type { Setting } from './setting.js'
import { Standing } from './standing.js'

/** A decision, and the call to run, if one is to run. */
export interface Ruling {
  readonly decision: Decision
  readonly call: Call | undefined
}

const WARNING: readonly Note[] = Object.freeze(['warn-mode'])

export class Watch {
  readonly #enforcer: Enforcer | AsyncEnforcer
  readonly #setting: Setting
  readonly #sessions: SessionRegistry
  readonly #mode: GuardMode
  readonly #audit: Audit | undefined

  constructor(
    enforcer: Enforcer | AsyncEnforcer,
    setting: Setting,
    sessions: SessionRegistry,
    mode: GuardMode,
    audit: Audit | undefined,
  ) {
    this.#enforcer = enforcer
    this.#setting = setting
    this.#sessions = sessions
    this.#mode = mode
    this.#audit = audit
  }

  /** Never rejects. Everything that came from outside is read before the first wait, and never again. */
  async rule(tool: string, args: unknown, context: GuardContext | undefined): Promise<Ruling> {
    const presented = readContext(context)
    const copied = copyOfCall(tool, args)
    const call = isCall(copied) ? copied : undefined
    const decision =
      call === undefined ? deny(tool, copied as Refusal) : await this.#decision(call, presented) // a refusal, then
    const ruling = await this.#recorded(tool, presented.session, decision, call)
    const lapsed = ruling.decision.kind === 'allow' ? this.#lapsed(ruling.decision) : undefined
    return lapsed === undefined ? ruling : this.#recorded(tool, presented.session, deny(tool, lapsed), call)
  }

  /** Records what is decided, before anything runs; what cannot be recorded does not run, in any mode. */
  async #recorded(
    tool: string,
    session: string | undefined,
    decided: SettledDecision,
    call: Call | undefined,
  ): Promise<Ruling> {
    const isWarning = this.#mode === 'warn'
    const decision = isWarning ? withNote(decided, 'warn-mode') : (decided as Decision) // only the type lost it
    const toRun = decided.kind === 'allow' ? decided.call : isWarning ? call : undefined
    const runs = toRun !== undefined
    const record: GuardRecord = Object.freeze({
      tool,
      session,
      mode: this.#mode,
      decision,
      runs,
      call: toRun ?? call,
    })
    if (await this.#isWritten(record)) return { decision, call: toRun }
    const unrecorded = denied(refusal('AUDIT_FAILED'), tool, NO_FACTS, isWarning ? WARNING : [])
    return { decision: unrecorded, call: undefined }
  }

  /** Why an allow no longer holds, where writing its record took so long that time or a revocation list has moved on. */
  #lapsed(decision: Allow): Refusal | undefined {
    if (this.#audit === undefined) return undefined
    const standing = knownFactsOf(decision)
    return standing instanceof Standing
      ? refusalAfterWaiting(this.#setting, standing)
      : refusal('ENFORCE_INTERNAL')
  }

  /** Under the chain that came with the call, or the warrant of its session. */
  #decision(call: Call, presented: Presented): SettledDecision | Promise<SettledDecision> {
    const { session, chain, proof, approvals } = presented
    if (chain !== undefined) return this.#enforced({ chain, call, proof, approvals, session })
    const warrant = this.#sessions.get(session)
    if (warrant === undefined) return deny(call.tool, refusal('SESSION_UNKNOWN', 'session'))
    if (!isBound(warrant)) return this.#enforced({ chain: warrant, call, proof, approvals, session })
    return warrant.enforce(call, { session, approvals })
  }

  #enforced(request: EnforceRequest): SettledDecision | Promise<SettledDecision> {
    const enforcer = this.#enforcer
    return 'enforceAsync' in enforcer ? enforcer.enforceAsync(request) : enforcer.enforce(request)
  }

  /** Whether the record was written, or nobody wants one. */
  async #isWritten(record: GuardRecord): Promise<boolean> {
    if (this.#audit === undefined) return true
    try {
      await this.#audit(record)
      return true
    } catch {
      return false
    }
  }
}

/** What came with a call, each part read once; none of it has been looked at. */
interface Presented {
  readonly session: string | undefined
  readonly chain: GuardContext['chain']
  readonly proof: GuardContext['proof']
  readonly approvals: GuardContext['approvals']
}

const readContext = (context: GuardContext | undefined): Presented => {
  try {
    const given = context as GuardContext // whatever else it is gives nothing, or throws
    const session = own(given, 'session')
    return {
      session: typeof session === 'string' ? session : undefined,
      chain: own(given, 'chain'),
      proof: own(given, 'proof'),
      approvals: own(given, 'approvals'),
    }
  } catch {
    return NOTHING_PRESENTED
  }
}

const NOTHING_PRESENTED: Presented = Object.freeze({
  session: undefined,
  chain: undefined,
  proof: undefined,
  approvals: undefined,
})

const deny = (tool: string, refused: Refusal): Decision => denied(refused, tool, NO_FACTS, [])
