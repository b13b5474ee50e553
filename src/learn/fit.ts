/**
 * Fitting: a proposal under the warrant that it is to follow from. Of each argument what both sides permit is kept, as far
 * as the order of constraints can say it, and whatever was lost is told. The result is covered by the parent; where no
 * constraint that it covers says exactly what is left, a wider one stands, and that is told as well.
 */

import { type Capability, capability, findCapability, type Tools } from '../capability/capability.js'
import { compileConstraint, covers, type Engines } from '../capability/constraint.js'
import type { Constraint } from '../capability/kinds.js'
import type { Value } from '../encoding/value.js'
import { ladderOf } from './ladder.js'
import { edgesOf, firstCovered, nearestTo, witnessOf } from './narrow.js'

/** What became of a tool, or of one argument of it. */
export interface Change {
  readonly tool: string
  readonly argument?: string
  readonly what:
    | 'tool-not-granted'
    | 'nothing-in-common'
    | 'closed'
    | 'opened'
    | 'argument-added'
    | 'argument-dropped'
    | 'narrowed'
  /** A value that was proposed and is not permitted any more. */
  readonly lost?: Value
  /** A value that is permitted now and was not proposed: nothing narrower could be said. */
  readonly added?: Value
}

export interface Fitted {
  readonly tools: Tools
  readonly changes: readonly Change[]
}

/** The tools of `proposal` as far as those of `parent` go. */
export const fitTools = (parent: Tools, proposal: Tools, engines: Engines): Fitted => {
  const tools = new Map<string, Capability>()
  const changes: Change[] = []
  for (const [tool, inner] of spelledOut(parent, proposal)) {
    const outer = findCapability(parent, tool)
    if (outer === undefined) changes.push({ tool, what: 'tool-not-granted' })
    else {
      const fitted = fitCapability(tool, outer, inner, engines)
      if (fitted.capability !== undefined) tools.set(tool, fitted.capability)
      changes.push(...fitted.changes)
    }
  }
  // Under `*` a tool that is gone would come back as one that is not named.
  if (tools.has(EVERY_OTHER) && [...parent.keys()].some((tool) => !tools.has(tool))) {
    tools.delete(EVERY_OTHER)
    changes.push({ tool: EVERY_OTHER, what: 'nothing-in-common' })
  }
  return { tools, changes }
}

const EVERY_OTHER = '*'

/** A proposal in which what `*` says of the tools that the parent names stands under their names. */
const spelledOut = (parent: Tools, proposal: Tools): Tools => {
  const others = proposal.get(EVERY_OTHER)
  if (others === undefined) return proposal
  const added = [...parent.keys()].filter((tool) => !proposal.has(tool))
  return new Map([...proposal, ...added.map((tool) => [tool, others] as const)])
}

interface FittedCapability {
  readonly capability: Capability | undefined
  readonly changes: readonly Change[]
}

const nothing = (tool: string, argument: string): FittedCapability => ({
  capability: undefined,
  changes: [{ tool, argument, what: 'nothing-in-common' }],
})

/** Whether arguments that are not named may be there. */
const isOpen = ({ constraints, allowUnknown }: Capability): boolean => constraints.size === 0 || allowUnknown

const fitCapability = (
  tool: string,
  outer: Capability,
  inner: Capability,
  engines: Engines,
): FittedCapability => {
  const changes: Change[] = []
  const kept: [string, Constraint][] = []
  let allowUnknown = inner.allowUnknown && outer.allowUnknown
  if (outer.constraints.size === 0 && inner.allowUnknown && !outer.allowUnknown) {
    // The parent allows any arguments, and of its children only one that names none may let others through.
    const dropped = [...inner.constraints.keys()]
    return {
      capability: capability({}),
      changes: dropped.map((argument) => ({ tool, argument, what: 'argument-dropped' })),
    }
  }
  if (isOpen(inner) && !isOpen(outer)) changes.push({ tool, what: 'closed' })
  for (const [argument, constraint] of outer.constraints) {
    const proposed = inner.constraints.get(argument)
    if (proposed !== undefined) {
      const met = meet(constraint, proposed, engines)
      if (met === undefined) return nothing(tool, argument)
      kept.push([argument, met.constraint])
      if (met.constraint !== proposed) changes.push({ tool, argument, what: 'narrowed', ...met.told })
    } else if (isOpen(inner) && covers(constraint, constraint, engines)) {
      kept.push([argument, constraint])
      changes.push({ tool, argument, what: 'argument-added' })
    } else return nothing(tool, argument) // one side asks for it and the other refuses it, or it can have no child
  }
  for (const [argument, constraint] of inner.constraints) {
    if (outer.constraints.has(argument)) continue
    if (outer.constraints.size === 0) kept.push([argument, constraint])
    else if (!outer.allowUnknown) return nothing(tool, argument)
    else {
      // The parent lets it through unlooked at, and no child may look.
      allowUnknown = true
      changes.push({ tool, argument, what: 'argument-dropped' })
    }
  }
  if (allowUnknown && !isOpen(inner)) changes.push({ tool, what: 'opened' })
  const ordered = kept.sort(([one], [other]) => (one < other ? -1 : 1))
  return { capability: capability(Object.fromEntries(ordered), { allowUnknown }), changes }
}

interface Met {
  readonly constraint: Constraint
  readonly told: { readonly lost?: Value; readonly added?: Value }
}

/** What both permit; undefined where no value was found that they do. */
const meet = (outer: Constraint, inner: Constraint, engines: Engines): Met | undefined => {
  if (covers(outer, inner, engines)) return { constraint: inner, told: {} }
  const [byOuter, byInner] = [compileConstraint(outer, engines), compileConstraint(inner, engines)]
  const shared = edgesOf([inner, outer], engines).filter(
    (value) => byOuter(value, 0) === true && byInner(value, 0) === true,
  )
  if (shared.length === 0) return undefined
  const candidates = [...nearestTo(outer, inner, engines), ...listed(inner, shared), outer]
  const holds = (candidate: Constraint): boolean => {
    const permits = compileConstraint(candidate, engines)
    return shared.every((value) => permits(value, 0) === true)
  }
  const isWithin = (candidate: Constraint): boolean => witnessOf(inner, candidate, engines) === undefined
  const constraint =
    firstCovered(outer, candidates, (candidate) => holds(candidate) && isWithin(candidate), engines) ??
    firstCovered(outer, candidates, holds, engines)
  if (constraint === undefined) return undefined
  const [lost, added] = [witnessOf(constraint, inner, engines), witnessOf(inner, constraint, engines)]
  return { constraint, told: { ...(lost !== undefined && { lost }), ...(added !== undefined && { added }) } }
}

/** What could be learned of the values of a list that are left, which another kind may cover where no list is covered. */
const listed = (inner: Constraint, left: readonly Value[]): readonly Constraint[] =>
  inner.kind === 'oneOf'
    ? ladderOf({ name: '', calls: left.length, values: left, parts: [], hidden: undefined }).map(
        ({ constraint }) => constraint,
      )
    : []
