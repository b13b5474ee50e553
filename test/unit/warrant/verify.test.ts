/** Verification as its caller sees it: what is asked, in which order, and what a verified chain is. */

import { describe, expect, test } from 'vitest'
import { range } from '../../../src/capability/constraints/range.js'
import { regex } from '../../../src/capability/constraints/regex.js'
import { type CryptoBackend, defaultBackend } from '../../../src/crypto/backend.js'
import { claimedPublicKey } from '../../../src/crypto/keys.js'
import { chainOf, decodeChain, stackBytes } from '../../../src/warrant/chain.js'
import { assertCurrent, signatureJob, VerifiedChain, verify } from '../../../src/warrant/verify.js'
import { codeOf } from '../../support/values.js'
import {
  alice,
  altered,
  bob,
  childOf,
  minted,
  NOW,
  options,
  refusalOf,
  root,
  ruleOfRefusal,
  TTL,
  tools,
} from '../../support/warrants.js'

const first = minted({ tools: { read: { limit: range({ max: 10 }) } } })
const second = childOf(first)
const chain = chainOf([first, second])

describe('a verified chain', () => {
  test('has the root, the leaf and all between, read anew from the bytes', () => {
    const verified = verify(chain, options())
    expect(verified.root.payload.id).toBe(first.payload.id)
    expect(verified.leaf.payload.id).toBe(second.payload.id)
    expect(verified.chain.warrants).toHaveLength(2)
    expect(verified.chain.bytes).toEqual(chain.bytes)
    expect(verified.chain.bytes).not.toBe(chain.bytes)
    expect(Object.isFrozen(verified)).toBe(true)
  })

  test('is made by verifying alone', () => {
    const Maker = VerifiedChain as unknown as new (...args: readonly unknown[]) => VerifiedChain // as a cast would
    for (const maker of [undefined, Symbol('maker'), {}]) {
      expect(() => new Maker(maker, chain)).toThrow(TypeError)
    }
    const imitation = Object.create(VerifiedChain.prototype)
    for (const thing of [
      undefined,
      null,
      'x',
      {},
      chain,
      imitation,
      new Proxy(verify(chain, options()), {}),
    ]) {
      expect(VerifiedChain.isVerified(thing)).toBe(false)
    }
    expect(VerifiedChain.isVerified(verify(chain, options()))).toBe(true)
  })
})

