/**
 * Decisions: the one answer to "may this call run, now?". An allow or a deny, frozen, told apart by `kind` alone.
 *
 * A decision has no boolean meaning, and is built so that taking it for one does not work:
 * - it has no boolean field, and the only copy of the arguments to run with is on the allow;
 * - to compare it loosely, add it or put it into text throws a TypeError;
 * - in TypeScript, `if (enforce(…))`, `enforce(…) ? a : b` and `enforce(…) && run()` do not compile
 *   ({@link NotACondition}).
 *
 * What remains, because the language has no falsy objects: `!decision` and, in plain JavaScript, `if (decision)` are
 * not caught. {@link assertAllowed} and `guard()` leave nothing to test.
 */

import { type Call, isCall } from '../capability/call.js'
import type { PublicKey } from '../crypto/keys.js'
import { codeInfo, type DenialCode, DenialError, type FormatCode, type TrustCode } from '../errors.js'
import type { StricterRule } from '../rules.js'
import { type Refusal, type RefusalParts, refusal } from './refusal.js'
import { shown } from './words.js'

/** Every code that a denial can carry. */
export type DenyCode = DenialCode | TrustCode | FormatCode

/**
 * What an operator should know about a decision:
 * - `bound`: possession was proved once, when the warrant was bound, and not for this call;
 * - `idempotent-tool`: the tool is configured as idempotent, so that its proof was not looked up in the replay memory;
 * - `detached-root`: the first warrant of the chain is itself a child, whose issuer is a trusted root;
 * - `warn-mode`: the guard only warns, so that the tool runs whatever this decision says.
 */
export type Note = 'bound' | 'idempotent-tool' | 'detached-root' | 'warn-mode'

/** What is known of the warrant, once its chain has been verified; `undefined` before. */
export interface Facts {
  readonly warrantId: string | undefined
  readonly rootIssuer: PublicKey | undefined
  readonly depth: number | undefined
}

/** The call may run, with the arguments of `call` and no others. */
export interface Allow {
  readonly kind: 'allow'
  /** The inert copy that was checked. */
  readonly call: Call
  readonly warrantId: string
  readonly rootIssuer: PublicKey
  readonly depth: number
  readonly notes: readonly Note[]
}

/** The call may not run. */
export interface Deny extends Facts {
  readonly kind: 'deny'
  readonly code: DenyCode
  /** Where: an argument, `tool`, a field path. Never a value. */
  readonly where: string | undefined
  readonly tool: string | undefined
  /** One line, safe to show to a model: no argument values, no keys, nothing that prints otherwise than it reads. */
  readonly message: string
  /** What would be allowed, where that says nothing that the holder's own warrant does not say. Part of the message. */
  readonly hint: string | undefined
  /** The rule that refuses here what the reference allows, where it is one. */
  readonly rule: StricterRule | undefined
  /** For APPROVAL_REQUIRED and APPROVAL_INSUFFICIENT: what to have approved, and by whom, before trying again. */
  readonly retry: ApprovalRetry | undefined
  readonly notes: readonly Note[]
}

/** What approvers are asked for: the call is tried again, unchanged, with their approvals. */
export interface ApprovalRetry {
  /** Lower-case hexadecimal; binds warrant, tool, arguments and holder. */
  readonly requestHash: string
  readonly warrantId: string
  readonly tool: string
  readonly holder: PublicKey
  readonly approvers: readonly PublicKey[]
  readonly needed: number
  readonly received: number
  /** When the warrant, and with it the request, expires: Unix seconds. */
  readonly expiresAt: number
}

/** A decision as `await` and a parameter see it. */
export type SettledDecision = Allow | Deny

/**
 * A member that exists in types only: TypeScript refuses to test a promise, or anything shaped like one, for truth,
 * and so refuses `if (decision)`. There is no such method to call; `await` of a decision is the decision.
 */
export interface NotACondition {
  then(settled: (decision: SettledDecision) => void): never
}

/** The result of an enforcement. Test its `kind`; see the head of this file. */
export type Decision = SettledDecision & NotACondition

/** The call that a decision allows, with the one copy of its arguments that was checked. @throws DenialError */
export const assertAllowed = (decision: SettledDecision): Call => {
  if (decision.kind !== 'allow') throw denialOf(decision)
  if (!isDecided(decision) || !isCall(decision.call)) throw new TypeError('not a decision of this package')
  return decision.call
}

/** A denial as an error, for those who throw: `cause` is the decision. */
export const denialOf = (decision: Deny): DenialError =>
  new DenialError(decision.code, decision.hint, {
    cause: decision,
    ...(decision.where === undefined ? {} : { where: decision.where }),
    ...(decision.rule === undefined ? {} : { rule: decision.rule }),
  })

/** For the pipeline alone. */
export const allowed = (call: Call, facts: KnownFacts, notes: readonly Note[]): Allow & NotACondition =>
  untestable(new AllowDecision(MAKER, call, facts, notes))

/** For the pipeline alone. */
export const denied = (
  refusal: Refusal,
  tool: string | undefined,
  facts: Facts,
  notes: readonly Note[],
): Deny & NotACondition => untestable(new DenyDecision(MAKER, refusal, tool, facts, notes))

