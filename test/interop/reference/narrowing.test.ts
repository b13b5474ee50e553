/** Chains of a parent and a child that differ in one constraint: whoever allows one must not be this side alone. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Constraint } from '../../../src/index.js'
import { childOf, minted, root, tools } from '../../support/warrants.js'
import { casesOf, SEEDS, share } from './cases.js'
import { childrenOf, constraintsTo, KINDS, ofKind } from './drawn.js'
import { judgedByReference } from './reference.js'
import { NOW, stackText } from './stack.js'
import { judgeAll, Tally } from './tally.js'
import { rulingOfChain, shown } from './verdicts.js'

type Pair = readonly [parent: Constraint, child: Constraint]

/** Every kind above every kind, in both orders, as often as there is room for; no fewer than once. */
const pairsOfKinds = (seed: number, count: number): readonly Pair[] => {
  const times = Math.max(1, Math.floor(count / KINDS.length ** 2))
  return KINDS.flatMap((parent, i) =>
    KINDS.flatMap((child, j) =>
      fc.sample(fc.tuple(ofKind(parent, 0), ofKind(child, 0)), {
        numRuns: times,
        seed: seed + i * KINDS.length + j,
      }),
    ),
  )
}

/** Parents of every kind, and children that are meant to be covered. */
const kin = (seed: number, count: number): readonly Pair[] =>
  fc.sample(
    constraintsTo(1).chain((parent) => childrenOf(parent).map((child): Pair => [parent, child])),
    { numRuns: count, seed },
  )

const chainOfPair = ([parent, child]: Pair) => {
  const first = minted({ tools: { call: { x: parent } }, now: NOW })
  return { first, parent, child, warrants: [first, childOf(first, tools({ call: { x: child } }))] }
}

judgedByReference('narrowing', (reference, version) => {
  test(`${casesOf('narrowing')} children, of every kind under every kind`, async ({ task }) => {
    const tally = new Tally()
    for (const seed of SEEDS) {
      const quarter = Math.ceil(share('narrowing') / 4)
      const pairs = [...pairsOfKinds(seed, quarter), ...kin(seed, share('narrowing') - quarter)]
      await judgeAll(reference(), tally, pairs.map(chainOfPair), {
        op: 'verify',
        shared: { roots: [root.publicKey] },
        asked: ({ warrants }) => ({ chain: stackText(warrants) }),
        ours: ({ warrants }) => rulingOfChain(warrants, NOW),
        about: ({ parent, child }) => `${shown(parent)} => ${shown(child)}`,
      })
    }
    task.meta.judgement = tally.judgement(version, 'narrowing', SEEDS)
    expect(tally.unexplained).toEqual([])
    expect(tally.allowed).toBeGreaterThan(tally.cases / 4)
  })
})
