/** Keys and envelopes of the fuzzer's own, made with `node:crypto` and no code of the library: who signed what is known. */

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { array, byteString, bytesOf, type Node, octets, treeOf, uint } from './cborTree.js'
import { hexOf } from './target.js'

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_BYTES = 12

/** The group order, little-endian: what a malleable signature adds to its second half. */
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n

/** A key of the story: 1 is the trusted root, 2 to 7 hold warrants, 9 is a thief. */
export interface StoryKey {
  readonly secret: KeyObject
  readonly public: Uint8Array
  readonly hex: string
}

const keyOf = (number: number): StoryKey => {
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8, Buffer.alloc(32, number)]),
    format: 'der',
    type: 'pkcs8',
  })
  const der = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  const bytes = new Uint8Array(der.subarray(SPKI_BYTES))
  return { secret, public: bytes, hex: hexOf(bytes) }
}

export const KEYS: readonly StoryKey[] = [1, 2, 3, 4, 5, 6, 7, 9, 21, 22, 23].map(keyOf)
export const ROOT: StoryKey = KEYS[0] as StoryKey // in the list
export const THIEF: StoryKey = KEYS[7] as StoryKey // in the list
const byHex = new Map(KEYS.map((key) => [key.hex, key]))

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest())

const WARRANT_LABEL = Buffer.concat([Buffer.from('tenuo-warrant-v1'), Buffer.of(1)])

/** A signature over a payload; behind another label where one is given. */
export const signatureOver = (
  payload: Uint8Array,
  key: StoryKey,
  label: Uint8Array = WARRANT_LABEL,
): Uint8Array => new Uint8Array(sign(null, Buffer.concat([label, payload]), key.secret))

export const envelopeOf = (payload: Uint8Array, signature: Uint8Array): Uint8Array =>
  bytesOf(array([uint(1), byteString(payload), array([uint(1), byteString(signature)])]))

/** A public key as it stands in a payload. */
export const publicNode = (key: StoryKey): Node => array([uint(1), byteString(key.public)])

/** The same signature with the group order added: as good, to a verifier that is not strict. */
export const malleated = (signature: Uint8Array): Uint8Array => {
  let scalar = 0n
  for (let i = 63; i >= 32; i--) scalar = (scalar << 8n) | BigInt(signature[i] ?? 0)
  scalar += ORDER
  const changed = signature.slice()
  for (let i = 32; i < 64; i++) {
    changed[i] = Number(scalar & 0xffn)
    scalar >>= 8n
  }
  return changed
}

/** An envelope in its parts, where it has them. */
export interface Parts {
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

export const partsOf = (envelope: Uint8Array): Parts | undefined => {
  const [version, payload, signature] = treeOf(envelope)?.items ?? []
  const [, bytes] = signature?.items ?? []
  if (version === undefined || payload?.bytes === undefined || bytes?.bytes === undefined) return undefined
  return { payload: payload.bytes, signature: bytes.bytes }
}

/** The fields of a payload by key, where it is a map of numbers. */
export const fieldsOf = (payload: Uint8Array): Map<number, Node> | undefined => {
  const items = treeOf(payload)?.items
  if (items === undefined) return undefined
  const fields = new Map<number, Node>()
  for (let i = 0; i + 1 < items.length; i += 2) fields.set(Number(items[i]?.argument), items[i + 1] as Node) // within the length
  return fields
}

/** The key that a payload names as its issuer, where the story has it. */
export const issuerOf = (payload: Uint8Array): StoryKey | undefined => {
  const key = fieldsOf(payload)?.get(5)?.items?.[1]?.bytes
  return key === undefined ? undefined : byHex.get(hexOf(key))
}

/** The parent hash as it stands in a payload. */
export const hashNode = (payload: Uint8Array): Node => octets(sha256(payload))
