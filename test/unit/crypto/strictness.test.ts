import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretKeyFromSeed } from '../../../src/crypto/signer.js'
import { admitsSignature, admittedKeyBytes, isSmallOrder } from '../../../src/crypto/strictness.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { hasShared, readShared } from '../../support/shared.js'

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const HONEST = secretKeyFromSeed(new Uint8Array(32).fill(4)).publicKey

/** A signature of an honest R and the given S. */
const withS = (s: bigint): Uint8Array =>
  fromHex(HONEST + toHex(fromHex(s.toString(16).padStart(64, '0')).reverse()))

test('S is admitted if and only if it is below the group order', () => {
  for (const s of [0n, 1n, ORDER - 1n]) expect(admitsSignature(withS(s))).toBe(true)
  for (const s of [ORDER, ORDER + 1n, 2n ** 253n, 2n ** 256n - 1n])
    expect(admitsSignature(withS(s))).toBe(false)
  const near = fc.tuple(fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }), fc.constantFrom(0, 8, 64, 120))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
        near.map(([by, shift]) => ORDER + (by >> BigInt(shift))),
      ),
      (s) => {
        expect(admitsSignature(withS(s))).toBe(s < ORDER)
      },
    ),
  )
})

test('a signature is admitted at 64 bytes alone', () => {
  const good = withS(1n)
  for (let length = 0; length < 64; length++) expect(admitsSignature(good.subarray(0, length))).toBe(false)
  for (const extra of [1, 2, 64])
    expect(admitsSignature(Uint8Array.of(...good, ...new Uint8Array(extra)))).toBe(false)
})

test.skipIf(!hasShared)(
  'the 14 encodings are admitted neither as key nor as R, and no neighbour of them is lost',
  () => {
    const { smallOrder14 } = readShared<{ smallOrder14: string[] }>('vectors/ed25519/points.json')
    expect(smallOrder14).toHaveLength(14)
    for (const encoding of smallOrder14) {
      expect(admittedKeyBytes(encoding)).toBeUndefined()
      expect(admittedKeyBytes(encoding.toUpperCase())).toBeUndefined()
      expect(admitsSignature(fromHex(encoding + '00'.repeat(32)))).toBe(false)
      for (let bit = 0; bit < 256; bit++) {
        const bytes = fromHex(encoding)
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(isSmallOrder(bytes)).toBe(smallOrder14.includes(toHex(bytes)))
      }
    }
  },
)

/** RFC 8032: p, and the y of the points of small order. */
const P = 2n ** 255n - 19n
const EIGHTH = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

test('every encoding of a point of small order is refused as key and as R, and its neighbours are not', () => {
  const small = [0n, 1n, P - 1n, EIGHTH, P - EIGHTH].flatMap((y) => [y, y + P]).filter((y) => y < 2n ** 255n)
  const hexOf = (y: bigint, sign: number): string => {
    const bytes = fromHex(y.toString(16).padStart(64, '0')).reverse()
    bytes[31] = (bytes[31] as number) | (sign << 7)
    return toHex(bytes)
  }
  const encodings = [0, 1].flatMap((sign) => small.map((y) => hexOf(y, sign)))
  expect(new Set(encodings).size).toBe(14)
  for (const encoding of encodings) {
    expect(isSmallOrder(fromHex(encoding))).toBe(true)
    expect(admittedKeyBytes(encoding)).toBeUndefined()
    expect(admitsSignature(fromHex(encoding + '00'.repeat(32)))).toBe(false)
    for (let bit = 0; bit < 256; bit++) {
      const bytes = fromHex(encoding)
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(isSmallOrder(bytes)).toBe(encodings.includes(toHex(bytes)))
    }
  }
})

test('a key of another length is not admitted, whatever its digits', () => {
  expect(toHex(admittedKeyBytes(HONEST) ?? new Uint8Array())).toBe(HONEST)
  for (const key of ['', '00', HONEST.slice(2), `${HONEST}00`, HONEST.repeat(2)])
    expect(admittedKeyBytes(key)).toBeUndefined()
})
