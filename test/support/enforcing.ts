/** A small world to enforce in: an issuer, a holder, approvers, a clock that tests turn, and warrants between them. */

import type { Constraint } from '../../src/capability/constraint.js'
import { range } from '../../src/capability/constraints/range.js'
import { subpath } from '../../src/capability/constraints/subpath.js'
import type { LocalSigner, SecretKey } from '../../src/crypto/signer.js'
import type { EnforcerConfig } from '../../src/enforce/config.js'
import type { Deny, SettledDecision } from '../../src/enforce/decision.js'
import { createEnforcer, type Enforcer } from '../../src/enforce/enforcer.js'
import { type Proof, prove } from '../../src/statement/proof.js'
import type { Chain } from '../../src/warrant/chain.js'
import { type MintOptions, mint } from '../../src/warrant/mint.js'
import { keyOf, NOW } from './statements.js'

export { keyOf, NOW }

export const issuer: SecretKey = keyOf(1)
export const holder: SecretKey = keyOf(2)
export const thief: SecretKey = keyOf(9)
/** The same key, as whoever holds it elsewhere signs with it. */
export const elsewhere = (key: SecretKey): LocalSigner => ({
  publicKey: key.publicKey,
  sign: (message) => key.sign(message),
})
export const approvers: readonly SecretKey[] = [keyOf(21), keyOf(22), keyOf(23)]
export const controlPlane: SecretKey = keyOf(31)

export const TTL = 600

/** What the tests call unless they say otherwise, and what permits it. */
export const TOOL = 'read_file'
export const ARGS = Object.freeze({ path: '/data/q3.csv', limit: 10 })
export const TOOLS: Readonly<Record<string, Readonly<Record<string, Constraint>>>> = {
  [TOOL]: { path: subpath('/data'), limit: range({ min: 1, max: 100 }) },
}

/** A root warrant for the holder. */
export const minted = (options: Partial<MintOptions> = {}, signer: SecretKey = issuer): Chain =>
  mint({ holder: holder.publicKey, tools: TOOLS, ttlSeconds: TTL, now: NOW, ...options }, signer)

/** A clock that stands until it is turned. */
export interface TestClock {
  now: number
  readonly read: () => number
}

export const clockAt = (now: number = NOW): TestClock => {
  const clock: TestClock = { now, read: () => clock.now }
  return clock
}

export const enforcerWith = (config: Partial<EnforcerConfig> = {}, clock: TestClock = clockAt()): Enforcer =>
  createEnforcer({ roots: [issuer.publicKey], clock: clock.read, ...config })

/** The proof of a call by whoever has the key. */
export const proofOf = (
  chain: Chain,
  tool: string = TOOL,
  args: unknown = ARGS,
  signer: SecretKey = holder,
  now: number = NOW,
): Proof => {
  const leaf = chain.warrants.at(-1)
  if (leaf === undefined) throw new Error('no leaf')
  // The payload names the holder; a thief proves as if it were the one.
  const target = { payload: { id: leaf.payload.id, holder: signer.publicKey } }
  return prove(target, { tool, args }, signer, { now })
}

/** `allow`, or the code of the denial: what most tests ask of a decision. */
export const outcome = (decision: SettledDecision): string =>
  decision.kind === 'allow' ? 'allow' : decision.code

/** A decision that must be a denial. */
export const denial = (decision: SettledDecision): Deny => {
  if (decision.kind !== 'deny') throw new Error('allowed')
  return decision
}
