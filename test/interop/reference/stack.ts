/** Chains as the reference reads them, and the time at which both sides judge: the reference has no other clock. */

import type { SecretKey } from '../../../src/index.js'
import { stackBytes, type Warrant } from '../../../src/warrant/chain.js'
import { keyOf } from '../../support/statements.js'
import { base64 } from './reference.js'

/** This second. */
export const clock = (): number => Math.floor(Date.now() / 1000)

/** The second in which this file was loaded. */
export const NOW: number = clock()

/** Standard base64 of an array of envelopes, also of one. */
export const stackText = (warrants: readonly Warrant[]): string => base64(stackBytes(warrants))

/** The seed of a fixed key of the tests, which is one byte 32 times. */
export const seedOf = (key: SecretKey): string => {
  const byte = [...Array(256).keys()].find((each) => keyOf(each).publicKey === key.publicKey)
  if (byte === undefined) throw new Error('no fixed key')
  return byte.toString(16).padStart(2, '0').repeat(32)
}
