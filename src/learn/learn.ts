/**
 * Learning: from calls that were seen to the capabilities that admit them. Nothing here reads a file, and nothing trusts
 * what it made: every constraint is put to every value that it is for.
 *
 * An argument that a capability names must be there, and one that it does not name is refused, unless it lets through
 * all that it does not name. So only arguments that were in every call are named; where others were seen besides, what is
 * not named is let through unlooked at.
 */

import { type Capability, capability, findCapability, type Tools } from '../capability/capability.js'
import type { Engines } from '../capability/constraint.js'
import type { Constraint } from '../capability/kinds.js'
import { MAX_CONSTRAINTS_PER_TOOL } from '../encoding/limits.js'
import type { Value } from '../encoding/value.js'
import { beyondOf } from './beyond.js'
import { admitsAll, ladderOf, rungAt } from './ladder.js'
import { firstCovered, nearestTo } from './narrow.js'
import { levelOf, type Rung, type Slack } from './rung.js'
import { allValues, argumentsOf, type SeenArgument, type SeenCall } from './seen.js'

export interface LearnOptions {
  readonly slack: Slack
  /** What the result is to be covered by. Every call must be one that it permits. */
  readonly within?: Tools | undefined
  readonly engines?: Engines | undefined
}

export interface LearnedArgument {
  readonly name: string
  readonly constraint: Constraint
  /** In words, without a value. */
  readonly why: string
  readonly warnings: readonly string[]
  readonly calls: number
  /** How many different values were seen. */
  readonly different: number
  /** Values that it permits besides, by example. */
  readonly beyond: readonly Value[]
}

export interface LearnedTool {
  readonly tool: string
  readonly calls: number
  readonly capability: Capability
  readonly arguments: readonly LearnedArgument[]
  /** Arguments that were in some calls and not in all. */
  readonly sometimes: readonly string[]
  readonly warnings: readonly string[]
}

/** A tool that was called and that no policy may name. */
export interface LeftOut {
  readonly tool: string
  readonly calls: number
}

export interface Learned {
  readonly tools: readonly LearnedTool[]
  readonly leftOut: readonly LeftOut[]
}

/** What the calls say, tool by tool in the order of their names. */
export const learn = (calls: readonly SeenCall[], options: LearnOptions): Learned => {
  const byTool = new Map<string, SeenCall[]>()
  for (const call of calls) {
    const known = byTool.get(call.tool)
    if (known === undefined) byTool.set(call.tool, [call])
    else known.push(call)
  }
  const names = [...byTool.keys()].sort()
  const callsOf = (tool: string): readonly SeenCall[] => byTool.get(tool) as SeenCall[] // one of its names
  return {
    tools: names.filter(isNameable).map((tool) => learnTool(tool, callsOf(tool), options)),
    leftOut: names.filter((tool) => !isNameable(tool)).map((tool) => ({ tool, calls: callsOf(tool).length })),
  }
}

/** Whether a policy may name a tool: `*` would grant every other one, and the protocol keeps some names for itself. */
const isNameable = (tool: string): boolean => tool !== '*' && tool !== '' && !tool.startsWith('tenuo:')

/** The name by which policies say that other arguments are let through, hence none of an argument. */
const EVERY_OTHER = '...'

const learnTool = (tool: string, calls: readonly SeenCall[], options: LearnOptions): LearnedTool => {
  const outer = options.within && findCapability(options.within, tool)
  const seen = argumentsOf(calls)
  const always = seen
    .filter((each) => each.calls === calls.length && each.name !== EVERY_OTHER)
    .slice(0, MAX_CONSTRAINTS_PER_TOOL)
  const isBound = outer !== undefined && outer.constraints.size > 0
  // A child names the arguments of its parent and no others.
  const named = isBound ? always.filter(({ name }) => outer.constraints.has(name)) : always
  const sometimes = seen.filter((each) => !named.includes(each)).map(({ name }) => name)
  const isOpen = sometimes.length > 0 || calls.some(({ cut }) => cut)
  const mayBeOpen = outer === undefined || outer.allowUnknown
  const common = { tool, calls: calls.length, sometimes }
  if (named.length === 0 || (isOpen && !mayBeOpen))
    return { ...common, capability: capability({}), arguments: [], warnings: [openWarning(named, isOpen)] }
  const learned = named.map((each) => learnArgument(each, outer?.constraints.get(each.name), options))
  const constraints = Object.fromEntries(learned.map(({ name, constraint }) => [name, constraint]))
  return {
    ...common,
    capability: capability(constraints, { allowUnknown: isOpen }),
    arguments: learned,
    warnings: isOpen ? [SOMETIMES] : [],
  }
}

const SOMETIMES =
  'other arguments are let through unlooked at: some were not in every call, and one that is named must always be there'

const openWarning = (named: readonly SeenArgument[], isOpen: boolean): string => {
  if (named.length > 0) return 'any arguments: the parent allows no others beside those that are named'
  return isOpen
    ? 'any arguments: none was in every call, and one that is named must always be there'
    : 'any arguments: none was seen, and a tool without arguments cannot be told from one with any'
}

const learnArgument = (
  seen: SeenArgument,
  outer: Constraint | undefined,
  { slack, engines = {} }: LearnOptions,
): LearnedArgument => {
  const ladder = ladderOf(seen)
  const values = allValues(seen)
  const taken = outer === undefined ? rungAt(ladder, slack) : rungUnder(outer, ladder, values, slack, engines)
  return {
    name: seen.name,
    constraint: taken.constraint,
    why: taken.why,
    warnings: taken.warnings ?? [],
    calls: seen.calls,
    different: values.length,
    beyond: beyondOf(taken.constraint, values, engines),
  }
}

/** The rung that is asked for, or what is nearest to it, narrower or wider, that the parent's constraint covers. */
const rungUnder = (
  outer: Constraint,
  ladder: readonly Rung[],
  values: readonly Value[],
  slack: Slack,
  engines: Engines,
): Rung => {
  const asked = rungAt(ladder, slack)
  const order = [...ladder].sort((one, other) => distance(one, asked) - distance(other, asked))
  const near = nearestTo(outer, asked.constraint, engines).map(
    (constraint): Rung => ({
      ...asked,
      constraint,
      why: `${asked.why}, as far as the parent goes`,
    }),
  )
  const whole: Rung = {
    slack: 'open',
    constraint: outer,
    why: 'what the parent allows: it takes nothing narrower',
  }
  const rungs = [asked, ...near, ...order, whole]
  const accepts = (constraint: Constraint): boolean => admitsAll(constraint, values, engines)
  const constraints = rungs.map(({ constraint }) => constraint)
  const found = firstCovered(outer, constraints, accepts, engines)
  return rungs.find(({ constraint }) => constraint === found) ?? whole
}

/** How far a rung is from the one that is asked for; of two that are as far, the narrower comes first. */
const distance = (rung: Rung, asked: Rung): number => {
  const steps = levelOf(rung.slack) - levelOf(asked.slack)
  return steps > 0 ? steps + 0.5 : -steps
}

/** What was learned as the tools of a warrant. */
export const toolsOf = ({ tools }: Learned): Tools =>
  new Map(tools.map(({ tool, capability: granted }) => [tool, granted]))
