/** Signatures that should not hold: SIG-1 to SIG-9, as far as warrants and chains meet them. */

import sodium from 'sodium-native'
import { describe, expect, test } from 'vitest'
import type { CryptoBackend } from '../../src/crypto/backend.js'
import { STATEMENT_KINDS, signedMessage } from '../../src/crypto/contexts.js'
import { backend as portable } from '../../src/crypto/ed25519.js'
import { type PublicKey, signatureFromBytes } from '../../src/crypto/keys.js'
import { admitsSignature } from '../../src/crypto/strictness.js'
import { concatBytes, fromHex, toHex } from '../../src/encoding/bytes.js'
import { isWarrantError } from '../../src/errors.js'
import { backend as native } from '../../src/node/ed25519.js'
import { sodiumBackend } from '../../src/node/sodium.js'
import { chainOf, decodeChain, stackBytes, type Warrant } from '../../src/warrant/chain.js'
import { sealWarrant } from '../../src/warrant/envelope.js'
import { encodePayload } from '../../src/warrant/payload.js'
import { verify } from '../../src/warrant/verify.js'
import { cofactorOnly, holdsWithCofactor } from '../support/cofactor.js'
import { hasShared, readShared } from '../support/shared.js'
import { codeOf } from '../support/values.js'
import {
  alice,
  altered,
  bob,
  childOf,
  mallory,
  minted,
  NOW,
  options,
  refusalOf,
  root,
  signed,
  tools,
} from '../support/warrants.js'

const first = minted()
const second = childOf(first)
const backends: readonly CryptoBackend[] = [native, portable, sodiumBackend(sodium)]

/** The warrant under another signature. */
const resealed = ({ payload, payloadBytes }: Warrant, signature: Uint8Array): Warrant =>
  sealWarrant(payload, payloadBytes, signatureFromBytes(signature))

/** Refused alike by every backend. */
const refusals = (warrants: readonly Warrant[], roots?: readonly PublicKey[]): ReadonlySet<unknown> =>
  new Set(backends.map((backend) => refusalOf(warrants, { backend, ...(roots && { roots }) })))

test('the chain that the attacks start from is accepted by every backend', () => {
  expect(refusals([first, second])).toEqual(new Set([undefined]))
})

describe('SIG-1: a warrant that no trusted root signed', () => {
  test('signed by somebody else, or by its own holder', () => {
    expect(refusalOf([altered(first, { issuer: mallory.publicKey })])).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(refusalOf([altered(first, { issuer: alice.publicKey })])).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(refusalOf([altered(first, {}, mallory)])).toBe('SIGNATURE_INVALID')
  })

  test('is refused before anything that it says is judged', () => {
    const worst = altered(first, {
      issuer: mallory.publicKey,
      expiresAt: 1,
      depth: 99,
      ...tools({ '*': {} }),
    })
    expect(refusalOf([worst, worst])).toBe('CHAIN_UNTRUSTED_ROOT')
    let asked = 0
    const backend = { ...native, verify: () => ++asked > 0 }
    expect(refusalOf([worst], { backend })).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(asked).toBe(0)
  })

  test('a root further down the chain does not make one of the first', () => {
    const own = altered(first, { issuer: mallory.publicKey, holder: root.publicKey })
    expect(refusalOf([own, childOf(own)])).toBe('CHAIN_UNTRUSTED_ROOT')
  })
})

describe('SIG-2: a signature moved to another warrant', () => {
  test('of the same issuer, of another, or of a sibling', () => {
    const wider = altered(first, tools({ '*': {} }))
    for (const { signature } of [wider, second, childOf(first), minted()])
      expect(refusals([resealed(first, signature)])).toEqual(new Set(['SIGNATURE_INVALID']))
    expect(refusalOf([resealed(wider, first.signature)])).toBe('SIGNATURE_INVALID')
    expect(refusalOf([first, resealed(childOf(first), second.signature)])).toBe('SIGNATURE_INVALID')
    expect(refusalOf([resealed(first, second.signature), resealed(second, first.signature)])).toBe(
      'SIGNATURE_INVALID',
    )
  })
})

