/**
 * What is learned admits what was seen, at every slack; a lower slack is covered by a higher one, by the library's own
 * order; what is fitted or learned under a parent is covered by it; and what is written is read as what was meant.
 */

import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  compileCapability,
  coversTools,
  findCapability,
  type Tools,
} from '../../src/capability/capability.js'
import { type Constraint, compileConstraint, covers } from '../../src/capability/constraint.js'
import { judgeOf } from '../../src/cli/learn/judge.js'
import { learnedTools } from '../../src/cli/learn/learnedPage.js'
import { policyJson, policyYaml } from '../../src/cli/learn/policyPage.js'
import { policyOf } from '../../src/cli/policyFile.js'
import { Session } from '../../src/cli/session.js'
import { formatJson, parseJson } from '../../src/encoding/json.js'
import { fitTools } from '../../src/learn/fit.js'
import { type Learned, learn, toolsOf } from '../../src/learn/learn.js'
import { SLACKS } from '../../src/learn/rung.js'
import type { SeenCall } from '../../src/learn/seen.js'
import { policyFromJson, toolsToJson } from '../../src/schema/index.js'
import { narrowedTools } from '../../src/testing/capabilities.js'
import { anyTools, callUnder, TEST_NOW } from '../../src/testing/index.js'
import { anyCallLog } from '../support/callLogs.js'
import { engines } from '../support/engines.js'
import { freshSeed, scaled } from '../support/scale.js'
import { Tally } from '../support/tally.js'

