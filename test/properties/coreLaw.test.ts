/** The core law, on what the generators of `warrant/testing` give: no child permits a call that its parent refuses. */

import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { compileCapability, findCapability } from '../../src/capability/capability.js'
import { compileConstraint, covers, describeConstraint } from '../../src/capability/constraint.js'
import { KINDS } from '../../src/capability/kinds.js'
import type { Value } from '../../src/encoding/value.js'
import { createEnforcer } from '../../src/enforce/enforcer.js'
import {
  anyCall,
  anyChain,
  anyValue,
  callUnder,
  coveredPair,
  edgesOf,
  relatedPair,
  requestFor,
  TELLING_VALUES,
  TEST_NOW,
  type TestCall,
  type TestChain,
} from '../../src/testing/index.js'
import type { Payload, Warrant } from '../../src/warrant/chain.js'
import { verify } from '../../src/warrant/verify.js'
import { outcome } from '../support/enforcing.js'
import { engines } from '../support/engines.js'
import { freshSeed, scaled } from '../support/scale.js'
import { Tally } from '../support/tally.js'

const seed = freshSeed()
console.log(`core law: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })
const runs = (short: number, long: number) => ({ numRuns: scaled(short, long), seed })

describe('constraints: covers(parent, child) and permits(child, value) imply permits(parent, value)', () => {
  const verdicts = new Tally('related pairs of constraints')

  test('for related pairs, at every edge of both', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(relatedPair(), anyValue(), ([parent, child], value) => {
        const isCovered = covers(parent, child, engines)
        verdicts.count(isCovered ? 'covered' : 'not covered')
        if (!isCovered) return
        kinds.add(parent.kind)
        const [outer, inner] = [compileConstraint(parent, engines), compileConstraint(child, engines)]
        const near: readonly Value[] = [value, ...edgesOf(parent, engines), ...edgesOf(child, engines)]
        for (const each of [...near.slice(0, 128), ...TELLING_VALUES]) {
          if (inner(each, TEST_NOW) === true && outer(each, TEST_NOW) !== true)
            expect.fail(`${describeConstraint(parent)} -> ${describeConstraint(child)}`)
        }
      }),
      runs(4_000, 40_000),
    )
    verdicts.expectQuarter('covered')
    // An Unknown covers nothing; every other kind covers something.
    expect([...kinds].sort()).toEqual(
      Object.keys(KINDS)
        .filter((kind) => kind !== 'unknown')
        .sort(),
    )
  })

  test('a pair that is said to be covered is', () => {
    fc.assert(
      fc.property(coveredPair({ engines }), ([parent, child]) => {
        expect(covers(parent, child, engines)).toBe(true)
      }),
      runs(1_000, 8_000),
    )
    fc.assert(
      fc.property(coveredPair(), ([parent, child]) => {
        expect(covers(parent, child, {})).toBe(true)
      }),
      runs(1_000, 8_000),
    )
  })
})

describe('chains', () => {
  const lengths = new Tally('lengths of chains')
  const calls = new Tally('calls under the leaves of chains')
  const decisions = new Tally('decisions on calls with everything that they need')

  const permits = ({ tools }: Payload, { tool, args }: TestCall): boolean => {
    const capability = findCapability(tools, tool)
    return capability !== undefined && compileCapability(capability, engines)(args, TEST_NOW) === undefined
  }

  /** What an issuer warrant has to say of a call that is made under it, as if it granted the call itself. */
  const mayIssue = ({ issuableTools = [], bounds }: Payload, { tool, args }: TestCall): boolean => {
    const isNamed = issuableTools.includes(tool) || issuableTools.includes('*')
    return (
      isNamed && (bounds === undefined || compileCapability(bounds, engines)(args, TEST_NOW) === undefined)
    )
  }

  const allows = ({ payload }: Warrant, call: TestCall): boolean =>
    payload.type === 'execution' ? permits(payload, call) : mayIssue(payload, call)

  const leaf = ({ chain }: TestChain): Payload => (chain.warrants.at(-1) as Warrant).payload // at least one

  const withCalls = anyChain({ engines }).chain((under) => {
    const { tools } = leaf(under)
    const drawn =
      tools.size === 0 ? fc.constant([]) : fc.array(callUnder(tools, { engines }), { minLength: 4 })
    return drawn.map((made) => ({ under, made }))
  })

  test('to depth 6: what a leaf permits, every warrant above it permits', () => {
    fc.assert(
      fc.property(withCalls, ({ under, made }) => {
        const { chain, roots, now } = under
        verify(chain, { roots, now, engines })
        lengths.count(String(chain.warrants.length))
        for (const call of made) {
          const isPermitted = permits(leaf(under), call)
          calls.count(isPermitted ? 'permitted' : 'refused')
          if (isPermitted) expect(chain.warrants.map((each) => allows(each, call))).not.toContain(false)
        }
      }),
      runs(500, 3_000),
    )
    expect(lengths.seen()).toEqual(['1', '2', '3', '4', '5', '6'])
    calls.expectQuarter('permitted')
  })

  test('an enforcer allows a call of the holder if and only if the leaf permits it', () => {
    fc.assert(
      fc.property(anyCall({ engines }), ({ under, call }) => {
        const { roots, now } = under
        const enforcer = createEnforcer({ roots, clock: () => now, engines })
        const said = outcome(enforcer.enforce(requestFor(under, call)))
        decisions.count(said)
        const isGranted = leaf(under).type === 'execution' && permits(leaf(under), call)
        expect(said === 'allow').toBe(isGranted)
      }),
      runs(700, 4_000),
    )
    decisions.expectQuarter('allow')
    expect(decisions.seen()).toEqual(
      expect.arrayContaining([
        ...['CONSTRAINT_VIOLATED', 'CONSTRAINT_ARGUMENT_MISSING', 'CONSTRAINT_ERROR'],
        ...['TOOL_NOT_GRANTED', 'WARRANT_NOT_EXECUTION'],
      ]),
    )
  })

  test('time and depth only shrink', () => {
    fc.assert(
      fc.property(anyChain({ minLength: 2, engines }), ({ chain, roots, now }) => {
        const { warrants } = verify(chain, { roots, now, engines }).chain
        warrants.slice(1).forEach(({ payload }, i) => {
          const parent = (warrants[i] as Warrant).payload // the one before
          expect(payload.expiresAt).toBeLessThanOrEqual(parent.expiresAt)
          expect(payload.issuedAt).toBeGreaterThanOrEqual(parent.issuedAt)
          expect(payload.depth).toBe(parent.depth + 1)
          expect(payload.maxDepth).toBeLessThanOrEqual(parent.maxDepth)
          expect(payload.clearance ?? 0).toBeLessThanOrEqual(parent.clearance ?? 0)
          expect(payload.sessionId).toBe(parent.sessionId)
        })
      }),
      runs(100, 1_500),
    )
  })

  test('no time before or after its own makes a chain current', () => {
    const seconds = fc.integer({ min: -2_000, max: 2_000 })
    fc.assert(
      fc.property(anyChain({ engines }), seconds, ({ chain, roots, now }, off) => {
        const at = now + off
        const isCurrent = chain.warrants.every(
          ({ payload }) => at < payload.expiresAt && payload.issuedAt <= at + 30,
        )
        let isAccepted = true
        try {
          verify(chain, { roots, now: at, engines })
        } catch {
          isAccepted = false
        }
        expect(isAccepted).toBe(isCurrent)
      }),
      runs(200, 2_000),
    )
  })
})
