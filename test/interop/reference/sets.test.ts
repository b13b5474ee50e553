/** Sets of constraints and maps of tools: which calls they permit, and which children they cover. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Capability, compileCapability, findCapability } from '../../../src/capability/capability.js'
import { stricterMatch } from '../../../src/capability/constraint.js'
import { formatJson, type Value, type ValueObject } from '../../../src/index.js'
import { capabilityToJson } from '../../../src/schema/index.js'
import type { Warrant } from '../../../src/warrant/chain.js'
import { toolsOf } from '../../../src/warrant/fields.js'
import { engines } from '../../support/engines.js'
import { childOf, minted, root } from '../../support/warrants.js'
import { type FamilyName, SEEDS, share } from './cases.js'
import { hasForm, judgedByReference, type Reference } from './reference.js'
import { argsFor, narrowedSet, narrowedTools, sets, type ToolMap, toolMaps, toolNames } from './shapes.js'
import { NOW, stackText } from './stack.js'
import { judgeAll, type Ruling, Tally } from './tally.js'
import { rulingOfChain } from './verdicts.js'

const shownTools = (tools: ToolMap): string =>
  formatJson(
    Object.fromEntries(Object.entries(tools).map(([name, set]) => [name, capabilityToJson(set) as Value])),
  )

/** A call under the tools of one warrant. */
interface Call {
  readonly tools: ToolMap
  readonly tool: string
  readonly args: ValueObject
}

const rulingOfCall = ({ tools, tool, args }: Call): Ruling => {
  const found = findCapability(toolsOf(tools), tool)
  return found === undefined ? { code: 'TOOL_NOT_GRANTED', rule: undefined } : rulingOfArgs(found, args)
}

const rulingOfArgs = (set: Capability, args: ValueObject): Ruling => {
  const fault = compileCapability(set, engines)(args, NOW)
  if (fault === undefined) return 'allow'
  const { code, argument, constraint } = fault
  const isAsked = constraint !== undefined && Object.hasOwn(args, argument)
  const value = args[argument] as Value // asked only where it is there
  return { code, rule: fault.rule ?? (isAsked ? stricterMatch(constraint, value, engines, NOW) : undefined) }
}

const judgeCalls = (reference: Reference, tally: Tally, calls: readonly Call[]): Promise<void> => {
  const asked = calls.filter(({ args }) => hasForm(reference.version, args))
  return judgeAll(reference, tally, asked, {
    op: 'permitted',
    asked: ({ tools, tool, args }) => ({ chain: stackText([minted({ tools, now: NOW })]), tool, args }),
    ours: rulingOfCall,
    about: ({ tools, tool, args }) => `${shownTools(tools)}: ${tool} ${formatJson(args)}`,
  })
}

type Pair = readonly [parent: ToolMap, child: ToolMap]

const chainOfPair = ([parent, child]: Pair) => {
  const first = minted({ tools: parent, now: NOW })
  const warrants: readonly Warrant[] = [first, childOf(first, { tools: toolsOf(child) })]
  return { parent, child, warrants }
}

const judgePairs = (reference: Reference, tally: Tally, pairs: readonly Pair[]): Promise<void> =>
  judgeAll(reference, tally, pairs.map(chainOfPair), {
    op: 'verify',
    shared: { roots: [root.publicKey] },
    asked: ({ warrants }) => ({ chain: stackText(warrants) }),
    ours: ({ warrants }) => rulingOfChain(warrants, NOW),
    about: ({ parent, child }) => `${shownTools(parent)} => ${shownTools(child)}`,
  })

const FAMILIES: readonly {
  readonly family: FamilyName
  readonly calls: fc.Arbitrary<Call>
  readonly pairs: fc.Arbitrary<Pair>
}[] = [
  {
    family: 'sets of constraints',
    calls: sets.chain((set) => argsFor(set).map((args) => ({ tools: { call: set }, tool: 'call', args }))),
    pairs: sets.chain((set) => narrowedSet(set).map((child): Pair => [{ call: set }, { call: child }])),
  },
  {
    family: 'tool maps',
    calls: fc.tuple(toolMaps, toolNames).chain(([tools, tool]) => {
      const set = findCapability(toolsOf(tools), tool)
      const args = set === undefined ? fc.constant<ValueObject>({}) : argsFor(set)
      return args.map((given) => ({ tools, tool, args: given }))
    }),
    pairs: toolMaps.chain((tools) => narrowedTools(tools).map((child): Pair => [tools, child])),
  },
]

judgedByReference('maps', (reference, version) => {
  test.for(FAMILIES)('$family', async ({ family, calls, pairs }, { task }) => {
    const tally = new Tally()
    for (const seed of SEEDS) {
      const numRuns = Math.ceil(share(family) / 2)
      await judgeCalls(reference(), tally, fc.sample(calls, { seed, numRuns }))
      await judgePairs(reference(), tally, fc.sample(pairs, { seed, numRuns }))
    }
    task.meta.judgement = tally.judgement(version, family, SEEDS)
    expect(tally.unexplained).toEqual([])
    expect(tally.allowed).toBeGreaterThan(tally.cases / 4)
  })
})
