/**
 * What children get: the delegation policy of a host, compiled when it was installed. The first rule that a child fits
 * counts; a child that fits none gets nothing. A rule only ever narrows: what it says is asked of the parent's warrant.
 */

import {
  type Capability,
  decodeCapability,
  encodeCapability,
  findCapability,
  type Tools,
} from '../../capability/capability.js'
import { matchGlob, parseGlob } from '../../capability/glob.js'
import type { PublicKey } from '../../crypto/keys.js'
import { fromBase64, toBase64 } from '../../encoding/base64url.js'
import { CborReader, CborWriter } from '../../encoding/cbor.js'
import { MAX_APPROVERS, MAX_CLEARANCE, MAX_DEPTH, MAX_TTL_SECONDS } from '../../encoding/limits.js'
import type { Value, ValueObject } from '../../encoding/value.js'
import { EscalationError } from '../../errors.js'
import { readStateObject } from '../../node/stateFile.js'
import { decodeGates, encodeGates, type Gates } from '../../warrant/gates.js'
import { fieldsOf, keyOf, listOf, numberBelow, textOf, wrong } from '../fields.js'

/** Which children, and what they get. */
export interface DelegationRule {
  /** A glob over the whole goal; every goal where nothing is said. */
  readonly goal?: string | undefined
  readonly role?: string | undefined
  /** Delegations below a session at the top, both included: its own children are at 1. */
  readonly depth?: readonly [number, number] | undefined
  /** Tools as the parent has them: all, or these. */
  readonly inherit: 'all' | readonly string[]
  /** Tools as they are written, in place of the parent's. */
  readonly tools: Tools
  readonly ttlSeconds?: number | undefined
  /** How many delegations may follow below the child. */
  readonly furtherDepth?: number | undefined
  readonly clearance?: number | undefined
  readonly gates?: Gates | undefined
  readonly approvers?: readonly PublicKey[] | undefined
  readonly minApprovals?: number | undefined
}

export interface Delegation {
  /** A grant that no child was bound to by then is gone. */
  readonly startSeconds: number
  readonly rules: readonly DelegationRule[]
}

/** A queue of tasks begins its last one late; what was forgotten should not lie about for a day. */
export const DEFAULT_START_SECONDS = 600
export const MAX_START_SECONDS = 86_400
const MAX_RULES = 256

/** The policy of a file. @throws FormatError FILE_…, STATE_MALFORMED with the field that is wrong, CBOR_…, CONSTRAINT_… */
export const readDelegation = (path: string): Delegation => parseDelegation(readStateObject(path))

/** The rule of a child; undefined where none fits. @throws FormatError CONSTRAINT_… for a goal that cannot be judged */
export const ruleFor = (
  { rules }: Delegation,
  child: { readonly goal?: string | undefined; readonly role?: string | undefined; readonly depth: number },
): DelegationRule | undefined => rules.find((rule) => fits(rule, child))

const fits = (
  { goal, role, depth }: DelegationRule,
  child: { readonly goal?: string | undefined; readonly role?: string | undefined; readonly depth: number },
): boolean => {
  if (role !== undefined && role !== child.role) return false
  if (depth !== undefined && (child.depth < depth[0] || child.depth > depth[1])) return false
  if (goal === undefined) return true
  // Not to be passed over: a later rule could be the wider one.
  const matched = child.goal === undefined ? false : matchGlob(parseGlob(goal), child.goal)
  if (typeof matched === 'string')
    throw new EscalationError('ATTENUATE_CONSTRAINT', matched, { where: 'goal' })
  return matched
}

/** The tools that a rule gives below a parent. @throws EscalationError ATTENUATE_TOOL for one that the parent lacks */
export const toolsBelow = ({ inherit, tools }: DelegationRule, parent: Tools): Tools => {
  if (inherit === 'all') return new Map([...parent, ...tools])
  const inherited = inherit.map((name): readonly [string, Capability] => {
    const found = findCapability(parent, name)
    if (found === undefined)
      throw new EscalationError('ATTENUATE_TOOL', undefined, { where: `tools.${name}` })
    return [name, found]
  })
  return new Map([...inherited, ...tools])
}

/** The policy as JSON that {@link parseDelegation} reads. `says` is for people, rule by rule; nothing reads it. */
export const delegationJson = (
  { startSeconds, rules }: Delegation,
  says: readonly (readonly string[])[],
): ValueObject => ({
  version: 1,
  startSeconds,
  rules: rules.map((rule, i) => ruleJson(rule, says[i] ?? [])),
})