describe('what it is told', () => {
  test('roots in any iterable; one key by itself is a mistake, not a list of letters', () => {
    expect(codeOf(() => verify(chain, options({ roots: new Set([root.publicKey]) })))).toBeUndefined()
    expect(codeOf(() => verify(chain, options({ roots: [alice.publicKey] })))).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(() => verify(chain, options({ roots: root.publicKey as never }))).toThrow(TypeError)
  })

  test('a time that is none is refused', () => {
    for (const now of [Number.NaN, Infinity, -Infinity, '0', undefined, null]) {
      expect(codeOf(() => verify(chain, options({ now: now as never })))).toBe('CLOCK_UNAVAILABLE')
    }
  })

  test('what a polluted prototype lends is not read', () => {
    const generous: CryptoBackend = { ...defaultBackend, verify: () => true }
    const forged = altered(first, tools({ '*': {} }), bob)
    const lent = { backend: generous, roots: [bob.publicKey], now: NOW, engines: {} }
    Object.assign(Object.prototype, lent)
    try {
      const { now, roots } = options()
      expect(codeOf(() => verify(chainOf([forged]), { roots, now }))).toBe('SIGNATURE_INVALID')
      expect(() => verify(chainOf([forged]), { now } as never)).toThrow()
      expect(codeOf(() => verify(chain, { roots } as never))).toBe('CLOCK_UNAVAILABLE')
    } finally {
      for (const name of Object.keys(lent)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  test('a backend that answers anything but true has verified nothing', () => {
    for (const answer of [1, 'true', {}, undefined, Promise.resolve(true)]) {
      const backend = { ...defaultBackend, verify: () => answer as never }
      expect(codeOf(() => verify(chain, options({ backend })))).toBe('SIGNATURE_INVALID')
    }
  })

  test('without an engine nothing is shown to be covered by what needs one', () => {
    const parent = minted({ tools: { read: { path: regex('^/data/') } } })
    const child = childOf(parent, tools({ read: { path: '/data/x' } }))
    expect(refusalOf([parent, child])).toBeUndefined()
    expect(refusalOf([parent, child], { engines: {} })).toBe('CHAIN_CONSTRAINT')
  })
})

describe('the order: first what costs least, and signatures before any policy', () => {
  const bad = altered(first, { ...tools({}), expiresAt: NOW - 5 }, bob)

  test('root, signature, structure, ids, laws, lifetime, keys, time', () => {
    const wide = tools({ '*': {} })
    expect(refusalOf([bad], { roots: [] })).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(refusalOf([bad])).toBe('SIGNATURE_INVALID')
    expect(refusalOf([altered(first, { expiresAt: NOW - 5, depth: 9 })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([first, childOf(first, { id: first.payload.id, ...wide })])).toBe('CHAIN_REPEATED_ID')
    const long = altered(first, { expiresAt: NOW + 7_776_001 })
    expect(refusalOf([long, childOf(long, wide)])).toBe('CHAIN_TOOL')
    expect(refusalOf([altered(long, { issuedAt: NOW - 9 })], { now: NOW + 9e9 })).toBe('WARRANT_TTL')
    expect(refusalOf([first, childOf(first, { ...wide, expiresAt: NOW + 5 })], { now: NOW + 9 })).toBe(
      'CHAIN_TOOL',
    )
  })

  test('the error names the link and the field', () => {
    expect(() => verify(chainOf([first, childOf(first, tools({ write: {} }))]), options())).toThrow(
      expect.objectContaining({ where: 'warrants.1.tools.write' }),
    )
    expect(() => verify(chainOf([first, childOf(first, {}, bob)]), options())).toThrow(
      expect.objectContaining({ where: 'warrants.1' }),
    )
  })
})

describe('a chain that does not show all its ancestors', () => {
  const roots = [root.publicKey, alice.publicKey]
  const third = childOf(second)

  test('is one warrant alone, or is refused', () => {
    expect(refusalOf([first, second, third], { roots })).toBeUndefined()
    expect(refusalOf([second], { roots })).toBeUndefined()
    expect(refusalOf([second, third], { roots })).toBe('CHAIN_ROOT_DEPTH')
    expect(() => verify(chainOf([second, third]), options({ roots }))).toThrow(
      expect.objectContaining({ rule: 'CHAIN_ANCESTORS', where: 'warrants.0' }),
    )
  })

  test('is refused once it is attenuated', () => {
    expect(verify(chainOf([second]), options({ roots })).isDetached).toBe(true)
    expect(refusalOf([second, childOf(second), childOf(childOf(second))], { roots })).toBe('CHAIN_ROOT_DEPTH')
  })
})

describe('keys under which nothing was verified', () => {
  // Half of all encodings are no point: the first of some that is not.
  const nowhere = Array.from({ length: 64 }, (_, i) => claimedPublicKey(new Uint8Array(32).fill(i + 2))).find(
    (key) => !defaultBackend.isPoint(key),
  ) as typeof root.publicKey

  test('are points, or the chain is refused', () => {
    expect(refusalOf([altered(first, { holder: nowhere })])).toBe('KEY_NOT_ON_CURVE')
    expect(refusalOf([altered(first, { approvers: [nowhere] })])).toBe('KEY_NOT_ON_CURVE')
    const asking = altered(first, { approvers: [nowhere] })
    expect(refusalOf([asking, childOf(asking)])).toBe('KEY_NOT_ON_CURVE')
    expect(refusalOf([altered(first, { issuer: nowhere }, root)], { roots: [nowhere] })).toBe(
      'SIGNATURE_INVALID',
    )
  })
})

describe('lifetime', () => {
  test('of 90 days is the most, and a rule of ours refuses more', () => {
    expect(refusalOf([altered(first, { expiresAt: NOW + 7_776_000 })])).toBeUndefined()
    const long = altered(first, { expiresAt: NOW + 7_776_001 })
    expect(refusalOf([long])).toBe('WARRANT_TTL')
    expect(ruleOfRefusal([long])).toBe('TTL_CEILING')
  })

  test('is asked anew at any time, to the second', () => {
    const verified = verify(chain, options())
    expect(codeOf(() => assertCurrent(verified, NOW + TTL - 0.001))).toBeUndefined()
    expect(codeOf(() => assertCurrent(verified, NOW + TTL))).toBe('WARRANT_EXPIRED')
    expect(codeOf(() => assertCurrent(verified, NOW - 30))).toBeUndefined()
    expect(codeOf(() => assertCurrent(verified, NOW - 31))).toBe('CHAIN_ISSUED_AT')
    expect(ruleOfRefusal([altered(first, { issuedAt: NOW + 31 })])).toBe('ISSUED_AT_FUTURE')
  })
})

test('one signature job for each warrant, over the bytes received', () => {
  const jobs = decodeChain(stackBytes([first, second, childOf(second)])).warrants.map(signatureJob)
  expect(jobs.map(({ key }) => key)).toEqual([root.publicKey, alice.publicKey, bob.publicKey])
  for (const { key, message, signature } of jobs)
    expect(defaultBackend.verify(key, message, signature)).toBe(true)
})
