/** Constraints of every kind, nested, against values: the two sides agree, or this one names its stricter rule. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { any, type Constraint, formatJson, not, type Value, wildcard } from '../../../src/index.js'
import { minted } from '../../support/warrants.js'
import { casesOf, SEEDS, share } from './cases.js'
import { constraintsTo, valuesFor } from './drawn.js'
import { hasForm, judgedByReference, Refusal, type Version } from './reference.js'
import { NOW, stackText } from './stack.js'
import { Tally } from './tally.js'
import { rulingOf, shown } from './verdicts.js'

const VALUES = 10
const CONSTRAINTS_OF_LINE = 40

/** What is asked of one constraint. */
interface Asked {
  readonly constraint: Constraint
  readonly values: readonly Value[]
}

/** With what tells a fault from a false: Not turns the one alone, and in Any the next branch is asked past it alone. */
const faultsShown: fc.Arbitrary<Constraint> = constraintsTo(1).chain((inner) =>
  fc.constantFrom(not(inner), any([inner, wildcard()]), any([not(inner), wildcard()])),
)

const asked: fc.Arbitrary<Constraint> = fc.oneof(
  { weight: 2, arbitrary: constraintsTo(2) },
  { weight: 1, arbitrary: faultsShown },
)

const drawnFrom = (seed: number, count: number, version: Version): readonly Asked[] =>
  fc.sample(
    asked.chain((constraint) =>
      fc.array(valuesFor(constraint), { minLength: VALUES, maxLength: VALUES }).map((values) => ({
        constraint,
        values: values.filter((value) => hasForm(version, { value })),
      })),
    ),
    { seed, numRuns: count },
  )

judgedByReference('matching', (reference, version) => {
  test(`${casesOf('matching')} values under constraints of all kinds, up to three deep`, async ({ task }) => {
    const tally = new Tally()
    for (const seed of SEEDS) {
      const drawn = drawnFrom(seed, Math.ceil(share('matching') / VALUES), version)
      for (let from = 0; from < drawn.length; from += CONSTRAINTS_OF_LINE) {
        const some = drawn.slice(from, from + CONSTRAINTS_OF_LINE)
        const answers = await reference().many(
          'permits',
          some.map(({ constraint, values }) => ({
            chain: stackText([minted({ tools: { call: { x: constraint } }, now: NOW })]),
            calls: values.map((x) => ({ x })),
          })),
          { tool: 'call' },
        )
        for (const [i, { constraint, values }] of some.entries()) {
          const answer = answers[i]
          for (const [at, value] of values.entries()) {
            const theirs =
              answer instanceof Refusal
                ? answer.message
                : ((answer as readonly (true | string)[])[at] ?? 'nothing')
            tally.judge(
              rulingOf(constraint, value, NOW),
              theirs,
              () => `${shown(constraint)} of ${formatJson(value)}`,
            )
          }
        }
      }
    }
    task.meta.judgement = tally.judgement(version, 'matching', SEEDS)
    expect(tally.unexplained).toEqual([])
    expect(tally.allowed).toBeGreaterThan(tally.cases / 4)
  })
})
