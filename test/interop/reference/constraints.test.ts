/** Constraints of every kind against values: the two sides must agree, or this one must name its stricter rule. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson, type Value } from '../../../src/index.js'
import { constraintsTo, POOL, samplesOf } from '../../support/arbitraries.js'
import { minted } from '../../support/warrants.js'
import { judgedByReference } from './reference.js'
import { NOW, stackText } from './stack.js'
import { type Difference, isKnown, rulingOf, shown, unexcused } from './verdicts.js'

const SEED = 20_261_121
const CONSTRAINTS = 1_000
const VALUES = 24

/** Values that the package of 0.2 has no form for. */
const isNested = (value: Value): boolean =>
  value === null || (typeof value === 'object' && (Array.isArray(value) ? value.some(isNested) : true))

judgedByReference('constraints against values', (reference, version) => {
  const asked = (value: Value): boolean => version !== '0.2.3' || !isNested(value)

  test(`${CONSTRAINTS} constraints of all kinds, up to two deep`, async () => {
    const constraints = fc.sample(constraintsTo(2), { numRuns: CONSTRAINTS, seed: SEED })
    const differences: Difference[] = []
    const count = { allow: 0, deny: 0, stricter: 0 }
    for (const [i, constraint] of constraints.entries()) {
      const pool = fc.sample(fc.constantFrom(...POOL), { numRuns: VALUES, seed: SEED + i })
      const values = [...samplesOf(constraint).slice(0, VALUES), ...pool].filter(asked)
      const chain = stackText([minted({ tools: { call: { x: constraint } }, now: NOW })])
      const calls = values.map((x) => ({ x }))
      const answers = await reference().ask('permits', { chain, tool: 'call', calls })
      values.forEach((value, at) => {
        const theirs = (answers as readonly (true | string)[])[at] as true | string // one for each value
        const ours = rulingOf(constraint, value, NOW)
        const found = unexcused(ours, theirs, () => `${shown(constraint)} of ${formatJson(value)}`)
        if (found !== undefined && !isKnown(version, found)) differences.push(found)
        if (ours === 'allow') count.allow++
        else if (theirs === true) count.stricter++
        else count.deny++
      })
    }
    expect(differences).toEqual([])
    // A judge that is never asked agrees with everybody.
    expect(count.allow).toBeGreaterThan(1_000)
    expect(count.deny).toBeGreaterThan(1_000)
  })
})
