/**
 * Constraints: a test that one argument must pass, and the order "allows no more than" between two tests.
 *
 * Every kind is one record of the same shape in one file of `constraints/`, listed in {@link KINDS}. Shared code never
 * names a kind: it asks the record. Adding a kind is one file, one row here, one arbitrary, one page.
 */

import type { CborReader, CborWriter } from '../encoding/cbor.js'
import type { Value } from '../encoding/value.js'
import type { StricterRule } from '../rules.js'

/** Why a constraint could not be evaluated; such an outcome denies, and inside All, Any and Not it ends the whole tree. */
export type Fault =
  | 'CONSTRAINT_UNKNOWN'
  | 'CONSTRAINT_ERROR'
  | 'CONSTRAINT_ENGINE_MISSING'
  | 'CONSTRAINT_TOO_COSTLY'

/** Only `true` permits. */
export type Outcome = boolean | Fault

/** A compiled constraint. `now` is the one clock reading of the decision, in Unix seconds. Never throws. */
export type Matcher = (value: Value, now: number) => Outcome

/**
 * A linear-time regular expression engine in the dialect of format §6; see `warrant/regex`.
 * `compile` throws FormatError CONSTRAINT_INVALID for a pattern that the dialect does not have.
 */
export interface RegexEngine {
  compile(pattern: string): (text: string) => boolean | Fault
}

/**
 * An evaluator of CEL expressions; see `warrant/cel`.
 * `compile` throws FormatError CONSTRAINT_INVALID for an expression that cannot be evaluated within its limits.
 */
export interface CelEngine {
  compile(expression: string): Matcher
}

/** The heavy engines that a warrant may need: passed in by whoever wants them; without one, its constraints deny. */
export interface Engines {
  readonly regex?: RegexEngine
  readonly cel?: CelEngine
}

/** How a kind that holds other constraints reaches them, without knowing their kinds. */
export interface Recurse {
  readonly engines: Engines
  compile(constraint: Constraint): Matcher
  covers(parent: Constraint, child: Constraint): boolean
  samples(constraint: Constraint): readonly Value[]
}

/** What every kind of constraint can do. `C` is its plain, frozen data. */
export interface ConstraintKind<C extends { readonly kind: string }> {
  readonly kind: C['kind']
  /** The type id on the wire (format §6). */
  readonly tag: number
  /** Reads the body. Refuses what could never be meant: @throws FormatError CBOR_…, CONSTRAINT_MALFORMED, CONSTRAINT_INVALID. */
  decode(reader: CborReader, decodeInner: () => Constraint): C
  /** Writes the body, byte for byte as the reference does. */
  encode(writer: CborWriter, constraint: C, encodeInner: (inner: Constraint) => void): void
  /** Constraints held inside, in order. */
  inner?(constraint: C): readonly Constraint[]
  compile(constraint: C, recurse: Recurse): Matcher
  /** Whether every value that `child`, of the same kind, permits is one that `parent` permits. */
  covers(parent: C, child: C, recurse: Recurse): boolean
  /** Whether this kind covers an Exact whose value it permits. */
  readonly coversExact: boolean
  /** The nearest constraint to `child` that `parent` covers, where there is a better one than `parent` itself. */
  nearest?(parent: C, child: Constraint, recurse: Recurse): Constraint | undefined
  /** Values near the edges of the constraint, from which a witness of a widening is looked for. */
  samples(constraint: C, recurse: Recurse): readonly Value[]
  /** In words, for people: `under /data`, `0 to 10`. May hold hostile text; display code escapes it. */
  describe(constraint: C, describeInner: (inner: Constraint) => string): string
  /** The stricter rule by which a value is refused here that the reference would permit. */
  stricterMatch?(constraint: C, value: Value, recurse: Recurse): StricterRule | undefined
  /** The stricter rule by which a child of the same kind or an Exact is refused here that the reference would accept. */
  stricterCover?(parent: C, child: Constraint, recurse: Recurse): StricterRule | undefined
}
