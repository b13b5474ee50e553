/** Policy files: YAML or JSON, read strictly into the values that JSON has. */

import { dirname, join } from 'node:path'
import type { Engines } from '../capability/constraint.js'
import { parseJson } from '../encoding/json.js'
import { float, integer, type Value } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { AllowOptions } from '../schema/allowValue.js'
import { type Policy, policyFromJson } from '../schema/index.js'
import { enginesByName } from './engines.js'
import { cliFailure, placed, placedAsync } from './failure.js'
import { placeOf } from './input.js'
import { isKeyText } from './secrets.js'
import type { Session } from './session.js'

const MAX_POLICY_BYTES = 262_144
const FLAG = '--policy'

/**
 * The policy of a named input.
 * @throws CliFailure FILE_…, INPUT_…; FormatError YAML_MALFORMED, JSON_…, SPEC_MALFORMED, DURATION_MALFORMED, all with
 * the name of the input
 */
export const policyOf = async (session: Session, name: string, options: AllowOptions): Promise<Policy> => {
  const { place, json, engines } = await writtenIn(session, FLAG, name)
  const policy = placed(place, () => policyFromJson(json, { ...options, engines }))
  const { approvers } = policy
  return approvers === undefined
    ? policy
    : { ...policy, approvers: approvers.map((key) => beside(name, key)) }
}

/** What a file of the operator's says. */
export interface Written {
  /** What messages call it. */
  readonly place: string
  readonly json: Value
  /** For the expressions that may stand in it. */
  readonly engines: Engines
}

/** Reads YAML or JSON. @throws CliFailure FILE_…, INPUT_…; FormatError YAML_MALFORMED, JSON_…, with the name of the input */
export const writtenIn = async (session: Session, flag: string, name: string): Promise<Written> => {
  const place = placeOf(flag, name)
  const text = await session.inputs.text(name, place, MAX_POLICY_BYTES)
  if (text.trim() === '') throw cliFailure('INPUT_EMPTY', place)
  const engines = await enginesByName(['regex', 'cel'].filter((engine) => text.includes(engine)))
  const json = await placedAsync(place, async () =>
    text.trimStart().startsWith('{') ? parseJson(text) : readYaml(text),
  )
  return { place, json, engines }
}

/** A key, or a file: one that is named relatively stands beside the policy, wherever the command is run. */
export const beside = (policy: string, key: string): string =>
  isKeyText(key) || policy === '-' || policy.startsWith('fd:') || key.startsWith('/')
    ? key
    : join(dirname(policy), key)

/**
 * YAML 1.2 without tags, anchors that are used, merges or repeated names; what the reader only warns of is an error.
 * Integers and floats stay apart, as in JSON.
 */
const readYaml = async (text: string): Promise<Value> => {
  const { parseDocument } = await import('yaml')
  try {
    const document = parseDocument(text, YAML_OPTIONS)
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) throw malformed(`offset ${fault.pos[0]}`)
    return jsonOf(document.toJS({ maxAliasCount: 0, mapAsMap: true }))
  } catch (thrown) {
    throw thrown instanceof FormatError ? thrown : malformed() // such as a stack that is used up
  }
}

const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  strict: true,
  uniqueKeys: true,
  merge: false,
  intAsBigInt: true,
  prettyErrors: false,
} as const

const malformed = (detail?: string): FormatError => new FormatError('YAML_MALFORMED', detail)

const jsonOf = (node: unknown): Value => {
  if (node === null || typeof node === 'string' || typeof node === 'boolean') return node
  if (typeof node === 'bigint') return integer(node)
  if (typeof node === 'number') return float(node)
  if (Array.isArray(node)) return Object.freeze(node.map(jsonOf))
  if (!(node instanceof Map)) throw malformed()
  const object: Record<string, Value> = Object.create(null)
  for (const [name, value] of node) {
    if (typeof name !== 'string') throw malformed('a name that is no text')
    object[name] = jsonOf(value)
  }
  return Object.freeze(object)
}
