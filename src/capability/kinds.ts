/** The explicit table of kinds: the one place that knows them all. */

import type { ConstraintKind } from './constraint.js'
import { type AllConstraint, allKind } from './constraints/all.js'
import { type AnyConstraint, anyKind } from './constraints/any.js'
import { type CelConstraint, celKind } from './constraints/cel.js'
import { type CidrConstraint, cidrKind } from './constraints/cidr.js'
import { type ContainsConstraint, containsKind } from './constraints/contains.js'
import { type ExactConstraint, exactKind } from './constraints/exact.js'
import { type NotConstraint, notKind } from './constraints/not.js'
import { type NotOneOfConstraint, notOneOfKind } from './constraints/notOneOf.js'
import { type OneOfConstraint, oneOfKind } from './constraints/oneOf.js'
import { type PatternConstraint, patternKind } from './constraints/pattern.js'
import { type RangeConstraint, rangeKind } from './constraints/range.js'
import { type RegexConstraint, regexKind } from './constraints/regex.js'
import { type ShlexConstraint, shlexKind } from './constraints/shlex.js'
import { type SubpathConstraint, subpathKind } from './constraints/subpath.js'
import { type SubsetConstraint, subsetKind } from './constraints/subset.js'
import { type UnknownConstraint, unknownKind } from './constraints/unknown.js'
import { type UrlPatternConstraint, urlPatternKind } from './constraints/urlPattern.js'
import { type UrlSafeConstraint, urlSafeKind } from './constraints/urlSafe.js'
import { type WildcardConstraint, wildcardKind } from './constraints/wildcard.js'

/** A test that one argument must pass: plain frozen data, made by the constructor of its kind or by the decoder. */
export type Constraint =
  | ExactConstraint
  | PatternConstraint
  | RangeConstraint
  | OneOfConstraint
  | RegexConstraint
  | NotOneOfConstraint
  | CidrConstraint
  | UrlPatternConstraint
  | ContainsConstraint
  | SubsetConstraint
  | AllConstraint
  | AnyConstraint
  | NotConstraint
  | CelConstraint
  | WildcardConstraint
  | SubpathConstraint
  | UrlSafeConstraint
  | ShlexConstraint
  | UnknownConstraint

/** Any kind, as shared code sees it. */
export type SomeKind = ConstraintKind<Constraint>

/** One row per kind, by name. */
export const KINDS: { readonly [K in Constraint['kind']]: ConstraintKind<Extract<Constraint, { kind: K }>> } =
  {
    exact: exactKind,
    pattern: patternKind,
    range: rangeKind,
    oneOf: oneOfKind,
    regex: regexKind,
    notOneOf: notOneOfKind,
    cidr: cidrKind,
    urlPattern: urlPatternKind,
    contains: containsKind,
    subset: subsetKind,
    all: allKind,
    any: anyKind,
    not: notKind,
    cel: celKind,
    wildcard: wildcardKind,
    subpath: subpathKind,
    urlSafe: urlSafeKind,
    shlex: shlexKind,
    unknown: unknownKind,
  }

/** What a record leaves out it does not have, whatever `Object.prototype` was given since. */
const rowOf = (kind: SomeKind): SomeKind =>
  Object.freeze(Object.setPrototypeOf({ ...kind }, null) as SomeKind) // the same fields

// A record is only ever handed constraints of its own kind: kindOf below is where that holds.
const rows = (Object.values(KINDS) as unknown as readonly SomeKind[]).map(rowOf)
const byName: ReadonlyMap<string, SomeKind> = new Map(rows.map((kind) => [kind.kind, kind]))
const unknownRow = byName.get('unknown') as SomeKind // a row of the table
const byTag: ReadonlyMap<number, SomeKind> = new Map(rows.map((kind) => [kind.tag, kind]))

/** The record of a constraint. @throws TypeError for data that no constructor made. */
export const kindOf = (constraint: Constraint): SomeKind => {
  const kind = byName.get(constraint.kind)
  if (kind === undefined) throw new TypeError('not a constraint')
  return kind
}

/** Whether text is the name of a kind. */
export const isKindName = (name: unknown): name is Constraint['kind'] =>
  typeof name === 'string' && byName.has(name)

/** The record for a type id on the wire; every id that has none is Unknown. */
export const kindByTag = (tag: number): SomeKind => byTag.get(tag) ?? unknownRow

/** The type id that a constraint is written under. */
export const tagOf = (constraint: Constraint): number =>
  constraint.kind === 'unknown' ? constraint.tag : kindOf(constraint).tag
