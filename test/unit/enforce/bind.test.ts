/** Bound warrants: possession is proved once; everything that can change is asked for every call. */

import { describe, expect, test, vi } from 'vitest'
import { callOf } from '../../../src/capability/call.js'
import { defaultBackend } from '../../../src/crypto/backend.js'
import { signedMessage } from '../../../src/crypto/contexts.js'
import { type LocalSigner, SecretKey } from '../../../src/crypto/signer.js'
import { toHex } from '../../../src/encoding/bytes.js'
import { createEnforcer } from '../../../src/enforce/enforcer.js'
import { approve } from '../../../src/statement/approval.js'
import { signRevocationList } from '../../../src/statement/revocation.js'
import type { Warrant } from '../../../src/warrant/chain.js'
import { mint } from '../../../src/warrant/mint.js'
import {
  ARGS,
  approvers,
  clockAt,
  controlPlane,
  denial,
  elsewhere,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TTL,
  thief,
} from '../../support/enforcing.js'

const chain = minted()

const PROOF_INVALID = expect.objectContaining({ code: 'PROOF_INVALID' })
/** What the platform throws at whoever asks for a private field of what has none. */
const NO_KEY = /private member #seed/

describe('binding', () => {
  test('takes the holder, and nobody else', () => {
    const enforcer = enforcerWith()
    expect(outcome(enforcer.bind(chain, holder).enforce(TOOL, ARGS))).toBe('allow')
    expect(() => enforcer.bind(chain, thief)).toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }))
    expect(() => enforcer.bind(chain, issuer)).toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }))
  })

  test('is refused for a revoked warrant, and says so', () => {
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } })
    enforcer.updateRevocations(
      signRevocationList(
        { version: 1, issuedAt: NOW, revokedIds: [(chain.warrants[0] as Warrant).payload.id] }, // one
        controlPlane,
      ),
    )
    expect(() => enforcer.bind(chain, holder)).toThrow(expect.objectContaining({ code: 'WARRANT_REVOKED' }))
  })

  test('a thief who claims to be the holder, and replays a signature made for another binding, is refused', () => {
    const seen: Uint8Array[] = []
    const recorded: Uint8Array[] = []
    const recording: LocalSigner = {
      publicKey: holder.publicKey,
      sign: (message) => {
        seen.push(message)
        const signature = holder.sign(message)
        recorded.push(signature)
        return signature
      },
    }
    const enforcer = enforcerWith()
    enforcer.bind(chain, recording)
    const replaying = { publicKey: holder.publicKey, sign: () => recorded[0] as Uint8Array }
    expect(() => enforcer.bind(chain, replaying)).toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }))
    // What is signed has a label of its own, so that no other statement can be made to be a binding.
    const label = signedMessage('binding', new Uint8Array())
    expect(seen[0]?.subarray(0, label.length)).toEqual(label)
  })

  test.each([
    ['too short', () => new Uint8Array(63)],
    ['no bytes', () => 'signature' as unknown as Uint8Array],
    [
      'a promise where none is waited for',
      () => Promise.resolve(new Uint8Array(64)) as unknown as Uint8Array,
    ],
    ['true', () => true as unknown as Uint8Array],
  ])('a signer that answers %s binds nothing', (_, sign) => {
    expect(() => enforcerWith().bind(chain, { publicKey: holder.publicKey, sign })).toThrow()
  })

  /** Whatever says that its public key is the holder's. */
  const CLAIMING: readonly (readonly [string, LocalSigner, meets: unknown])[] = [
    ['what signs as another', { ...elsewhere(thief), publicKey: holder.publicKey }, PROOF_INVALID],
    ['what inherits from the key of the holder', Object.create(holder), NO_KEY],
    [
      'what inherits from the class of keys',
      Object.create(SecretKey.prototype, { publicKey: { value: holder.publicKey } }),
      NO_KEY,
    ],
    ['a proxy of the holder', new Proxy(holder, {}), NO_KEY],
  ]

  test.each(CLAIMING)('%s, and claims the key of the holder, binds nothing', async (_, signer, meets) => {
    expect(signer.publicKey).toBe(holder.publicKey)
    expect(() => enforcerWith().bind(chain, signer)).toThrow(meets as Error)
    await expect(enforcerWith().bindAsync(chain, signer)).rejects.toThrow(meets as Error)
  })

  test('the key of the holder itself is asked for no signature, anybody else for one that is new each time', async () => {
    const draw = vi.spyOn(crypto, 'getRandomValues')
    enforcerWith().bind(chain, holder)
    await enforcerWith().bindAsync(chain, holder)
    expect(draw).not.toHaveBeenCalled()
    vi.restoreAllMocks()
    const messages: string[] = []
    const far: LocalSigner = {
      publicKey: holder.publicKey,
      sign: (message) => {
        messages.push(toHex(message))
        return holder.sign(message)
      },
    }
    enforcerWith().bind(chain, far)
    await enforcerWith().bindAsync(chain, far)
    expect(new Set(messages).size).toBe(2)
  })

  test('a backend of one’s own is asked about the holder, whoever signs', async () => {
    const backend = {
      ...defaultBackend,
      verify: (...asked: Parameters<typeof defaultBackend.verify>) =>
        asked[0] !== holder.publicKey && defaultBackend.verify(...asked),
    }
    for (const signer of [holder, elsewhere(holder)]) {
      const enforcer = enforcerWith({ backend })
      expect(() => enforcer.bind(chain, signer)).toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }))
      await expect(enforcer.bindAsync(chain, signer)).rejects.toMatchObject({ code: 'PROOF_INVALID' })
    }
  })

  test('works with a signer elsewhere', async () => {
    const remote = { publicKey: holder.publicKey, sign: async (message: Uint8Array) => holder.sign(message) }
    const bound = await enforcerWith().bindAsync(chain, remote)
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
    await expect(enforcerWith().bindAsync(chain, thief)).rejects.toMatchObject({ code: 'PROOF_INVALID' })
  })

  test('is refused where the chain would be, with the same code', () => {
    const expired = clockAt(NOW + TTL)
    expect(() => enforcerWith({}, expired).bind(chain, holder)).toThrow(
      expect.objectContaining({ code: 'WARRANT_EXPIRED' }),
    )
    expect(() => enforcerWith().bind(minted({}, thief), holder)).toThrow(
      expect.objectContaining({ code: 'CHAIN_UNTRUSTED_ROOT' }),
    )
    const issuing = mint({ holder: holder.publicKey, issuableTools: [TOOL], now: NOW }, issuer)
    expect(() => enforcerWith().bind(issuing, holder)).toThrow(
      expect.objectContaining({ code: 'WARRANT_NOT_EXECUTION' }),
    )
  })
})

