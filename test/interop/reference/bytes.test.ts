/**
 * Canonical bytes: what one side writes, the other writes too. The package writes the payload of every child anew from
 * what it has read, so a child made there of a warrant made here shows how it writes each of our fields.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Constraint,
  capability,
  decodeChain,
  formatJson,
  mint,
  prove,
  requestHash,
  type ValueObject,
} from '../../../src/index.js'
import { capabilityToJson } from '../../../src/schema/index.js'
import { encodePayload } from '../../../src/warrant/payload.js'
import { valueObjects } from '../../support/values.js'
import { alice, childOf, last, minted, root } from '../../support/warrants.js'
import { casesOf, SEEDS, share } from './cases.js'
import { constraintsTo } from './drawn.js'
import { base64, bytesOf, hasForm, judgedByReference, type Reference, Refusal } from './reference.js'
import { type ToolMap, toolMaps } from './shapes.js'
import { NOW, seedOf, stackText } from './stack.js'
import { Tally } from './tally.js'
import { rulingOfChain } from './verdicts.js'

const OF_LINE = 100

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Two texts of bytes that are to be the same: counted as allowed by both where they are. */
const compare = (tally: Tally, ours: string, theirs: string, about: () => string): void =>
  ours === theirs
    ? tally.judge('allow', true, about)
    : tally.judge('allow', theirs, () => `${about()}: ${ours}`)

const linesOf = function* <Case>(cases: readonly Case[]): Generator<readonly Case[]> {
  for (let from = 0; from < cases.length; from += OF_LINE) yield cases.slice(from, from + OF_LINE)
}

const shownTools = (tools: ToolMap): string =>
  formatJson(Object.fromEntries(Object.entries(tools).map(([name, set]) => [name, capabilityToJson(set)])))

/** Warrants made here, children made there: the child's tools are the parent's, written by the other side. */
const judgeChildren = async (reference: Reference, tally: Tally, maps: readonly ToolMap[]): Promise<void> => {
  for (const some of linesOf(maps)) {
    const parents = some.map((tools) => minted({ tools, now: NOW }))
    const answers = await reference.many(
      'attenuate',
      parents.map(({ bytes }) => ({ parent: base64(bytes) })),
      { seed: seedOf(alice), ttl: 60 },
    )
    for (const [i, answer] of answers.entries()) {
      const [parent, tools] = [parents[i] as (typeof parents)[number], some[i] as ToolMap] // one for each
      const about = () => shownTools(tools)
      if (answer instanceof Refusal) {
        // Not every constraint covers itself; those that do not must be the same on both sides.
        tally.judge(rulingOfChain([parent, childOf(parent)], NOW), answer.message, about)
        continue
      }
      const child = last(decodeChain(bytesOf(String(answer))))
      const again = encodePayload({ ...child.payload, tools: parent.payload.tools })
      compare(tally, hex(again), hex(child.payloadBytes), about)
    }
  }
}

/** Whether the builders of the package take a constraint: for literals they take text alone, for ranges no flags. */
const isBuildable = (constraint: Constraint): boolean => {
  switch (constraint.kind) {
    case 'exact':
      return typeof constraint.value === 'string'
    case 'oneOf':
      return constraint.values.every((value) => typeof value === 'string')
    case 'notOneOf':
      return constraint.excluded.every((value) => typeof value === 'string')
    case 'range':
      return constraint.minInclusive && constraint.maxInclusive
    case 'contains':
      return hasForm('0.2.3', { value: constraint.required })
    case 'subset':
      return hasForm('0.2.3', { value: constraint.allowed })
    case 'unknown':
      return false
    case 'not':
      return isBuildable(constraint.constraint)
    case 'all':
    case 'any':
      return constraint.constraints.every(isBuildable)
    default:
      return true
  }
}

const buildable: fc.Arbitrary<Constraint> = constraintsTo(2).filter(isBuildable)

/** Warrants built there, and built here of the same fields: the same bytes, signature and all. */
const judgeBuilt = async (
  reference: Reference,
  tally: Tally,
  constraints: readonly Constraint[],
): Promise<void> => {
  for (const some of linesOf(constraints)) {
    const sets = some.map((constraint) => capability({ é: constraint }))
    const answers = await reference.many(
      'mint',
      sets.map((set) => ({ tools: { call: capabilityToJson(set) } })),
      { seed: seedOf(root), holder: alice.publicKey, ttl: 600 },
    )
    for (const [i, answer] of answers.entries()) {
      const set = sets[i] as (typeof sets)[number] // one for each
      const about = () => formatJson(capabilityToJson(set))
      if (answer instanceof Refusal) continue // its builders ask more than its reader
      const theirs = bytesOf(String(answer))
      const { id, holder, maxDepth, issuedAt } = last(decodeChain(theirs)).payload
      const ours = mint({ id, holder, maxDepth, now: issuedAt, ttlSeconds: 600, tools: { call: set } }, root)
      compare(tally, hex(ours.bytes), hex(theirs), about)
    }
  }
}

/** Proofs of drawn calls, whose signature and hash cover every value as it is written. */
const judgeCalls = async (
  reference: Reference,
  tally: Tally,
  calls: readonly ValueObject[],
): Promise<void> => {
  const chain = mint({ holder: alice.publicKey, tools: { call: {} }, ttlSeconds: 600, now: NOW }, root)
  const { id, holder } = last(chain).payload
  const shared = { chain: stackText(chain.warrants), tool: 'call', seed: seedOf(alice), now: NOW }
  for (const some of linesOf(calls.filter((args) => hasForm(reference.version, args)))) {
    const requests = some.map((args) => ({ args }))
    const proofs = await reference.many('prove', requests, shared)
    const hashes = await reference.many('requestHash', requests, { warrant_id: id, tool: 'call', holder })
    for (const [i, args] of some.entries()) {
      const ours = [
        prove(chain, { tool: 'call', args }, alice, { now: NOW }),
        requestHash(id, 'call', args, holder),
      ]
      const theirs = [proofs[i], hashes[i]].map((each) =>
        each instanceof Refusal ? each.message : String(each),
      )
      compare(tally, ours.map(base64).join(' '), theirs.join(' '), () => formatJson(args))
    }
  }
}

judgedByReference('bytes', (reference, version) => {
  test(`${casesOf('canonical bytes')} warrants, children and calls`, async ({ task }) => {
    const tally = new Tally()
    for (const seed of SEEDS) {
      const numRuns = Math.ceil(share('canonical bytes') / 3)
      await judgeChildren(reference(), tally, fc.sample(toolMaps, { seed, numRuns }))
      await judgeBuilt(reference(), tally, fc.sample(buildable, { seed, numRuns }))
      await judgeCalls(reference(), tally, fc.sample(valueObjects, { seed, numRuns }))
    }
    task.meta.judgement = tally.judgement(version, 'canonical bytes', SEEDS)
    expect(tally.unexplained).toEqual([])
    expect(tally.allowed).toBeGreaterThan(tally.cases / 2)
  })
})
