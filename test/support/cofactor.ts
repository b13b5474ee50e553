/** A signature that holds under the equation with the cofactor, and not under the strict one. */

import { createHash } from 'node:crypto'
import { Point } from '@noble/ed25519'
import type { PublicKey } from '../../src/crypto/keys.js'
import { concatBytes, fromHex, toHex } from '../../src/encoding/bytes.js'

/** A signature, and what it is of. */
export interface Signed {
  readonly key: PublicKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

const ORDER_8 = fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')

const reversed = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).reverse()
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(reversed(bytes))}`)
const bytesOf = (scalar: bigint): Uint8Array => reversed(fromHex(scalar.toString(16).padStart(64, '0')))

const challenge = (r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint =>
  numberOf(
    createHash('sha512')
      .update(concatBytes(r, key, message))
      .digest(),
  ) % Point.CURVE().n

/** By whoever has the scalar of the key: R with a point of order 8 added, which the cofactor takes away again. */
export const cofactorOnly = (): Signed => {
  const { n } = Point.CURVE()
  const [secret, nonce] = [123_456_789n, 987_654_321n]
  const key = Point.BASE.multiply(secret).toBytes()
  const message = new TextEncoder().encode('warrant')
  const r = Point.BASE.multiply(nonce).add(Point.fromBytes(ORDER_8)).toBytes()
  const s = (nonce + challenge(r, key, message) * secret) % n
  return { key: toHex(key) as PublicKey, message, signature: concatBytes(r, bytesOf(s)) } // a point of the curve
}

/** Whether [8]([S]B - [k]A - R) is nothing: what a lenient verifier asks. */
export const holdsWithCofactor = ({ key, message, signature }: Signed): boolean => {
  const [r, a] = [signature.subarray(0, 32), fromHex(key)]
  const k = challenge(r, a, message)
  const left = Point.BASE.multiply(numberOf(signature.subarray(32))).subtract(Point.fromBytes(a).multiply(k))
  return left.subtract(Point.fromBytes(r)).clearCofactor().is0()
}
