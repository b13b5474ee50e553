/** Chains of four warrants with drawn tools and drawn faults: the verdict of each side on each. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  all,
  any,
  type CapabilityInput,
  capability,
  cidr,
  exact,
  not,
  oneOf,
  pattern,
  range,
  subpath,
  wildcard,
} from '../../../src/index.js'
import type { Payload, Warrant } from '../../../src/warrant/chain.js'
import { keyOf } from '../../support/statements.js'
import { childOf, minted, root, tools } from '../../support/warrants.js'
import { judgedByReference } from './reference.js'
import { NOW, stackText } from './stack.js'
import { type Difference, isKnown, rulingOfChain, unexcused } from './verdicts.js'

const SEED = 20_261_123
const CHAINS = 600

/** From wide to narrow, with some that are neither: a child of a later one is often lawful. */
const CAPABILITIES: readonly CapabilityInput[] = [
  {},
  capability({ x: wildcard() }, { allowUnknown: true }),
  capability({ x: wildcard() }),
  capability({ x: any([subpath('/data'), exact('none'), cidr('10.0.0.0/8')]) }),
  capability({ x: subpath('/data') }),
  capability({ x: subpath('/data/a') }),
  capability({ x: exact('/data/a/b') }),
  capability({ z: all([pattern('/data/*'), not(oneOf(['/data/secret']))]) }),
  capability({ z: all([pattern('/data/a*'), not(oneOf(['/data/secret', '/data/key'])), range({ max: 3 })]) }),
  capability({ x: pattern('/data/*'), y: range({ min: 0, max: 10 }) }),
  capability({ x: pattern('/data/a*'), y: range({ min: 1, max: 9, minInclusive: false }) }),
  capability({ x: pattern('/data/a*'), y: exact(5) }),
]

const NAMES = ['read', 'write', '*'] as const

const capabilities = (from: number) =>
  fc.integer({ min: from, max: CAPABILITIES.length - 1 }).map((at) => CAPABILITIES[at] as CapabilityInput)

/** Tools of a hop; the deeper, the more often narrow. */
const toolsAt = (hop: number) =>
  fc.dictionary(fc.constantFrom(...NAMES), capabilities(hop * 2), { minKeys: 1, maxKeys: 2 })

/** What may be wrong with a child; mostly nothing is. */
const faults: fc.Arbitrary<(parent: Payload) => Partial<Payload>> = fc.oneof(
  { weight: 16, arbitrary: fc.constant(() => ({})) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      () => ({ issuer: keyOf(5).publicKey }),
      () => ({ parentHash: new Uint8Array(32) }),
      ({ depth }: Payload) => ({ depth: depth + 2 }),
      ({ maxDepth }: Payload) => ({ maxDepth: maxDepth + 1 }),
      ({ depth }: Payload) => ({ maxDepth: depth + 1 }),
      ({ expiresAt }: Payload) => ({ expiresAt: expiresAt + 1 }),
      ({ expiresAt }: Payload) => ({ expiresAt: expiresAt - 60 }),
      ({ id }: Payload) => ({ id }),
      () => ({ clearance: 40 }),
      () => ({ clearance: 1 }),
    ),
  },
)

const hops = fc.tuple(
  ...[1, 2, 3].map((hop) =>
    fc.record({ tools: fc.option(toolsAt(hop), { freq: 2, nil: undefined }), fault: faults }),
  ),
)

judgedByReference('generated chains', (reference, version) => {
  test(`${CHAINS} chains`, async () => {
    const cases = fc.sample(fc.tuple(toolsAt(0), hops), { numRuns: CHAINS, seed: SEED })
    const differences: Difference[] = []
    let allowed = 0
    for (const [number, [first, rest]] of cases.entries()) {
      const warrants: Warrant[] = [minted({ tools: first, clearance: 30, maxDepth: 5, now: NOW })]
      for (const hop of rest) {
        const parent = warrants.at(-1) as Warrant // one at least
        const given = hop.tools === undefined ? {} : tools(hop.tools)
        warrants.push(childOf(parent, { ...given, ...hop.fault(parent.payload) }))
      }
      const asked = { chain: stackText(warrants), roots: [root.publicKey] }
      const theirs = (await reference().refusal('verify', asked)) ?? true
      const ours = rulingOfChain(warrants, NOW)
      if (ours === 'allow') allowed++
      const found = unexcused(ours, theirs, () => `case ${number}`)
      if (found !== undefined && !isKnown(version, found)) differences.push(found)
    }
    expect(differences).toEqual([])
    expect(allowed).toBeGreaterThan(CHAINS / 10)
    expect(allowed).toBeLessThan(CHAINS)
  })
})
