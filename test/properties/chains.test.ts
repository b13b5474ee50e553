/** The laws of chains over random chains: what a verifier accepts never permits more than any of its ancestors. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Capability,
  compileCapability,
  findCapability,
  type Tools,
} from '../../src/capability/capability.js'
import type { Constraint } from '../../src/capability/constraint.js'
import { fixedMap } from '../../src/capability/fixedMap.js'
import type { PublicKey } from '../../src/crypto/keys.js'
import { toHex } from '../../src/encoding/bytes.js'
import type { Value, ValueObject } from '../../src/encoding/value.js'
import { capabilityOf, narrowedTools } from '../../src/testing/capabilities.js'
import { anyTools, callUnder, type TestCall } from '../../src/testing/index.js'
import { attenuate } from '../../src/warrant/attenuate.js'
import { chainOf, decodeChain, type Payload, stackBytes, type Warrant } from '../../src/warrant/chain.js'
import { decodeChainFile, encodeChainFile } from '../../src/warrant/chainFile.js'
import {
  compileGates,
  decodeGates,
  encodeGates,
  type Gate,
  type Gates,
  type ToolGate,
} from '../../src/warrant/gates.js'
import { approversHold, breachOfLink, gatesHold, LAWS } from '../../src/warrant/laws.js'
import { encodePayload, GATES_EXTENSION } from '../../src/warrant/payload.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { constraintsTo, POOL, pairs, samplesOf } from '../support/arbitraries.js'
import { engines } from '../support/engines.js'
import { codeOf, objectOf } from '../support/values.js'
import {
  alice,
  bob,
  carol,
  childOf,
  dave,
  hashOf,
  minted,
  NOW,
  refusalOf,
  root,
} from '../support/warrants.js'

/** Calls at which something is decided by the tools of any of these warrants. */
const callsOn = (all: readonly Tools[]): fc.Arbitrary<TestCall> =>
  fc.constantFrom(...all).chain((tools) => callUnder(tools, { engines, now: NOW }))

const permits = (tools: Tools, tool: string, args: ValueObject): boolean => {
  const capability = findCapability(tools, tool)
  return capability !== undefined && compileCapability(capability, engines)(args, NOW) === undefined
}

const toolsOf = ({ payload }: Warrant): Tools => payload.tools

