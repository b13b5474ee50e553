/**
 * A verified chain as enforcement uses it: what depends on its bytes alone, computed once. Nothing here depends on
 * time, revocation or the call; those are asked every time.
 */

import type { Call } from '../capability/call.js'
import { type Capability, compileCapability, findCapability } from '../capability/capability.js'
import type { Engines, Fault } from '../capability/constraint.js'
import type { PublicKey } from '../crypto/keys.js'
import type { VerifiedRevocationList } from '../statement/revocation.js'
import type { Payload, Warrant } from '../warrant/chain.js'
import { compileGates, type GateTest } from '../warrant/gates.js'
import type { VerifiedChain } from '../warrant/verify.js'
import type { KnownFacts, Note } from './decision.js'

/** What the leaf grants of one tool, compiled. */
export interface ToolRule {
  readonly capability: Capability
  /** Why the arguments are not permitted; undefined where they are. */
  readonly faultOf: ReturnType<typeof compileCapability>
}

/** The notes of decisions under one chain, made once. */
export interface StandingNotes {
  readonly plain: readonly Note[]
  readonly bound: readonly Note[]
  readonly exempt: readonly Note[]
}

const notes = (...all: readonly Note[]): StandingNotes => ({
  plain: Object.freeze([...all]),
  bound: Object.freeze([...all, 'bound' as const]),
  exempt: Object.freeze([...all, 'idempotent-tool' as const]),
})

const NOTES = notes()
const DETACHED_NOTES = notes('detached-root')

export class Standing implements KnownFacts {
  readonly verified: VerifiedChain
  readonly leaf: Warrant
  readonly payload: Payload
  readonly warrantId: string
  readonly rootIssuer: PublicKey
  readonly depth: number
  /** No link is valid from here on: Unix seconds. */
  readonly expiresAt: number
  readonly latestIssuedAt: number
  readonly ids: readonly string[]
  /** The list under which no link was found revoked, so that one list is searched once. */
  clearedBy: VerifiedRevocationList | undefined = undefined
  readonly notes: StandingNotes
  /** SHA-256 of the chain bytes. */
  readonly digest: Uint8Array
  /** How many chain bytes there are. */
  readonly size: number
  readonly #engines: Engines
  #gates: GateTest | undefined = undefined
  /** By capability and not by tool: under `*`, whoever calls chooses the names. */
  readonly #rules = new Map<Capability, ToolRule>()

  constructor(verified: VerifiedChain, digest: Uint8Array, engines: Engines) {
    let expiresAt = Number.POSITIVE_INFINITY
    let latestIssuedAt = 0
    const ids: string[] = []
    for (const { payload } of verified.chain.warrants) {
      if (payload.expiresAt < expiresAt) expiresAt = payload.expiresAt
      if (payload.issuedAt > latestIssuedAt) latestIssuedAt = payload.issuedAt
      ids.push(payload.id)
    }
    this.verified = verified
    this.leaf = verified.leaf
    this.payload = verified.leaf.payload
    this.warrantId = this.payload.id
    this.rootIssuer = verified.root.payload.issuer
    this.depth = this.payload.depth
    this.expiresAt = expiresAt
    this.latestIssuedAt = latestIssuedAt
    this.ids = ids
    this.notes = verified.isDetached ? DETACHED_NOTES : NOTES
    this.digest = digest
    this.size = verified.chain.bytes.length
    this.#engines = engines
  }

  /** What the leaf grants of the tool; undefined where it grants nothing. */
  ruleOf(tool: string): ToolRule | undefined {
    const capability = findCapability(this.payload.tools, tool)
    if (capability === undefined) return undefined
    const known = this.#rules.get(capability)
    if (known !== undefined) return known
    const rule: ToolRule = { capability, faultOf: compileCapability(capability, this.#engines) }
    this.#rules.set(capability, rule)
    return rule
  }

  /** Whether the call needs approval. Only `false` lets it pass without; a fault denies. */
  gateOutcome({ tool, args }: Call, now: number): boolean | Fault {
    const { gates } = this.payload
    if (gates === undefined || !gates.has(tool)) return false
    this.#gates ??= compileGates(gates, this.#engines)
    return this.#gates(tool, args, now)
  }
}
