/**
 * Constraints: a test that one argument must pass, and the order "allows no more than" between two tests.
 *
 * Every kind is one record of the same shape in one file of `constraints/`, listed in the table of `kinds.ts`. Shared
 * code never names a kind: it asks the record. Adding a kind is one file, one row there, one arbitrary, one page.
 *
 * The law of this folder: for any parent, child and value, if `covers(parent, child)` and `permits(child, value)` then
 * `permits(parent, value)`. Evaluation has three outcomes, true, false and fault; only true permits.
 */

import type { CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_CONSTRAINT_DEPTH } from '../encoding/limits.js'
import type { Value } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { StricterRule } from '../rules.js'
import { type Constraint, kindByTag, kindOf, tagOf } from './kinds.js'
import { depthBelow } from './nesting.js'
import { type Allowance, answerOf, Run } from './run.js'

export type { Constraint } from './kinds.js'

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
 * What constraints tell those that hold them. `DENIED_HERE` is a false that only a stricter rule makes: a version of the
 * reference may take it for true, and so come to ask constraints that a false keeps from being asked.
 */
export type Verdict = Outcome | 'DENIED_HERE'

/**
 * A linear-time regular expression engine in the dialect of format §6; see `warrant/regex`.
 * `compile` throws FormatError CONSTRAINT_INVALID for a pattern that the dialect does not have.
 */
export interface RegexEngine {
  compile(pattern: string): (text: string) => boolean | Fault
  /** Steps that one search takes per UTF-16 unit of its text, at most. Throws as `compile`. */
  work?(pattern: string): number
}

/**
 * An evaluator of CEL expressions; see `warrant/cel`.
 * `compile` throws FormatError CONSTRAINT_INVALID for an expression that cannot be evaluated within its limits.
 */
export interface CelEngine {
  compile(expression: string): Matcher
  /** The stricter rule by which a value is a fault here where the reference goes on; throws as `compile` does. */
  stricter?(expression: string, value: Value, now: number): StricterRule | undefined
}

/** The heavy engines that a warrant may need: passed in by whoever wants them; without one, its constraints deny. */
export interface Engines {
  readonly regex?: RegexEngine
  readonly cel?: CelEngine
}

/** What is known of one evaluation: its outcome, or (undefined) that it was true or false, hence no fault. */
export type Evidence = readonly [constraint: Constraint, outcome: boolean | undefined]

/**
 * On which values a constraint faults: `never`, on none; `alike`, on exactly the values on which every other constraint
 * of its kind faults that is `alike` too; `own`, on values of its own.
 */
export type FaultDomain = 'never' | 'alike' | 'own'

/** What is known of the outcomes of constraints on one value that itself is not known. */
export interface Findings {
  add(...evidence: Evidence): void
  /** Whether a constraint cannot fault on any value that agrees with what is known. */
  settle(constraint: Constraint): boolean
}

/** How a kind that holds other constraints reaches them, without knowing their kinds. One run of one question. */
export interface Recurse {
  readonly engines: Engines
  compile(constraint: Constraint): Matcher
  /** The same as constraints that hold others ask it. */
  judge(constraint: Constraint): (value: Value, now: number) => Verdict
  covers(parent: Constraint, child: Constraint): boolean
  /** Whether one of the parents covers the child. */
  isCoveredByOne(child: Constraint, parents: readonly Constraint[]): boolean
  /** Whether the parent covers one of the children. */
  coversOne(parent: Constraint, children: readonly Constraint[]): boolean
  samples(constraint: Constraint): readonly Value[]
  stricterMatch(constraint: Constraint, value: Value, now: number): StricterRule | undefined
  /**
   * The rule by which a constraint gives another outcome here than in the reference: that of `stricterMatch`, or where
   * it faults, one by which something inside faults.
   */
  stricterTrace(constraint: Constraint, value: Value, now: number): StricterRule | undefined
  stricterCover(parent: Constraint, child: Constraint): StricterRule | undefined
  /** The first rule by which some child is refused under some parent. */
  stricterAmong(parents: readonly Constraint[], children: readonly Constraint[]): StricterRule | undefined
  /** Whether, for some value, the outcome here can be false where the reference's is true. */
  differsByDenial(constraint: Constraint): boolean
  /** An empty book of findings, or one that also holds what another holds. */
  findings(known?: Findings): Findings
}

