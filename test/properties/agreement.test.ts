/** One request has one answer: whatever form it comes in, whoever computes it, and whatever was asked before. */

import fc from 'fast-check'
import sodium from 'sodium-native'
import { describe, expect, test, vi } from 'vitest'
import type { CryptoBackend } from '../../src/crypto/backend.js'
import { backend as portable } from '../../src/crypto/ed25519.js'
import { toHex } from '../../src/encoding/bytes.js'
import {
  callOf,
  createEnforcer,
  createGuard,
  createReplayMemory,
  type EnforceRequest,
  type Enforcer,
  type EnforcerConfig,
  formatChain,
  type SettledDecision,
  verify,
} from '../../src/index.js'
import { backend as native } from '../../src/node/ed25519.js'
import { sodiumBackend } from '../../src/node/sodium.js'
import { decodeChain, stackBytes } from '../../src/warrant/chain.js'
import { outcome } from '../support/enforcing.js'
import { engines } from '../support/engines.js'
import { anyRequest, type Presented, wordsOf } from '../support/requests.js'
import { freshSeed, scaled } from '../support/scale.js'
import { Tally } from '../support/tally.js'
import { codeOf } from '../support/values.js'

const seed = freshSeed()
console.log(`agreement: WARRANT_SEED=${seed}`)
vi.setConfig({ testTimeout: scaled(60_000, 3_600_000) })
const RUNS = { numRuns: scaled(150, 1_000), seed }

const enforcerOf = ({ under }: Presented, config: Partial<EnforcerConfig> = {}): Enforcer =>
  createEnforcer({ roots: under.roots, clock: () => under.now, engines, ...config })

/** The answer that all others are compared with: an enforcer that has seen nothing, asked as requests come. */
const plainly = (asked: Presented, request: EnforceRequest = asked.request): SettledDecision =>
  enforcerOf(asked).enforce(request)

/** The same request with its chain in another form. */
const withChain = (
  asked: Presented,
  form: (asked: Presented) => EnforceRequest['chain'],
): SettledDecision => {
  const isChain = asked.request.chain === asked.under.chain
  return plainly(asked, isChain ? { ...asked.request, chain: form(asked) } : asked.request)
}

const withProof = (asked: Presented, form: (proof: Uint8Array) => string): SettledDecision => {
  const { proof } = asked.request
  return plainly(
    asked,
    proof instanceof Uint8Array ? { ...asked.request, proof: form(proof) } : asked.request,
  )
}

const withArgs = (asked: Presented, form: (args: object) => unknown): SettledDecision =>
  plainly(asked, { ...asked.request, args: form(asked.call.args) } as EnforceRequest) // a call by its parts

const reversed = (object: object): object => Object.fromEntries(Object.entries(object).toReversed())

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

const WAYS: Readonly<Record<string, (asked: Presented) => SettledDecision | Promise<SettledDecision>>> = {
  'the chain as its bytes': (asked) => withChain(asked, ({ under }) => under.chain.bytes),
  'the chain as a list of warrants': (asked) =>
    withChain(asked, ({ under }) => stackBytes(under.chain.warrants)),
  'the chain as text': (asked) => withChain(asked, ({ under }) => formatChain(under.chain)),
  'the chain as PEM': (asked) => withChain(asked, ({ under }) => formatChain(under.chain, 'pem')),
  'the chain decoded anew': (asked) => withChain(asked, ({ under }) => decodeChain(under.chain.bytes)),
  'the proof as hexadecimal': (asked) => withProof(asked, toHex),
  'the proof as base64': (asked) => withProof(asked, base64),
  'the proof as base64url': (asked) =>
    withProof(asked, (proof) => base64(proof).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
  'the call copied before': (asked) => {
    const {
      tool: _tool,
      args: _args,
      ...rest
    } = asked.request as EnforceRequest & { tool: string; args: unknown } // as made
    return plainly(asked, { ...rest, call: callOf(asked.call.tool, asked.call.args) })
  },
  'the arguments in another order': (asked) => withArgs(asked, reversed),
  'the arguments with a prototype': (asked) => withArgs(asked, (args) => ({ ...args })),
  explained: (asked) => enforcerOf(asked).explain(asked.request).decision,
  'explained before it is enforced': (asked) => {
    const enforcer = enforcerOf(asked)
    enforcer.explain(asked.request)
    return enforcer.enforce(asked.request)
  },
  'asked of a guard': (asked) => {
    const guard = createGuard({ enforcer: enforcerOf(asked) })
    const { chain, proof, approvals, session } = asked.request
    return guard.check(asked.call.tool, asked.call.args, { chain, proof, approvals, session })
  },
  'asked of an enforcer with a shared store': (asked) => {
    const memory = createReplayMemory()
    const store = {
      claim: async (...given: Parameters<typeof memory.claim>) => memory.claim(...given),
      peek: async (...given: Parameters<typeof memory.peek>) => memory.peek(...given),
    }
    const { roots, now } = asked.under
    const replay = { store, timer: () => () => {} }
    return createEnforcer({ roots, clock: () => now, engines, replay }).enforceAsync(asked.request)
  },
}

describe('the same decision, in the same words', () => {
  const seen = new Tally('decisions that were made in every way')

  // Each way is asked of other requests.
  const ways = Object.entries(WAYS).map(([way, decide], i) => ({
    way,
    decide,
    runs: { ...RUNS, seed: seed + i },
  }))

  test.each(ways)('$way', async ({ decide, runs }) => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async (asked) => {
        const plain = plainly(asked)
        seen.count(outcome(plain))
        expect(wordsOf(await decide(asked))).toBe(wordsOf(plain))
      }),
      runs,
    )
  })

  test('at least a quarter of it is allowed', () => seen.expectQuarter('allow'))
})

