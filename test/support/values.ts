/** Arbitrary canonical values, small enough to be read when a property fails. */

import fc from 'fast-check'
import { float, integer, type Value, type ValueObject } from '../../src/encoding/value.js'

/** Well-formed text of every plane, names that JavaScript inherits among it. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '\u{FF5E}', '\u{1F600}', '\uFEFFbom', 'a\0b'),
)

const scalars: fc.Arbitrary<Value> = fc.oneof(
  texts,
  fc.maxSafeInteger().map((whole) => integer(whole)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((whole) => integer(whole)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => float(number)),
  fc.integer({ min: -70_000, max: 70_000 }).map((number) => float(number)),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((number) => float(number)),
  fc.boolean(),
  fc.constant(null),
)

/** An object as canonical values have them: frozen, without prototype. */
export const objectOf = (entries: Iterable<readonly [string, Value]>): ValueObject => {
  const object: Record<string, Value> = Object.create(null)
  for (const [name, value] of entries) object[name] = value
  return Object.freeze(object)
}

const entriesOf = (value: fc.Arbitrary<Value>): fc.Arbitrary<ValueObject> =>
  fc
    .uniqueArray(fc.tuple(texts, value), { maxLength: 5, selector: ([name]) => name })
    .map((entries) => objectOf(entries))

/** Canonical values of every kind, nested. */
export const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 5 }).map((items) => Object.freeze(items) as Value),
    entriesOf(tie('value')),
  ),
})).value

/** The arguments of a call. */
export const valueObjects: fc.Arbitrary<ValueObject> = entriesOf(values)

/** The code of what is thrown, or undefined where nothing is. */
export const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (thrown) {
    return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : thrown
  }
  return undefined
}