/** What every kind of constraint can do. `C` is its plain, frozen data. */
export interface ConstraintKind<C extends { readonly kind: string }> {
  readonly kind: C['kind']
  /** The type id on the wire (format §6). */
  readonly tag: number
  /** Reads the body. Refuses what could never be meant: @throws FormatError CBOR_…, CONSTRAINT_MALFORMED, CONSTRAINT_INVALID. */
  decode(reader: CborReader, decodeInner: () => Constraint, tag: number): C
  /** Writes the body, byte for byte as the reference does. */
  encode(writer: CborWriter, constraint: C, encodeInner: (inner: Constraint) => void): void
  /** Constraints held inside, in order. Only kinds that hold constraints have it. */
  inner?(constraint: C): readonly Constraint[]
  /** A false of which `stricterMatch` says why is `DENIED_HERE`. */
  compile(constraint: C, recurse: Recurse): (value: Value, now: number) => Verdict
  /** An engine compiles it, at a price: no more than 64 different ones are compiled at once, and any beyond deny. */
  readonly needsEngine?: true
  /** On which values it faults by itself, what it holds aside; absent is `own`. */
  faults?(constraint: C, recurse: Recurse): FaultDomain
  /** What is known of the constraints inside, once this one gave `outcome`. Kinds with `inner` have it. */
  evaluated?(constraint: C, outcome: boolean | undefined): readonly Evidence[]
  /** Whether every value that `child`, of the same kind, permits is one that `parent` permits. */
  covers(parent: C, child: C, recurse: Recurse): boolean
  /** Whether this kind covers an Exact whose value it permits. Only for kinds whose outcome no clock can change. */
  readonly coversExact: boolean
  /** A kind that permits every value: it covers every constraint, and nothing else covers it. */
  readonly coversAll?: true
  /** A constraint near `child` that may be legal under `parent`: whoever asks finds out whether it is, and of any use. */
  nearest?(parent: C, child: Constraint, recurse: Recurse): Constraint | undefined
  /**
   * Steps that one evaluation takes per UTF-16 unit of the text it is asked about, at most; absent is 1. What a kind
   * holds counts for itself. A step is some nanoseconds.
   */
  work?(constraint: C, recurse: Recurse): number
  /** Values near the edges of the constraint, from which a witness of a widening is looked for. */
  samples(constraint: C, recurse: Recurse): readonly Value[]
  /** In words, for people: `under /data`, `0 to 10`. May hold hostile text; display code escapes it. */
  describe(constraint: C, describeInner: (inner: Constraint) => string): string
  /**
   * The stricter rule by which a value is not permitted here that the reference would permit. It must name one whenever
   * the outcome here is false and the reference's is not: Not relies on it.
   */
  stricterMatch?(constraint: C, value: Value, recurse: Recurse, now: number): StricterRule | undefined
  /** Every value for which `stricterMatch` names a rule is one on which the kind faults: then Not has nothing to ask. */
  readonly differsByFaultOnly?: true
  /** The stricter rule by which a child of the same kind or an Exact is refused here that the reference would accept. */
  stricterCover?(parent: C, child: Constraint, recurse: Recurse): StricterRule | undefined
}

/**
 * Reads one constraint: a pair of type id and body.
 * @throws FormatError CBOR_…, CONSTRAINT_MALFORMED, CONSTRAINT_INVALID, VALUE_TOO_DEEP, and CONSTRAINT_TOO_DEEP as
 * soon as All, Any and Not are nested more than 32 deep, before any more is read.
 */
