/** Arbitrary capabilities and tools, narrower ones of them, and calls at which they decide something. */

import fc from 'fast-check'
import { type Capability, findCapability, type Tools } from '../capability/capability.js'
import { type Constraint, compileConstraint, covers, type Engines } from '../capability/constraint.js'
import { wildcard } from '../capability/constructors.js'
import { fixedMap } from '../capability/fixedMap.js'
import type { Value, ValueObject } from '../encoding/value.js'
import { constraintsTo } from './constraints.js'
import { edgesOf, narrowed } from './pairs.js'
import { objectOf, TELLING_VALUES } from './values.js'

const TOOLS = ['read', 'pay', '*'] as const
const ARGUMENTS = ['x', 'y'] as const

/** A capability of these constraints, as they are. */
export const capabilityOf = (
  constraints: Iterable<readonly [string, Constraint]>,
  allowUnknown: boolean,
): Capability => Object.freeze({ constraints: fixedMap(constraints), allowUnknown })

const capabilities: fc.Arbitrary<Capability> = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom<string>(...ARGUMENTS), constraintsTo(1)), {
      selector: ([name]) => name,
    }),
    fc.boolean(),
  )
  .map(([constraints, allowUnknown]) => capabilityOf(constraints, allowUnknown))

const toolMaps: fc.Arbitrary<Tools> = fc
  .uniqueArray(fc.tuple(fc.constantFrom<string>(...TOOLS), capabilities), {
    selector: ([name]) => name,
    minLength: 1,
  })
  .map((entries) => fixedMap(entries))

/** A capability with up to two arguments, open or closed. */
export const anyCapability = (): fc.Arbitrary<Capability> => capabilities

/** Tools of a warrant, `*` among them. */
export const anyTools = (): fc.Arbitrary<Tools> => toolMaps

/** A capability that is meant to be covered by this one. */
export const narrowedCapability = ({ constraints, allowUnknown }: Capability): fc.Arbitrary<Capability> => {
  if (constraints.size === 0) return anyCapability()
  const each = [...constraints].map(([name, constraint]) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(constraint) },
        { weight: 4, arbitrary: narrowed(constraint) },
        { weight: 1, arbitrary: constraintsTo(0) },
      ),
    ),
  )
  return fc
    .tuple(fc.tuple(...each), fc.boolean())
    .map(([kept, flag]) => capabilityOf(kept, allowUnknown && flag))
}

/** Some of the tools, each as it is or narrowed; where `*` is kept, all of them. */
export const narrowedTools = (tools: Tools): fc.Arbitrary<Tools> =>
  fc
    .tuple(
      fc.tuple(...[...tools].map(([name, each]) => fc.tuple(fc.constant(name), narrowedCapability(each)))),
      fc.subarray([...tools.keys()], { minLength: 1 }),
    )
    .map(([all, kept]) => fixedMap(kept.includes('*') ? all : all.filter(([name]) => kept.includes(name))))

/** Whether a constraint covers itself: an Unknown does not, nor does an empty All. */
const isReflexive = (constraint: Constraint, engines: Engines): boolean =>
  covers(constraint, constraint, engines)

/** The same capability, with whatever does not cover itself replaced by what covers everything. */
export const passable = ({ constraints, allowUnknown }: Capability, engines: Engines): Capability =>
  capabilityOf(
    [...constraints].map(([name, each]) => [name, isReflexive(each, engines) ? each : wildcard()]),
    allowUnknown,
  )

/** Tools that can be handed on as they are. */
export const passableTools = (tools: Tools, engines: Engines): Tools =>
  fixedMap([...tools].map(([name, each]) => [name, passable(each, engines)] as const))

/** How {@link lawfulCapability} chooses. */
export interface Lawful {
  readonly engines: Engines
  /** Whether nothing follows, so that it may hold what cannot be handed on. */
  readonly isLast: boolean
}

/** The wanted capability as far as the parent covers it, and that of the parent where it does not. */
export const lawfulCapability = (parent: Capability, wanted: Capability, lawful: Lawful): Capability => {
  const { engines, isLast } = lawful
  if (parent.constraints.size === 0) {
    const kept = isLast ? wanted : passable(wanted, engines)
    return capabilityOf(kept.constraints, parent.allowUnknown && kept.allowUnknown)
  }
  const each = [...parent.constraints].map(([name, outer]): readonly [string, Constraint] => {
    const inner = wanted.constraints.get(name) ?? outer
    const isKept = covers(outer, inner, engines) && (isLast || isReflexive(inner, engines))
    return [name, isKept ? inner : outer]
  })
  return capabilityOf(each, parent.allowUnknown && wanted.allowUnknown)
}

/** A tool and its arguments, as an agent sends them. */
export interface TestCall {
  readonly tool: string
  readonly args: ValueObject
}

/** What {@link callUnder} is told. */
export interface CallOptions {
  /** For regular expressions and CEL; without them fewer calls are permitted. */
  readonly engines?: Engines
  /** Unix seconds; matters to constraints of time alone. */
  readonly now?: number
}

const MOST_EDGES = 16

/** What one argument is given: more often than not a value that is permitted, where one is known. */
const argument = (constraint: Constraint, { engines = {}, now = 0 }: CallOptions): fc.Arbitrary<Value> => {
  const matches = compileConstraint(constraint, engines)
  const near = [...edgesOf(constraint, engines).slice(0, MOST_EDGES), ...TELLING_VALUES]
  const permitted = near.filter((value) => matches(value, now) === true)
  const other = fc.constantFrom(...near)
  if (permitted.length === 0) return other
  return fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...permitted) }, { weight: 1, arbitrary: other })
}

const rarely = <T>(drawn: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: drawn })

/** Arguments for a capability: as a rule those that it names, sometimes one more or one less. */
export const argsUnder = (
  { constraints }: Capability,
  options: CallOptions = {},
): fc.Arbitrary<ValueObject> =>
  fc
    .record({
      given: fc.tuple(
        ...[...constraints].map(([name, each]) => fc.tuple(fc.constant(name), argument(each, options))),
      ),
      more: rarely(fc.tuple(fc.constantFrom(...ARGUMENTS, 'z'), fc.constantFrom(...TELLING_VALUES))),
      isShort: rarely(fc.constant(true)),
    })
    .map(({ given, more, isShort }) => {
      const kept = isShort === true ? given.slice(1) : given
      return objectOf(more === undefined ? kept : [more, ...kept])
    })

/**
 * A call at which tools decide something: at the edges of their constraints, and as often permitted as not.
 * @example
 * anyTools().chain((tools) => fc.tuple(fc.constant(tools), callUnder(tools)))
 */
export const callUnder = (tools: Tools, options: CallOptions = {}): fc.Arbitrary<TestCall> =>
  fc
    .oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom(...tools.keys()).map((name) => (name === '*' ? 'other' : name)),
      },
      { weight: 1, arbitrary: fc.constantFrom('read', 'pay', 'other') },
    )
    .chain((tool) => {
      const capability = findCapability(tools, tool) ?? capabilityOf([], true)
      return argsUnder(capability, options).map((args) => Object.freeze({ tool, args }))
    })
