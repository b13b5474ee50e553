/** Arbitrary canonical values under the names that tests use; and what a test asks of something that throws. */

import type fc from 'fast-check'
import type { Value, ValueObject } from '../../src/encoding/value.js'
import { anyArgs, anyText, anyValue } from '../../src/testing/index.js'

export { objectOf } from '../../src/testing/values.js'

/** Well-formed text of every plane. */
export const texts: fc.Arbitrary<string> = anyText()

/** Canonical values of every kind, nested. */
export const values: fc.Arbitrary<Value> = anyValue()

/** The arguments of a call. */
export const valueObjects: fc.Arbitrary<ValueObject> = anyArgs()

/** The code of what is thrown, or undefined where nothing is. */
export const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (thrown) {
    return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : thrown
  }
  return undefined
}