export const decodeConstraint = (reader: CborReader): Constraint => decodeAt(reader, 0)

const decodeAt = (reader: CborReader, level: number): Constraint => {
  reader.enter(2)
  const tag = reader.uint(255)
  const kind = kindByTag(tag)
  if (kind.inner !== undefined && level >= MAX_CONSTRAINT_DEPTH) throw new FormatError('CONSTRAINT_TOO_DEEP')
  const constraint = kind.decode(reader, () => decodeAt(reader, level + 1), tag)
  reader.leave()
  return constraint
}

/**
 * Writes one constraint.
 * @throws FormatError CONSTRAINT_TOO_DEEP for data that nests more than 32 deep, which no constructor makes.
 */
export const encodeConstraint = (writer: CborWriter, constraint: Constraint): void =>
  encodeAt(writer, constraint, 0)

const encodeAt = (writer: CborWriter, constraint: Constraint, level: number): void => {
  const kind = kindOf(constraint)
  if (kind.inner !== undefined && level >= MAX_CONSTRAINT_DEPTH) throw new FormatError('CONSTRAINT_TOO_DEEP')
  writer.array(2)
  writer.uint(tagOf(constraint))
  kind.encode(writer, constraint, (inner) => encodeAt(writer, inner, level + 1))
}

/** A test of values, made once and asked for every call. What cannot be compiled faults on every value. */
export const compileConstraint = (constraint: Constraint, engines: Engines): Matcher =>
  new Run(engines).compile(constraint)

/** What {@link permits} is told besides the value. */
export interface Circumstances {
  readonly engines: Engines
  /** The one clock reading of the decision, in Unix seconds. */
  readonly now: number
}

/** The outcome of a constraint on one value. Only `true` permits. Never throws for canonical values. */
export const permits = (constraint: Constraint, value: Value, { engines, now }: Circumstances): Outcome =>
  compileConstraint(constraint, engines)(value, now)

/**
 * Whether `parent` is shown to permit everything that `child` permits, at any time. In this order:
 *
 * 1. a Wildcard covers every constraint, and
 * 2. nothing else covers a Wildcard;
 * 3. two of one kind: as the kind says;
 * 4. an Exact is covered by a parent that permits its value, if the parent's kind takes part in that at all;
 * 5. everything else is not covered, however narrow.
 *
 * A comparison of more than 16,384 pairs of constraints is given up, and not covered.
 */
export const covers = (
  parent: Constraint,
  child: Constraint,
  engines: Engines,
  allowance?: Allowance,
): boolean => answerOf(engines, false, (run) => run.covers(parent, child), allowance)

/** In words, for people: `one of "a", "b"`. Holds text of the warrant as it is: escape it before showing it. */
export const describeConstraint = (constraint: Constraint): string =>
  kindOf(constraint).describe(constraint, describeConstraint)

/** Depth of nesting: 0 for a leaf; All, Any and Not add 1 to their deepest. */
export const constraintDepth = (constraint: Constraint): number => depthBelow(constraint)

/**
 * The stricter rule by which a value is denied here that the reference would permit; undefined where there is none.
 * `now` matters only to trees that hold a constraint of time.
 */
export const stricterMatch = (
  constraint: Constraint,
  value: Value,
  engines: Engines,
  now = 0,
): StricterRule | undefined => new Run(engines).stricterMatch(constraint, value, now)

/** The stricter rule by which a child is refused here that the reference would accept; undefined where there is none. */
export const stricterCover = (
  parent: Constraint,
  child: Constraint,
  engines: Engines,
  allowance?: Allowance,
): StricterRule | undefined =>
  answerOf<StricterRule | undefined>(
    engines,
    'COVER_TOO_COSTLY',
    (run) => run.stricterCover(parent, child),
    allowance,
  )
