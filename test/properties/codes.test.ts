/** Every code of the table is met by a fault of its own, whatever else is in the input; and by that fault no other is. */

import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { ERROR_CODES, type ErrorFamily } from '../../src/errors.js'
import { type Case, codeMet, type Faults } from '../support/faults/case.js'
import { DENIAL_FAULTS } from '../support/faults/denial.js'
import { ESCALATION_FAULTS } from '../support/faults/escalation.js'
import { FORMAT_FAULTS } from '../support/faults/format.js'
import { TRUST_FAULTS } from '../support/faults/trust.js'
import { UNREACHED } from '../support/faults/unreached.js'
import { freshSeed, scaled } from '../support/scale.js'
import { Tally } from '../support/tally.js'

const seed = freshSeed()
console.log(`codes: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })

const families: readonly (readonly [ErrorFamily, Faults<string>])[] = [
  ['format', FORMAT_FAULTS],
  ['trust', TRUST_FAULTS],
  ['escalation', ESCALATION_FAULTS],
  ['denial', DENIAL_FAULTS],
]

test('what nobody can cause is a code, and is few', () => {
  expect(Object.keys(UNREACHED).filter((code) => !ERROR_CODES.has(code))).toEqual([])
  expect(Object.keys(UNREACHED).length).toBeLessThan(ERROR_CODES.size / 6)
})

describe.each(families)('codes of %s', (family, faults) => {
  const met = new Tally(`codes of ${family}`)

  test.each(Object.entries(faults))('%s', async (code, cases: fc.Arbitrary<Case>) => {
    await fc.assert(
      fc.asyncProperty(cases, async (commit) => {
        const given = await codeMet(commit)
        met.count(given)
        expect(given).toBe(code)
      }),
      { numRuns: scaled(12, 400), seed },
    )
  })

  test('every one of the table was met, but those that no caller can cause', () => {
    const codes = [...ERROR_CODES.values()].filter((info) => info.family === family).map(({ code }) => code)
    const causable = codes.filter((code) => !(code in UNREACHED))
    expect(met.seen()).toEqual(causable.sort())
  })
})
