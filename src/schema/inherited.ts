/** What is granted below a warrant: tools as that has them, and a policy of what is given besides. */

import { z } from 'zod'
import type { ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { AllowOptions } from './allowValue.js'
import { type Policy, policyFromJson } from './policy.js'
import { readAt, readShape } from './shape.js'

/** A policy that stands below a warrant. */
export interface InheritedPolicy {
  /** Tools that are had as the warrant above has them: all, or these. */
  readonly inherit: 'all' | readonly string[]
  /** What is given besides, and how long. `maxDepth` counts from whoever it is given to. */
  readonly policy: Policy
}

const INHERITED = z.looseObject({
  inherit: z.union([z.literal(true), z.array(z.string().min(1)).min(1)]).optional(),
})

/** Whoever is granted something calls tools, and issues nothing; the version is said once, at the top. */
const NO_PARTS = ['issuable', 'bounds', 'maxIssueDepth', 'version']

/**
 * The policy at a place of a file; the place is empty where it is the whole of it.
 * @throws FormatError JSON_SHAPE with the path of the field; and as `policyFromJson`
 */
export const inheritedFromJson = (
  json: ValueObject,
  where: string,
  options: AllowOptions,
): InheritedPolicy => {
  const { inherit } = readShape(INHERITED, json, where)
  const { inherit: _, ...rest } = json
  const refused = (detail: string, part: string): FormatError =>
    new FormatError('JSON_SHAPE', detail, { where: where === '' ? part : `${where}.${part}` })
  const stranger = NO_PARTS.find((part) => Object.hasOwn(rest, part))
  if (stranger !== undefined) throw refused('unknown field', stranger)
  const read = (): Policy => policyFromJson({ ...rest, version: 1 }, options)
  const policy = where === '' ? read() : readAt(where, read)
  if (policy.tools === undefined && inherit === undefined)
    throw refused('missing: tools, or inherit', 'tools')
  return Object.freeze({ inherit: inherit === true ? 'all' : (inherit ?? []), policy })
}
