/** What an enforcer is made of, and what it remembers: chains, and never the answer to a question of time. */

import { describe, expect, test } from 'vitest'
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { defaultBackend } from '../../../src/crypto/backend.js'
import type { EnforcerConfig } from '../../../src/enforce/config.js'
import { createEnforcer } from '../../../src/enforce/enforcer.js'
import { signRevocationList } from '../../../src/statement/revocation.js'
import { attenuate } from '../../../src/warrant/attenuate.js'
import type { Chain } from '../../../src/warrant/chain.js'
import type { Warrant } from '../../../src/warrant/envelope.js'
import type { WarrantId } from '../../../src/warrant/id.js'
import { formatChain } from '../../../src/warrant/text.js'
import {
  ARGS,
  clockAt,
  controlPlane,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
  TOOLS,
  TTL,
  thief,
} from '../../support/enforcing.js'

const chain = minted()
const idOf = ({ warrants: [first] }: Chain): WarrantId => (first as Warrant).payload.id // at least one

/** Counts the signatures that are verified. */
const counting = (): { backend: CryptoBackend; count: () => number } => {
  let verified = 0
  const backend: CryptoBackend = {
    ...defaultBackend,
    verify: (key, message, signature) => {
      verified++
      return defaultBackend.verify(key, message, signature)
    },
  }
  return { backend, count: () => verified }
}

describe('a verified chain is remembered', () => {
  const child = attenuate(chain, { tools: TOOLS, now: NOW }, holder)
  const forms = [child, child.bytes, formatChain(child), formatChain(child, 'pem'), { ...child }]

  test('in every form in which it is presented: its signatures are verified once', () => {
    const { backend, count } = counting()
    const enforcer = enforcerWith({ backend })
    for (const form of forms) {
      expect(outcome(enforcer.enforce({ chain: form, tool: TOOL, args: ARGS }))).toBe('PROOF_MISSING')
    }
    // The last is another object with the same bytes.
    expect(count()).toBe(2)
  })

  test('but time is asked on every hit, to the second', () => {
    const clock = clockAt()
    const enforcer = enforcerWith({}, clock)
    const bound = enforcer.bind(chain, holder)
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
    clock.now = NOW + TTL - 1
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
    clock.now = NOW + TTL
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('WARRANT_EXPIRED')
    expect(outcome(enforcer.enforce({ chain, tool: TOOL, args: ARGS }))).toBe('WARRANT_EXPIRED')
  })

  test('and revocation', () => {
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } })
    const bound = enforcer.bind(child, holder)
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
    enforcer.updateRevocations(
      signRevocationList({ revokedIds: [idOf(child)], version: 1, issuedAt: NOW }, controlPlane),
    )
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('WARRANT_REVOKED')
    expect(outcome(enforcer.enforce({ chain: child, tool: TOOL, args: ARGS }))).toBe('WARRANT_REVOKED')
    enforcer.updateRevocations(
      signRevocationList({ revokedIds: [], version: 2, issuedAt: NOW }, controlPlane),
    )
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
  })

  test('never for another enforcer with other roots', () => {
    expect(outcome(enforcerWith().enforce({ chain, tool: TOOL, args: ARGS }))).toBe('PROOF_MISSING')
    const other = enforcerWith({ roots: [thief.publicKey] })
    expect(outcome(other.enforce({ chain, tool: TOOL, args: ARGS }))).toBe('CHAIN_UNTRUSTED_ROOT')
  })

  test('a chain that was refused is not', () => {
    const { backend, count } = counting()
    const enforcer = enforcerWith({ backend })
    const forged = Uint8Array.from(chain.bytes)
    forged[forged.length - 40] = (forged[forged.length - 40] as number) ^ 1 // within the signature
    for (let i = 0; i < 2; i++) {
      expect(outcome(enforcer.enforce({ chain: forged, tool: TOOL, args: ARGS }))).toBe('SIGNATURE_INVALID')
    }
    expect(count()).toBe(2)
  })

  test('no more of them than it was told', () => {
    const { backend, count } = counting()
    const enforcer = enforcerWith({ backend, cacheSize: 2 })
    const chains = [minted(), minted(), minted()]
    for (const { bytes } of [...chains, ...chains]) enforcer.enforce({ chain: bytes, tool: TOOL, args: ARGS })
    expect(count()).toBe(6)
  })
})

describe('a chain object is the bytes that it had', () => {
  test('what it says of itself besides its bytes is not read', () => {
    const wide = minted({ tools: { [TOOL]: {} } }, thief)
    const lying = { bytes: chain.bytes, warrants: wide.warrants }
    const enforcer = enforcerWith()
    const args = { path: '/etc/passwd', limit: 1 }
    expect(
      outcome(enforcer.enforce({ chain: lying, tool: TOOL, args, proof: proofOf(chain, TOOL, args) })),
    ).toBe('CONSTRAINT_VIOLATED')
  })

  test('and changing those bytes afterwards changes no decision', () => {
    const bytes = Uint8Array.from(chain.bytes)
    const mutable = { bytes, warrants: chain.warrants }
    const enforcer = enforcerWith()
    expect(
      outcome(enforcer.explain({ chain: mutable, tool: TOOL, args: ARGS, proof: proofOf(chain) }).decision),
    ).toBe('allow')
    bytes.fill(0)
    expect(outcome(enforcer.enforce({ chain: mutable, tool: TOOL, args: ARGS, proof: proofOf(chain) }))).toBe(
      'allow',
    )
  })
})