describe('SIG-3: one byte more, less, other or elsewhere', () => {
  const whole = stackBytes([first, second])
  const complaint = (bytes: Uint8Array): string | undefined => {
    try {
      verify(decodeChain(bytes), options())
    } catch (thrown) {
      return isWarrantError(thrown) ? undefined : `untyped: ${String(thrown)}`
    }
    return 'accepted'
  }
  const cases: readonly (readonly [string, (at: number) => Uint8Array])[] = [
    ['dropped', (at) => concatBytes(whole.subarray(0, at), whole.subarray(at + 1))],
    ['cut', (at) => whole.subarray(0, at)],
    ['inserted', (at) => concatBytes(whole.subarray(0, at), Uint8Array.of(at % 256), whole.subarray(at))],
    ['doubled', (at) => concatBytes(whole.subarray(0, at + 1), whole.subarray(at))],
    ['flipped', (at) => whole.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte))],
    [
      'reordered',
      (at) => {
        const bytes = Uint8Array.from(whole)
        const next = (at + 1) % bytes.length
        bytes[at] = whole[next] as number
        bytes[next] = whole[at] as number
        return bytes
      },
    ],
  ]

  test.each(cases)('%s, at every place', (_, damage) => {
    const wrong: string[] = []
    for (let at = 0; at < whole.length; at++) {
      const bytes = damage(at)
      if (toHex(bytes) === toHex(whole)) continue // two like bytes changed places
      const found = complaint(bytes)
      if (found !== undefined) wrong.push(`${at}: ${found}`)
    }
    expect(wrong).toEqual([])
  })
})

describe('SIG-4: a signature made for another purpose', () => {
  test.each(STATEMENT_KINDS.filter((kind) => kind !== 'warrant'))('%s is none of a warrant', (kind) => {
    const signature = root.sign(signedMessage(kind, first.payloadBytes))
    expect(refusals([resealed(first, signature)])).toEqual(new Set(['SIGNATURE_INVALID']))
  })

  test('nor is one of the payload alone, or of the whole envelope', () => {
    for (const message of [first.payloadBytes, first.bytes, signedMessage('warrant', first.bytes)])
      expect(refusalOf([resealed(first, root.sign(message))])).toBe('SIGNATURE_INVALID')
  })
})

describe('SIG-5: keys of small order', () => {
  const identity = `01${'00'.repeat(31)}` as PublicKey // as no parser would give it
  const order8 = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a' as PublicKey

  test.each([
    ['issuer', { issuer: identity }],
    ['holder', { holder: order8 }],
    ['approver', { approvers: [bob.publicKey, identity] }],
  ])('as %s are refused when they are read', (_, change) => {
    const bytes = signed({ ...first.payload, ...change }, root).bytes
    expect(codeOf(() => decodeChain(bytes))).toBe('KEY_SMALL_ORDER')
  })

  test('are no roots either, by whatever cast they came', () => {
    const { payloadBytes } = first
    const forged = { ...first, payload: { ...first.payload, issuer: identity }, payloadBytes }
    expect(
      refusals([resealed(forged, concatBytes(fromHex(identity), new Uint8Array(32)))], [identity]),
    ).toEqual(new Set(['CHAIN_UNTRUSTED_ROOT']))
  })
})

describe('SIG-6: signatures that only a lenient verifier takes', () => {
  const [r, s] = [first.signature.subarray(0, 32), first.signature.subarray(32)]
  const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

  /** S + L: the twin of a signature. */
  const twin = (): Uint8Array => {
    const sum = new Uint8Array(32)
    let carry = 0
    for (let i = 0; i < 32; i++) {
      carry += (s[i] as number) + (order[i] as number)
      sum[i] = carry & 255
      carry >>= 8
    }
    return sum
  }

  test.each([
    ['S + L', concatBytes(r, twin())],
    ['S of L', concatBytes(r, order)],
    ['S of 0', concatBytes(r, new Uint8Array(32))],
    ['S of all ones', concatBytes(r, new Uint8Array(32).fill(255))],
    ['R of small order', concatBytes(fromHex(`01${'00'.repeat(31)}`), s)],
    ['R that is not canonical', concatBytes(fromHex(`ee${'ff'.repeat(30)}7f`), s)],
    ['nothing but zeros', new Uint8Array(64)],
  ])('%s: refused, on every backend alike', (_, signature) => {
    expect(refusals([resealed(first, signature)])).toEqual(new Set(['SIGNATURE_INVALID']))
  })

  test.each([0, 63, 65, 128])('%i bytes are no signature', (length) => {
    const { payloadBytes } = first
    const head = concatBytes(Uint8Array.of(0x83, 1, 0x58, payloadBytes.length), payloadBytes)
    const signature = concatBytes(
      Uint8Array.of(0x82, 1),
      length < 24 ? Uint8Array.of(0x40 + length) : Uint8Array.of(0x58, length),
      new Uint8Array(length),
    )
    expect(payloadBytes.length).toBeLessThan(256)
    expect(codeOf(() => decodeChain(concatBytes(head, signature)))).toBe('SIGNATURE_LENGTH')
  })
})

