/**
 * Constraints, capabilities and tools as JSON, both ways: `{"kind":"subpath","root":"/data"}`.
 *
 * The JSON is a `Value` of `encoding/json.ts`, never of `JSON.parse`, so that 1 and 1.0 stay two values. Reading is strict:
 * an unknown field is refused. What is left out reads as the protocol's default; what is absent is not written.
 */

import { z } from 'zod'
import { type Capability, capability, type Tools } from '../capability/capability.js'
import type { Engines } from '../capability/constraint.js'
import { all } from '../capability/constraints/all.js'
import { any } from '../capability/constraints/any.js'
import { cel } from '../capability/constraints/cel.js'
import { cidr } from '../capability/constraints/cidr.js'
import { contains } from '../capability/constraints/contains.js'
import { exact } from '../capability/constraints/exact.js'
import { not } from '../capability/constraints/not.js'
import { notOneOf } from '../capability/constraints/notOneOf.js'
import { oneOf } from '../capability/constraints/oneOf.js'
import { pattern } from '../capability/constraints/pattern.js'
import { range } from '../capability/constraints/range.js'
import { regex } from '../capability/constraints/regex.js'
import { shlex } from '../capability/constraints/shlex.js'
import { subpath } from '../capability/constraints/subpath.js'
import { subset } from '../capability/constraints/subset.js'
import { unknown } from '../capability/constraints/unknown.js'
import { urlPattern } from '../capability/constraints/urlPattern.js'
import { urlSafe } from '../capability/constraints/urlSafe.js'
import { wildcard } from '../capability/constraints/wildcard.js'
import type { Constraint } from '../capability/kinds.js'
import { fromBase64, toBase64 } from '../encoding/base64url.js'
import { MAX_CONSTRAINT_DEPTH } from '../encoding/limits.js'
import { ownOptions } from '../encoding/options.js'
import { float, isObject, numberOf, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { readShape } from './shape.js'

/**
 * The JSON of a constraint.
 * Every field of the kind under its own name; bytes as standard base64; what is undefined is left out.
 */
export const constraintToJson = (constraint: Constraint): ValueObject => {
  const json: Record<string, Value> = {}
  for (const [name, field] of Object.entries(constraint)) {
    if (field !== undefined) json[name] = fieldToJson(name, field)
  }
  return json
}

/** Which fields hold what is a matter of their names, the same in every kind. */
const fieldToJson = (name: string, field: unknown): Value => {
  if (name === 'constraint') return constraintToJson(field as Constraint) // of Not
  if (name === 'constraints') return (field as readonly Constraint[]).map(constraintToJson) // of All and Any
  if (name === 'min' || name === 'max') return float(field as number) // of Range; a bound is always a Float
  return field instanceof Uint8Array ? toBase64(field) : (field as Value) // text, flags, numbers and literals
}

/** What constraints in JSON are read with. */
export interface FromJsonOptions {
  /** What is read, as the first part of the place in an error. */
  readonly where?: string | undefined
  /** With these, a regular expression or CEL expression that is not valid is refused here. */
  readonly engines?: Engines | undefined
}

/**
 * The constraint of a JSON value.
 * @throws FormatError JSON_SHAPE with the path of the field; CONSTRAINT_INVALID, CONSTRAINT_TOO_DEEP; TEXT_NOT_BASE64 for
 * the body of an unknown kind.
 */
export const constraintFromJson = (json: Value, options: FromJsonOptions = {}): Constraint => {
  const { where = '', engines = {} } = ownOptions(options)
  return readConstraint(json, where, 0, engines)
}

const readConstraint: ReadConstraint = (json, where, depth, engines) => {
  if (depth > MAX_CONSTRAINT_DEPTH) throw new FormatError('CONSTRAINT_TOO_DEEP', undefined, { where })
  const { kind } = readShape(KIND_ONLY, json, where)
  const form = FORMS.get(kind)
  if (form === undefined)
    throw new FormatError('JSON_SHAPE', 'unknown kind', { where: pathOf(where, 'kind') })
  return form(json, where, depth, engines)
}

type ReadConstraint = (json: Value, where: string, depth: number, engines: Engines) => Constraint

const KIND_ONLY = z.looseObject({ kind: z.string() })

/** A kind: the shape of its fields beside `kind`, and the constraint of them. */
const form = <S extends z.ZodRawShape>(
  shape: S,
  build: (
    fields: z.infer<z.ZodObject<S>>,
    inner: (json: Value, ...path: string[]) => Constraint,
    engines: Engines,
  ) => Constraint,
): ReadConstraint => {
  const schema = z.strictObject({ kind: z.string(), ...shape })
  return (json, where, depth, engines) => {
    // The fields are those of `shape` and `kind`, which TypeScript cannot see through the spread.
    const fields = readShape(schema, json, where) as z.infer<z.ZodObject<S>>
    const inner = (json: Value, ...path: string[]) =>
      readConstraint(json, pathOf(where, ...path), depth + 1, engines)
    return placed(where, () => build(fields, inner, engines))
  }
}

const text = z.string()
const texts = z.array(z.string())
const value = z.custom<Value>((input) => input !== undefined)
const values = z.array(value)
const bound = z
  .custom<Value>((input) => typeof input !== 'bigint' && numberOf(input as Value) !== undefined) // any JSON value
  .transform((input) => numberOf(input))
  .optional()
const flag = z.boolean().optional()
const port = z.int().min(0).max(65_535)

const FORMS: ReadonlyMap<string, ReadConstraint> = new Map<string, ReadConstraint>([
  ['exact', form({ value }, (f) => exact(f.value))],
  ['pattern', form({ pattern: text }, (f) => pattern(f.pattern))],
  ['range', form({ min: bound, max: bound, minInclusive: flag, maxInclusive: flag }, (f) => range(f))],
  ['oneOf', form({ values }, (f) => oneOf(f.values))],
  ['regex', form({ pattern: text }, (f, _, engines) => regex(f.pattern, engines.regex))],
  ['notOneOf', form({ excluded: values }, (f) => notOneOf(f.excluded))],
  ['cidr', form({ network: text }, (f) => cidr(f.network))],
  ['urlPattern', form({ pattern: text }, (f) => urlPattern(f.pattern))],
  ['contains', form({ required: values }, (f) => contains(f.required))],
  ['subset', form({ allowed: values }, (f) => subset(f.allowed))],
  ['all', form({ constraints: values }, (f, inner) => all(f.constraints.map(nested(inner))))],
  ['any', form({ constraints: values }, (f, inner) => any(f.constraints.map(nested(inner))))],
  ['not', form({ constraint: value }, (f, inner) => not(inner(f.constraint, 'constraint')))],
  [
    'cel',
    form({ expression: text, parentExpression: text.optional() }, ({ expression, ...options }, _, engines) =>
      cel(expression, given({ ...options, engine: engines.cel })),
    ),
  ],
  ['wildcard', form({}, () => wildcard())],
  [
    'subpath',
    form({ root: text, caseSensitive: flag, allowEqual: flag }, ({ root, ...options }) =>
      subpath(root, given(options)),
    ),
  ],
  [
    'urlSafe',
    form(
      {
        schemes: texts.optional(),
        allowDomains: texts.optional(),
        denyDomains: texts.optional(),
        allowPorts: z.array(port).optional(),
        blockPrivate: flag,
        blockLoopback: flag,
        blockMetadata: flag,
        blockReserved: flag,
        blockInternalTlds: flag,
      },
      (f) => urlSafe(given(f)),
    ),
  ],
  ['shlex', form({ allow: texts }, (f) => shlex(f.allow))],
  ['unknown', form({ tag: z.int().min(0).max(255), body: text }, (f) => unknown(f.tag, fromBase64(f.body)))],
])

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> }