describe('a chain that is accepted', () => {
  test('permits no call that any of its ancestors refuses', () => {
    let accepted = 0
    let permitted = 0
    const chains = anyTools().chain((first) =>
      narrowedTools(first).chain((second) =>
        narrowedTools(second).map((third) => [first, second, third] as const),
      ),
    )
    fc.assert(
      fc.property(
        chains.chain((all) =>
          fc.tuple(fc.constant(all), fc.array(callsOn(all), { minLength: 12, maxLength: 12 })),
        ),
        ([[a, b, c], calls]) => {
          const first = minted({ tools: a })
          const second = childOf(first, { tools: b })
          const third = childOf(second, { tools: c })
          if (refusalOf([first, second, third]) !== undefined) return
          accepted++
          for (const { tool, args } of calls) {
            if (!permits(toolsOf(third), tool, args)) continue
            permitted++
            expect(permits(toolsOf(second), tool, args)).toBe(true)
            expect(permits(toolsOf(first), tool, args)).toBe(true)
          }
        },
      ),
      { numRuns: 1_500 },
    )
    // The property is about something.
    expect(accepted).toBeGreaterThan(40)
    expect(permitted).toBeGreaterThan(20)
  })

  test('is one that the builder makes, and the builder makes no other', () => {
    const links = anyTools().chain((first) =>
      fc.tuple(fc.constant(first), fc.oneof(narrowedTools(first), anyTools())),
    )
    let made = 0
    fc.assert(
      fc.property(links, ([a, b]) => {
        const first = minted({ tools: a })
        const received = refusalOf([first, childOf(first, { tools: b })])
        const given = codeOf(() => attenuate(chainOf([first]), { tools: b, now: NOW, engines }, alice))
        expect(given).toBe(
          typeof received === 'string' ? received.replace('CHAIN_', 'ATTENUATE_') : undefined,
        )
        if (given === undefined) made++
      }),
      { numRuns: 800 },
    )
    expect(made).toBeGreaterThan(20)
  })

  test('is the same after every form that it can be written in', () => {
    fc.assert(
      fc.property(anyTools(), fc.nat({ max: 4 }), (tools, length) => {
        const warrants = [minted({ tools })]
        while (warrants.length <= length) warrants.push(childOf(warrants.at(-1) as Warrant))
        const chain = chainOf(warrants)
        const stack = toHex(stackBytes(warrants))
        for (const again of [
          decodeChain(chain.bytes),
          decodeChain(stackBytes(warrants)),
          parseChain(formatChain(chain)),
          parseChain(formatChain(chain, 'pem')),
          decodeChainFile(encodeChainFile(chain)),
        ]) {
          expect(toHex(stackBytes(again.warrants))).toBe(stack)
          for (const { payload, payloadBytes } of again.warrants) {
            expect(toHex(encodePayload(payload))).toBe(toHex(payloadBytes))
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('gates', () => {
  const exemptible = (constraint: Constraint): boolean =>
    !['wildcard', 'any', 'not', 'cel', 'unknown'].includes(constraint.kind)

  const gateOf = (constraint: Constraint, isExemption: boolean): Gate => {
    const kind = isExemption && exemptible(constraint) ? 'unless' : 'when'
    return { kind, constraint }
  }

  /** A gate, and one that might stand in its place. */
  const gatePairs: fc.Arbitrary<readonly [Gate, Gate]> = fc.oneof(
    fc.tuple(pairs, fc.boolean(), fc.boolean()).map(([[outer, inner], swap, isExemption]) => {
      const [a, b] = swap ? [inner, outer] : [outer, inner]
      return [gateOf(a, isExemption), gateOf(b, isExemption)] as const
    }),
    constraintsTo(1).map((constraint) => [gateOf(constraint, false), { kind: 'all' }] as const),
    constraintsTo(1).map((constraint) => [{ kind: 'all' }, gateOf(constraint, true)] as const),
    fc.tuple(constraintsTo(1), fc.boolean()).map(([constraint, isExemption]) => {
      const gate = gateOf(constraint, isExemption)
      return [gate, gate] as const
    }),
  )

  const gatesOn = (gates: readonly (readonly [string, Gate])[]): Gates =>
    fixedMap<ToolGate>([['pay', fixedMap(gates)]])

  const payload = (change: Partial<Payload>): Payload => ({
    ...minted({ tools: { pay: {} } }).payload,
    ...change,
  })

  const edgesOf = (gate: Gate): readonly Value[] =>
    gate.kind === 'all' ? [] : samplesOf(gate.constraint).slice(0, 40)

  test('that a child may have let no call pass that its parent would not', () => {
    let lawful = 0
    let free = 0
    fc.assert(
      fc.property(gatePairs, fc.boolean(), ([before, after], isMore) => {
        const more: readonly (readonly [string, Gate])[] = isMore ? [['y', { kind: 'all' }]] : []
        const parent = payload({ gates: gatesOn([['x', before]]) })
        const child = payload({ gates: gatesOn([['x', after], ...more]) })
        const link = { parent, child, parentHash: new Uint8Array(32), engines }
        if (gatesHold(link) !== undefined) return
        lawful++
        const asks = [parent, child].map(({ gates }) => compileGates(gates as Gates, engines))
        const [asksParent, asksChild] = asks as [(typeof asks)[0], (typeof asks)[0]]
        for (const x of [...edgesOf(before), ...edgesOf(after), ...POOL]) {
          const args = objectOf([['x', x]])
          if (asksChild('pay', args, NOW) !== false) continue
          free++
          expect(asksParent('pay', args, NOW)).toBe(false)
        }
        if (asksChild('pay', objectOf([]), NOW) === false)
          expect(asksParent('pay', objectOf([]), NOW)).toBe(false)
      }),
      { numRuns: 600 },
    )
    expect(lawful).toBeGreaterThan(60)
    expect(free).toBeGreaterThan(100)
  })

  test('are written in one form and read back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), gatePairs), { selector: ([name]) => name }),
        (named) => {
          const gates = fixedMap<ToolGate>([
            ['pay', fixedMap(named.map(([name, [gate]]) => [name, gate] as const))],
            ['read', 'whole'],
          ])
          const bytes = encodeGates(gates)
          expect(toHex(encodeGates(decodeGates(bytes) as Gates))).toBe(toHex(bytes))
        },
      ),
      { numRuns: 100 },
    )
  })

  test('outlive any number of hops under a tool *, in a chain that is accepted', () => {
    fc.assert(
      fc.property(fc.subarray(['read', 'pay', '*'], { minLength: 1 }), fc.boolean(), (kept, isGated) => {
        const first = minted({ tools: { '*': {} }, gates: { pay: 'whole' }, approvers: [carol.publicKey] })
        const tools = fixedMap(kept.map((name) => [name, capabilityOf([], false)] as const))
        const none = { gates: undefined, extensions: fixedMap<Uint8Array>([]) }
        const same = new Map([[GATES_EXTENSION, first.payload.extensions.get(GATES_EXTENSION) as Uint8Array]])
        const child = childOf(first, { tools, ...(isGated ? { extensions: same } : none) })
        const reaches = findCapability(tools, 'pay') !== undefined
        expect(refusalOf([first, child])).toBe(reaches && !isGated ? 'CHAIN_GATE' : undefined)
      }),
    )
  })
})

describe('approvers', () => {
  const KEYS: readonly PublicKey[] = [bob, carol, dave, root].map(({ publicKey }) => publicKey)

  const subsets = (keys: readonly PublicKey[]): readonly (readonly PublicKey[])[] =>
    Array.from({ length: 2 ** keys.length }, (_, bits) => keys.filter((_key, i) => (bits >> i) % 2 === 1))

  interface Asking {
    readonly approvers: readonly PublicKey[] | undefined
    readonly minApprovals: number | undefined
  }

  /** Every list of approvers and threshold that a warrant can have. */
  const askings: readonly Asking[] = [
    { approvers: undefined, minApprovals: undefined },
    ...subsets(KEYS).flatMap((approvers) =>
      [undefined, 1, 2, 3, 4]
        .filter((least) => least === undefined || least <= approvers.length)
        .map((minApprovals) => ({ approvers, minApprovals })),
    ),
  ]

  const isSatisfied = ({ approvers = [], minApprovals }: Asking, by: readonly PublicKey[]): boolean => {
    const needed = minApprovals ?? approvers.length
    return needed > 0 && by.filter((key) => approvers.includes(key)).length >= needed
  }

  test('every set that satisfies a lawful child satisfies its parent: all pairs, all sets', () => {
    const base = minted({ tools: { pay: {} }, gates: { pay: 'whole' }, approvers: [bob.publicKey] }).payload
    const sets = subsets(KEYS)
    let lawful = 0
    let refused = 0
    for (const before of askings) {
      for (const after of askings) {
        const link = {
          parent: { ...base, ...before },
          child: { ...base, ...after },
          parentHash: new Uint8Array(32),
          engines,
        }
        if (approversHold(link) !== undefined) {
          refused++
          continue
        }
        lawful++
        for (const set of sets) if (isSatisfied(after, set)) expect(isSatisfied(before, set)).toBe(true)
      }
    }
    expect(lawful).toBeGreaterThan(200)
    expect(refused).toBeGreaterThan(1_000)
  })
})

test('every law refuses something that no other law refuses', () => {
  const issuing = (change: Partial<Payload>): Payload => ({
    ...minted().payload,
    type: 'issuer',
    tools: fixedMap<Capability>([]),
    issuableTools: ['read'],
    ...change,
  })
  const gates: Gates = fixedMap([['read', 'whole']])
  const bounds = capabilityOf([['x', { kind: 'exact', value: 1 }]], false)
  const breaches: readonly (readonly [Partial<Payload>, Partial<Payload>, boolean?])[] = [
    [{}, { issuer: dave.publicKey }],
    [{}, { parentHash: new Uint8Array(32) }],
    [{}, { depth: 2 }],
    [{}, { maxDepth: 9 }],
    [{}, { expiresAt: NOW + 10_000 }],
    [{}, { issuedAt: 0 }],
    [{}, { type: 'issuer', tools: fixedMap<Capability>([]), issuableTools: ['read'] }],
    [{}, { tools: fixedMap([['write', capabilityOf([], false)]]) }],
    [{ bounds }, issuing({ bounds: undefined }), true],
    [{ maxIssueDepth: 1 }, issuing({ maxIssueDepth: 2 }), true],
    [{}, { holder: alice.publicKey }, true],
    [{}, { clearance: 1 }],
    [{ approvers: [bob.publicKey] }, { approvers: undefined }],
    [{ gates }, { gates: undefined }],
    [{}, { sessionId: 's' }],
  ]
  expect(breaches).toHaveLength(LAWS.length)
  breaches.forEach(([before, after, isIssuer = false], broken) => {
    const parent: Payload = isIssuer ? issuing(before) : { ...minted().payload, ...before }
    const { payloadBytes } = minted()
    const parentHash = hashOf({ ...minted(), payloadBytes })
    const isGrant = isIssuer && after.type !== 'issuer'
    const child: Payload = {
      ...parent,
      issuer: parent.holder,
      holder: bob.publicKey,
      depth: 1,
      parentHash,
      ...(isGrant && { type: 'execution', tools: minted().payload.tools, issuableTools: undefined }),
      ...pick(after, isIssuer && !isGrant),
    }
    const link = { parent, child, parentHash, engines }
    expect(LAWS.map((law) => law(link) !== undefined)).toEqual(LAWS.map((_, i) => i === broken))
    expect(breachOfLink(link)).toEqual(LAWS[broken]?.(link))
  })
})

/** Of an issuer child, only what it says about issuing. */
const pick = (change: Partial<Payload>, isIssuing: boolean): Partial<Payload> =>
  isIssuing ? { bounds: change.bounds, maxIssueDepth: change.maxIssueDepth } : change
