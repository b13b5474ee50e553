/** Fixed keys, and what statements are made about, for tests. */

import type { PublicKey } from '../../src/crypto/keys.js'
import { type SecretKey, secretKeyFromSeed } from '../../src/crypto/signer.js'
import { float, type Value, type ValueObject } from '../../src/encoding/value.js'
import type { ProofWarrant } from '../../src/statement/proof.js'
import { parseWarrantId, type WarrantId } from '../../src/warrant/id.js'
import { objectOf } from './values.js'

/** The key whose seed is one byte 32 times. */
export const keyOf = (byte: number): SecretKey => secretKeyFromSeed(new Uint8Array(32).fill(byte))

export const NOW = 1_700_000_000
export const WARRANT_ID: WarrantId = parseWarrantId('019dae3d13ed7fb0a7ec467e096427db')
/** The same but for one digit. */
export const OTHER_ID: WarrantId = parseWarrantId('019dae3d13ed7fb0a7ec467e096427dc')

/** The little that a statement knows of a warrant. */
export const warrantOf = (holder: PublicKey, id: WarrantId = WARRANT_ID): ProofWarrant => ({
  payload: { id, holder },
})

/** A typed argument of the prepared vectors: the kind beside the value, since JSON alone loses it. */
export type TypedValue =
  | { readonly String: string }
  | { readonly Integer: string }
  | { readonly Float: number }
  | { readonly Boolean: boolean }
  | { readonly List: readonly TypedValue[] }

export const typedValue = (typed: TypedValue): Value => {
  if ('String' in typed) return typed.String
  if ('Integer' in typed) return Number(typed.Integer)
  if ('Float' in typed) return float(typed.Float)
  if ('Boolean' in typed) return typed.Boolean
  return Object.freeze(typed.List.map(typedValue))
}

export const typedArgs = (typed: Readonly<Record<string, TypedValue>>): ValueObject =>
  objectOf(Object.entries(typed).map(([name, value]) => [name, typedValue(value)]))

/** Every single change of one byte, every cut, and one byte too many. */
export function* damaged(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [1, 0x20, 0x80]) {
      const changed = bytes.slice()
      changed[at] = (changed[at] as number) ^ bit
      yield changed
    }
    yield bytes.slice(0, at)
  }
  yield Uint8Array.of(...bytes, 0)
}
