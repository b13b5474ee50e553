import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callOf } from '../../../src/capability/call.js'
import { defaultBackend } from '../../../src/crypto/backend.js'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { toHex } from '../../../src/encoding/bytes.js'
import { formatJson } from '../../../src/encoding/json.js'
import { float, type ValueObject } from '../../../src/encoding/value.js'
import {
  checkProof,
  dedupKey,
  formatProof,
  PROOF_PROFILES,
  type ProofProfile,
  parseProof,
  profiledArgs,
  proofChallenge,
  proofFromBytes,
  proofLifetimeSeconds,
  proofWindows,
  prove,
  proveAsync,
} from '../../../src/statement/proof.js'
import { keyOf, NOW, OTHER_ID, WARRANT_ID, warrantOf } from '../../support/statements.js'
import { codeOf, objectOf, valueObjects } from '../../support/values.js'

const holder = keyOf(2)
const warrant = warrantOf(holder.publicKey)

describe('a proof', () => {
  test('of any call is accepted for that call', () => {
    fc.assert(
      fc.property(valueObjects, fc.double({ min: 0, max: 2 ** 40, noNaN: true }), (args, now) => {
        const call = callOf('t', args)
        expect(checkProof(warrant, call, prove(warrant, call, holder, { now }), { now })).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  test('is the same from a signer elsewhere, for a chain as for its leaf, for a call as for its parts', async () => {
    const call = { tool: 't', args: { a: 1, b: [float(1)] } }
    const proof = prove(warrant, call, holder, { now: NOW })
    const remote = { publicKey: holder.publicKey, sign: async (message: Uint8Array) => holder.sign(message) }
    const chain = { warrants: [warrantOf(keyOf(3).publicKey), warrant] }
    expect(await proveAsync(chain, call, remote, { now: NOW })).toEqual(proof)
    expect(prove(chain, callOf(call.tool, call.args), holder, { now: NOW })).toEqual(proof)
  })

  test('is made by the holder alone, at a time that is one, of a call that is one', async () => {
    const call = { tool: 't', args: {} }
    expect(codeOf(() => prove(warrant, call, keyOf(3), { now: NOW }))).toBe('KEY_MISMATCH')
    expect(codeOf(() => prove({ warrants: [] }, call, holder, { now: NOW }))).toBe('CHAIN_EMPTY')
    for (const now of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(codeOf(() => prove(warrant, call, holder, { now }))).toBe('CLOCK_UNAVAILABLE')
    }
    expect(codeOf(() => prove(warrant, { tool: 't', args: new Map() }, holder, { now: NOW }))).toBe(
      'CALL_MALFORMED',
    )
    const broken = { publicKey: holder.publicKey, sign: () => new Uint8Array(63) }
    expect(codeOf(() => prove(warrant, call, broken, { now: NOW }))).toBe('SIGNATURE_LENGTH')
    const away = { publicKey: holder.publicKey, sign: () => Promise.reject(new Error('away')) }
    await expect(proveAsync(warrant, call, away, { now: NOW })).rejects.toThrow('away')
  })

  test('that is missing, or of another length, is none', () => {
    const call = callOf('t', {})
    expect(checkProof(warrant, call, undefined, { now: NOW })).toBe('PROOF_MISSING')
    for (const length of [0, 63, 65]) {
      expect(checkProof(warrant, call, new Uint8Array(length), { now: NOW })).toBe('PROOF_INVALID')
    }
  })

  test('is checked by the backend that is passed', () => {
    const asked: number[] = []
    const backend = {
      ...defaultBackend,
      verify: (_: unknown, message: Uint8Array) => {
        asked.push(message.length)
        return false
      },
    }
    const call = callOf('t', {})
    const proof = prove(warrant, call, holder, { now: NOW })
    expect(checkProof(warrant, call, proof, { now: NOW, backend, maxWindows: 4 })).toBe('PROOF_INVALID')
    expect(asked.length).toBe(4)
  })
})

describe('windows', () => {
  const offsets = (maxWindows: number): number[] =>
    proofWindows(NOW, maxWindows).map((window) => (window - Math.floor(NOW / 30) * 30) / 30)

  test.each([
    [2, [0, -1]],
    [3, [0, -1, 1]],
    [4, [0, -1, 1, -2]],
    [5, [0, -1, 1, -2, 2]],
    [10, [0, -1, 1, -2, 2, -3, 3, -4, 4, -5]],
  ])('%i of them are tried in the order %j', (maxWindows, order) => {
    expect(offsets(maxWindows)).toEqual(order)
  })

  test.each([0, 1, 11, 2.5, Number.NaN, -2])('%d is no number of windows', (maxWindows) => {
    expect(() => proofWindows(NOW, maxWindows)).toThrow(TypeError)
    expect(() =>
      checkProof(warrant, callOf('t', {}), holder.sign(new Uint8Array()) as never, { now: NOW, maxWindows }),
    ).toThrow(TypeError)
  })

  test('there are none at a time that is none', () => {
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, -1]) expect(proofWindows(now, 5)).toEqual([])
  })

  test('a proof is accepted from the first to the last second of its life, which is the lifetime stated', () => {
    const call = callOf('t', { a: 1 })
    const made = Math.floor(NOW / 30) * 30 + 17
    const proof = prove(warrant, call, holder, { now: made })
    for (let maxWindows = 2; maxWindows <= 10; maxWindows++) {
      const accepted: number[] = []
      for (let now = made - 200; now < made + 200; now++) {
        if (checkProof(warrant, call, proof, { now, maxWindows }) === undefined) accepted.push(now)
      }
      expect(accepted.length).toBe(proofLifetimeSeconds(maxWindows))
      const last = accepted.at(-1) as number
      expect(checkProof(warrant, call, proof, { now: last + 0.999, maxWindows })).toBeUndefined()
      expect(checkProof(warrant, call, proof, { now: last + 1, maxWindows })).toBe('PROOF_INVALID')
    }
  })
})

describe('profiles', () => {
  test.each<[ProofProfile, unknown, unknown]>([
    ['tenuo-0.2', { a: null, b: [null, 1], c: { d: null } }, { a: null, b: [null, 1], c: { d: null } }],
    ['tenuo-python', { a: null, b: [null, 1, [null]], e: float(1) }, { b: [1, []], e: float(1) }],
    ['tenuo-python', {}, {}],
    [
      'tenuo-json',
      { a: null, b: [null, float(1)], c: { d: float(-0) } },
      { a: null, b: [null, 1], c: { d: 0 } },
    ],
    ['tenuo-json', { a: float(1e18), b: 1.5, c: '1.0' }, { a: 10n ** 18n, b: 1.5, c: '1.0' }],
    ['tenuo-json', { a: float(-(2 ** 63)), b: float(2 ** 63) }, { a: -(2n ** 63n), b: float(2 ** 63) }],
  ])('%s writes %o as it should', (profile, args, form) => {
    expect(profiledArgs(callOf('t', args).args, profile)).toEqual(form)
  })

  test('tenuo-python has no form for objects inside arguments', () => {
    for (const args of [{ a: {} }, { a: [{ b: 1 }] }, { a: [[{}]] }]) {
      const call = callOf('t', args)
      expect(codeOf(() => prove(warrant, call, holder, { now: NOW, profile: 'tenuo-python' }))).toBe(
        'PROOF_PROFILE',
      )
      const proof = prove(warrant, call, holder, { now: NOW })
      expect(checkProof(warrant, call, proof, { now: NOW, profile: 'tenuo-python' })).toBe('PROOF_PROFILE')
    }
  })

  test('a proof under one profile is never accepted under another that writes the call otherwise', () => {
    const call = callOf('t', { a: null, b: float(1) })
    for (const made of PROOF_PROFILES) {
      for (const checked of PROOF_PROFILES) {
        const proof = prove(warrant, call, holder, { now: NOW, profile: made })
        const denial = checkProof(warrant, call, proof, { now: NOW, profile: checked })
        expect(denial).toBe(made === checked ? undefined : 'PROOF_INVALID')
      }
    }
  })

  test('a form is its own form, and what it leaves as it is has one form under every profile', () => {
    fc.assert(
      fc.property(valueObjects, fc.constantFrom<ProofProfile>('tenuo-0.2', 'tenuo-json'), (args, profile) => {
        const form = profiledArgs(args, profile)
        expect(profiledArgs(form, profile)).toEqual(form)
        expect(callOf('t', form).args).toEqual(form)
        if (!/\.0\b|e/.test(formatJson(args))) expect(form).toEqual(args)
      }),
    )
  })

  test('tenuo-json has one form for calls that a reader of JSON cannot tell apart', () => {
    fc.assert(
      fc.property(valueObjects, (args) => {
        const form = profiledArgs(args, 'tenuo-json')
        let read: unknown
        try {
          read = callOf('t', JSON.parse(formatJson(form))).args
        } catch {
          return // beyond what JSON.parse holds exactly
        }
        expect(profiledArgs(read as ValueObject, 'tenuo-json')).toEqual(form)
      }),
    )
  })

  test('a profile that does not exist is a mistake of the program', () => {
    const profile = '__proto__' as ProofProfile
    expect(() => prove(warrant, { tool: 't', args: {} }, holder, { now: NOW, profile })).toThrow(TypeError)
    expect(() => checkProof(warrant, callOf('t', {}), new Uint8Array(64), { now: NOW, profile })).toThrow(
      TypeError,
    )
  })
})

describe('text', () => {
  const proof = prove(warrant, { tool: 't', args: {} }, holder, { now: NOW })

  test('is read in every form that is sent, and written in the one that all read', () => {
    const forms = [
      toHex(proof),
      toHex(proof).toUpperCase(),
      toBase64(proof),
      toBase64Url(proof),
      `${toBase64Url(proof)}==`,
    ]
    for (const form of forms) expect(parseProof(form)).toEqual(proof)
    expect(formatProof(proof)).toBe(Buffer.from(proof).toString('base64'))
    expect(proofFromBytes(proof)).toEqual(proof)
  })

  test.each([
    '',
    'x',
    '='.repeat(88),
    'A'.repeat(87),
    'A'.repeat(88),
    `${'A'.repeat(87)}=`,
    'g'.repeat(128),
    `${'A'.repeat(85)}B`,
    ` ${'A'.repeat(86)} `,
    'A'.repeat(1_000_000),
  ])('refuses what is none of them: %.20s', (text) => {
    expect(codeOf(() => parseProof(text))).toBe('PROOF_MALFORMED')
  })

  test('refuses other lengths of bytes', () => {
    for (const length of [0, 63, 65])
      expect(codeOf(() => proofFromBytes(new Uint8Array(length)))).toBe('PROOF_MALFORMED')
  })
})

test('the name of a call is that of the call and not of its time', () => {
  const args = objectOf([
    ['b', 2],
    ['a', 1],
  ])
  const same = objectOf([
    ['a', 1],
    ['b', 2],
  ])
  expect(dedupKey(WARRANT_ID, 't', args)).toBe(dedupKey(WARRANT_ID, 't', same))
  const others = [
    dedupKey(WARRANT_ID, 'u', args),
    dedupKey(OTHER_ID, 't', args),
    dedupKey(WARRANT_ID, 't', objectOf([['a', 1]])),
    dedupKey(
      WARRANT_ID,
      't',
      objectOf([
        ['a', float(1)],
        ['b', 2],
      ]),
    ),
  ]
  expect(new Set([dedupKey(WARRANT_ID, 't', args), ...others]).size).toBe(5)
  expect(toHex(proofChallenge(WARRANT_ID, 't', args, 30))).not.toBe(
    toHex(proofChallenge(WARRANT_ID, 't', args, 60)),
  )
})
