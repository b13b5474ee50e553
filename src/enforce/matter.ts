/** One call before the checks: what was asked, and what has been established about it so far. */

import type { Call } from '../capability/call.js'
import type { Chain } from '../warrant/chain.js'
import type { Note } from './decision.js'
import type { Setting } from './setting.js'
import type { Standing, ToolRule } from './standing.js'

/** `explain` asks everything and uses nothing up. */
export type Purpose = 'enforce' | 'explain'

/** What was asked, as it came from outside: claims, none of them looked at yet. */
export interface Asked {
  readonly chain: unknown
  /** An inert call, or else a tool name and arguments. */
  readonly call: unknown
  readonly tool: unknown
  readonly args: unknown
  readonly proof: unknown
  readonly approvals: unknown
  readonly session: unknown
}

/** The names of a request, each read once, and believed where it is its own. One that cannot be read asks for nothing. */
export const askedOf = (request: unknown): Asked => {
  try {
    const claims = request as Asked // every name is read as unknown, and nothing has none
    return {
      chain: owned(claims, 'chain', claims.chain),
      call: owned(claims, 'call', claims.call),
      tool: owned(claims, 'tool', claims.tool),
      args: owned(claims, 'args', claims.args),
      proof: owned(claims, 'proof', claims.proof),
      approvals: owned(claims, 'approvals', claims.approvals),
      session: owned(claims, 'session', claims.session),
    }
  } catch {
    return NOTHING_ASKED
  }
}

/** What was read under a name, unless a prototype lent it. Most names are absent, and then there is nothing to ask. */
const owned = (claims: Asked, name: keyof Asked, value: unknown): unknown =>
  value === undefined || Object.hasOwn(claims, name) ? value : undefined

/** A request that asks for nothing. */
export const NOTHING_ASKED: Asked = Object.freeze({
  chain: undefined,
  call: undefined,
  tool: undefined,
  args: undefined,
  proof: undefined,
  approvals: undefined,
  session: undefined,
})

/** A proof as the replay memory knows it. */
export interface ReplayQuestion {
  readonly key: string
  /** From then on the proof can no longer be accepted: Unix seconds. */
  readonly expiresAt: number
}

/**
 * Filled in by the checks from top to bottom; each relies on what those before it established, and on nothing that
 * was asked and not checked. One shape for every call, so that the engine keeps it fast.
 */
export class Matter {
  readonly setting: Setting
  readonly purpose: Purpose
  readonly asked: Asked
  /** Possession was proved when the warrant was bound; no proof is asked for this call. */
  readonly bound: boolean

  /** By `call`. */
  call: Call | undefined = undefined
  /** By `chain`: decoded bytes that nobody has verified. */
  claim: Chain | undefined = undefined
  /** By `chain`: SHA-256 of the bytes of the claim. */
  digest: Uint8Array | undefined = undefined
  /** By `authenticity`; before, where the chain was verified for an earlier call. */
  standing: Standing | undefined
  /** By `clock`: Unix seconds. */
  now: number = 0
  /** By `tool`. */
  rule: ToolRule | undefined = undefined
  /** By `proof`: the tool is idempotent, so that the replay memory is not asked. */
  exempt: boolean = false
  /** By `proof`: what the replay memory is asked; undefined where it is not. */
  replay: ReplayQuestion | undefined = undefined

  constructor(setting: Setting, purpose: Purpose, asked: Asked, bound: Standing | undefined) {
    this.setting = setting
    this.purpose = purpose
    this.asked = asked
    this.bound = bound !== undefined
    this.standing = bound
  }
}

const NO_NOTES: readonly Note[] = Object.freeze([])

/** What an operator should know about a decision on this matter. */
export const notesOf = ({ bound, exempt, standing }: Matter): readonly Note[] => {
  if (standing === undefined) return NO_NOTES
  if (bound) return standing.notes.bound
  return exempt ? standing.notes.exempt : standing.notes.plain
}
