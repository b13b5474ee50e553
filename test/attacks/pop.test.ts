/** Proofs in the wrong hands: POP-1, POP-2, POP-3 and POP-6. Replay, which needs memory, is attacked where that lives. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callOf } from '../../src/capability/call.js'
import { STATEMENT_KINDS, signedMessage } from '../../src/crypto/contexts.js'
import { signatureFromBytes } from '../../src/crypto/keys.js'
import { toHex } from '../../src/encoding/bytes.js'
import { float, type Value } from '../../src/encoding/value.js'
import { checkProof, dedupKey, proofChallenge, prove } from '../../src/statement/proof.js'
import { damaged, keyOf, NOW, OTHER_ID, WARRANT_ID, warrantOf } from '../support/statements.js'
import { objectOf, valueObjects } from '../support/values.js'

const holder = keyOf(2)
const warrant = warrantOf(holder.publicKey)
const args = { path: '/data/q3.csv', limit: 10 }
const call = callOf('read_file', args)
const proof = prove(warrant, call, holder, { now: NOW })
const check = (
  target: typeof warrant,
  tool: string,
  other: unknown,
  signature: Uint8Array | undefined = proof,
  now = NOW,
): string | undefined => checkProof(target, callOf(tool, other), signature, { now })

test('the proof that the attacks start from is good', () => {
  expect(check(warrant, 'read_file', args)).toBeUndefined()
})

describe('POP-1: a stolen warrant', () => {
  test('is not used without a proof', () => {
    expect(checkProof(warrant, call, undefined, { now: NOW })).toBe('PROOF_MISSING')
  })

  test('is not used with the proof of another key', () => {
    const thief = prove(warrantOf(keyOf(9).publicKey), call, keyOf(9), { now: NOW })
    expect(check(warrant, 'read_file', args, thief)).toBe('PROOF_INVALID')
  })

  test('is not used with a damaged proof', () => {
    for (const bytes of damaged(proof)) expect(check(warrant, 'read_file', args, bytes)).toBe('PROOF_INVALID')
  })
})

describe('POP-2: a proof for something else', () => {
  test.each<[string, string, unknown]>([
    ['another tool', 'write_file', args],
    ['a tool of another case', 'Read_file', args],
    ['another value', 'read_file', { ...args, path: '/etc/passwd' }],
    ['a value of another kind', 'read_file', { ...args, limit: '10' }],
    ['a float for an integer', 'read_file', { ...args, limit: float(10) }],
    ['one argument more', 'read_file', { ...args, extra: null }],
    ['one argument less', 'read_file', { path: args.path }],
    ['arguments moved into the tool', 'read_file\u0000path', args],
    ['other arguments under swapped names', 'read_file', { limit: args.path, path: args.limit }],
  ])('%s is refused', (_, tool, other) => {
    expect(check(warrant, tool, other)).toBe('PROOF_INVALID')
  })

  test('another warrant of the same holder, and the same warrant of another, are refused', () => {
    expect(check(warrantOf(holder.publicKey, OTHER_ID), 'read_file', args)).toBe('PROOF_INVALID')
    expect(check(warrantOf(keyOf(3).publicKey), 'read_file', args)).toBe('PROOF_INVALID')
  })

  test('a signature of any other purpose over the same bytes is refused (SIG-4)', () => {
    const challenge = proofChallenge(WARRANT_ID, 'read_file', call.args, Math.floor(NOW / 30) * 30)
    for (const kind of STATEMENT_KINDS) {
      const signature = signatureFromBytes(holder.sign(signedMessage(kind, challenge)))
      expect(check(warrant, 'read_file', args, signature)).toBe(
        kind === 'proof' ? undefined : 'PROOF_INVALID',
      )
    }
  })
})

describe('POP-3: a proof of another time', () => {
  const start = Math.floor(NOW / 30) * 30
  const at = (now: number): string | undefined => check(warrant, 'read_file', args, proof, now)

  test('is accepted to the second from a minute before its window to a minute after it', () => {
    expect(at(start - 61)).toBe('PROOF_INVALID')
    expect(at(start - 60)).toBeUndefined()
    expect(at(start + 89)).toBeUndefined()
    expect(at(start + 90)).toBe('PROOF_INVALID')
  })

  test('is refused at a time that is none', () => {
    for (const now of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) expect(at(now)).toBe('PROOF_INVALID')
  })
})

describe('POP-6: one canonical form', () => {
  test('the order of arguments and of names inside them changes nothing', () => {
    fc.assert(
      fc.property(valueObjects, (some) => {
        const reversed = reverse(some) as typeof some
        expect(toHex(proofChallenge(WARRANT_ID, 't', reversed, 30))).toBe(
          toHex(proofChallenge(WARRANT_ID, 't', some, 30)),
        )
        expect(dedupKey(WARRANT_ID, 't', reversed)).toBe(dedupKey(WARRANT_ID, 't', some))
      }),
    )
  })

  test('calls that differ are never signed by the same bytes', () => {
    const seen = new Map<string, string>()
    fc.assert(
      fc.property(valueObjects, fc.constantFrom('t', 'u'), (some, tool) => {
        const bytes = toHex(proofChallenge(WARRANT_ID, tool, some, 30))
        const meaning = `${tool} ${show(some)}`
        expect(seen.get(bytes) ?? meaning).toBe(meaning)
        seen.set(bytes, meaning)
      }),
      { numRuns: 2000 },
    )
  })
})

const reverse = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(reverse)
  if (typeof value !== 'object' || value === null || 'float' in value) return value
  return objectOf(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, reverse(item as Value)]),
  )
}

/** Its own notation, so that this test does not lean on any writer of the package. */
const show = (value: Value): string => {
  if (Array.isArray(value)) return `[${value.map(show)}]`
  if (typeof value === 'bigint') return `i${value}`
  if (typeof value === 'number') return Number.isInteger(value) ? `i${value}` : `f${value}`
  if (typeof value !== 'object' || value === null) return `${typeof value}${JSON.stringify(value)}`
  if (
    'float' in value &&
    typeof value.float === 'number' &&
    Object.getPrototypeOf(value) === Object.getPrototypeOf(float(1))
  ) {
    return `f${Object.is(value.float, -0) ? '-0' : value.float}`
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${show(item as Value)}`)}}`
}
