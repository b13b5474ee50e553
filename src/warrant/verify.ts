/** Verification: from a chain, which is a claim, to a verified chain, which is a fact about bytes and roots. */

import type { Engines } from '../capability/constraint.js'
import { chainAllowance } from '../capability/run.js'
import { type CryptoBackend, defaultBackend } from '../crypto/backend.js'
import { type PublicKey, vetPublicKey } from '../crypto/keys.js'
import { CLOCK_TOLERANCE_SECONDS, MAX_TTL_SECONDS } from '../encoding/limits.js'
import { FormatError, TrustError } from '../errors.js'
import { type Chain, decodeChain, leafOf } from './chain.js'
import { checkedWarrantMessage, type Warrant } from './envelope.js'
import { breachOfLink } from './laws.js'
import { meteredEngines } from './meter.js'
import { ownOptions } from './options.js'
import { assertStructure } from './structure.js'

/** What a chain is verified against, and when. */
export interface VerifyOptions {
  /** Keys whose warrants may begin a chain. */
  readonly roots: Iterable<PublicKey>
  /** For constraints that hold regular expressions or CEL. */
  readonly engines?: Engines
  /** Default: the native one where there is one. */
  readonly backend?: CryptoBackend
  /** Unix seconds. */
  readonly now: number
}

/** What a chain is verified against, read once and held by nobody else. */
export interface VerificationContext {
  readonly roots: ReadonlySet<PublicKey>
  readonly engines: Engines
  readonly backend: CryptoBackend
}

/** Only `verifyAuthenticity` has it: without it no instance can be made. */
const MAKER: unique symbol = Symbol('maker')

/**
 * A chain whose root is trusted, whose signatures hold and whose links are lawful. What depends on time, revocation or
 * the call is asked anew at every use. Its fields are frozen; byte arrays cannot be, and are not to be written to:
 * what was verified is what they held then.
 */
export class VerifiedChain {
  readonly chain: Chain
  readonly root: Warrant
  readonly leaf: Warrant
  /** The first warrant is itself a child, whose issuer is a trusted root: its ancestors were not shown. */
  readonly isDetached: boolean
  readonly #verified = true

  constructor(maker: typeof MAKER, chain: Chain) {
    if (maker !== MAKER) throw new TypeError('a verified chain is made by verify() alone')
    this.chain = chain
    this.root = chain.warrants[0] as Warrant // at least one
    this.leaf = leafOf(chain)
    this.isDetached = this.root.payload.depth > 0
    Object.freeze(this)
  }

  /** Whether something was made here. Never throws. */
  static isVerified(thing: unknown): thing is VerifiedChain {
    return typeof thing === 'object' && thing !== null && #verified in thing && thing.#verified
  }
}
Object.freeze(VerifiedChain)
Object.freeze(VerifiedChain.prototype)

/**
 * The verified chain, at this time. The chain is read anew from its bytes: whatever else an object says of itself, and
 * whoever has had it in hands since it was decoded, no signature covers that.
 *
 *     const verified = verify(decodeChain(bytes), { roots: [issuer], now: Date.now() / 1000 })
 *
 * @throws TrustError CHAIN_UNTRUSTED_ROOT, SIGNATURE_INVALID, CHAIN_…, WARRANT_EXPIRED, WARRANT_TTL, CLOCK_UNAVAILABLE
 * @throws FormatError WARRANT_STRUCTURE, KEY_NOT_ON_CURVE
 */
export const verify = (chain: Chain, options: VerifyOptions): VerifiedChain => {
  const { roots, engines = {}, backend = defaultBackend, now } = ownOptions(options)
  const context = { roots: rootsOf(roots), engines: ownOptions(engines), backend }
  const verified = verifyAuthenticity(decodeChain(chain.bytes), context)
  assertCurrent(verified, now)
  return verified
}

/**
 * What `verify` says without a clock: what depends on bytes and roots alone, and so can be remembered by them.
 *
 * Invariant: whoever calls this has decoded the chain from bytes that nobody else holds (enforce/chainChecks.ts).
 * @throws TrustError, FormatError as `verify`, save those about time
 */
export const verifyAuthenticity = (
  chain: Chain,
  { roots, engines, backend }: VerificationContext,
): VerifiedChain => {
  assertTrustedRoot(chain, roots)
  assertSignatures(chain, backend)
  for (const { payload } of chain.warrants) assertStructure(payload)
  assertDistinctIds(chain)
  assertWhole(chain)
  assertLinks(chain, meteredEngines(engines), backend)
  assertLifetime(chain)
  assertKeys(chain)
  return new VerifiedChain(MAKER, chain)
}

/** One key by itself is text, whose letters are no keys. */
const rootsOf = (roots: Iterable<PublicKey>): ReadonlySet<PublicKey> => {
  if (typeof roots === 'string') throw new TypeError('roots must be a list of public keys')
  return new Set(roots)
}

