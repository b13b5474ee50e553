/** Parts that fail in ways they must not: whatever throws inside a decision denies it (FC, SIG-9, BND). */

import { describe, expect, test } from 'vitest'
import type { Engines } from '../../src/capability/constraint.js'
import { cel } from '../../src/capability/constraints/cel.js'
import { regex } from '../../src/capability/constraints/regex.js'
import { type CryptoBackend, defaultBackend } from '../../src/crypto/backend.js'
import { readConfig } from '../../src/enforce/config.js'
import { decide } from '../../src/enforce/decide.js'
import type { EnforceRequest } from '../../src/enforce/enforcer.js'
import { askedOf, Matter } from '../../src/enforce/matter.js'
import {
  ARGS,
  enforcerWith,
  holder,
  issuer,
  minted,
  NOW,
  outcome,
  proofOf,
  TOOL,
} from '../support/enforcing.js'

const chain = minted()
const request: EnforceRequest = { chain, tool: TOOL, args: ARGS, proof: proofOf(chain) }

const fails = (): never => {
  throw new Error('this must not happen')
}

describe('a backend that throws', () => {
  test.each<[string, Partial<CryptoBackend>, string]>([
    ['where it verifies', { verify: fails }, 'SIGNATURE_INVALID'],
    ['where it digests', { sha256: fails }, 'ENFORCE_INTERNAL'],
  ])('%s denies', (_, part, code) => {
    const enforcer = enforcerWith({ backend: { ...defaultBackend, ...part } })
    expect(outcome(enforcer.enforce(request))).toBe(code)
    expect(outcome(enforcer.explain(request).decision)).toBe(code)
  })

  test('after the chain was verified denies all the same, and says at which check', () => {
    let isBroken = false
    const backend: CryptoBackend = {
      ...defaultBackend,
      verify: (...job) => (isBroken ? fails() : defaultBackend.verify(...job)),
    }
    const enforcer = enforcerWith({ backend })
    expect(outcome(enforcer.explain(request).decision)).toBe('allow')
    isBroken = true
    expect(outcome(enforcer.enforce(request))).toBe('ENFORCE_INTERNAL')
    const { checks } = enforcer.explain(request)
    expect(checks.find(({ outcome }) => outcome === 'failed')).toEqual({
      check: 'proof',
      outcome: 'failed',
      code: 'ENFORCE_INTERNAL',
    })
  })

  test('nor is anything but true a signature that verified', () => {
    const backend = { ...defaultBackend, verify: () => 'yes' as unknown as boolean }
    expect(outcome(enforcerWith({ backend }).enforce(request))).toBe('SIGNATURE_INVALID')
  })
})

describe('an engine that throws', () => {
  const engines: Engines = {
    regex: { compile: () => fails },
    cel: { compile: fails },
  }
  test.each([
    ['while it matches', regex('^a$')],
    ['while it compiles', cel('true')],
  ])('%s denies', (_, constraint) => {
    const warrant = minted({ tools: { [TOOL]: { path: constraint } } })
    const args = { path: 'a' }
    const asked = { chain: warrant, tool: TOOL, args, proof: proofOf(warrant, TOOL, args) }
    expect(['ENFORCE_INTERNAL', 'CONSTRAINT_ERROR']).toContain(
      outcome(enforcerWith({ engines }).enforce(asked)),
    )
  })
})

test('a setting without a replay memory of its own cannot decide at once', () => {
  const store = { claim: async () => 'fresh' as const, peek: async () => 'fresh' as const }
  const { setting } = readConfig({
    roots: [issuer.publicKey],
    clock: () => NOW,
    replay: { store, timer: () => () => {} },
  })
  expect(outcome(decide(new Matter(setting, 'enforce', askedOf(request), undefined)))).toBe('STORE_FAILED')
})

describe('APP-5: approvals that cannot be read are not taken for none', () => {
  const gated = minted({ gates: { [TOOL]: 'whole' }, approvers: [holder.publicKey] })
  const ask = (approvals: unknown): string =>
    outcome(
      enforcerWith().enforce({
        ...{ chain: gated, tool: TOOL, args: ARGS, proof: proofOf(gated) },
        approvals: approvals as EnforceRequest['approvals'],
      }),
    )

  test.each<[string, unknown]>([
    ['no list', 'approvals'],
    ['an object', {}],
    ['nothing where one should be', [undefined]],
    ['a number', [1]],
    ['empty text', ['']],
    ['no base64', ['%']],
    ['empty bytes', [new Uint8Array()]],
    ['other CBOR', [Uint8Array.of(0xa0)]],
    ['a list inside the list', [[]]],
    ['an object whose bytes are none', [{ bytes: 'AA==' }]],
  ])('%s', (name, approvals) => {
    expect(ask(approvals)).toBe(name === 'no base64' ? 'TEXT_NOT_BASE64' : 'APPROVAL_MALFORMED')
  })

  test('none at all is another matter, and says what to do', () => {
    for (const none of [undefined, null, []]) expect(ask(none)).toBe('APPROVAL_REQUIRED')
  })
})

describe('BND: what is too large costs nothing', () => {
  test('bytes over the limit are not even digested, whatever length they claim', () => {
    let digested = 0
    const backend: CryptoBackend = {
      ...defaultBackend,
      sha256: (bytes) => {
        digested++
        return defaultBackend.sha256(bytes)
      },
    }
    const huge = new Uint8Array(64 * 1024 * 1024)
    Object.defineProperty(huge, 'length', { value: 3 })
    const enforcer = enforcerWith({ backend })
    for (const bytes of [huge, huge.subarray(0, 262_145)]) {
      expect(outcome(enforcer.enforce({ ...request, chain: bytes }))).toBe('CHAIN_TOO_LARGE')
    }
    expect(outcome(enforcer.enforce({ ...request, chain: 'A'.repeat(500_000) }))).toBe('TEXT_TOO_LARGE')
    expect(digested).toBe(0)
  })

  test('a chain whose root nobody trusts costs no signature', () => {
    let verified = 0
    const backend: CryptoBackend = {
      ...defaultBackend,
      verify: (...job) => {
        verified++
        return defaultBackend.verify(...job)
      },
    }
    const enforcer = enforcerWith({ backend, roots: [holder.publicKey] })
    expect(outcome(enforcer.enforce(request))).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(verified).toBe(0)
  })

  test('nor does a call that the warrant does not permit, once its chain is known', () => {
    let verified = 0
    const backend: CryptoBackend = {
      ...defaultBackend,
      verify: (...job) => {
        verified++
        return defaultBackend.verify(...job)
      },
    }
    const enforcer = enforcerWith({ backend })
    enforcer.explain({ chain } as unknown as EnforceRequest)
    enforcer.enforce({ ...request, tool: 'other' })
    const before = verified
    const args = { path: '/etc/passwd', limit: 1 }
    expect(outcome(enforcer.enforce({ ...request, args }))).toBe('CONSTRAINT_VIOLATED')
    expect(outcome(enforcer.enforce({ ...request, tool: 'other' }))).toBe('TOOL_NOT_GRANTED')
    expect(verified).toBe(before)
  })
})
