/**
 * What a policy says of calls that were seen. It is the enforcer itself that says it, under a warrant that is minted for
 * the purpose, with keys that nobody keeps; only for what was withheld is it asked whether the answer can be known.
 */

import { type Capability, findCapability } from '../../capability/capability.js'
import type { Engines } from '../../capability/constraint.js'
import { generateKey } from '../../crypto/signer.js'
import type { Value } from '../../encoding/value.js'
import { createEnforcer } from '../../enforce/enforcer.js'
import { isCertain } from '../../learn/certain.js'
import { HOLE, type SeenCall } from '../../learn/seen.js'
import { mint } from '../../warrant/mint.js'
import { type Authority, given } from '../authorityFlags.js'
import { enginesFor } from '../engines.js'
import { usage } from '../failure.js'

/** `unknown` where it hangs on what was withheld. */
export type Verdict =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny'; readonly code: string; readonly where: string | undefined }
  | { readonly kind: 'unknown'; readonly where: string | undefined }

/** Says what a policy says, with the engines that it needs for it. */
export interface Judge {
  readonly judge: (call: SeenCall) => Verdict
  readonly engines: Engines
}

/** What is judged by: what a policy says that bears on calls. */
export type JudgedBy = Partial<
  Pick<Authority, 'tools' | 'gates' | 'approvers' | 'minApprovals' | 'clearance'>
>

/**
 * The judge of a policy, as of `now` in Unix seconds.
 * @throws FormatError, EscalationError as `mint`: a policy of which no warrant can be made judges nothing
 */
export const judgeOf = async (policy: JudgedBy, now: number): Promise<Judge> => {
  const { tools, gates, approvers, minApprovals, clearance } = policy
  if (tools === undefined) throw usage('the policy grants no tools')
  const [issuer, holder] = [generateKey(), generateKey()]
  const more = given({ gates, approvers, minApprovals, clearance })
  const chain = mint({ tools, holder: holder.publicKey, now, ...more }, issuer)
  const engines = await enginesFor(chain)
  const enforcer = createEnforcer({ roots: [issuer.publicKey], clock: () => now, engines })
  const bound = enforcer.bind(chain, holder)
  const judge: Judge['judge'] = (call) => {
    const decision = bound.enforce(call.tool, { ...standIns(call), ...call.args })
    const granted = findCapability(tools, call.tool)
    const isGated = gates?.has(call.tool) === true && gates.get(call.tool) !== 'whole'
    if (decision.kind === 'allow')
      return granted === undefined ? { kind: 'allow' } : doubted(call, granted, isGated, engines)
    const where = decision.where
    const isOpen = OF_VALUES.has(decision.code) && where !== undefined && call.withheld.has(where)
    const constraint = where === undefined ? undefined : granted?.constraints.get(where)
    if (isOpen && constraint !== undefined && !isSure(call, where, constraint, engines))
      return { kind: 'unknown', where }
    return { kind: 'deny', code: decision.code, where }
  }
  return { judge, engines }
}

/** Denials that hang on the value of an argument. */
const OF_VALUES: ReadonlySet<string> = new Set([
  ...['CONSTRAINT_VIOLATED', 'CONSTRAINT_ERROR', 'CONSTRAINT_TOO_COSTLY', 'CONSTRAINT_ENGINE_MISSING'],
])

/** In the place of what was withheld whole something has to stand, since an argument that is missing is another call. */
const STAND_IN = `${HOLE}]`

const standIns = ({ args, withheld }: SeenCall): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    [...withheld.keys()].filter((name) => !Object.hasOwn(args, name)).map((name) => [name, STAND_IN]),
  )

const isSure = (
  { args, withheld }: SeenCall,
  name: string,
  constraint: Parameters<typeof isCertain>[0],
  engines: Engines,
): boolean => {
  const why = withheld.get(name)
  return why === undefined || isCertain(constraint, args[name] ?? STAND_IN, why, engines)
}

const doubted = (
  call: SeenCall,
  { constraints, allowUnknown }: Capability,
  isGated: boolean,
  engines: Engines,
): Verdict => {
  if (isGated && call.withheld.size > 0) return { kind: 'unknown', where: undefined }
  if (call.cut && constraints.size > 0 && !allowUnknown) return { kind: 'unknown', where: undefined }
  for (const [name, constraint] of constraints)
    if (!isSure(call, name, constraint, engines)) return { kind: 'unknown', where: name }
  return { kind: 'allow' }
}
