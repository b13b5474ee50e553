/**
 * Arbitrary constraints of every kind, and pairs of which many are covered. They draw from small pools, so that
 * constraints meet each other's values, boundaries and faults; a kind without an arbitrary does not compile.
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
} from '../../src/capability/constructors.js'
import { type Constraint, kindOf } from '../../src/capability/kinds.js'
import { Run } from '../../src/capability/run.js'
import { float, integer, type Value } from '../../src/encoding/value.js'
import { engines } from './engines.js'
import { objectOf, values } from './values.js'

const list = (...items: readonly Value[]): Value => Object.freeze(items)

/** Values that the pools of constraints below are made of or fault on. */
export const POOL: readonly Value[] = [
  ...['', 'a', 'ab', 'abc', 'b', 'zab', '*', 'ls', 'ls -l', '/bin/ls', 'ls; x', 'localhost', 'garbage'],
  ...['/', '/data', '/data/x', '/data/../etc', '/DATA/x', '/data/x/y', 'relative', '/data\0'],
  ...['10.0.0.1', '10.1.2.3', '11.0.0.1', '::1', '::ffff:10.0.0.1', '10.0.0.256'],
  ...['https://a.example/', 'https://a.example/x', 'https://a.example/x/y', 'http://a.example:8080/x'],
  ...[
    'https://b.a.example/x',
    'https://127.0.0.1/',
    'https://localhost./',
    'https://[::]/',
    'https://198.18.0.1/',
  ],
  ...[0, 1, 2, 5, 10, 11, -1, 0.5, float(0), float(1), float(-0), float(10)],
  ...[integer(2n ** 53n), integer(2n ** 53n + 1n), integer(-(2n ** 53n) - 1n), float(2 ** 53)],
  ...[true, false, null, list(), list('a'), list('a', 'b'), list(list('a')), list(1, float(1)), list(1)],
  objectOf([]),
  objectOf([['a', 1]]),
]

const pooled: fc.Arbitrary<Value> = fc.constantFrom(...POOL)
const few: fc.Arbitrary<Value[]> = fc.array(pooled, { maxLength: 4 })
const bounds = fc.option(fc.constantFrom(-1, 0, 0.5, 1, 5, 10, 2 ** 53, 2 ** 53 + 2), { nil: undefined })
const some = <T>(...items: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...items])
const listed = <T>(...items: readonly T[]): fc.Arbitrary<T[] | undefined> =>
  fc.option(some(...items), { nil: undefined })

const ranges = fc
  .record({ min: bounds, max: bounds, minInclusive: fc.boolean(), maxInclusive: fc.boolean() })
  .map(range)

const safeUrls = fc
  .record({
    schemes: some('https', 'http', 'redis'),
    allowDomains: listed('a.example', '*.a.example', '127.0.0.1'),
    denyDomains: listed('b.a.example', '[::1]'),
    allowPorts: listed(443, 8080),
    blockPrivate: fc.boolean(),
    blockLoopback: fc.boolean(),
    blockMetadata: fc.boolean(),
    blockReserved: fc.boolean(),
    blockInternalTlds: fc.boolean(),
  })
  .map(urlSafe)

type Kind = Constraint['kind']

/** One arbitrary per kind; those that hold constraints draw them from `inner`. */
export const byKind: {
  readonly [K in Kind]: (inner: fc.Arbitrary<Constraint>) => fc.Arbitrary<Extract<Constraint, { kind: K }>>
} = {
  exact: () => fc.oneof(pooled, values).map(exact),
  pattern: () =>
    fc
      .constantFrom('*', 'a*', 'ab*', '*b', '*ab', 'a?', '[ab]', '*[ab]', '*]', 'a*b', '/data/*', '/data/**')
      .map(pattern),
  range: () => ranges,
  oneOf: () => few.map(oneOf),
  regex: () => fc.constantFrom('a', '^a', 'a+$', '(', '^/data/', '\\d').map((text) => regex(text)),
  notOneOf: () => few.map(notOneOf),
  cidr: () => fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.0.0.1', '0.0.0.0/0', '::/0', '::1').map(cidr),
  urlPattern: () =>
    fc
      .constantFrom(
        ...['https://a.example/*', 'https://a.example/x', 'https://*.a.example/*', '*://a.example'],
        ...['http://a.example:8080/*', 'https://a.example/x/*', '*://*.example/x'],
      )
      .map(urlPattern),
  contains: () => few.map(contains),
  subset: () => few.map(subset),
  all: (inner) => fc.array(inner, { maxLength: 3 }).map(all),
  any: (inner) => fc.array(inner, { maxLength: 3 }).map(any),
  not: (inner) => inner.map(not),
  cel: () =>
    fc
      .constantFrom(
        ...["value == 'a'", "(value == 'a') && (true)", 'value > 5', '(value > 5) && (value < 11)', 'value'],
        ...[
          '(value) && (true)',
          'true',
          '1 / 0 == 0',
          'a == 1',
          '(a == 1) && (true)',
          'size(value) > 0',
          '(',
          "value in ['a', 'b']",
        ],
      )
      .map((text) => cel(text)),
  wildcard: () => fc.constant(wildcard()),
  subpath: () =>
    fc
      .tuple(fc.constantFrom('/', '/data', '/data/x', '/DATA'), fc.boolean(), fc.boolean())
      .map(([root, caseSensitive, allowEqual]) => subpath(root, { caseSensitive, allowEqual })),
  urlSafe: () => safeUrls,
  shlex: () => some('ls', 'cat', '/bin/ls').map(shlex),
  unknown: () => fc.constantFrom(6, 55, 200).map((tag) => unknown(tag, new Uint8Array([tag]))),
}

