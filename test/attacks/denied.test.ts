/** Refusals that no attack of the catalogue and no other suite asks for; `npm run test:attacks` found that none did. */

import { describe, expect, test } from 'vitest'
import { exact, regex } from '../../src/capability/constructors.js'
import { defaultBackend } from '../../src/crypto/backend.js'
import { signedMessage } from '../../src/crypto/contexts.js'
import { signatureFromBytes } from '../../src/crypto/keys.js'
import { fromHex } from '../../src/encoding/bytes.js'
import { createEnforcer, type EnforceRequest } from '../../src/enforce/enforcer.js'
import { createGuard } from '../../src/enforce/guard.js'
import { createReplayMemory } from '../../src/enforce/replay.js'
import { type Approval, approve, decodeApproval, encodeApproval } from '../../src/statement/approval.js'
import { countApprovals } from '../../src/statement/approvalCount.js'
import { encodeEnvelope, encodePayload } from '../../src/statement/approvalForm.js'
import { chainOf } from '../../src/warrant/chain.js'
import { decodeGates } from '../../src/warrant/gates.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { verifyAuthenticity } from '../../src/warrant/verify.js'
import {
  ARGS,
  clockAt,
  denial,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
} from '../support/enforcing.js'
import { codeOf } from '../support/values.js'

const chain = minted()
const enforcer = enforcerWith()

/** The class of something that was made, as whoever holds it reaches it. */
const makerOf = (made: object): (new (...given: readonly unknown[]) => unknown) =>
  made.constructor as new (
    ...given: readonly unknown[]
  ) => unknown // whatever it takes

describe('what only its own module makes', () => {
  const request: EnforceRequest = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }

  test.each<[string, () => object]>([
    ['a bound warrant', () => enforcer.bind(chain, holder)],
    ['an allow', () => enforcerWith().enforce(request)],
    ['a denial', () => enforcer.enforce({ ...request, tool: 'other' })],
  ])('%s gives no way to make another', (_, make) => {
    const made = make()
    const Maker = makerOf(made)
    for (const given of [
      [],
      [Symbol('maker')],
      [made, made],
      [Symbol('maker'), { code: 'TOOL_NOT_GRANTED' }, 'x', {}, []],
    ]) {
      expect(() => new Maker(...given)).toThrow(TypeError)
    }
  })
})

describe('requests', () => {
  test.each([5, true, Symbol('chain'), () => {}, 10n])('a chain that is %s is no chain', (given) => {
    const asked = { chain: given, tool: TOOL, args: ARGS } as unknown as EnforceRequest
    expect(denial(enforcer.enforce(asked))).toMatchObject({ code: 'ENVELOPE_MALFORMED', where: 'chain' })
  })

  test('a gate that cannot be asked denies, approvals or not', () => {
    const gates = { [TOOL]: { path: regex('^/data/') } }
    const gated = minted({ gates, approvers: [holder.publicKey], tools: { [TOOL]: {} } })
    const asked = { chain: gated, tool: TOOL, args: ARGS, proof: proofOf(gated) }
    for (const approvals of [undefined, [], ['AA==']])
      expect(denial(enforcerWith().enforce({ ...asked, approvals }))).toMatchObject({
        code: 'CONSTRAINT_ENGINE_MISSING',
        where: 'gates',
      })
  })
})

describe('settings that are none', () => {
  test.each([5, 'capacity', null, true])('%j in the place of options', (given) => {
    expect(() => createReplayMemory(given as never)).toThrow(TypeError)
    expect(() => createEnforcer(given as never)).toThrow(TypeError)
    const config = { roots: [issuer.publicKey], clock: clockAt().read, proof: given as never }
    expect(() => createEnforcer(config)).toThrow(TypeError)
  })

  test('a session without a name, or without a warrant', () => {
    const { sessions } = createGuard({ enforcer })
    for (const name of ['', undefined, null, 5, {}])
      expect(() => sessions.set(name as never, chain)).toThrow(TypeError)
    for (const warrant of [undefined, null])
      expect(() => sessions.set('s', warrant as never)).toThrow(TypeError)
    expect(sessions.size).toBe(0)
  })
})

