/**
 * Delegation policies: what the children of a session get, in the words of policy files.
 *
 *     version: 1
 *     startWithin: 10m                  # how long a grant waits for its child
 *     children:                         # the first that fits counts
 *       - role: orchestrator
 *         depth: 1                      # a child of a session at the top; or '1..3', '2..'
 *         inherit: true                 # every tool, as the parent has it
 *         ttl: 30m
 *       - goal: 'summarise *'           # a glob over the whole goal
 *         inherit: [search_files]       # these tools, as the parent has them
 *         tools: { read_file: { path: /srv/reports } }
 *         maxDepth: 0                   # it delegates no further
 *
 * One for all children has no `children`: what it says stands at the top.
 */

import { z } from 'zod'
import { parseGlob } from '../capability/glob.js'
import { MAX_DEPTH } from '../encoding/limits.js'
import { isFloat, isObject, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { parseDuration } from '../warrant/time.js'
import type { AllowOptions } from './allowValue.js'
import { type InheritedPolicy, inheritedFromJson } from './inherited.js'
import { readAt, readShape } from './shape.js'

/** Which children, and what they get. */
export interface ChildPolicy extends InheritedPolicy {
  readonly goal: string | undefined
  readonly role: string | undefined
  /** Delegations below a session at the top, both included. */
  readonly depth: readonly [number, number] | undefined
}

/** What a delegation policy says. */
export interface DelegationPolicy {
  readonly startSeconds: number | undefined
  readonly children: readonly ChildPolicy[]
}

const value = z.custom<Value>((input) => input !== undefined)
const duration = z.union([z.string(), z.int().min(1)])

const DELEGATION = z.looseObject({
  version: z.literal(1),
  startWithin: duration.optional(),
  children: z.array(value).min(1).max(256).optional(),
})

const CHILD = z.looseObject({
  goal: z.string().min(1).optional(),
  role: z.string().min(1).optional(),
  depth: z.union([z.int().min(1).max(MAX_DEPTH), z.string()]).optional(),
})

/**
 * The delegation policy of a JSON value, which YAML also gives.
 * @throws FormatError JSON_SHAPE with the path of the field; CONSTRAINT_INVALID for a goal that is no glob; and as
 * `policyFromJson`
 */
export const delegationFromJson = (json: Value, options: AllowOptions = {}): DelegationPolicy => {
  const { startWithin, children } = readShape(DELEGATION, json)
  const { version: _, startWithin: __, children: ___, ...all } = json as ValueObject // an object, as just read
  if (children !== undefined && Object.keys(all).length > 0)
    throw new FormatError('JSON_SHAPE', 'one for all children, or children by rules', {
      where: Object.keys(all)[0] as string, // one at least
    })
  const written = children ?? [all]
  return Object.freeze({
    startSeconds: typeof startWithin === 'string' ? parseDuration(startWithin) : startWithin,
    children: Object.freeze(
      written.map((child, i) =>
        children === undefined
          ? childOf(child, options)
          : readAt(`children[${i}]`, () => childOf(child, options)),
      ),
    ),
  })
}

const childOf = (json: Value, options: AllowOptions): ChildPolicy => {
  if (!isObject(json) || isFloat(json)) throw new FormatError('JSON_SHAPE', 'expected object')
  const { goal, role, depth } = readShape(CHILD, json)
  const { goal: _, role: __, depth: ___, ...rest } = json
  const given = inheritedFromJson(rest, '', options)
  if (goal !== undefined) readAt('goal', () => parseGlob(goal))
  return Object.freeze({
    ...{ goal, role, ...given },
    depth: depth === undefined ? undefined : depthOf(depth),
  })
}

const DEPTHS = /^([1-9][0-9]?)?(\.\.)?([1-9][0-9]?)?$/

/** `2`, `1..3`, `2..`, `..3`. */
const depthOf = (depth: number | string): readonly [number, number] => {
  const [, first, dots, last] = DEPTHS.exec(String(depth)) ?? []
  const from = first === undefined ? 1 : Number(first)
  const to = dots === undefined ? from : last === undefined ? MAX_DEPTH : Number(last)
  const isSaid = first !== undefined || last !== undefined
  if (!isSaid || (dots === undefined && last !== undefined) || from > to || to > MAX_DEPTH)
    throw new FormatError('JSON_SHAPE', 'expected a depth as in 2, 1..3 or 2..', { where: 'depth' })
  return [from, to]
}
