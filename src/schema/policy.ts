/**
 * Policies: what a warrant is to allow, written down in a file, in the words of the command line.
 *
 *     version: 1
 *     ttl: 20m
 *     tools:
 *       read_file:
 *         path: /srv/reports            # what stands behind `path=` in --allow
 *         limit: range:1..100
 *       terminal: { command: 'shlex:git|ls', timeout: 60 }
 *       todo: any                       # any arguments
 *       search: { query: '*', ...: any }  # and others that are not looked at
 *     gates: ['terminal']               # as --gate
 *     approvers: [alice.pub]            # as --approver
 *
 * Reading is strict: an unknown field is refused, and so is a tool without arguments that does not say `any`, since
 * whoever takes out the last line under a tool did not mean to open it.
 */

import { z } from 'zod'
import { type Capability, capability, type Tools } from '../capability/capability.js'
import { exact } from '../capability/constraints/exact.js'
import type { Constraint } from '../capability/kinds.js'
import { MAX_APPROVERS, MAX_CLEARANCE, MAX_DEPTH } from '../encoding/limits.js'
import { isFloat, isList, isObject, type Value } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { Gates } from '../warrant/gates.js'
import { parseDuration } from '../warrant/time.js'
import { type AllowOptions, parseAllowValue } from './allowValue.js'
import { constraintFromJson } from './constraintJson.js'
import { parseGates } from './gateSpec.js'
import { readShape } from './shape.js'
import { spanOf } from './span.js'

/** What a policy says; undefined where it is silent. */
export interface Policy {
  readonly tools: Tools | undefined
  readonly ttlSeconds: number | undefined
  readonly maxDepth: number | undefined
  /** A level, or the name of one. */
  readonly clearance: string | number | undefined
  readonly gates: Gates | undefined
  /** Public keys, or files that hold them. */
  readonly approvers: readonly string[] | undefined
  readonly minApprovals: number | undefined
  /** Of an issuer warrant. */
  readonly issuableTools: readonly string[] | undefined
  readonly bounds: Capability | undefined
  readonly maxIssueDepth: number | undefined
}

const value = z.custom<Value>((input) => input !== undefined)
const names = z.array(z.string().min(1))
const depth = z.int().min(0).max(MAX_DEPTH)

const POLICY = z.strictObject({
  version: z.literal(1),
  ttl: z.union([z.string(), z.int().min(1)]).optional(),
  maxDepth: depth.optional(),
  clearance: z.union([z.string(), z.int().min(0).max(MAX_CLEARANCE)]).optional(),
  tools: value.optional(),
  gates: names.optional(),
  approvers: names.max(MAX_APPROVERS).optional(),
  minApprovals: z.int().min(1).max(MAX_APPROVERS).optional(),
  issuable: names.optional(),
  bounds: value.optional(),
  maxIssueDepth: depth.optional(),
})

/**
 * The policy of a JSON value, which YAML also gives.
 * @throws FormatError JSON_SHAPE with the path of the field; SPEC_MALFORMED with that path and `character N`;
 * DURATION_MALFORMED; CONSTRAINT_… of a constraint that cannot be
 */
export const policyFromJson = (json: Value, options: AllowOptions = {}): Policy => {
  const given = readShape(POLICY, json)
  const { ttl, tools, gates, bounds } = given
  return Object.freeze({
    tools: tools === undefined ? undefined : toolsOf(tools, options),
    ttlSeconds: typeof ttl === 'string' ? parseDuration(ttl) : ttl,
    maxDepth: given.maxDepth,
    clearance: given.clearance,
    gates: gates === undefined ? undefined : parseGates(gates, options),
    approvers: given.approvers,
    minApprovals: given.minApprovals,
    issuableTools: given.issuable,
    bounds: bounds === undefined ? undefined : argumentsOf(bounds, 'bounds', options),
    maxIssueDepth: given.maxIssueDepth,
  })
}

const EVERY_OTHER = '...'

const toolsOf = (json: Value, options: AllowOptions): Tools =>
  new Map(
    entriesOf(json, 'tools').map(([tool, granted]) => {
      const where = `tools.${tool}`
      return [tool, granted === 'any' ? capability({}) : argumentsOf(granted, where, options)]
    }),
  )

const argumentsOf = (json: Value, where: string, options: AllowOptions): Capability => {
  const { constraints, allowUnknown } = split(entriesOf(json, where), where)
  if (constraints.length === 0 && !allowUnknown)
    throw new FormatError('JSON_SHAPE', 'no arguments: any says that all are allowed', { where })
  const read = constraints.map(([name, each]) => [name, constraintOf(each, `${where}.${name}`, options)])
  return capability(Object.fromEntries(read) as Record<string, Constraint>, { allowUnknown }) // as just read
}

/** The arguments that are named, and whether others may be there. */
const split = (
  entries: readonly (readonly [string, Value])[],
  where: string,
): { readonly constraints: readonly (readonly [string, Value])[]; readonly allowUnknown: boolean } => {
  const constraints = entries.filter(([name]) => name !== EVERY_OTHER)
  const others = entries.find(([name]) => name === EVERY_OTHER)
  if (others !== undefined && others[1] !== 'any')
    throw new FormatError('JSON_SHAPE', 'expected any', { where: `${where}.${EVERY_OTHER}` })
  return { constraints, allowUnknown: others !== undefined }
}

const constraintOf = (json: Value, where: string, options: AllowOptions): Constraint => {
  if (typeof json === 'string') return parseAllowValue(spanOf(json, where), options)
  if (isObject(json)) return constraintFromJson(json, { where, engines: options.engines })
  if (json === null || isList(json))
    throw new FormatError('JSON_SHAPE', 'expected text, a number, true, false or a constraint', { where })
  return exact(json)
}

const entriesOf = (json: Value, where: string): readonly (readonly [string, Value])[] => {
  if (!isObject(json) || isFloat(json)) throw new FormatError('JSON_SHAPE', 'expected object', { where })
  return Object.entries(json)
}