const seed = freshSeed()
console.log(`learning: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })
const runs = (short: number, long: number) => ({ numRuns: scaled(short, long), seed })

/** The calls that the tools refuse, each with its fault. */
const refusedOf = (tools: Tools, calls: readonly SeenCall[]): readonly unknown[] =>
  calls.flatMap((call) => {
    const granted = findCapability(tools, call.tool)
    const fault = granted === undefined ? 'no tool' : compileCapability(granted, engines)(call.args, 0)
    return fault === undefined ? [] : [{ call, fault }]
  })

describe('what is learned', () => {
  test('admits every call that was seen, at every slack', () => {
    const property = fc.property(anyCallLog(), fc.constantFrom(...SLACKS), (calls, slack) => {
      expect(refusedOf(toolsOf(learn(calls, { slack })), calls)).toEqual([])
    })
    fc.assert(property, runs(400, 20_000))
  })

  test('at a lower slack is covered by what is learned at a higher one', () => {
    const property = fc.property(anyCallLog(), (calls) => {
      const [least, ...more] = SLACKS.map((slack) => learn(calls, { slack }))
      const [tight, roomy, open] = more.map((learned) => toolsOf(learned)) as [Tools, Tools, Tools] // of four slacks
      expect(coversTools(roomy, tight, {})).toBeUndefined()
      expect(coversTools(open, roomy, {})).toBeUndefined()
      expect(gapsOfLists(tight, least as Learned)).toEqual([])
    })
    fc.assert(property, runs(300, 10_000))
  })

  test('names no example that was seen, and none that it does not permit', () => {
    const examples = new Tally('examples')
    const property = fc.property(anyCallLog(), fc.constantFrom('tight', 'roomy'), (calls, slack) => {
      for (const { tool, arguments: learned } of learn(calls, { slack }).tools) {
        for (const { name, constraint, beyond } of learned) {
          const permits = compileConstraint(constraint, {})
          const seen = calls
            .filter((call) => call.tool === tool)
            .map(({ args }) => formatJson(args[name] as never))
          examples.count(beyond.length === 0 ? 'none' : 'some')
          for (const example of beyond) {
            expect(permits(example, 0)).toBe(true)
            expect(seen).not.toContain(formatJson(example))
          }
        }
      }
    })
    fc.assert(property, runs(200, 5_000))
    examples.expectQuarter('some')
  })

  test('is read back as it is written, in JSON and in YAML', async () => {
    const asked = fc.asyncProperty(anyCallLog(), fc.constantFrom(...SLACKS), async (calls, slack) => {
      const learned = learn(calls, { slack })
      const pages = learnedTools(learned)
      const meant = formatJson(toolsToJson(toolsOf(learned)))
      const json = policyFromJson(parseJson(formatJson(policyJson(pages)))).tools as Tools // it has some
      expect(formatJson(toolsToJson(json))).toBe(meant)
      const { tools } = await policyOf(sessionWith(policyYaml(['a head\ntools: any'], pages)), '-', {})
      expect(formatJson(toolsToJson(tools as Tools))).toBe(meant) // likewise
    })
    await fc.assert(asked, runs(80, 3_000))
  })
})

/** Entries of lists, each as a value of its own, that the tools above do not permit. */
const gapsOfLists = (above: Tools, least: Learned): readonly string[] =>
  least.tools.flatMap(({ tool, arguments: learned }) =>
    learned.flatMap(({ name, constraint }) => {
      const outer = above.get(tool)?.constraints.get(name) as Constraint // the same names at every slack
      if (covers(outer, constraint, {})) return []
      const values =
        constraint.kind === 'oneOf'
          ? constraint.values
          : constraint.kind === 'exact'
            ? [constraint.value]
            : undefined
      const permits = compileConstraint(outer, {})
      return values?.every((value) => permits(value, 0) === true) === true ? [] : [`${tool}.${name}`]
    }),
  )

const sessionWith = (stdin: string): Session => {
  const sink = { isTTY: false, write: async () => {} }
  const bytes = async function* () {
    yield new TextEncoder().encode(stdin)
  }
  return new Session(
    { stdin: { isTTY: false, bytes }, stdout: sink, stderr: sink, clock: () => 0, env: {} },
    false,
  )
}

/** A parent, and calls of which it permits some. */
const parentAndCalls: fc.Arbitrary<readonly [Tools, readonly SeenCall[]]> = anyTools().chain((tools) =>
  fc.tuple(
    fc.constant(tools),
    fc
      .array(callUnder(tools, { engines }), { minLength: 1, maxLength: 8 })
      .map((calls) => calls.map(({ tool, args }) => ({ tool, args, withheld: new Map(), cut: false }))),
  ),
)

/** A parent, and a proposal that has nothing to do with it, or is partly narrower. */
const parentAndProposal: fc.Arbitrary<readonly [Tools, Tools]> = anyTools().chain((parent) =>
  fc.tuple(fc.constant(parent), fc.oneof(anyTools(), narrowedTools(parent))),
)

describe('under a parent', () => {
  test('what is learned of calls that it permits is covered by it, and admits them', () => {
    const outcomes = new Tally('learned under a parent')
    const property = fc.property(parentAndCalls, fc.constantFrom(...SLACKS), ([parent, all], slack) => {
      const calls = all.filter((call) => refusedOf(parent, [call]).length === 0 && call.tool !== '*')
      if (calls.length === 0) return
      const tools = toolsOf(learn(calls, { slack, within: parent, engines }))
      expect(refusedOf(tools, calls)).toEqual([])
      const gap = coversTools(parent, tools, engines)
      outcomes.count(gap === undefined ? 'covered' : 'not covered')
      // Only what covers not even itself has no child at all.
      if (gap !== undefined)
        expect(covers(gap.parent as Constraint, gap.parent as Constraint, engines)).toBe(false)
    })
    fc.assert(property, runs(400, 20_000))
    outcomes.expectQuarter('covered')
  })

  test('what is fitted is covered by it', () => {
    const outcomes = new Tally('fitted tools')
    const property = fc.property(parentAndProposal, ([parent, proposal]) => {
      const { tools, changes } = fitTools(parent, proposal, engines)
      expect(coversTools(parent, tools, engines)).toBeUndefined()
      for (const tool of proposal.keys()) {
        outcomes.count(tools.has(tool) ? 'kept' : 'gone')
        if (!tools.has(tool)) expect(changes.map((change) => change.tool)).toContain(tool)
      }
    })
    fc.assert(property, runs(400, 20_000))
    outcomes.expectQuarter('kept')
  })

  test('a proposal that it covers is kept as it is', () => {
    const property = fc.property(anyTools(), (tools) => {
      if (coversTools(tools, tools, engines) !== undefined) return
      const fitted = fitTools(tools, tools, engines)
      expect(fitted.changes).toEqual([])
      expect(formatJson(toolsToJson(fitted.tools))).toBe(formatJson(toolsToJson(tools)))
    })
    fc.assert(property, runs(500, 10_000))
  })

  test('a call that passes what was fitted and not the proposal has a change that says so', () => {
    const property = fc.property(parentAndCalls, anyTools(), ([parent, calls], proposal) => {
      const { tools, changes } = fitTools(parent, proposal, engines)
      for (const call of calls) {
        const isWider = refusedOf(tools, [call]).length === 0 && refusedOf(proposal, [call]).length > 0
        if (isWider) expect(changes.length, formatJson(call.args)).toBeGreaterThan(0)
      }
    })
    fc.assert(property, runs(400, 20_000))
  })
})

describe('what a policy would have said', () => {
  test('is what a warrant of it says of each call', async () => {
    const property = fc.asyncProperty(anyCallLog(), anyCallLog(), async (seen, asked) => {
      const tools = toolsOf(learn(seen, { slack: 'tight' }))
      const { judge } = await judgeOf({ tools }, TEST_NOW)
      for (const call of asked) {
        const granted = findCapability(tools, call.tool)
        const fault = granted && compileCapability(granted, {})(call.args, TEST_NOW)
        expect(judge(call)).toEqual(
          fault === undefined ? { kind: 'allow' } : { kind: 'deny', code: fault.code, where: fault.argument },
        )
      }
    })
    await fc.assert(property, runs(60, 2_000))
  })
})
