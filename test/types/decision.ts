/**
 * What must not compile. Never run: `tsc -p tsconfig.json` checks it, and fails where an expected error is missing.
 */

import type { PublicKey } from '../../src/crypto/keys.js'
import { assertAllowed, type Decision, type SettledDecision } from '../../src/enforce/decision.js'
import type { AsyncEnforcer, EnforceRequest, Enforcer } from '../../src/enforce/enforcer.js'
import { createEnforcer } from '../../src/enforce/enforcer.js'
import type { AsyncReplayStore, ReplayStore } from '../../src/enforce/replay.js'
import type { Timer } from '../../src/enforce/sharedStore.js'

declare const enforcer: Enforcer
declare const request: EnforceRequest
declare const run: () => void

export const conditions = (): unknown => {
  // @ts-expect-error a decision is no condition
  if (enforcer.enforce(request)) run()

  const decision = enforcer.enforce(request)
  // @ts-expect-error nor is it one under a name
  if (decision) run()

  // @ts-expect-error nor before a conjunction
  enforcer.enforce(request) && run()

  // @ts-expect-error it is no boolean
  const flag: boolean = enforcer.enforce(request)

  // @ts-expect-error it equals none
  if (decision === true) run()

  // @ts-expect-error nor loosely
  // biome-ignore lint/suspicious/noDoubleEquals: the misuse
  if (decision == true) run()

  // @ts-expect-error it chooses nothing
  return decision ? flag : undefined
}

export const fields = (decision: Decision): unknown => {
  // @ts-expect-error the arguments are on the allow alone
  decision.call
  // @ts-expect-error the code is on the denial alone
  decision.code
  if (decision.kind === 'allow') return decision.call.args
  return decision.code
}

export const settled = async (decision: Decision): Promise<SettledDecision> => {
  assertAllowed(decision)
  const awaited: SettledDecision = await decision
  return awaited
}

declare const roots: readonly PublicKey[]
declare const clock: () => number
declare const local: ReplayStore
declare const store: AsyncReplayStore
declare const timer: Timer

export const stores = (): unknown => {
  const near: Enforcer = createEnforcer({ roots, clock, replay: local })
  const far: AsyncEnforcer = createEnforcer({ roots, clock, replay: { store, timer } })
  // @ts-expect-error with a shared store there is nothing to call at once
  far.enforce(request)
  // @ts-expect-error and nothing to forget to wait for where there is none
  near.enforceAsync(request)
  // @ts-expect-error a store that answers later is no store to ask at once
  createEnforcer({ roots, clock, replay: store })
  // @ts-expect-error a shared store needs a timer
  createEnforcer({ roots, clock, replay: { store } })
  // @ts-expect-error a promise of a decision is no condition either
  if (far.enforceAsync(request)) run()
  // @ts-expect-error a key is vetted before it is a root
  return createEnforcer({ roots: ['00'.repeat(32)], clock })
}
