/** Arbitrary canonical values, small enough to be read when a property fails. */

import fc from 'fast-check'
import { float, integer, type Value, type ValueObject } from '../encoding/value.js'

/** An object as canonical values have them: frozen, without prototype. */
export const objectOf = (entries: Iterable<readonly [string, Value]>): ValueObject => {
  const object: Record<string, Value> = Object.create(null)
  for (const [name, value] of entries) object[name] = value
  return Object.freeze(object)
}

const list = (...items: readonly Value[]): Value => Object.freeze(items)

/** Values at which constraints of {@link anyConstraint} tell calls apart, or cannot be evaluated. Frozen. */
export const TELLING_VALUES: readonly Value[] = Object.freeze([
  ...['', 'a', 'ab', 'abc', 'b', 'zab', '*', 'ls', 'ls -l', '/bin/ls', 'ls; x', 'localhost', 'garbage'],
  ...['/', '/data', '/data/x', '/data/../etc', '/DATA/x', '/data/x/y', 'relative', '/data\0'],
  ...['10.0.0.1', '10.1.2.3', '11.0.0.1', '::1', '::ffff:10.0.0.1', '10.0.0.256'],
  ...['https://a.example/', 'https://a.example/x', 'https://a.example/x/y', 'http://a.example:8080/x'],
  ...['https://b.a.example/x', 'https://127.0.0.1/', 'https://localhost./', 'https://[::]/'],
  'https://198.18.0.1/',
  ...[0, 1, 2, 5, 10, 11, -1, 0.5, float(0), float(1), float(-0), float(10)],
  ...[integer(2n ** 53n), integer(2n ** 53n + 1n), integer(-(2n ** 53n) - 1n), float(2 ** 53)],
  ...[true, false, null, list(), list('a'), list('a', 'b'), list(list('a')), list(1, float(1)), list(1)],
  objectOf([]),
  objectOf([['a', 1]]),
])

const SURROGATES = 0x800
const FIRST_SURROGATE = 0xd800
const codePoints = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc
    .integer({ min: 0, max: 0x10ffff - SURROGATES })
    .map((point) => (point < FIRST_SURROGATE ? point : point + SURROGATES)),
)

const texts = fc.oneof(
  fc.array(codePoints, { maxLength: 12 }).map((points) => String.fromCodePoint(...points)),
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

const objects = (value: fc.Arbitrary<Value>): fc.Arbitrary<ValueObject> =>
  fc
    .uniqueArray(fc.tuple(texts, value), { maxLength: 5, selector: ([name]) => name })
    .map((entries) => objectOf(entries))

// Made once: an arbitrary costs more to make than to draw from, and those that hold constraints ask for it anew.
const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 5 }).map((items) => Object.freeze(items) as Value), // frozen, hence one
    objects(tie('value')),
  ),
})).value
const valueObjects = objects(values)

/** Well-formed text of every plane, names that JavaScript inherits among it. */
export const anyText = (): fc.Arbitrary<string> => texts

/** A canonical value of any kind, nested a little: integers beyond 2^53, integral floats and odd names among them. */
export const anyValue = (): fc.Arbitrary<Value> => values

/** The arguments of a call, under any names. */
export const anyArgs = (): fc.Arbitrary<ValueObject> => valueObjects
