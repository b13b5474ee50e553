/** Keys for tests: the same on every machine and in every run, and so everybody's. */

import { type SecretKey, secretKeyFromSeed } from '../crypto/signer.js'
import { toUtf8 } from '../encoding/bytes.js'

/** The seed says what it is, to whoever finds it in a key file. */
const NOTICE = toUtf8('NOT SECRET: warrant/testing ') // 28 bytes of 32
const MAX_NUMBER = 0xffff_ffff

const known = new Map<number, SecretKey>()

/**
 * The test key of a number, always the same one: not secret, since everybody can make it. A verifier that trusts the
 * public key of one trusts the world.
 * @throws TypeError for anything but a whole number from 0 to 2^32 - 1.
 * @example
 * const [issuer, agent] = [testKey(1), testKey(2)]
 */
export const testKey = (number: number): SecretKey => {
  const made = known.get(number)
  if (made !== undefined) return made
  if (!Number.isSafeInteger(number) || number < 0 || number > MAX_NUMBER) {
    throw new TypeError('the number of a test key is a whole number of 32 bits')
  }
  const seed = new Uint8Array(32)
  seed.set(NOTICE)
  new DataView(seed.buffer).setUint32(NOTICE.length, number)
  const key = secretKeyFromSeed(seed)
  known.set(number, key)
  return key
}