test('SIG-6: S at or above the group order, R of small order and other lengths are asked of no backend', () => {
  const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')
  const r = first.signature.subarray(0, 32)
  const odd = [
    concatBytes(r, order),
    concatBytes(fromHex(`01${'00'.repeat(31)}`), first.signature.subarray(32)),
    first.signature.subarray(0, 63),
    concatBytes(first.signature, new Uint8Array(1)),
  ]
  expect(odd.map(admitsSignature)).toEqual([false, false, false, false])
  expect(admitsSignature(first.signature)).toBe(true)
})

describe('SIG-7: a signature that holds with the cofactor alone', () => {
  test('made by the holder of the key, with a point of order 8 added to R, is refused by every backend alike', () => {
    const lenient = cofactorOnly()
    const { key, message, signature } = lenient
    expect(holdsWithCofactor(lenient)).toBe(true)
    expect(backends.map((backend) => backend.verify(key, message, signature))).toEqual([false, false, false])
  })

  interface Verdicts {
    readonly cases: readonly {
      readonly pk: string
      readonly msg: string
      readonly sig: string
      readonly expect: string
    }[]
  }
  test.skipIf(!hasShared)('published ones', () => {
    const cases = hasShared ? readShared<Verdicts>('vectors/ed25519/verdicts.json').cases : []
    expect(cases.length).toBeGreaterThan(1_000)
    for (const backend of backends) {
      const accepted = cases.filter(({ pk, msg, sig }) =>
        backend.verify(pk as PublicKey, fromHex(msg), fromHex(sig)),
      )
      expect(accepted.filter(({ expect: verdict }) => verdict !== 'accept')).toEqual([])
    }
  })
})

describe('SIG-8: another algorithm', () => {
  const replaced = (bytes: Uint8Array, from: string, to: string, all = false): Uint8Array => {
    const hex = toHex(bytes)
    expect(hex).toContain(from)
    return fromHex(all ? hex.replaceAll(from, to) : hex.replace(from, to))
  }

  test('of a signature or of a key is refused', () => {
    for (const algorithm of ['00', '02', '17'])
      expect(codeOf(() => decodeChain(replaced(first.bytes, '82015840', `82${algorithm}5840`)))).toBe(
        'SIGNATURE_ALGORITHM',
      )
    for (const algorithm of ['00', '02', '17'])
      expect(codeOf(() => decodeChain(replaced(first.bytes, '82015820', `82${algorithm}5820`)))).toBe(
        'KEY_ALGORITHM',
      )
  })
})

describe('SIG-9: whatever fails while verifying', () => {
  const failing: readonly (readonly [string, CryptoBackend['verify']])[] = [
    [
      'throws',
      () => {
        throw new Error('no such algorithm')
      },
    ],
    ['promises', () => Promise.resolve(true) as never],
    ['answers a truthy word', () => 'true' as never],
    ['answers a number', () => 1 as never],
    ['answers nothing', () => undefined as never],
  ]
  test.each(failing)('a backend that %s has verified nothing', (_, verifying) => {
    expect(refusalOf([first], { backend: { ...native, verify: verifying } })).toBe('SIGNATURE_INVALID')
  })

  test('a backend that is none is a refusal as well', () => {
    expect(refusalOf([first], { backend: {} as CryptoBackend })).toBe('SIGNATURE_INVALID')
    expect(refusalOf([first], { backend: { ...native, sha256: () => new Uint8Array() } })).toBeUndefined()
    expect(refusalOf([first, second], { backend: { ...native, sha256: () => new Uint8Array() } })).toBe(
      'CHAIN_PARENT_HASH',
    )
  })

  test('a payload that is not what was signed is read from the bytes, and refused', () => {
    const wide = { ...first.payload, ...tools({ '*': {} }) }
    const forged = sealWarrant(wide, encodePayload(wide), first.signature)
    expect(refusalOf([forged])).toBe('SIGNATURE_INVALID')
    const lying = chainOf([{ ...first, payload: wide }])
    expect([...verify(lying, { roots: [root.publicKey], now: NOW }).leaf.payload.tools.keys()]).toEqual([
      'read',
    ])
  })
})