describe('a call under a bound warrant', () => {
  const bound = enforcerWith().bind(chain, holder)

  test('needs no proof, is not a replay, and says that it was bound', () => {
    for (let i = 0; i < 3; i++) {
      const decision = bound.enforce(TOOL, ARGS)
      expect([outcome(decision), decision.notes]).toEqual(['allow', ['bound']])
    }
  })

  test('takes an inert call as it is, and copies everything else', () => {
    const call = callOf(TOOL, ARGS)
    const inert = bound.enforce(call)
    expect(inert.kind === 'allow' && inert.call).toBe(call)
    const args = { path: '/data/a', limit: 1 }
    const copied = bound.enforce(TOOL, args)
    args.path = '/etc/passwd'
    expect(copied.kind === 'allow' && copied.call.args).toEqual({ path: '/data/a', limit: 1 })
  })

  test.each([
    ['a look-alike of a call', [{ tool: TOOL, args: ARGS }]],
    ['nothing', []],
    ['null', [null, null, null]],
    ['a symbol', [Symbol('tool'), ARGS]],
  ])('%s is denied as malformed', (_, args) => {
    expect(outcome(Reflect.apply(bound.enforce, bound, args))).toBe('CALL_MALFORMED')
  })

  test('explains what it decides', () => {
    const { decision, checks } = bound.explain(TOOL, { path: '/etc', limit: 1 })
    expect(denial(decision)).toMatchObject({ code: 'CONSTRAINT_VIOLATED', where: 'path', tool: TOOL })
    expect(checks.find(({ check }) => check === 'constraints')?.outcome).toBe('failed')
    expect(bound.explain(callOf(TOOL, ARGS)).checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
  })

  test('is decided under its session and with its approvals', () => {
    const gated = minted({
      sessionId: 's1',
      gates: { [TOOL]: 'whole' },
      approvers: [approvers[0]?.publicKey ?? holder.publicKey],
    })
    const watched = enforcerWith().bind(gated, holder)
    expect(outcome(watched.enforce(TOOL, ARGS))).toBe('SESSION_MISMATCH')
    const { retry } = denial(watched.enforce(TOOL, ARGS, { session: 's1' }))
    if (retry === undefined) throw new Error('no retry')
    const approval = approve(retry, { externalId: 'a', now: NOW }, approvers[0] ?? holder)
    expect(outcome(watched.enforce(TOOL, ARGS, { session: 's1', approvals: [approval] }))).toBe('allow')
    const other = { ...ARGS, limit: 11 }
    expect(outcome(watched.enforce(TOOL, other, { session: 's1', approvals: [approval] }))).toBe(
      'APPROVAL_INVALID',
    )
  })

  test('is possible with an enforcer whose replay store is elsewhere, which it never asks', () => {
    const store = {
      claim: async () => Promise.reject(new Error('asked')),
      peek: async () => Promise.reject(new Error('asked')),
    }
    const far = createEnforcer({
      roots: [issuer.publicKey],
      clock: () => NOW,
      replay: { store, timer: () => () => {} },
    })
    expect(outcome(far.bind(chain, holder).enforce(TOOL, ARGS))).toBe('allow')
  })

  test('does not lend its binding to a request', () => {
    const enforcer = enforcerWith()
    enforcer.bind(chain, holder)
    expect(outcome(enforcer.enforce({ chain, tool: TOOL, args: ARGS }))).toBe('PROOF_MISSING')
    expect(outcome(enforcer.enforce({ chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }))).toBe('allow')
  })
})
