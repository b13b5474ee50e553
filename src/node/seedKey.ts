/** The key object of a secret key, made so that the secret stays nowhere else. */

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { concatBytes, fromHex } from '../encoding/bytes.js'

/** PKCS#8 of an Ed25519 seed, up to the seed. */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')

/**
 * From DER, whose bytes are overwritten. Not as JWK, which Node 20 reads nine times as fast: its text cannot be overwritten,
 * and Node leaves what it decodes of it in the memory that all small Buffers share.
 */
export const seedKey = (seed: Uint8Array): KeyObject => {
  const key = Buffer.from(concatBytes(PKCS8_PREFIX, seed))
  const object = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  key.fill(0)
  return object
}