const HOLDING: readonly Kind[] = ['all', 'any', 'not']
const leafKinds = (Object.keys(byKind) as Kind[]).filter((kind) => !HOLDING.includes(kind)) // the keys of a record by kind

const never = fc.constant<Constraint>(wildcard())

/** A constraint that holds no other, of each kind as often. */
export const leaves: fc.Arbitrary<Constraint> = fc.oneof(...leafKinds.map((kind) => byKind[kind](never)))

/** Constraints nested up to this deep. */
export const constraintsTo = (depth: number): fc.Arbitrary<Constraint> => {
  if (depth === 0) return leaves
  const inner = constraintsTo(depth - 1)
  return fc.oneof(leaves, ...HOLDING.map((kind) => byKind[kind](inner) as fc.Arbitrary<Constraint>))
}

/** Values near the edges of a constraint. */
export const samplesOf = (constraint: Constraint): readonly Value[] =>
  kindOf(constraint).samples(constraint, new Run(engines))

/** Children that are meant to be covered by a constraint; many are, and the tests ask `covers` itself. */
export const narrowed = (parent: Constraint): fc.Arbitrary<Constraint> => {
  const exacts = samplesOf(parent).slice(0, 16).map(exact)
  const children = [fc.constant(parent), ...(exacts.length === 0 ? [] : [fc.constantFrom(...exacts)])]
  return fc.oneof(...children, ...ofSameKind(parent))
}

const ofSameKind = (parent: Constraint): fc.Arbitrary<Constraint>[] => {
  switch (parent.kind) {
    case 'oneOf':
      return [fc.subarray([...parent.values]).map(oneOf)]
    case 'subset':
      return [fc.subarray([...parent.allowed]).map(subset)]
    case 'contains':
      return [few.map((more) => contains([...more, ...parent.required]))]
    case 'notOneOf':
      return [few.map((more) => notOneOf([...more, ...parent.excluded]))]
    case 'range':
      return [
        fc
          .boolean()
          .map((minInclusive) => range({ ...parent, minInclusive: minInclusive && parent.minInclusive })),
      ]
    case 'all':
      return [
        fc
          .tuple(fc.tuple(...parent.constraints.map(narrowed)), leaves)
          .map(([kept, more]) => all([more, ...kept])),
        fc.tuple(...parent.constraints.map(narrowed)).map((kept) => all(kept.toReversed())),
      ]
    case 'any':
      return [
        fc.subarray([...parent.constraints]).map(any),
        fc.tuple(...parent.constraints.map(narrowed)).chain((kept) => fc.subarray(kept).map(any)),
        fc.tuple(...parent.constraints.map(narrowed)).map((kept) => any(kept.toReversed())),
      ]
    case 'not':
      return [widened(parent.constraint).map(not), widened(parent.constraint).map(not)]
    case 'wildcard':
      return [leaves]
    default:
      return [byKind[parent.kind](never)]
  }
}

/** Constraints that are meant to cover this one. */
const widened = (child: Constraint): fc.Arbitrary<Constraint> => {
  switch (child.kind) {
    case 'exact':
      return few.map((more) => oneOf([...more, child.value]))
    case 'oneOf':
      return few.map((more) => oneOf([...more, ...child.values]))
    case 'any':
      return leaves.chain((more) =>
        fc.constantFrom(any([...child.constraints, more]), any([more, ...child.constraints])),
      )
    case 'all':
      return fc.subarray([...child.constraints]).map(all)
    case 'not':
      return narrowed(child.constraint).map(not)
    default:
      return fc.oneof(fc.constant(child), fc.constant(wildcard()), leaves)
  }
}

/** A parent and a child of nesting up to 2, related more often than not. */
export const pairs: fc.Arbitrary<readonly [Constraint, Constraint]> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(constraintsTo(2), constraintsTo(2)) },
  {
    weight: 6,
    arbitrary: constraintsTo(2).chain((parent) => fc.tuple(fc.constant(parent), narrowed(parent))),
  },
)
