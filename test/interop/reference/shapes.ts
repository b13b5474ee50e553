/** Drawn maps of arguments and of tools: closed ones, open ones, and what is meant to be narrower than another. */

import fc from 'fast-check'
import type { Capability } from '../../../src/capability/capability.js'
import {
  type Constraint,
  capability,
  exact,
  type Value,
  type ValueObject,
  wildcard,
} from '../../../src/index.js'
import { objectOf } from '../../support/values.js'
import { childrenOf, constraintsTo, valuesFor } from './drawn.js'

/** Names that JavaScript inherits, and names whose order hangs on how text is compared, among them. */
const NAMES = [
  'path',
  'mode',
  'a',
  'é',
  '\u{1F600}',
  '\u{FF5E}',
  '__proto__',
  'toString',
  '',
  '10',
  '9',
] as const

/** Constraints of one argument by its name. */
type Entries = readonly (readonly [name: string, constraint: Constraint])[]

const setOf = (entries: Entries, allowUnknown: boolean): Capability =>
  capability(Object.fromEntries(entries), { allowUnknown })

const named = <T>(drawn: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<(readonly [string, T])[]> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), drawn), { maxLength, selector: ([name]) => name })

const seldom = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

/** Sets of constraints, open ones among them. */
export const sets: fc.Arbitrary<Capability> = fc
  .tuple(named(constraintsTo(1), 4), seldom(3))
  .map(([entries, allowUnknown]) => setOf(entries, allowUnknown))

const narrowedEntry = (name: string, constraint: Constraint): fc.Arbitrary<Entries> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant([[name, constraint] as const]) },
    { weight: 6, arbitrary: childrenOf(constraint).map((child) => [[name, child] as const]) },
    { weight: 1, arbitrary: fc.constant([]) },
  )

/** Sets that are meant to be covered: now and then one drops an argument, adds one, or is opened. */
export const narrowedSet = ({ constraints, allowUnknown }: Capability): fc.Arbitrary<Capability> => {
  const added =
    constraints.size === 0
      ? named(constraintsTo(0), 2)
      : fc.oneof(
          { weight: 9, arbitrary: fc.constant<Entries>([]) },
          { weight: 1, arbitrary: named(constraintsTo(0), 1) },
        )
  return fc
    .tuple(
      added,
      seldom(12),
      fc.boolean(),
      ...[...constraints].map(([name, each]) => narrowedEntry(name, each)),
    )
    .map(([more, opened, kept, ...entries]) =>
      setOf([...more, ...entries.flat()], opened || (kept && allowUnknown)),
    )
}

/** Arguments that a set may permit. */
export const argsFor = ({ constraints }: Capability): fc.Arbitrary<ValueObject> => {
  const named = [...constraints].map(([name, each]) =>
    valuesFor(each).map((value): readonly [string, Value] => [name, value]),
  )
  const others = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom<Value>('x', 1, true)), {
    maxLength: 1,
  })
  return fc
    .tuple(fc.tuple(...named), fc.boolean(), seldom(8), others)
    .map(([own, more, dropped, other]) =>
      objectOf([...(more ? other : []), ...(dropped ? own.slice(1) : own)]),
    )
}

/** Tools by name, as builders take them. */
export type ToolMap = Readonly<Record<string, Capability>>

const TOOLS = ['read', 'write', '*', 'Read', 'read ', '__proto__'] as const

/** Few sets that are often lawful below each other, and now and then any set. */
const toolSets: fc.Arbitrary<Capability> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(capability({}), capability({ a: wildcard() }), capability({ a: exact('x') })),
  },
  { weight: 1, arbitrary: sets },
)

const mapOf = (entries: readonly (readonly [string, Capability])[]): ToolMap => Object.fromEntries(entries)

/** Names of tools, for calls. */
export const toolNames: fc.Arbitrary<string> = fc.constantFrom(...TOOLS, 'list', 'constructor')

export const toolMaps: fc.Arbitrary<ToolMap> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...TOOLS), toolSets), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map(mapOf)

/** Maps that are meant to be covered: tools dropped, narrowed, and now and then added. */
export const narrowedTools = (tools: ToolMap): fc.Arbitrary<ToolMap> => {
  const kept = Object.entries(tools).map(([name, set]) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant([[name, set] as const]) },
      { weight: 3, arbitrary: narrowedSet(set).map((child) => [[name, child] as const]) },
      { weight: 2, arbitrary: fc.constant([]) },
    ),
  )
  const own =
    '*' in tools ? fc.tuple(fc.constantFrom(...TOOLS), toolSets).map((entry) => [entry]) : fc.constant([])
  const added = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: own },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TOOLS), toolSets).map((entry) => [entry]) },
  )
  return fc.tuple(added, ...kept).map((entries) => mapOf(entries.flat()))
}
