/**
 * Constraints, values and children for the reference to judge: those of the properties, and beside them wider ones made
 * of drawn texts. A text of which this side makes no constraint is drawn again.
 */

import fc from 'fast-check'
import {
  all,
  any,
  type Constraint,
  cel,
  cidr,
  exact,
  float,
  integer,
  not,
  notOneOf,
  oneOf,
  pattern,
  range,
  regex,
  shlex,
  subpath,
  urlPattern,
  urlSafe,
  type Value,
  wildcard,
} from '../../../src/index.js'
import { byKind, narrowed, POOL, samplesOf } from '../../support/arbitraries.js'
import { values } from '../../support/values.js'
import {
  addresses,
  cels,
  commands,
  domainEntries,
  expressions,
  filePaths,
  globs,
  hostNames,
  networks,
  roots,
  urlPatterns,
  urls,
  words,
} from './texts.js'

export type Kind = Constraint['kind']

export const KINDS: readonly Kind[] = Object.keys(byKind) as Kind[] // the keys of a record by kind

/** What can be made of a text, drawing again where nothing can. */
const made = <T, C extends Constraint>(drawn: fc.Arbitrary<T>, make: (from: T) => C): fc.Arbitrary<C> =>
  drawn
    .map((from) => {
      try {
        return make(from)
      } catch {
        return undefined
      }
    })
    .filter((constraint) => constraint !== undefined)

const numbers: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 1e300, -0.1),
)
const optional = <T>(drawn: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(drawn, { nil: undefined, freq: 2 })
const entries = optional(fc.array(domainEntries, { maxLength: 3 }))

const scalars: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...POOL),
  words,
  numbers.map((number) => float(number)),
  fc.integer({ min: -3, max: 12 }),
  fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 4n }).map((whole) => integer(whole)),
)

/** Constraints of a kind that has a language of its own. */
const WIDER: Readonly<Partial<Record<Kind, fc.Arbitrary<Constraint>>>> = {
  exact: fc.oneof(scalars, urls, filePaths, addresses, values).map(exact),
  oneOf: fc.array(scalars, { maxLength: 5 }).map(oneOf),
  notOneOf: fc.array(scalars, { maxLength: 3 }).map(notOneOf),
  pattern: made(globs, pattern),
  regex: made(expressions, regex),
  cidr: made(networks, cidr),
  urlPattern: made(urlPatterns, urlPattern),
  cel: made(cels, cel),
  range: made(
    fc.record({
      min: optional(numbers),
      max: optional(numbers),
      minInclusive: fc.boolean(),
      maxInclusive: fc.boolean(),
    }),
    range,
  ),
  subpath: made(fc.tuple(roots, fc.boolean(), fc.boolean()), ([root, caseSensitive, allowEqual]) =>
    subpath(root, { caseSensitive, allowEqual }),
  ),
  shlex: fc.subarray(['ls', 'git', '/bin/ls', 'npm', '"ls"']).map(shlex),
  urlSafe: fc
    .record({
      schemes: fc.constantFrom(['https'], ['http', 'https'], ['http', 'https', 'redis', 'ws', 'FTP']),
      allowDomains: entries,
      denyDomains: entries,
      allowPorts: optional(fc.subarray([443, 80, 8080])),
      blockPrivate: fc.boolean(),
      blockLoopback: fc.boolean(),
      blockMetadata: fc.boolean(),
      blockReserved: fc.boolean(),
      blockInternalTlds: fc.boolean(),
    })
    .map(urlSafe),
}

const HOLDING: readonly Kind[] = ['all', 'any', 'not']

/** Made once each: arbitraries are dear to make and free to share. */
const kept = <K, A>(make: (key: K) => A): ((key: K) => A) => {
  const known = new Map<K, A>()
  return (key) => {
    const found = known.get(key) ?? make(key)
    known.set(key, found)
    return found
  }
}

const byDepth = kept((depth: number) =>
  kept((kind: Kind): fc.Arbitrary<Constraint> => {
    const plain = byKind[kind](constraintsTo(depth)) as fc.Arbitrary<Constraint>
    const wider = WIDER[kind]
    return wider === undefined
      ? plain
      : fc.oneof({ weight: 1, arbitrary: plain }, { weight: 3, arbitrary: wider })
  }),
)

/** A constraint of one kind; those that it holds, if it holds any, are nested so deep. */
export const ofKind = (kind: Kind, depth: number): fc.Arbitrary<Constraint> => byDepth(depth)(kind)

const leafKinds = KINDS.filter((kind) => !HOLDING.includes(kind))

/** Constraints nested up to this deep, of every kind as often. */
export const constraintsTo: (depth: number) => fc.Arbitrary<Constraint> = kept((depth) =>
  depth === 0
    ? fc.oneof(...leafKinds.map((kind) => WIDER[kind] ?? byKind[kind](fc.constant(wildcard()))))
    : fc.oneof(...KINDS.map((kind) => ofKind(kind, depth - 1))),
)

const leaves = constraintsTo(0)

