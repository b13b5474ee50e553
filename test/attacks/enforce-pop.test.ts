/** Stolen warrants and captured proofs, against a whole enforcer: POP-1 to POP-5, and POP-7. */

import { describe, expect, test } from 'vitest'
import { createEnforcer, type EnforceRequest } from '../../src/enforce/enforcer.js'
import { createGuard } from '../../src/enforce/guard.js'
import { createReplayMemory, type ReplayOutcome } from '../../src/enforce/replay.js'
import { formatProof } from '../../src/statement/proof.js'
import { attenuate, grant } from '../../src/warrant/attenuate.js'
import {
  ARGS,
  clockAt,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TOOLS,
  thief,
} from '../support/enforcing.js'
import { damaged } from '../support/statements.js'

const chain = minted()
const request: EnforceRequest = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }
const enforced = (change: Partial<EnforceRequest>, now = NOW): string =>
  outcome(enforcerWith({}, clockAt(now)).enforce({ ...request, ...change } as EnforceRequest)) // one change each

test('the call that the attacks start from is allowed', () => {
  expect(enforced({})).toBe('allow')
})

describe('POP-1: whoever stole the bytes of a warrant uses it', () => {
  test('without a proof', () => {
    for (const proof of [undefined, null as never]) expect(enforced({ proof })).toBe('PROOF_MISSING')
  })

  test('with a proof of its own key', () => {
    expect(enforced({ proof: proofOf(chain, TOOL, ARGS, thief) })).toBe('PROOF_INVALID')
    expect(enforced({ proof: proofOf(chain, TOOL, ARGS, issuer) })).toBe('PROOF_INVALID')
  })

  test('after stretching the chain to a key of its own', () => {
    const stretched = grant(
      grant(chain, { tools: TOOLS, holder: thief.publicKey, now: NOW }, holder),
      { tools: TOOLS, holder: thief.publicKey, now: NOW },
      thief,
    )
    const [root, , last] = stretched.warrants
    if (root === undefined || last === undefined) throw new Error('three warrants')
    const bytes = Uint8Array.of(0x82, ...root.bytes, ...last.bytes)
    expect(enforced({ chain: bytes, proof: proofOf(stretched, TOOL, ARGS, thief) })).toBe('CHAIN_ISSUER')
  })

  test('with a proof that is nearly the right one', () => {
    const codes = new Set([...damaged(proofOf(chain))].map((proof) => enforced({ proof })))
    expect([...codes].sort()).toEqual(['PROOF_INVALID', 'PROOF_MALFORMED'])
  })
})

describe('POP-2: a captured proof is used for something else', () => {
  const other = { ...ARGS, limit: 11 }
  const child = attenuate(chain, { tools: TOOLS, now: NOW }, holder)

  test('for other arguments, another tool, another warrant of the same holder', () => {
    expect(enforced({ args: other })).toBe('PROOF_INVALID')
    const two = minted({ tools: { ...TOOLS, write_file: TOOLS[TOOL] ?? {} } })
    expect(enforced({ chain: two, tool: 'write_file', proof: proofOf(two) })).toBe('PROOF_INVALID')
    expect(enforced({ chain: minted() })).toBe('PROOF_INVALID')
    expect(enforced({ chain: child })).toBe('PROOF_INVALID')
  })
})

describe('POP-3: a proof from another time', () => {
  const windowOf = Math.floor(NOW / 30) * 30
  const living = minted({ now: NOW - 300, ttlSeconds: 3_600 })
  const proof = proofOf(living, TOOL, ARGS, holder, NOW)
  const at = (now: number, maxWindows?: number): string =>
    outcome(
      enforcerWith(maxWindows === undefined ? {} : { proof: { maxWindows } }, clockAt(now)).enforce({
        ...request,
        chain: living,
        proof,
      }),
    )

  test('is accepted to the second, and not one more: five windows', () => {
    expect([windowOf - 61, windowOf - 60, windowOf + 89, windowOf + 90].map((now) => at(now))).toEqual([
      'PROOF_INVALID',
      'allow',
      'allow',
      'PROOF_INVALID',
    ])
  })

  test('two windows: this one and the one before', () => {
    expect([windowOf - 1, windowOf, windowOf + 59, windowOf + 60].map((now) => at(now, 2))).toEqual([
      'PROOF_INVALID',
      'allow',
      'allow',
      'PROOF_INVALID',
    ])
  })
})