/** The same denial with another note. */
export const withNote = (decision: SettledDecision, note: Note): Decision => {
  const notes = Object.freeze([...decision.notes, note])
  return untestable(
    decision.kind === 'allow'
      ? new AllowDecision(MAKER, decision.call, knownFactsOf(decision), notes)
      : new DenyDecision(MAKER, refusalOf(decision), decision.tool, decision, notes),
  )
}

const refusalOf = (decision: Deny): Refusal =>
  refusal(decision.code, decision.where, {
    hint: () => decision.hint,
    rule: () => decision.rule,
    retry: decision.retry,
  })

/** What an allow was decided upon: for whoever has to ask again before it is used. */
export const knownFactsOf = (decision: Allow): KnownFacts => factsOf(decision) ?? decision

/** The one place where the member that exists in types only is added. */
const untestable = <D extends SettledDecision>(decision: D): D & NotACondition =>
  decision as D & NotACondition

const notAValue = (): never => {
  throw new TypeError("a decision is not a value: test decision.kind === 'allow', or use assertAllowed()")
}

/** What is known of a verified chain. */
export interface KnownFacts {
  readonly warrantId: string
  readonly rootIssuer: PublicKey
  readonly depth: number
}

/** What is known before a chain is verified. */
export const NO_FACTS: Facts = Object.freeze({
  warrantId: undefined,
  rootIssuer: undefined,
  depth: undefined,
})

/** Only this module has it: a decision that was not decided cannot be made from one that was. */
const MAKER: unique symbol = Symbol('maker')

let isDecided: (decision: object) => boolean
let factsOf: (decision: object) => KnownFacts | undefined

class AllowDecision implements Allow {
  readonly kind = 'allow'
  readonly call: Call
  readonly warrantId: string
  readonly rootIssuer: PublicKey
  readonly depth: number
  readonly notes: readonly Note[]
  readonly #facts: KnownFacts

  static {
    isDecided = (decision) => #facts in decision
    factsOf = (decision) => (#facts in decision ? decision.#facts : undefined)
  }

  constructor(maker: typeof MAKER, call: Call, facts: KnownFacts, notes: readonly Note[]) {
    if (maker !== MAKER) throw new TypeError('a decision is made by enforce() alone')
    this.#facts = facts
    this.call = call
    this.warrantId = facts.warrantId
    this.rootIssuer = facts.rootIssuer
    this.depth = facts.depth
    this.notes = notes
    Object.freeze(this)
  }

  [Symbol.toPrimitive](): never {
    return notAValue()
  }

  valueOf(): never {
    return notAValue()
  }

  /** For a log: everything but the arguments. */
  toJSON(): unknown {
    const { kind, call, warrantId, rootIssuer, depth, notes } = this
    return { kind, tool: call.tool, warrantId, rootIssuer, depth, notes }
  }
}
Object.freeze(AllowDecision)
Object.freeze(AllowDecision.prototype)

class DenyDecision implements Deny {
  readonly kind = 'deny'
  readonly code: DenyCode
  readonly where: string | undefined
  readonly tool: string | undefined
  readonly retry: ApprovalRetry | undefined
  readonly warrantId: string | undefined
  readonly rootIssuer: PublicKey | undefined
  readonly depth: number | undefined
  readonly notes: readonly Note[]
  readonly #hint: RefusalParts['hint']
  readonly #rule: RefusalParts['rule']

  constructor(
    maker: typeof MAKER,
    refusal: Refusal,
    tool: string | undefined,
    facts: Facts,
    notes: readonly Note[],
  ) {
    if (maker !== MAKER) throw new TypeError('a decision is made by enforce() alone')
    this.code = refusal.code
    this.where = refusal.where === undefined ? undefined : name(refusal.where)
    this.tool = tool === undefined ? undefined : name(tool)
    this.retry = refusal.retry
    this.warrantId = facts.warrantId
    this.rootIssuer = facts.rootIssuer
    this.depth = facts.depth
    this.notes = notes
    this.#hint = refusal.hint
    this.#rule = refusal.rule
    Object.freeze(this)
  }

  get hint(): string | undefined {
    return this.#hint?.()
  }

  get rule(): StricterRule | undefined {
    return this.#rule?.()
  }

  get message(): string {
    const tool = this.tool === undefined ? '' : `${this.tool}: `
    const where = this.where === undefined ? '' : `, at ${this.where}`
    const hint = this.hint
    return `${tool}${codeInfo(this.code).meaning}${where}${hint === undefined ? '' : ` (${hint})`}`
  }

  [Symbol.toPrimitive](): never {
    return notAValue()
  }

  valueOf(): never {
    return notAValue()
  }

  /** For a log: what is safe to show, and what approvers are asked for, without keys. */
  toJSON(): unknown {
    const { kind, code, tool, where, message, rule, warrantId, depth, notes, retry } = this
    const approval =
      retry === undefined
        ? undefined
        : { requestHash: retry.requestHash, needed: retry.needed, received: retry.received }
    return { kind, code, tool, where, message, rule, warrantId, depth, notes, approval }
  }
}
Object.freeze(DenyDecision)
Object.freeze(DenyDecision.prototype)

const MAX_PLAIN = 64

/** A name from outside, as it can be shown. Most need nothing: short, and of printable ASCII, they are shown as they are. */
const name = (text: string): string => {
  if (text.length > MAX_PLAIN) return shown(text)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return shown(text)
  }
  return text
}
