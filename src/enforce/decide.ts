/**
 * The pipeline: an ordered list of named checks, the first refusal wins, and whatever throws denies.
 *
 * `enforce` and `explain` run the same list in the same way, so that an explanation cannot tell of another decision
 * than the one that is made. The order is that of {@link CHECKS}: shape and size of the call, authenticity of the
 * chain, time and revocation, what the warrant grants, possession, approval, and last what uses something up.
 */

import type { Call } from '../capability/call.js'
import {
  checkAuthenticity,
  checkCall,
  checkChain,
  checkClock,
  checkRevocation,
  checkTime,
} from './chainChecks.js'
import { allowed, type Decision, denied, NO_FACTS } from './decision.js'
import { checkClearance, checkConstraints, checkSession, checkTool, checkType } from './grantChecks.js'
import { checkApprovals, checkPossession, checkReplay, refusalOfReplay } from './holderChecks.js'
import { Matter, NOTHING_ASKED, notesOf } from './matter.js'
import { type Refusal, refusal } from './refusal.js'
import type { Setting } from './setting.js'
import { askStore, type SharedReplay } from './sharedStore.js'
import type { Standing } from './standing.js'

export type CheckName =
  | 'call'
  | 'chain'
  | 'authenticity'
  | 'clock'
  | 'time'
  | 'revocation'
  | 'session'
  | 'type'
  | 'clearance'
  | 'tool'
  | 'constraints'
  | 'proof'
  | 'approvals'
  | 'replay'

/** One check: what it finds out it leaves in the matter, for those after it. */
export interface Check {
  readonly name: CheckName
  readonly run: (matter: Matter) => Refusal | undefined
}

/** Every check, in order. */
export const CHECKS: readonly Check[] = [
  { name: 'call', run: checkCall },
  { name: 'chain', run: checkChain },
  { name: 'authenticity', run: checkAuthenticity },
  { name: 'clock', run: checkClock },
  { name: 'time', run: checkTime },
  { name: 'revocation', run: checkRevocation },
  { name: 'session', run: checkSession },
  { name: 'type', run: checkType },
  { name: 'clearance', run: checkClearance },
  { name: 'tool', run: checkTool },
  { name: 'constraints', run: checkConstraints },
  { name: 'proof', run: checkPossession },
  { name: 'approvals', run: checkApprovals },
  { name: 'replay', run: checkReplay },
]

const some = (...names: readonly CheckName[]): readonly Check[] =>
  CHECKS.filter(({ name }) => names.includes(name))

/** With a shared store, everything but the question to it; and what is asked again once it has answered. */
const BEFORE_WAITING = CHECKS.filter(({ name }) => name !== 'replay')
const AFTER_WAITING = some('clock', 'time', 'revocation')

/** What a warrant must pass to be bound: everything that does not depend on a call. */
export const BINDING_CHECKS: readonly Check[] = some(
  'chain',
  'authenticity',
  'clock',
  'time',
  'revocation',
  'type',
)

/** Told of every check that has been run, in order. */
export type Observer = (name: CheckName, refused: Refusal | undefined) => void

/** The first refusal. Whatever a check throws is one. */
export const firstRefusal = (
  checks: readonly Check[],
  matter: Matter,
  observe?: Observer,
): Refusal | undefined => {
  let i = 0
  try {
    for (; i < checks.length; i++) {
      const check = checks[i] as Check // within the length
      const refused = check.run(matter)
      if (observe !== undefined) observe(check.name, refused)
      if (refused !== undefined) return refused
    }
    return undefined
  } catch {
    const refused = refusal('ENFORCE_INTERNAL')
    observe?.((checks[i] as Check).name, refused) // the one that threw
    return refused
  }
}

/** The decision on a call. Never throws. */
export const decide = (matter: Matter, observe?: Observer): Decision =>
  concluded(matter, firstRefusal(CHECKS, matter, observe))

/** The decision on a call whose proof a shared store remembers. Never rejects. */
export const decideShared = async (
  matter: Matter,
  shared: Required<SharedReplay>,
  observe?: Observer,
): Promise<Decision> => {
  const refused = firstRefusal(BEFORE_WAITING, matter, observe)
  if (refused !== undefined) return concluded(matter, refused)
  const spent = await refusalOfShared(matter, shared)
  observe?.('replay', spent)
  return concluded(matter, spent ?? firstRefusal(AFTER_WAITING, matter, observe))
}

/** Why an allow that had to wait may no longer be used: time passes, and lists of revoked warrants arrive. */
export const refusalAfterWaiting = (setting: Setting, standing: Standing): Refusal | undefined =>
  firstRefusal(AFTER_WAITING, new Matter(setting, 'explain', NOTHING_ASKED, standing))

const refusalOfShared = async (
  { replay: question, purpose, now }: Matter,
  { store, timer, timeoutMilliseconds }: Required<SharedReplay>,
): Promise<Refusal | undefined> => {
  if (question === undefined) return undefined
  const { key, expiresAt } = question
  const ask = purpose === 'explain' ? () => store.peek(key, now) : () => store.claim(key, expiresAt, now)
  return refusalOfReplay(await askStore(ask, timer, timeoutMilliseconds))
}

const concluded = (matter: Matter, refused: Refusal | undefined): Decision => {
  const { call, standing } = matter
  if (refused !== undefined) return denied(refused, call?.tool, standing ?? NO_FACTS, notesOf(matter))
  // Invariant: checkCall and checkAuthenticity left these, or refused.
  return allowed(call as Call, standing as Standing, notesOf(matter))
}
