/** Chains of a parent and a child that differ in one constraint: whoever allows one must not be this side alone. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { constraintsTo, narrowed } from '../../support/arbitraries.js'
import { childOf, minted, root, tools } from '../../support/warrants.js'
import { judgedByReference } from './reference.js'
import { NOW, stackText } from './stack.js'
import { type Difference, isKnown, rulingOfChain, shown, unexcused } from './verdicts.js'

const SEED = 20_261_122
const PAIRS = 1_500

judgedByReference('narrowing', (reference, version) => {
  test(`${PAIRS} pairs of constraints, many of them meant to be covered`, async () => {
    const pairs = fc.sample(
      constraintsTo(1).chain((parent) =>
        fc
          .oneof({ weight: 3, arbitrary: narrowed(parent) }, { weight: 1, arbitrary: constraintsTo(1) })
          .map((child) => [parent, child] as const),
      ),
      { numRuns: PAIRS, seed: SEED },
    )
    const differences: Difference[] = []
    const count = { allow: 0, deny: 0, stricter: 0 }
    for (const [parent, child] of pairs) {
      const first = minted({ tools: { call: { x: parent } }, now: NOW })
      const warrants = [first, childOf(first, tools({ call: { x: child } }))]
      const chain = stackText(warrants)
      const theirs = (await reference().refusal('verify', { chain, roots: [root.publicKey] })) ?? true
      const ours = rulingOfChain(warrants, NOW)
      const found = unexcused(ours, theirs, () => `${shown(parent)} => ${shown(child)}`)
      if (found !== undefined && !isKnown(version, found)) differences.push(found)
      if (ours === 'allow') count.allow++
      else if (theirs === true) count.stricter++
      else count.deny++
    }
    expect(differences).toEqual([])
    expect(count.allow).toBeGreaterThan(PAIRS / 5)
    expect(count.deny).toBeGreaterThan(PAIRS / 20)
  })
})
