/** Arbitrary chains of warrants, from a trusted root to a holder whose key is at hand. */

import fc from 'fast-check'
import type { Engines } from '../capability/constraint.js'
import type { PublicKey } from '../crypto/keys.js'
import type { SecretKey } from '../crypto/signer.js'
import type { EnforceRequest } from '../enforce/enforcer.js'
import { approve, requestHash } from '../statement/approval.js'
import { prove } from '../statement/proof.js'
import { type Chain, chainOf, leafOf } from '../warrant/chain.js'
import { formatChain } from '../warrant/text.js'
import { callUnder, type TestCall } from './capabilities.js'
import { APPROVERS, type Links, lawfulLinks, ROOT, sealedLinks, secretOf } from './links.js'

/** A chain and what a test needs to use it. */
export interface TestChain {
  readonly chain: Chain
  /** Whom to trust. */
  readonly roots: readonly PublicKey[]
  /** The key that may use the last warrant. */
  readonly holder: SecretKey
  /** A time at which it is in force: Unix seconds. */
  readonly now: number
  /** The session that it is bound to. */
  readonly session: string | undefined
  /** The keys of those who approve, where the last warrant names any. */
  readonly approvers: readonly SecretKey[]
}

/** What {@link anyChain} is told. */
export interface AnyChainOptions {
  /** Warrants at least; 1 unless told. */
  readonly minLength?: number
  /** Warrants at most; 6 unless told. */
  readonly maxLength?: number
  /** For regular expressions and CEL; a verifier is given the same. */
  readonly engines?: Engines
}

const MAX_LENGTH = 6

/**
 * A lawful chain for a test key, in force at its `now`: execution warrants, and some that begin with issuer warrants;
 * with sessions, clearances and approval gates. The same seed gives the same bytes.
 * @example
 * fc.property(anyChain(), ({ chain, roots, now }) => { verify(chain, { roots, now }) })
 */
export const anyChain = (options: AnyChainOptions = {}): fc.Arbitrary<TestChain> => {
  const { minLength = 1, maxLength = Math.max(minLength, MAX_LENGTH), engines = {} } = options
  return lawfulLinks({ minLength, maxLength, engines }).map(testChainOf)
}

/** A root warrant by itself; see {@link anyChain}. */
export const anyWarrant = (options: Pick<AnyChainOptions, 'engines'> = {}): fc.Arbitrary<TestChain> =>
  anyChain({ ...options, maxLength: 1 })

/** The chain of some links. */
export const testChainOf = (links: Links): TestChain => {
  const chain = chainOf(sealedLinks(links))
  const { holder, sessionId, approvers } = leafOf(chain).payload
  return readable({
    chain,
    roots: Object.freeze([ROOT.publicKey]),
    holder: secretOf(holder),
    now: links.now,
    session: sessionId,
    approvers: approvers === undefined ? [] : APPROVERS,
  })
}

/** What a failing property shows of a chain: a text of it, for `warrant inspect`, and not each of its bytes. */
export const readable = <T extends TestChain>(made: T): T => {
  const text = `chain ${formatChain(made.chain)} at ${made.now}`
  return Object.freeze(Object.defineProperty(made, fc.toStringMethod, { value: () => text }))
}

/** A chain and a call under it, as often permitted as not. */
export const anyCall = (
  options: AnyChainOptions = {},
): fc.Arbitrary<{ readonly under: TestChain; readonly call: TestCall }> =>
  anyChain(options).chain((under) => {
    const { tools } = leafOf(under.chain).payload
    const { engines = {} } = options
    const call = tools.size === 0 ? fc.constant(UNGRANTED) : callUnder(tools, { engines, now: under.now })
    return call.map((each) => ({ under, call: each }))
  })

const UNGRANTED: TestCall = Object.freeze({ tool: 'read', args: Object.freeze(Object.create(null)) })

/** What {@link requestFor} is told. */
export interface RequestOptions {
  /** Unix seconds; the `now` of the chain unless told. */
  readonly now?: number
}

/** Everything that a call needs to be allowed: the holder's proof, every approval, the session. */
export const requestFor = (
  under: TestChain,
  call: TestCall,
  options: RequestOptions = {},
): EnforceRequest => {
  const { chain, holder, approvers, session } = under
  const { now = under.now } = options
  const { payload } = leafOf(chain)
  const hash = requestHash(payload.id, call.tool, call.args, payload.holder)
  return {
    chain,
    ...call,
    proof: prove(chain, call, holder, { now }),
    approvals: approvers.map(
      (approver, i) => approve({ requestHash: hash }, { externalId: `approver ${i}`, now }, approver).bytes,
    ),
    session,
  }
}
