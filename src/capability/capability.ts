/**
 * Capabilities: what the arguments of one tool must be, and the order "allows no more than" between two of them.
 *
 * A capability without constraints is open: it permits any arguments. With at least one it is closed: an argument that
 * it does not name is refused, unless it says that unknown ones are allowed; and each argument that it names must be there.
 */

import { CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_CONSTRAINTS_PER_TOOL, MAX_MATCH_WORK } from '../encoding/limits.js'
import { ownOptions } from '../encoding/options.js'
import { isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { StricterRule } from '../rules.js'
import {
  covers,
  decodeConstraint,
  type Engines,
  encodeConstraint,
  type Fault,
  stricterCover,
} from './constraint.js'
import { exact } from './constraints/exact.js'
import { fixedMap, fixedMapOf } from './fixedMap.js'
import { type Constraint, isKindName } from './kinds.js'
import { type Allowance, chainAllowance, type Judge, Run } from './run.js'

/** What a warrant says of one tool: the constraint set of the wire (format §5). */
export interface Capability {
  /** By argument name, in the order that is written. */
  readonly constraints: ReadonlyMap<string, Constraint>
  readonly allowUnknown: boolean
}

/** What a capability says besides its constraints. */
export interface CapabilityOptions {
  /** Whether arguments that are not named may be there. Without constraints they may in any case. */
  readonly allowUnknown?: boolean
}

const capabilityOf = (
  constraints: Iterable<readonly [string, Constraint]>,
  allowUnknown: boolean,
): Capability => Object.freeze({ constraints: fixedMap(constraints), allowUnknown })

/**
 * A capability of constraints by argument name. A value that is no object stands for exactly that value; an object as
 * a value is written `exact(…)`, since it could be taken for a constraint. Everything is copied.
 *
 * @example capability({ path: subpath('/data'), mode: 'read' })
 * @throws FormatError CONSTRAINTS_TOO_MANY above 64, CONSTRAINT_TOO_DEEP, CONSTRAINT_INVALID or another code of the
 * decoder for data that no constructor made, VALUE_…, TEXT_SURROGATE.
 */
export const capability = (
  constraints: Readonly<Record<string, Constraint | Value>>,
  options: CapabilityOptions = {},
): Capability => {
  const { allowUnknown = false } = ownOptions(options)
  const given = Object.entries(constraints)
  if (given.length > MAX_CONSTRAINTS_PER_TOOL) throw new FormatError('CONSTRAINTS_TOO_MANY')
  if (typeof allowUnknown !== 'boolean') throw new TypeError('allowUnknown is not a boolean')
  const named = given.map(
    ([name, each]) => [name, sealed(isConstraint(each) ? each : exactOf(each))] as const,
  )
  return capabilityOf(named, allowUnknown)
}

const isConstraint = (given: Constraint | Value): given is Constraint =>
  typeof given === 'object' &&
  given !== null &&
  Object.hasOwn(given, 'kind') &&
  'kind' in given &&
  isKindName(given.kind)

const exactOf = (value: Value): Constraint => {
  if (typeof value === 'object' && value !== null && !isList(value) && !isFloat(value))
    throw new FormatError('CONSTRAINT_INVALID', 'an object that is no constraint')
  return exact(value)
}

/** The constraint that a reader will see: what was checked when it was made is checked again, and nothing is shared. */
const sealed = (constraint: Constraint): Constraint => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return decodeConstraint(new CborReader(writer.finish()))
}

/**
 * Reads a constraint set.
 * @throws FormatError CBOR_…, CONSTRAINTS_TOO_MANY above 64, and those of `decodeConstraint`.
 */
export const decodeCapability = (reader: CborReader): Capability => {
  const constraints = new Map<string, Constraint>()
  let allowUnknown = false
  reader.struct(FIELDS, REQUIRED, (field) => {
    if (field === 'constraints') {
      reader.named((name) => {
        if (constraints.size === MAX_CONSTRAINTS_PER_TOOL) throw new FormatError('CONSTRAINTS_TOO_MANY')
        constraints.set(name, decodeConstraint(reader))
      })
      return
    }
    allowUnknown = reader.boolean()
    // Written only when true: false has one form, which is absence.
    if (!allowUnknown) throw new FormatError('CBOR_NOT_CANONICAL', undefined, { rule: 'ENCODING_ONE_FORM' })
  })
  return Object.freeze({ constraints: fixedMapOf(constraints), allowUnknown })
}

const FIELDS = ['constraints', 'allow_unknown'] as const
const REQUIRED = ['constraints'] as const

/** Writes a constraint set. */
export const encodeCapability = (writer: CborWriter, { constraints, allowUnknown }: Capability): void => {
  writer.map(allowUnknown ? 2 : 1)
  writer.text('constraints')
  writer.named(constraints, (constraint) => encodeConstraint(writer, constraint))
  if (!allowUnknown) return
  writer.text('allow_unknown')
  writer.boolean(true)
}

/** Why arguments are not permitted, and by which constraint where it is one. */
export interface CapabilityFault {
  readonly code: 'CONSTRAINT_VIOLATED' | 'CONSTRAINT_ARGUMENT_MISSING' | 'CONSTRAINT_ARGUMENT_UNKNOWN' | Fault
  readonly argument: string
  readonly constraint?: Constraint
  /** Set where the constraints are refused together; for one alone ask `stricterMatch`. */
  readonly rule?: StricterRule
}

