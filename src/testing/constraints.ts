/**
 * Arbitrary constraints of every kind. They draw from small pools, so that constraints meet each other's values,
 * boundaries and faults; a kind without an arbitrary does not compile.
 */

import fc from 'fast-check'
import {
  all,
  any,
  cel,
  cidr,
  contains,
  exact,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  regex,
  shlex,
  subpath,
  subset,
  unknown,
  urlPattern,
  urlSafe,
  wildcard,
} from '../capability/constructors.js'
import type { Constraint } from '../capability/kinds.js'
import { MAX_CONSTRAINT_DEPTH } from '../encoding/limits.js'
import type { Value } from '../encoding/value.js'
import { anyValue, TELLING_VALUES } from './values.js'

const telling: fc.Arbitrary<Value> = fc.constantFrom(...TELLING_VALUES)
/** A few telling values, such as lists are made of. */
export const fewValues: fc.Arbitrary<Value[]> = fc.array(telling, { maxLength: 4 })
const bounds = fc.option(fc.constantFrom(-1, 0, 0.5, 1, 5, 10, 2 ** 53, 2 ** 53 + 2), { nil: undefined })
const some = <T>(...items: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...items])
const maybe = <T>(...items: readonly T[]): fc.Arbitrary<T[] | undefined> =>
  fc.option(some(...items), { nil: undefined })

const GLOBS = ['*', 'a*', 'ab*', '*b', '*ab', 'a?', '[ab]', '*[ab]', '*]', 'a*b', '/data/*', '/data/**']
const EXPRESSIONS = [
  ...["value == 'a'", "(value == 'a') && (true)", 'value > 5', '(value > 5) && (value < 11)', 'value', '('],
  ...['(value) && (true)', 'true', '1 / 0 == 0', 'a == 1', '(a == 1) && (true)', 'size(value) > 0'],
  "value in ['a', 'b']",
]
const URLS = [
  ...['https://a.example/*', 'https://a.example/x', 'https://*.a.example/*', '*://a.example'],
  ...['http://a.example:8080/*', 'https://a.example/x/*', '*://*.example/x'],
]

const ranges = fc
  .record({ min: bounds, max: bounds, minInclusive: fc.boolean(), maxInclusive: fc.boolean() })
  .map(range)

const safeUrls = fc
  .record({
    schemes: some('https', 'http', 'redis'),
    allowDomains: maybe('a.example', '*.a.example', '127.0.0.1'),
    denyDomains: maybe('b.a.example', '[::1]'),
    allowPorts: maybe(443, 8080),
    blockPrivate: fc.boolean(),
    blockLoopback: fc.boolean(),
    blockMetadata: fc.boolean(),
    blockReserved: fc.boolean(),
    blockInternalTlds: fc.boolean(),
  })
  .map(urlSafe)

/** The name of a kind of constraint. */
export type ConstraintKindName = Constraint['kind']

/** One arbitrary per kind; those that hold constraints draw them from `inner`. */
export const byKind: {
  readonly [K in ConstraintKindName]: (
    inner: fc.Arbitrary<Constraint>,
  ) => fc.Arbitrary<Extract<Constraint, { kind: K }>>
} = {
  exact: () => fc.oneof(telling, anyValue()).map(exact),
  pattern: () => fc.constantFrom(...GLOBS).map(pattern),
  range: () => ranges,
  oneOf: () => fewValues.map(oneOf),
  regex: () => fc.constantFrom('a', '^a', 'a+$', '(', '^/data/', '\\d').map((text) => regex(text)),
  notOneOf: () => fewValues.map(notOneOf),
  cidr: () => fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.0.0.1', '0.0.0.0/0', '::/0', '::1').map(cidr),
  urlPattern: () => fc.constantFrom(...URLS).map(urlPattern),
  contains: () => fewValues.map(contains),
  subset: () => fewValues.map(subset),
  all: (inner) => fc.array(inner, { maxLength: 3 }).map(all),
  any: (inner) => fc.array(inner, { maxLength: 3 }).map(any),
  not: (inner) => inner.map(not),
  cel: () => fc.constantFrom(...EXPRESSIONS).map((text) => cel(text)),
  wildcard: () => fc.constant(wildcard()),
  subpath: () =>
    fc
      .tuple(fc.constantFrom('/', '/data', '/data/x', '/DATA'), fc.boolean(), fc.boolean())
      .map(([root, caseSensitive, allowEqual]) => subpath(root, { caseSensitive, allowEqual })),
  urlSafe: () => safeUrls,
  shlex: () => some('ls', 'cat', '/bin/ls').map(shlex),
  unknown: () => fc.constantFrom(6, 55, 200).map((tag) => unknown(tag, new Uint8Array([tag]))),
}

/** Kinds that hold other constraints. */
export const HOLDING_KINDS: readonly ConstraintKindName[] = ['all', 'any', 'not']
/** Kinds that hold none. */
export const LEAF_KINDS: readonly ConstraintKindName[] = (Object.keys(byKind) as ConstraintKindName[]).filter(
  (kind) => !HOLDING_KINDS.includes(kind), // the keys of a record by kind
)

const never = fc.constant<Constraint>(wildcard())

/** A constraint that holds no other, of each kind as often. */
export const leaves: fc.Arbitrary<Constraint> = fc.oneof(...LEAF_KINDS.map((kind) => byKind[kind](never)))

const nested: fc.Arbitrary<Constraint>[] = [leaves]

/** Constraints nested up to this deep; made once for each depth. */
export const constraintsTo = (depth: number): fc.Arbitrary<Constraint> => {
  nested[depth] ??= nestedTo(depth)
  return nested[depth]
}

const nestedTo = (depth: number): fc.Arbitrary<Constraint> => {
  const inner = constraintsTo(depth - 1)
  return fc.oneof(leaves, ...HOLDING_KINDS.map((kind) => byKind[kind](inner) as fc.Arbitrary<Constraint>)) // of any kind
}

/** What {@link anyConstraint} is told. */
export interface AnyConstraintOptions {
  /** How deep All, Any and Not may be nested; 2 unless told. */
  readonly depth?: number
  /** Of this kind; of any unless told. */
  readonly kind?: ConstraintKindName
}

/**
 * A constraint of any kind, those that no version knows and those that no engine can compile among them.
 * @throws TypeError for a depth that is no whole number from 0 to 32.
 * @example
 * fc.property(anyConstraint(), anyValue(), (constraint, value) => permits(constraint, value, { engines, now }))
 */
export const anyConstraint = (options: AnyConstraintOptions = {}): fc.Arbitrary<Constraint> => {
  const { depth = 2, kind } = options
  if (!Number.isInteger(depth) || depth < 0 || depth > MAX_CONSTRAINT_DEPTH) {
    throw new TypeError('the depth is a whole number from 0 to 32')
  }
  if (kind === undefined) return constraintsTo(depth)
  return byKind[kind](constraintsTo(Math.max(depth - 1, 0))) as fc.Arbitrary<Constraint> // of one kind
}
