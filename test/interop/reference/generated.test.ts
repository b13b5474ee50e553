/** Chains of two to six warrants with drawn tools and drawn faults: the verdict of each side on each. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Capability } from '../../../src/capability/capability.js'
import { type Constraint, capability, formatJson, subpath, wildcard } from '../../../src/index.js'
import { warrantToJson } from '../../../src/schema/index.js'
import type { Payload, Warrant } from '../../../src/warrant/chain.js'
import { toolsOf } from '../../../src/warrant/fields.js'
import { keyOf } from '../../support/statements.js'
import {
  alice,
  altered,
  childOf,
  EXECUTION,
  gated,
  mandate,
  minted,
  root,
  UNGATED,
} from '../../support/warrants.js'
import { casesOf, SEEDS, share } from './cases.js'
import { judgedByReference } from './reference.js'
import { narrowedTools, type ToolMap, toolMaps } from './shapes.js'
import { NOW, stackText } from './stack.js'
import { judgeAll, Tally } from './tally.js'
import { rulingOfChain } from './verdicts.js'

/** Whoever holds the first warrant is trusted too, so that a chain without it begins with a trusted key as well. */
const ROOTS = [root.publicKey, alice.publicKey]

const KEYS = [keyOf(21), keyOf(22), keyOf(23)].map(({ publicKey }) => publicKey).sort()

type Change = (parent: Payload) => Partial<Payload>

/** What may be said differently by a child, lawfully or not. */
const CHANGES: readonly Change[] = [
  () => ({ issuer: keyOf(5).publicKey }),
  () => ({ parentHash: new Uint8Array(32) }),
  () => ({ parentHash: undefined }),
  ({ depth }) => ({ depth: depth + 2 }),
  ({ depth }) => ({ depth }),
  ({ maxDepth }) => ({ maxDepth: maxDepth + 1 }),
  ({ depth }) => ({ maxDepth: depth + 1 }),
  ({ depth }) => ({ maxDepth: depth }),
  ({ expiresAt }) => ({ expiresAt: expiresAt + 1 }),
  ({ expiresAt }) => ({ expiresAt: expiresAt - 60 }),
  () => ({ expiresAt: NOW - 600 }),
  ({ issuedAt }) => ({ issuedAt: issuedAt - 1 }),
  ({ issuedAt }) => ({ issuedAt: issuedAt + 600 }),
  ({ id }) => ({ id }),
  ({ clearance = 0 }) => ({ clearance: clearance + 1 }),
  () => ({ clearance: 1 }),
  () => ({ clearance: undefined }),
  () => ({ sessionId: 't' }),
  () => ({ sessionId: undefined }),
  () => ({ agentId: 'agent-7' }),
  () => ({ holder: root.publicKey }),
  ({ holder }) => ({ holder }),
  () => ({ approvers: KEYS.slice(0, 2), minApprovals: 2 }),
  () => ({ approvers: KEYS, minApprovals: 1 }),
  () => ({ approvers: KEYS, minApprovals: 3 }),
  () => ({ approvers: undefined, minApprovals: undefined }),
  () => UNGATED,
  () => gated({ read: 'whole' }),
  () => gated({ read: { path: subpath('/etc') }, write: 'whole' }),
  () => ({ type: 'issuer', issuableTools: ['read'], ...{ tools: toolsOf({}) } }),
  () => ({ tools: toolsOf({}) }),
]

const NOTHING: Change = () => ({})

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(NOTHING) },
  { weight: 1, arbitrary: fc.constantFrom(...CHANGES) },
)

/** What first warrants say besides their tools; most of it stands in every child too. */
const FIRST: readonly Partial<Payload>[] = [
  {},
  { clearance: 30, maxDepth: 5 },
  { sessionId: 's', maxDepth: 3 },
  { approvers: KEYS, minApprovals: 2, ...gated({ read: 'whole' }) },
  { approvers: KEYS.slice(0, 2), ...gated({ read: { path: subpath('/etc') } }), clearance: 5 },
  { maxDepth: 1 },
]

/** One hop: how its tools follow from those above, and what is changed besides. */
interface Hop {
  readonly tools: ToolMap
  readonly change: Change
}

const hopsBelow = (tools: ToolMap, left: number): fc.Arbitrary<readonly Hop[]> =>
  left === 0
    ? fc.constant([])
    : fc
        .tuple(
          fc.oneof(
            { weight: 2, arbitrary: fc.constant(tools) },
            { weight: 1, arbitrary: narrowedTools(tools) },
          ),
          changes,
        )
        .chain(([next, change]) =>
          hopsBelow(next, left - 1).map((more) => [{ tools: next, change }, ...more]),
        )

const lengths = fc.integer({ min: 1, max: 5 })