/**
 * A test of arguments, made once and asked for every call; undefined means permitted. In this order: arguments that a
 * closed capability does not name; then by constraint, in the order that is written, whether the argument is there and
 * whether it is permitted. A null is there; an absent argument is not, not even for a Wildcard.
 *
 * Many constraints on one long text could take seconds, each within its own bound: together they are bounded as well.
 */
export const compileCapability = (
  { constraints, allowUnknown }: Capability,
  engines: Engines,
): ((args: ValueObject, now: number) => CapabilityFault | undefined) => {
  const run = new Run(engines)
  const tests = [...constraints].map(
    ([argument, constraint]): Test => ({
      argument,
      constraint,
      judge: run.judge(constraint),
      work: run.workOf(constraint),
    }),
  )
  const isClosed = tests.length > 0 && !allowUnknown
  return (args, now) => {
    const names = Object.keys(args)
    let named = 0
    for (let i = 0; i < names.length; i++) {
      const argument = names[i] as string // within the length
      if (constraints.has(argument)) named++
      else if (isClosed) return { code: 'CONSTRAINT_ARGUMENT_UNKNOWN', argument }
    }
    const areAllThere = named === tests.length
    let work = 0
    for (let i = 0; i < tests.length; i++) {
      const { argument, constraint, judge, work: perUnit } = tests[i] as Test // within the length
      if (!areAllThere && !Object.hasOwn(args, argument))
        return { code: 'CONSTRAINT_ARGUMENT_MISSING', argument, constraint }
      const value = args[argument] as Value // an own name, as just asked
      if (typeof value === 'string') work += perUnit * value.length
      if (work > MAX_MATCH_WORK)
        return { code: 'CONSTRAINT_TOO_COSTLY', argument, constraint, rule: 'MATCHING_BOUNDED' }
      const verdict = judge(value, now)
      if (verdict === true) continue
      const isDenied = verdict === false || verdict === 'DENIED_HERE'
      return { code: isDenied ? 'CONSTRAINT_VIOLATED' : verdict, argument, constraint }
    }
    return undefined
  }
}

/** One constraint, compiled. */
interface Test {
  readonly argument: string
  readonly constraint: Constraint
  readonly judge: Judge
  /** Steps per UTF-16 unit. */
  readonly work: number
}

/** Where a child is not covered by its parent, and why. */
export interface CoverageGap {
  readonly reason:
    | 'tool-not-granted'
    | 'wildcard-tool'
    | 'opened'
    | 'argument-dropped'
    | 'argument-added'
    | 'constraint'
  readonly tool?: string
  readonly argument?: string
  readonly parent?: Constraint
  readonly child?: Constraint
  /** The stricter rule without which the reference would accept the child. */
  readonly rule?: StricterRule
}

/**
 * What `child` permits and `parent` is not shown to; undefined where the parent covers the child: if and only if
 * 1. the child does not allow unknown arguments where the parent does not, and
 * 2. every argument that the parent constrains is constrained by the child, and covered; and
 * 3. where the parent constrains any argument, the child constrains no other, even if the parent allows unknown ones.
 */
export const coversCapability = (
  parent: Capability,
  child: Capability,
  engines: Engines,
  allowance: Allowance = chainAllowance(),
): CoverageGap | undefined => {
  if (child.allowUnknown && !parent.allowUnknown) return { reason: 'opened' }
  for (const [argument, outer] of parent.constraints) {
    const inner = child.constraints.get(argument)
    if (inner === undefined) return { reason: 'argument-dropped', argument, parent: outer }
    if (covers(outer, inner, engines, allowance)) continue
    const rule = stricterCover(outer, inner, engines, allowance)
    return { reason: 'constraint', argument, parent: outer, child: inner, ...(rule && { rule }) }
  }
  if (parent.constraints.size === 0) return undefined
  for (const [argument, inner] of child.constraints) {
    if (!parent.constraints.has(argument)) return { reason: 'argument-added', argument, child: inner }
  }
  return undefined
}

/** The tools of a warrant: a capability for each name; under `*`, one for every name that is not listed. */
export type Tools = ReadonlyMap<string, Capability>

const EVERY_OTHER = '*'

/** The capability for a tool: that of its exact name, else that of `*`. Undefined where neither is granted. */
export const findCapability = (tools: Tools, name: string): Capability | undefined =>
  tools.get(name) ?? tools.get(EVERY_OTHER)

/**
 * What the tools of `child` permit and those of `parent` are not shown to; undefined where they are covered: if and
 * only if
 * 1. every capability of the child, that of `*` included, is covered by the one the parent has for that name; and
 * 2. where the child has `*`, that is also covered by every capability of the parent whose name the child leaves out,
 *    since in the child that name falls to `*`.
 */
export const coversTools = (
  parent: Tools,
  child: Tools,
  engines: Engines,
  allowance: Allowance = chainAllowance(),
): CoverageGap | undefined => {
  for (const [tool, inner] of child) {
    const outer = findCapability(parent, tool)
    if (outer === undefined) return { reason: 'tool-not-granted', tool }
    const gap = coversCapability(outer, inner, engines, allowance)
    if (gap !== undefined) return { ...gap, tool }
  }
  const others = child.get(EVERY_OTHER)
  if (others === undefined) return undefined
  for (const [tool, outer] of parent) {
    if (child.has(tool) || coversCapability(outer, others, engines, allowance) === undefined) continue
    return { reason: 'wildcard-tool', tool, rule: allowance.left < 0 ? 'COVER_TOO_COSTLY' : 'TOOL_WILDCARD' }
  }
  return undefined
}