const ruleJson = (rule: DelegationRule, says: readonly string[]): ValueObject => {
  const { goal, role, depth, inherit, tools, gates, approvers } = rule
  const { ttlSeconds, furtherDepth, clearance, minApprovals } = rule
  const parts: Readonly<Record<string, Value | undefined>> = {
    ...{ goal, role, depth, inherit, ttlSeconds, furtherDepth, clearance, approvers, minApprovals },
    tools: tools.size === 0 ? undefined : toBase64(toolBytes(tools)),
    gates: gates === undefined ? undefined : toBase64(encodeGates(gates)),
    says,
  }
  const given = Object.entries(parts).filter((part): part is [string, Value] => part[1] !== undefined)
  return Object.fromEntries(given)
}

/** The policy of what was read. @throws FormatError as {@link readDelegation} */
export const parseDelegation = (written: ValueObject): Delegation => {
  const fields = fieldsOf(written, '', ['version', 'startSeconds', 'rules'])
  if (fields['version'] !== 1) throw wrong('version')
  const rules = listOf(fields['rules'] ?? [], 'rules')
  if (rules.length > MAX_RULES) throw wrong('rules')
  return {
    startSeconds: numberBelow(fields['startSeconds'] ?? 0, MAX_START_SECONDS, 'startSeconds'),
    rules: rules.map((rule, i) => ruleOf(rule, `rules[${i}]`)),
  }
}

const RULE = [
  ...['goal', 'role', 'depth', 'inherit', 'tools', 'ttlSeconds', 'furtherDepth', 'clearance'],
  ...['gates', 'approvers', 'minApprovals', 'says'],
]

const ruleOf = (value: Value, where: string): DelegationRule => {
  const fields = fieldsOf(value, where, RULE)
  const read = <T>(name: string, of: (value: Value, where: string) => T): T | undefined => {
    const given = fields[name]
    return given === undefined ? undefined : of(given, `${where}.${name}`)
  }
  const upTo = (max: number) => (given: Value, place: string) => wholeUpTo(given, max, place)
  return {
    goal: read('goal', globOf),
    role: read('role', textOf),
    depth: read('depth', depthOf),
    inherit: read('inherit', inheritOf) ?? [],
    tools: read('tools', toolsOf) ?? new Map(),
    ttlSeconds: read('ttlSeconds', (given, place) => numberBelow(given, MAX_TTL_SECONDS, place)),
    furtherDepth: read('furtherDepth', upTo(MAX_DEPTH)),
    clearance: read('clearance', upTo(MAX_CLEARANCE)),
    gates: read('gates', (given, place) => decodeGates(fromBase64(textOf(given, place)))),
    approvers: read('approvers', (given, place) =>
      listOf(given, place).map((key, i) => keyOf(key, `${place}[${i}]`)),
    ),
    minApprovals: read('minApprovals', (given, place) => numberBelow(given, MAX_APPROVERS, place)),
  }
}

/** @throws FormatError CONSTRAINT_INVALID */
const globOf = (value: Value, where: string): string => {
  const text = textOf(value, where)
  parseGlob(text)
  return text
}

const wholeUpTo = (value: Value, max: number, where: string): number => {
  if (value === 0) return 0
  return numberBelow(value, max, where)
}

const depthOf = (value: Value, where: string): readonly [number, number] => {
  const [first, last, ...more] = listOf(value, where).map((each) => numberBelow(each, MAX_DEPTH, where))
  if (first === undefined || last === undefined || more.length > 0) throw wrong(where)
  return [first, last]
}

const inheritOf = (value: Value, where: string): 'all' | readonly string[] =>
  value === 'all' ? 'all' : listOf(value, where).map((name) => textOf(name, where))

const toolBytes = (tools: Tools): Uint8Array => {
  const writer = new CborWriter()
  writer.named(tools, (capability) => encodeCapability(writer, capability))
  return writer.finish()
}

const toolsOf = (value: Value, where: string): Tools => {
  const reader = new CborReader(fromBase64(textOf(value, where)))
  const tools = new Map<string, Capability>()
  reader.named((name) => tools.set(name, decodeCapability(reader)))
  reader.end()
  return tools
}