const executions: fc.Arbitrary<readonly Warrant[]> = fc
  .tuple(fc.constantFrom(...FIRST), toolMaps, lengths)
  .chain(([first, tools, left]) =>
    hopsBelow(tools, left).map((hops) => {
      const warrants = [altered(minted({ maxDepth: 8, tools, now: NOW }), first)]
      for (const hop of hops) {
        const parent = warrants.at(-1) as Warrant // one at least
        warrants.push(childOf(parent, { tools: toolsOf(hop.tools), ...hop.change(parent.payload) }))
      }
      return warrants
    }),
  )

const BOUNDS: readonly (Readonly<Record<string, Constraint>> | undefined)[] = [
  undefined,
  {},
  { path: subpath('/data') },
]

/** Capabilities that an issuer warrant may grant, within its bounds or not. */
const GRANTED: readonly Capability[] = [
  capability({}),
  capability({ path: subpath('/data') }),
  capability({ path: subpath('/data/x') }),
  capability({ path: subpath('/data/x'), mode: wildcard() }),
  capability({ path: subpath('/etc') }),
]

/** Chains that begin with issuer warrants and, after some, grant execution. */
const issuings: fc.Arbitrary<readonly Warrant[]> = fc
  .record({
    bounds: fc.constantFrom(...BOUNDS),
    maxIssueDepth: fc.constantFrom(undefined, 1, 2, 4),
    clearance: fc.constantFrom(undefined, 30),
    issuableTools: fc.constantFrom(['read'], ['read', 'list'], ['*']),
    issuers: fc.integer({ min: 0, max: 2 }),
    tool: fc.constantFrom('read', 'read', 'read', 'list', '*'),
    granted: fc.constantFrom(...GRANTED),
    below: fc.integer({ min: 0, max: 2 }),
    changes: fc.array(changes, { minLength: 6, maxLength: 6 }),
    shallow: fc.boolean(),
  })
  .map(
    ({
      bounds,
      maxIssueDepth,
      clearance,
      issuableTools,
      issuers,
      tool,
      granted,
      below,
      changes,
      shallow,
    }) => {
      const limits = { maxIssueDepth, clearance, issuableTools, maxDepth: shallow ? 2 : 6 }
      const warrants = [altered(mandate({ now: NOW }), { ...limits, bounds: bounds && capability(bounds) })]
      const push = (change: Partial<Payload>): void => {
        const parent = warrants.at(-1) as Warrant // one at least
        const drawn = changes[warrants.length - 1] ?? NOTHING
        warrants.push(childOf(parent, { ...change, ...drawn(parent.payload) }))
      }
      for (let i = 0; i < issuers; i++) push({})
      const tools = toolsOf({ [tool]: granted })
      push({
        ...EXECUTION,
        tools,
        holder: keyOf(4).publicKey,
        maxDepth: maxIssueDepth ?? 4,
        clearance: undefined,
      })
      for (let i = 0; i < below; i++) push({ tools })
      return warrants
    },
  )

/** The same warrants in another order, or not all of them. */
const REARRANGED: readonly ((warrants: readonly Warrant[]) => readonly Warrant[])[] = [
  (warrants) => warrants.slice(1),
  (warrants) => warrants.toReversed(),
  (warrants) => [...warrants, ...warrants.slice(-1)],
  (warrants) => [...warrants.slice(0, 1), ...warrants.slice(2)],
  (warrants) => [...warrants, minted({ now: NOW })],
]

const chains: fc.Arbitrary<readonly Warrant[]> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: executions }, { weight: 1, arbitrary: issuings }),
    fc.oneof(
      { weight: 30, arbitrary: fc.constant((warrants: readonly Warrant[]) => warrants) },
      { weight: 1, arbitrary: fc.constantFrom(...REARRANGED) },
    ),
  )
  .map(([warrants, rearranged]) => rearranged(warrants))

judgedByReference('generated chains', (reference, version) => {
  test(`${casesOf('chains')} chains of up to six warrants`, async ({ task }) => {
    const tally = new Tally()
    for (const seed of SEEDS) {
      const cases = fc.sample(chains, { numRuns: share('chains'), seed })
      await judgeAll(reference(), tally, cases, {
        op: 'verify',
        shared: { roots: ROOTS },
        asked: (warrants) => ({ chain: stackText(warrants) }),
        ours: (warrants) => rulingOfChain(warrants, NOW, ROOTS),
        about: (warrants) => formatJson(warrants.map(({ payload }) => warrantToJson(payload))),
      })
    }
    task.meta.judgement = tally.judgement(version, 'chains', SEEDS)
    expect(tally.unexplained).toEqual([])
    expect(tally.allowed).toBeGreaterThan(tally.cases / 4)
  })
})
