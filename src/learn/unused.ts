/** Authority that no call made use of: tools, arguments that could be anything, and single entries of a constraint. */

import { type Capability, findCapability, type Tools } from '../capability/capability.js'
import { compileConstraint, type Engines } from '../capability/constraint.js'
import { exact } from '../capability/constraints/exact.js'
import { shlex } from '../capability/constraints/shlex.js'
import { urlSafe } from '../capability/constraints/urlSafe.js'
import type { Constraint } from '../capability/kinds.js'
import { isList, type Value } from '../encoding/value.js'
import { allValues, argumentsOf, type SeenCall } from './seen.js'

/** A part of a policy that nothing needed. */
export interface Unused {
  readonly tool: string
  readonly argument?: string
  /** The entry of the constraint: a value, a program, a domain; or a branch of several. Without it, the whole tool. */
  readonly entry?: Constraint
}

/** What the calls, all of which the tools permit, left unused. */
export const unusedOf = (tools: Tools, calls: readonly SeenCall[], engines: Engines): readonly Unused[] => {
  const used = new Map<Capability, SeenCall[]>()
  for (const call of calls) {
    const granted = findCapability(tools, call.tool)
    if (granted === undefined) continue
    const known = used.get(granted)
    if (known === undefined) used.set(granted, [call])
    else known.push(call)
  }
  return [...tools].flatMap(([tool, granted]): readonly Unused[] => {
    const ours = used.get(granted)
    return ours === undefined ? [{ tool }] : unusedArguments(tool, granted, ours, engines)
  })
}

const unusedArguments = (
  tool: string,
  { constraints }: Capability,
  calls: readonly SeenCall[],
  engines: Engines,
): readonly Unused[] =>
  argumentsOf(calls).flatMap((seen) => {
    const constraint = constraints.get(seen.name)
    // Of a value that was withheld nobody can say which entry it used.
    if (constraint === undefined || seen.hidden !== undefined) return []
    const values = allValues(seen)
    return entriesOf(constraint)
      .filter((entry) => !isUsed(entry, values, engines))
      .map((entry) => ({ tool, argument: seen.name, entry }))
  })

const isUsed = (entry: Constraint, values: readonly Value[], engines: Engines): boolean => {
  const permits = compileConstraint(entry, engines)
  return values.some(
    (value) => permits(value, 0) === true || (isList(value) && value.some((e) => permits(e, 0) === true)),
  )
}

/** The entries of a constraint that is a list of them, each as a constraint of its own. */
const entriesOf = (constraint: Constraint): readonly Constraint[] => {
  switch (constraint.kind) {
    case 'oneOf':
      return constraint.values.map((value) => exact(value))
    case 'subset':
      return constraint.allowed.map((value) => exact(value))
    case 'shlex':
      return constraint.allow.map((program) => shlex([program]))
    case 'urlSafe':
      return (constraint.allowDomains ?? []).map((domain) =>
        urlSafe({ ...fieldsOf(constraint), allowDomains: [domain] }),
      )
    case 'any':
      return constraint.constraints
    default:
      return []
  }
}

const fieldsOf = ({ kind: _, ...fields }: Extract<Constraint, { kind: 'urlSafe' }>) => fields