const assertTrustedRoot = ({ warrants }: Chain, roots: ReadonlySet<PublicKey>): void => {
  const [first] = warrants
  if (first === undefined) throw new FormatError('CHAIN_EMPTY')
  if (!roots.has(first.payload.issuer)) throw new TrustError('CHAIN_UNTRUSTED_ROOT')
}

/** One signature of a chain: what a backend is asked. */
export interface SignatureJob {
  readonly key: PublicKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The signature of a warrant: over the bytes received, and under the issuer that those bytes name. */
export const signatureJob = ({ payload, payloadBytes, signature }: Warrant): SignatureJob => ({
  key: payload.issuer,
  message: checkedWarrantMessage(payloadBytes),
  signature,
})

const assertSignatures = ({ warrants }: Chain, backend: CryptoBackend): void => {
  for (let i = 0; i < warrants.length; i++) {
    const job = signatureJob(warrants[i] as Warrant) // within the length
    if (!holds(job, backend)) throw new TrustError('SIGNATURE_INVALID', undefined, { where: `warrants.${i}` })
  }
}

/** Only true is yes: a backend that fails, which none should, has verified nothing. */
const holds = ({ key, message, signature }: SignatureJob, backend: CryptoBackend): boolean => {
  try {
    return backend.verify(key, message, signature) === true
  } catch {
    return false
  }
}

/** Each with those before it: for as few as a chain has, that takes less than a set of them. */
const assertDistinctIds = ({ warrants }: Chain): void => {
  for (let i = 1; i < warrants.length; i++) {
    const { id } = (warrants[i] as Warrant).payload // within the length
    for (let before = 0; before < i; before++)
      if ((warrants[before] as Warrant).payload.id === id) throw new TrustError('CHAIN_REPEATED_ID')
  }
}

/** Several warrants show all their ancestors; a child of a trusted root may stand alone, as a chain by itself. */
const assertWhole = ({ warrants }: Chain): void => {
  const { depth } = (warrants[0] as Warrant).payload // at least one
  if (warrants.length > 1 && depth > 0)
    throw new TrustError('CHAIN_ROOT_DEPTH', undefined, { where: 'warrants.0', rule: 'CHAIN_ANCESTORS' })
}

const assertLinks = ({ warrants }: Chain, engines: Engines, backend: CryptoBackend): void => {
  const allowance = chainAllowance()
  for (let i = 1; i < warrants.length; i++) {
    const [parent, child] = [warrants[i - 1] as Warrant, warrants[i] as Warrant] // within the length
    const parentHash = backend.sha256(parent.payloadBytes)
    const breach = breachOfLink({
      parent: parent.payload,
      child: child.payload,
      parentHash,
      engines,
      allowance,
    })
    if (breach === undefined) continue
    const rule = breach.rule === undefined ? {} : { rule: breach.rule }
    throw new TrustError(breach.code, undefined, { where: `warrants.${i}.${breach.where}`, ...rule })
  }
}

/** The reference asks the ceiling of whoever mints, and of nobody who reads. Children are held by their parents. */
const assertLifetime = ({ warrants }: Chain): void => {
  const { issuedAt, expiresAt } = (warrants[0] as Warrant).payload // at least one
  if (expiresAt - issuedAt > MAX_TTL_SECONDS)
    throw new TrustError('WARRANT_TTL', undefined, { rule: 'TTL_CEILING' })
}

/**
 * Keys under which no signature of this chain was verified: the last holder, and whoever approves. The other holders
 * are issuers of the next warrant, and so vetted by its signature.
 */
const assertKeys = (chain: Chain): void => {
  vetPublicKey(leafOf(chain).payload.holder)
  for (const { payload } of chain.warrants) for (const key of payload.approvers ?? []) vetPublicKey(key)
}

/**
 * Asserts that every warrant of a chain is inside its time: expiry is exact, to the second, and the tolerance of 30 s
 * is for clocks of issuers that run ahead.
 * @throws TrustError CLOCK_UNAVAILABLE, CHAIN_ISSUED_AT, WARRANT_EXPIRED
 */
export const assertCurrent = ({ chain }: VerifiedChain, now: number): void => {
  if (!Number.isFinite(now)) throw new TrustError('CLOCK_UNAVAILABLE')
  chain.warrants.forEach(({ payload }, i) => {
    if (payload.issuedAt > now + CLOCK_TOLERANCE_SECONDS)
      throw new TrustError('CHAIN_ISSUED_AT', undefined, { where: `warrants.${i}`, rule: 'ISSUED_AT_FUTURE' })
    if (now >= payload.expiresAt)
      throw new TrustError('WARRANT_EXPIRED', undefined, { where: `warrants.${i}` })
  })
}
