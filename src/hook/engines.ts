/** The heavy engines of constraints, loaded when a warrant needs them and not before. */

import type { Capability, Tools } from '../capability/capability.js'
import type { CelEngine, Engines } from '../capability/constraint.js'
import type { Constraint } from '../capability/kinds.js'
import type { Chain } from '../warrant/chain.js'
import type { Gates } from '../warrant/gates.js'

/** What may hold constraints. */
export interface Constrained {
  readonly tools?: Tools | undefined
  readonly bounds?: Capability | undefined
  readonly gates?: Gates | undefined
}

/** The engines that a chain, and what is about to be added to it, need. Without the packages of CEL, CEL denies. */
export const enginesFor = async (chain: Chain, added: Constrained = {}): Promise<Engines> => {
  const kinds = new Set<string>()
  for (const part of [added, ...chain.warrants.map(({ payload }) => payload)]) {
    for (const constraint of constraintsOf(part)) collect(constraint, kinds)
  }
  return enginesByName([...kinds])
}

/** The engines of these kinds of constraints, as far as they have any. */
export const enginesByName = async (kinds: readonly string[]): Promise<Engines> => {
  const regex = kinds.includes('regex') ? (await import('../regex/index.js')).regexEngine : undefined
  const cel = kinds.includes('cel') ? await loadCel() : undefined
  return { ...(regex && { regex }), ...(cel && { cel }) }
}

const constraintsOf = ({ tools, bounds, gates }: Constrained): Constraint[] => [
  ...[...(tools?.values() ?? []), ...(bounds === undefined ? [] : [bounds])].flatMap(({ constraints }) => [
    ...constraints.values(),
  ]),
  ...[...(gates?.values() ?? [])].flatMap((gate) =>
    gate === 'whole'
      ? []
      : [...gate.values()].flatMap((each) => (each.kind === 'all' ? [] : [each.constraint])),
  ),
]

const collect = (constraint: Constraint, kinds: Set<string>): void => {
  kinds.add(constraint.kind)
  if ('constraints' in constraint) for (const inner of constraint.constraints) collect(inner, kinds)
  if ('constraint' in constraint) collect(constraint.constraint, kinds)
}

const loadCel = async (): Promise<CelEngine | undefined> => {
  try {
    return (await import('../cel/index.js')).celEngine
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND')
      return undefined
    throw thrown
  }
}