describe('revocation lists', () => {
  const list = (version: number, signer = controlPlane): Uint8Array =>
    signRevocationList({ revokedIds: [], version, issuedAt: NOW }, signer).bytes

  test('of the wrong key or an older version are refused, and the held one stays', () => {
    const clock = clockAt()
    const enforcer = enforcerWith(
      { revocation: { issuer: controlPlane.publicKey, maxAgeSeconds: 60 } },
      clock,
    )
    const bound = (): string => outcome(enforcer.enforce({ chain, tool: TOOL, args: ARGS }))
    expect(bound()).toBe('REVOCATION_STALE')
    enforcer.updateRevocations(list(2))
    expect(bound()).toBe('PROOF_MISSING')
    expect(() => enforcer.updateRevocations(list(3, thief))).toThrow(
      expect.objectContaining({ code: 'REVOCATION_SIGNATURE' }),
    )
    expect(() => enforcer.updateRevocations(list(1))).toThrow(
      expect.objectContaining({ code: 'REVOCATION_ROLLBACK' }),
    )
    clock.now = NOW + 60
    expect(bound()).toBe('PROOF_MISSING')
    clock.now = NOW + 61
    expect(bound()).toBe('REVOCATION_STALE')
  })

  test('a warrant that one list left alone is looked for in the next', () => {
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey, list: list(1) } })
    const bound = enforcer.bind(chain, holder)
    expect(outcome(bound.enforce(TOOL, ARGS))).toBe('allow')
    enforcer.updateRevocations(
      signRevocationList({ revokedIds: [idOf(chain)], version: 2, issuedAt: NOW }, controlPlane),
    )
    for (let i = 0; i < 2; i++) expect(outcome(bound.enforce(TOOL, ARGS))).toBe('WARRANT_REVOKED')
  })

  test('are refused where none are configured, since nobody would ask them', () => {
    expect(() => enforcerWith().updateRevocations(list(1))).toThrow(TypeError)
  })

  test('a decoded one is read again from its bytes', () => {
    const decoded = signRevocationList({ revokedIds: [idOf(chain)], version: 1, issuedAt: NOW }, controlPlane)
    const enforcer = enforcerWith({ revocation: { issuer: controlPlane.publicKey } })
    enforcer.updateRevocations({ ...decoded, revokedIds: [] })
    expect(outcome(enforcer.enforce({ chain, tool: TOOL, args: ARGS }))).toBe('WARRANT_REVOKED')
  })
})

describe('a configuration that no enforcer can be made of', () => {
  const clock = (): number => NOW
  const roots = [issuer.publicKey]
  const wrong: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['no roots', { clock, roots: [] }],
    ['roots that are no keys', { clock, roots: ['root'] }],
    ['roots as one text', { clock, roots: issuer.publicKey }],
    ['no clock', { roots }],
    ['a time instead of a clock', { roots, clock: NOW }],
    ['one window', { roots, clock, proof: { maxWindows: 1 } }],
    ['eleven windows', { roots, clock, proof: { maxWindows: 11 } }],
    ['an unknown profile', { roots, clock, proof: { profile: 'none' } }],
    ['no revocation issuer', { roots, clock, revocation: {} }],
    [
      'a list that may be infinitely old',
      { roots, clock, revocation: { issuer: roots[0], maxAgeSeconds: Infinity } },
    ],
    ['a store without peek', { roots, clock, replay: { claim: () => 'fresh' } }],
    [
      'a shared store without a timer',
      { roots, clock, replay: { store: { claim: () => {}, peek: () => {} } } },
    ],
    ['no replay memory at all', { roots, clock, replay: null }],
    ['one idempotent tool as text', { roots, clock, idempotentTools: 'read' }],
    ['a clearance in words', { roots, clock, clearances: { read: 'internal' } }],
    ['a flag that is none', { roots, clock, sessionRequired: 'no' }],
    ['an empty cache', { roots, clock, cacheSize: 0 }],
  ]
  test.each(wrong)('%s', (_, config) => {
    expect(() => createEnforcer(config as EnforcerConfig)).toThrow(TypeError)
  })
})

describe('sessions', () => {
  const bound = minted({ sessionId: 's1' })
  const ask = (session: unknown, config: Partial<EnforcerConfig> = {}, asked = bound): string =>
    outcome(
      enforcerWith(config).enforce({
        chain: asked,
        tool: TOOL,
        args: ARGS,
        proof: proofOf(asked),
        session: session as string,
      }),
    )

  test('a warrant of one session is used in it and in no other', () => {
    expect(ask('s1')).toBe('allow')
    for (const session of ['s2', '', undefined, null, ['s1'], 's1 '])
      expect(ask(session)).toBe('SESSION_MISMATCH')
  })

  test('a warrant of none is used in any, unless sessions are required', () => {
    for (const session of ['s1', undefined]) expect(ask(session, {}, chain)).toBe('allow')
    expect(ask('s1', { sessionRequired: true }, chain)).toBe('SESSION_MISMATCH')
    expect(ask('s1', { sessionRequired: true })).toBe('allow')
  })
})
