/** What is learned or fitted under a warrant: shown to follow from it by the laws that will judge the child. */

import type { Tools } from '../../capability/capability.js'
import type { Engines } from '../../capability/constraint.js'
import type { SeenCall } from '../../learn/seen.js'
import { prepareAttenuate } from '../../warrant/attenuate.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { chainOf } from '../chainInput.js'
import { enginesFor } from '../engines.js'
import { placed } from '../failure.js'
import type { Session } from '../session.js'
import { judgeOf, type Verdict } from './judge.js'

/** A parent, and what it grants. */
export interface Parent {
  readonly chain: Chain
  readonly tools: Tools
  readonly engines: Engines
}

const FLAG = '--parent'

/** The warrant of `--parent`, read and not verified: what is made of it is no warrant yet. */
export const parentOf = async (session: Session, name: string): Promise<Parent> => {
  const chain = await chainOf(session, name)
  return { chain, tools: leafOf(chain).payload.tools, engines: await enginesFor(chain) }
}

/**
 * Asserts that a child with these tools may follow, by drafting it.
 * @throws CliFailure ATTENUATE_… with the place, both sides, and a witness where there is one
 */
export const assertFollows = async (session: Session, { chain }: Parent, tools: Tools): Promise<void> => {
  const engines = await enginesFor(chain, { tools })
  placed(FLAG, () => prepareAttenuate(chain, { tools, now: session.now(), engines }))
}

/** Calls that a parent permits, as far as can be known, and those that it does not. */
export interface Divided<C extends SeenCall> {
  readonly within: readonly C[]
  readonly beyond: readonly { readonly call: C; readonly verdict: Verdict }[]
}

/** The calls by what the parent says of them. Gates are left to whoever calls: they ask, and take nothing away. */
export const dividedBy = async <C extends SeenCall>(
  session: Session,
  { tools }: Parent,
  calls: readonly C[],
): Promise<Divided<C>> => {
  if (tools.size === 0) return { within: [], beyond: calls.map((call) => ({ call, verdict: NOT_GRANTED })) }
  const { judge } = await judgeOf({ tools }, session.now())
  const judged = calls.map((call) => ({ call, verdict: judge(call) }))
  return {
    within: judged.filter(({ verdict }) => verdict.kind !== 'deny').map(({ call }) => call),
    beyond: judged.filter(({ verdict }) => verdict.kind === 'deny'),
  }
}

const NOT_GRANTED: Verdict = { kind: 'deny', code: 'TOOL_NOT_GRANTED', where: undefined }