/** Texts that a constraint has something to say about. */
const TEXTS: Readonly<Partial<Record<Kind, fc.Arbitrary<string>>>> = {
  pattern: words,
  regex: words,
  cidr: addresses,
  urlPattern: urls,
  urlSafe: urls,
  subpath: filePaths,
  shlex: commands,
}

const kindsIn = (constraint: Constraint): readonly Kind[] => {
  if (constraint.kind === 'not') return kindsIn(constraint.constraint)
  if (constraint.kind === 'all' || constraint.kind === 'any') return constraint.constraints.flatMap(kindsIn)
  return [constraint.kind]
}

/** Values that a constraint may permit, and some that it hardly can. */
export const valuesFor = (constraint: Constraint): fc.Arbitrary<Value> => {
  const near = samplesOf(constraint)
  const texts = kindsIn(constraint).flatMap((kind) => TEXTS[kind] ?? [])
  return fc.oneof(
    ...(near.length === 0 ? [] : [{ weight: 4, arbitrary: fc.constantFrom(...near) }]),
    ...(texts.length === 0 ? [] : [{ weight: 4, arbitrary: fc.oneof(...texts) }]),
    { weight: 2, arbitrary: fc.oneof(scalars, values) },
  )
}

/** Children that are meant to be covered, and are often just not. */
export const childrenOf = (parent: Constraint): fc.Arbitrary<Constraint> =>
  fc.oneof({ weight: 2, arbitrary: narrowed(parent) }, { weight: 3, arbitrary: narrowedText(parent) })

/** By the languages of the kinds; by the properties where a kind has none. */
const narrowedText = (parent: Constraint): fc.Arbitrary<Constraint> => {
  switch (parent.kind) {
    case 'pattern':
      return made(fc.tuple(globs, fc.constantFrom('a*', '*b', 'ab', '*a*', '[ab]*', '?*')), ([glob, more]) =>
        pattern(parent.pattern.includes('*') ? parent.pattern.replace('*', more) : glob),
      )
    case 'cidr':
      return made(fc.tuple(addresses, fc.integer({ min: 0, max: 32 })), ([address, bits]) =>
        cidr(`${address}/${bits}`),
      )
    case 'subpath':
      return made(
        fc.tuple(fc.constantFrom('', '/x', '/y/z', '/..'), fc.boolean(), fc.boolean()),
        ([more, caseSensitive, allowEqual]) =>
          subpath(`${parent.root === '/' && more !== '' ? '' : parent.root}${more}`, {
            caseSensitive: caseSensitive || parent.caseSensitive,
            allowEqual: allowEqual && parent.allowEqual,
          }),
      )
    case 'urlPattern':
      return made(
        fc.tuple(urlPatterns, fc.constantFrom('x.', 'x.y.', '*.x.'), fc.constantFrom('/x', '/x/*')),
        (more) => {
          const [other, host, path] = more
          const text = parent.pattern.replace('*.', host).replace(/\/\*$/, path)
          return urlPattern(text === parent.pattern ? other : text)
        },
      )
    case 'cel':
      return made(cels, (more) => cel(`(${parent.expression}) && (${more})`))
    case 'range':
      return made(fc.tuple(numbers, numbers, fc.boolean(), fc.boolean()), ([min, max, lower, upper]) =>
        range({ min, max, minInclusive: lower, maxInclusive: upper }),
      )
    case 'shlex':
      return fc.subarray([...parent.allow]).map(shlex)
    case 'urlSafe':
      return narrowedUrls(parent)
    case 'all':
      return fc
        .tuple(leaves, ...parent.constraints.map(childrenOf))
        .map(([more, ...kept]) => all([...kept, more]))
    case 'any':
      return fc.tuple(...parent.constraints.map(childrenOf)).chain((kept) => fc.subarray(kept).map(any))
    case 'not':
      return fc.oneof(fc.constant(parent), childrenOf(parent.constraint).map(not), narrowed(parent))
    default:
      return narrowed(parent)
  }
}

const below = (entry: string, name: string): string =>
  entry.startsWith('*.') ? name + entry.slice(1) : entry

const narrowedUrls = (parent: Extract<Constraint, { kind: 'urlSafe' }>): fc.Arbitrary<Constraint> =>
  fc
    .record({
      schemes: fc.subarray([...parent.schemes]),
      names: fc.tuple(hostNames, fc.constantFrom('x', '*', '*.y', 'X', '')),
      allow: fc.boolean(),
      deny: optional(domainEntries),
      ports: fc.subarray([...(parent.allowPorts ?? [443, 80])]),
      flags: fc.boolean(),
    })
    .map(({ schemes, names: [name, prefix], allow, deny, ports, flags }) => {
      const { allowDomains, denyDomains } = parent
      const allowed = allowDomains?.map((entry) => (prefix === '' ? entry : below(entry, prefix)))
      const denied = deny === undefined ? denyDomains : [...(denyDomains ?? []), deny]
      return urlSafe({
        ...parent,
        ...{ schemes, allowDomains: allowed ?? (allow ? [name] : undefined), denyDomains: denied },
        allowPorts: allow || parent.allowPorts !== undefined ? ports : undefined,
        blockPrivate: flags || parent.blockPrivate,
        blockReserved: flags || parent.blockReserved,
      })
    })