describe('POP-4: a proof is used twice', () => {
  test('in any spelling, under any spelling of the chain, by a code of its own', () => {
    const enforcer = enforcerWith()
    expect(outcome(enforcer.enforce(request))).toBe('allow')
    const proof = proofOf(chain)
    const spellings = [proof, Uint8Array.from(proof), formatProof(proof), Buffer.from(proof).toString('hex')]
    for (const again of spellings) {
      expect(outcome(enforcer.enforce({ ...request, proof: again }))).toBe('PROOF_REPLAYED')
      expect(outcome(enforcer.enforce({ ...request, chain: chain.bytes, proof: again }))).toBe(
        'PROOF_REPLAYED',
      )
    }
  })

  test('at any second at which it would still be accepted', () => {
    const living = minted({ now: NOW - 300, ttlSeconds: 3_600 })
    const windowOf = Math.floor(NOW / 30) * 30
    for (const maxWindows of [2, 3, 4, 5, 10]) {
      const proof = proofOf(living, TOOL, ARGS, holder, NOW)
      for (const first of [windowOf - 150, windowOf - 60, windowOf - 30, windowOf, windowOf + 29]) {
        const clock = clockAt(first)
        const enforcer = enforcerWith({ proof: { maxWindows } }, clock)
        if (outcome(enforcer.enforce({ ...request, chain: living, proof })) !== 'allow') continue
        for (; clock.now < windowOf + 400; clock.now++) {
          const again = outcome(enforcer.enforce({ ...request, chain: living, proof }))
          expect(['PROOF_REPLAYED', 'PROOF_INVALID'], `${maxWindows} ${first} ${clock.now}`).toContain(again)
        }
      }
    }
  })

  test('the holder calls again in the next window, with a proof of it', () => {
    const clock = clockAt()
    const enforcer = enforcerWith({}, clock)
    expect(outcome(enforcer.enforce(request))).toBe('allow')
    clock.now += 30
    const next = proofOf(chain, TOOL, ARGS, holder, clock.now)
    expect(outcome(enforcer.enforce({ ...request, proof: next }))).toBe('allow')
    expect(outcome(enforcer.enforce(request))).toBe('PROOF_REPLAYED')
  })

  test('two enforcers of one process share a memory', () => {
    const replay = createReplayMemory()
    expect(outcome(enforcerWith({ replay }).enforce(request))).toBe('allow')
    expect(outcome(enforcerWith({ replay }).enforce(request))).toBe('PROOF_REPLAYED')
  })
})

test('POP-5: one proof at two servers at the same moment succeeds once', async () => {
  const seen = new Set<string>()
  const store = {
    claim: async (key: string): Promise<ReplayOutcome> => {
      await new Promise((resolve) => setTimeout(resolve, 2))
      if (seen.has(key)) return 'seen'
      seen.add(key)
      return 'fresh'
    },
    peek: async (key: string): Promise<ReplayOutcome> => (seen.has(key) ? 'seen' : 'fresh'),
  }
  const timer = (run: () => void, milliseconds: number): (() => void) => {
    const handle = setTimeout(run, milliseconds)
    return () => clearTimeout(handle)
  }
  const servers = Array.from({ length: 4 }, () =>
    createEnforcer({ roots: [issuer.publicKey], clock: () => NOW, replay: { store, timer } }),
  )
  const decisions = await Promise.all(servers.map((server) => server.enforceAsync(request)))
  expect(decisions.map(outcome).sort()).toEqual([
    'PROOF_REPLAYED',
    'PROOF_REPLAYED',
    'PROOF_REPLAYED',
    'allow',
  ])
})

test('POP-7: an argument that is filled in after the check is not there', () => {
  const args = { path: '/data/a', limit: undefined }
  const open = minted({ tools: { [TOOL]: {} } })
  const decision = enforcerWith().enforce({ chain: open, tool: TOOL, args, proof: proofOf(open, TOOL, args) })
  if (decision.kind !== 'allow') throw new Error(decision.code)
  expect(Object.keys(decision.call.args)).toEqual(['path'])
  expect(() => Object.assign(decision.call.args, { limit: 10 })).toThrow(TypeError)
})

test('POP-7: nor does a guarded tool get what was filled in while it was asked', async () => {
  const args: Record<string, unknown> = { path: '/data/a' }
  const open = minted({ tools: { [TOOL]: {} } })
  const audit = (): void => {
    args['limit'] = 10
  }
  const guard = createGuard({ enforcer: enforcerWith(), audit })
  const tool = guard(TOOL, (given: object) => ({ ...given }))
  expect(await tool(args, { chain: open, proof: proofOf(open, TOOL, args) })).toEqual({ path: '/data/a' })
  expect(args).toEqual({ path: '/data/a', limit: 10 })
})
