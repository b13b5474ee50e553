import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KINDS } from '../../../src/capability/kinds.js'
import { fromBase64 } from '../../../src/encoding/base64url.js'
import { toHex, toUtf8 } from '../../../src/encoding/bytes.js'
import { createEnforcer, leafOf, secretKeyToPem, verify } from '../../../src/index.js'
import {
  anyCall,
  anyChain,
  anyConstraint,
  anyWarrant,
  CHAIN_FAULTS,
  type ConstraintKindName,
  edgesOf,
  fakeClock,
  faultyChain,
  hostileCommand,
  hostilePath,
  hostileUrl,
  requestFor,
  TEST_NOW,
  testKey,
} from '../../../src/testing/index.js'
import { outcome } from '../../support/enforcing.js'
import { engines } from '../../support/engines.js'
import { codeOf } from '../../support/values.js'

describe('test keys', () => {
  test('are the same wherever they are made, and differ by number', () => {
    expect(testKey(1).publicKey).toBe('14b0dc58d6770d79ecc9aeb6a7fd1f893976aae5bdd41ba90ecb8c51bd0ed2ec')
    expect(testKey(1)).toBe(testKey(1))
    const numbers = [0, 1, 2, 255, 256, 65_536, 0xffff_ffff]
    expect(new Set(numbers.map((number) => testKey(number).publicKey)).size).toBe(numbers.length)
  })

  test('say in their secret that they are none', () => {
    const der = fromBase64(secretKeyToPem(testKey(7)).replace(/-----[^-]+-----|\s/g, ''))
    expect(toHex(der)).toContain(toHex(toUtf8('NOT SECRET: warrant/testing ')))
  })

  test.each([-1, 1.5, 2 ** 32, Number.NaN, '1' as unknown as number])('have no number %s', (number) => {
    expect(() => testKey(number)).toThrow(TypeError)
  })
})

describe('a fake clock', () => {
  test('stands until it is turned', () => {
    const clock = fakeClock()
    expect([clock.read(), clock.read()]).toEqual([TEST_NOW, TEST_NOW])
    expect(clock.advance(30)).toBe(TEST_NOW + 30)
    expect(clock.read()).toBe(TEST_NOW + 30)
    expect(clock.advance(-31)).toBe(TEST_NOW - 1)
    clock.now = 5
    expect(clock.read()).toBe(5)
  })

  test('begins when it is told', () => {
    expect(fakeClock(7).read()).toBe(7)
  })
})

describe('chains', () => {
  const drawn = <T>(from: fc.Arbitrary<T>): readonly T[] => fc.sample(from, { numRuns: 60, seed: 5 })

  test('have the length that is asked for', () => {
    const lengths = drawn(anyChain({ minLength: 3, maxLength: 4 })).map(({ chain }) => chain.warrants.length)
    expect(new Set(lengths)).toEqual(new Set([3, 4]))
    expect(new Set(drawn(anyWarrant()).map(({ chain }) => chain.warrants.length))).toEqual(new Set([1]))
    expect(Math.min(...drawn(anyChain({ minLength: 8 })).map(({ chain }) => chain.warrants.length))).toBe(8)
  })

  test('are of both types, with and without session, clearance and gates', () => {
    const roots = drawn(anyChain()).map(({ chain }) => chain.warrants[0]?.payload)
    expect(new Set(roots.map((payload) => payload?.type))).toEqual(new Set(['execution', 'issuer']))
    for (const field of ['sessionId', 'clearance', 'gates', 'approvers'] as const)
      expect(new Set(roots.map((payload) => payload?.[field] === undefined))).toEqual(new Set([true, false]))
  })

  test('are shown as text that the command line reads, and not byte by byte', () => {
    const failed = fc.check(
      fc.property(anyChain(), () => false),
      { numRuns: 1, seed: 1 },
    )
    expect(fc.defaultReportMessage(failed)).toMatch(/Counterexample: \[chain [\w+/=-]+ at 1800000000\]/)
  })

  test.each([...CHAIN_FAULTS])('with the fault %s are refused with %s', (fault, code) => {
    fc.assert(
      fc.property(faultyChain({ fault, engines }), (faulty) => {
        const { chain, roots, now } = faulty
        expect(codeOf(() => verify(chain, { roots, now, engines }))).toBe(code)
        expect(faulty).toMatchObject({ fault, code })
      }),
      { numRuns: 10 },
    )
  })
})

describe('calls', () => {
  test('come with everything that they need', () => {
    const enforced = fc.sample(anyCall({ engines }), { numRuns: 150, seed: 3 }).map(({ under, call }) => {
      const enforcer = createEnforcer({ roots: under.roots, clock: () => under.now, engines })
      return outcome(enforcer.enforce(requestFor(under, call)))
    })
    expect(enforced).toContain('allow')
    expect(enforced.filter((code) => /PROOF|APPROVAL|SESSION|CHAIN|EXPIRED|INTERNAL/.test(code))).toEqual([])
  })

  test('of an issuer warrant are there too, and refused', () => {
    const { issued } = {
      issued: fc
        .sample(anyCall({ maxLength: 1 }), { numRuns: 60, seed: 4 })
        .filter(({ under }) => leafOf(under.chain).payload.type === 'issuer'),
    }
    expect(issued.length).toBeGreaterThan(2)
  })
})

describe('constraints', () => {
  test.each(Object.keys(KINDS) as ConstraintKindName[])('of the kind %s', (kind) => {
    for (const constraint of fc.sample(anyConstraint({ kind }), 20)) {
      expect(constraint.kind).toBe(kind)
      expect(Array.isArray(edgesOf(constraint))).toBe(true)
    }
  })

  test.each([-1, 33, 0.5, Number.NaN])('have no depth %s', (depth) => {
    expect(() => anyConstraint({ depth })).toThrow(TypeError)
  })
})

describe('hostile text', () => {
  test.each([
    ['paths', hostilePath('/srv'), /\/srv/],
    ['URLs', hostileUrl('trusted.example'), /trusted\.example/],
    ['commands', hostileCommand('git'), /git/],
  ] as const)('of %s is about what it is told, and of many kinds', (_, drawn, about) => {
    const texts = fc.sample(drawn, { numRuns: 400, seed: 1 })
    expect(texts.filter((text) => about.test(text)).length).toBeGreaterThan(100)
    expect(new Set(texts).size).toBeGreaterThan(100)
  })
})