describe('what is too large, or not in the form', () => {
  test('a chain of warrants that together are over the bound', () => {
    const extensions = Object.fromEntries(
      Array.from({ length: 7 }, (_, i) => [`x.${i}`, new Uint8Array(8_192).fill(1)]),
    )
    const large = minted({ extensions, tools: { [TOOL]: { path: exact('x'.repeat(20)) } } }).warrants
    const [first] = large
    if (first === undefined) throw new Error('a root stands alone')
    expect(first.bytes.length * 5).toBeGreaterThan(262_144)
    expect(codeOf(() => chainOf([first, first]))).toBeUndefined()
    expect(codeOf(() => chainOf([first, first, first, first, first]))).toBe('CHAIN_TOO_LARGE')
  })

  test('a gate by another word than the one there is', () => {
    // { "t": { "args": { "a": "all" } } }, and the same with "any".
    const word = (hex: string): Uint8Array => fromHex(`a16174a16461726773a1616163${hex}`)
    expect([...(decodeGates(word('616c6c'))?.get('t') ?? [])]).toEqual([['a', { kind: 'all' }]])
    expect(codeOf(() => decodeGates(word('616e79')))).toBe('GATES_MALFORMED')
  })

  test('an approval that is rightly signed, and larger than one may be', () => {
    const extended = (length: number): Uint8Array => {
      const extensions = new Map([['x', new Uint8Array(length)]])
      return encodeApproval(
        approve({ requestHash: '00'.repeat(32) }, { externalId: 'a', now: NOW, extensions }, holder),
      )
    }
    expect(codeOf(() => decodeApproval(extended(7_000)))).toBeUndefined()
    expect(codeOf(() => decodeApproval(extended(9_000)))).toBe('APPROVAL_MALFORMED')
  })

  test('an approval that is rightly signed, and ends when it begins', () => {
    const hash = new Uint8Array(32)
    const ending = (expiresAt: number): Approval => {
      const fields = { requestHash: hash, nonce: new Uint8Array(16), externalId: 'a', extensions: undefined }
      const payloadBytes = encodePayload({ ...fields, approvedAt: NOW, expiresAt })
      const signature = signatureFromBytes(holder.sign(signedMessage('approval', payloadBytes)))
      return decodeApproval(encodeEnvelope(payloadBytes, holder.publicKey, signature))
    }
    const asked = { requestHash: hash, approvers: [holder.publicKey], minApprovals: 1, now: NOW }
    expect(countApprovals([ending(NOW + 1)], asked)).toMatchObject({ denial: undefined, faults: [] })
    for (const end of [NOW, NOW - 1])
      expect(countApprovals([ending(end)], asked)).toMatchObject({
        denial: 'APPROVAL_INVALID',
        faults: ['no-duration'],
      })
  })

  test('blocks of PEM past the longest chain are not looked at', () => {
    const block = formatChain(chain, 'pem')
    expect(codeOf(() => parseChain(`${block.repeat(2)}-----BEGIN`))).toBe('TEXT_PEM_MALFORMED')
    expect(codeOf(() => parseChain(`${block.repeat(65)}-----BEGIN`))).toBe('CHAIN_TOO_LONG')
  })

  test('a chain without a warrant has no root', () => {
    const empty = { warrants: [], bytes: new Uint8Array() }
    const context = { roots: new Set([issuer.publicKey]), engines: {}, backend: defaultBackend }
    expect(codeOf(() => verifyAuthenticity(empty, context))).toBe('CHAIN_EMPTY')
  })

  test('the call that all of this starts from is allowed', () => {
    expect(outcome(enforcer.bind(chain, holder).enforce(TOOL, ARGS))).toBe('allow')
  })
})