describe('every backend', () => {
  const backends: readonly CryptoBackend[] = [native, portable, sodiumBackend(sodium)]

  test('verifies alike and decides alike', () => {
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const { chain, roots, now } = asked.under
        const verdicts = backends.map((backend) =>
          codeOf(() => verify(chain, { roots, now, engines, backend })),
        )
        expect(new Set(verdicts).size).toBe(1)
        const decisions = backends.map((backend) =>
          wordsOf(enforcerOf(asked, { backend }).enforce(asked.request)),
        )
        expect(new Set(decisions).size).toBe(1)
      }),
      { numRuns: scaled(80, 500), seed },
    )
  })
})

describe('what was asked before', () => {
  // Roots, clock and engines are the same for all chains of the generators, so that one enforcer can be asked of all.
  const many = fc.array(anyRequest, { minLength: 6, maxLength: 12 })
  const order = fc.array(fc.nat(), { minLength: 30, maxLength: 40 })

  test.each([
    ['a cache of one chain', 1],
    ['a cache of two', 2],
    ['the cache as it is', undefined],
  ] as const)('with %s changes nothing', (_, cacheSize) => {
    fc.assert(
      fc.property(many, order, (requests, places) => {
        const [first] = requests as [Presented] // six or more
        let { now } = first.under
        const seasoned = createEnforcer({ roots: first.under.roots, clock: () => now, engines, cacheSize })
        // A clock that is set back is refused: chains that are looked at early come first.
        const asked = places
          .map((place) => requests[place % requests.length] as Presented)
          .sort((a, b) => a.under.now - b.under.now)
        for (const each of asked) {
          now = each.under.now
          expect(wordsOf(seasoned.explain(each.request).decision)).toBe(wordsOf(plainly(each)))
        }
      }),
      { numRuns: scaled(12, 100), seed },
    )
  })
})

describe('a bound warrant', () => {
  test('allows and denies exactly what a proof of its holder does', () => {
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const { under, call, request } = asked
        if (request.proof === undefined || request.chain !== under.chain) return
        const { session, approvals } = request
        const proved = outcome(plainly(asked))
        const enforcer = enforcerOf(asked)
        const refused = codeOf(() => enforcer.bind(under.chain, under.holder))
        if (refused !== undefined) {
          // The session is asked of a call alone, and before the type.
          const isEarlier = refused === 'WARRANT_NOT_EXECUTION' && proved === 'SESSION_MISMATCH'
          if (!isEarlier) expect(proved).toBe(refused)
          return
        }
        const bound = enforcer.bind(under.chain, under.holder)
        const said = outcome(bound.enforce(call.tool, call.args, { session, approvals }))
        // A bound warrant has no proof that could be wrong.
        if (proved !== 'PROOF_INVALID') expect(said).toBe(proved)
        expect(outcome(bound.explain(call.tool, call.args, { session, approvals }).decision)).toBe(said)
      }),
      RUNS,
    )
  })
})