/** Options without those that were left out: an own `undefined` would override a default. */
const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined)) as Given<T> // its entries

const nested =
  (inner: (json: Value, ...path: string[]) => Constraint) =>
  (json: Value, i: number): Constraint =>
    inner(json, 'constraints', String(i))

/** A capability as JSON: `{"constraints":{"path":{…}},"allowUnknown":true}`, the flag written only when it is true. */
export const capabilityToJson = ({ constraints, allowUnknown }: Capability): ValueObject => {
  const named = objectOf([...constraints].map(([name, constraint]) => [name, constraintToJson(constraint)]))
  return allowUnknown ? { constraints: named, allowUnknown } : { constraints: named }
}

const CAPABILITY = z.strictObject({ constraints: value, allowUnknown: z.boolean().optional() })

/** The capability of a JSON value. @throws FormatError as constraintFromJson, CONSTRAINTS_TOO_MANY */
export const capabilityFromJson = (json: Value, options: FromJsonOptions = {}): Capability => {
  const { where = '', engines } = ownOptions(options)
  const { constraints, allowUnknown = false } = readShape(CAPABILITY, json, where)
  const path = pathOf(where, 'constraints')
  const read = entriesOf(constraints, path).map(([name, constraint]): [string, Constraint] => [
    name,
    constraintFromJson(constraint, { where: pathOf(path, name), engines }),
  ])
  return placed(where, () => capability(Object.fromEntries(read), { allowUnknown }))
}

/** Tools as JSON: names to capabilities. */
export const toolsToJson = (tools: Tools): ValueObject =>
  objectOf([...tools].map(([name, granted]) => [name, capabilityToJson(granted)]))

/** The tools of a JSON value. @throws FormatError as capabilityFromJson */
export const toolsFromJson = (json: Value, options: FromJsonOptions = {}): Tools => {
  const { where = '', engines } = ownOptions(options)
  return new Map(
    entriesOf(json, where).map(([name, granted]) => [
      name,
      capabilityFromJson(granted, { where: pathOf(where, name), engines }),
    ]),
  )
}

/** Not zod's record: that drops the name `__proto__`, which is a name like any other. */
const entriesOf = (json: Value, where: string): [string, Value][] => {
  if (!isObject(json)) throw new FormatError('JSON_SHAPE', 'expected object', where === '' ? {} : { where })
  return Object.entries(json)
}

const objectOf = (entries: readonly (readonly [string, Value])[]): ValueObject => {
  const object: Record<string, Value> = Object.create(null)
  for (const [name, value] of entries) object[name] = value
  return Object.freeze(object)
}

const pathOf = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('.')

const placed = <T>(where: string, make: () => T): T => {
  try {
    return make()
  } catch (thrown) {
    if (!(thrown instanceof FormatError) || thrown.where !== undefined || where === '') throw thrown
    throw new FormatError(thrown.code, undefined, { where, cause: thrown })
  }
}
