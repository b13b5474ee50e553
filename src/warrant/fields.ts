/** What whoever makes a warrant may write, brought into the form that is signed. */

import { type Capability, capability, type Tools } from '../capability/capability.js'
import type { Constraint } from '../capability/constraint.js'
import { fixedMap } from '../capability/fixedMap.js'
import { type PublicKey, vetPublicKey } from '../crypto/keys.js'
import { compareUtf8 } from '../encoding/bytes.js'
import {
  MAX_APPROVERS,
  MAX_EXTENSION_KEY_BYTES,
  MAX_EXTENSION_VALUE_BYTES,
  MAX_EXTENSIONS,
  MAX_TOOL_NAME_BYTES,
  MAX_TOOLS,
} from '../encoding/limits.js'
import type { Value } from '../encoding/value.js'
import { EscalationError, FormatError } from '../errors.js'
import { encodeGates, type Gates, type GatesInput, gatesOf } from './gates.js'
import { GATES_EXTENSION, NO_EXTENSIONS, RESERVED_EXTENSIONS } from './payload.js'

/** The arguments of a tool: a capability, or constraints by argument. `{}` permits any arguments. */
export type CapabilityInput = Capability | Readonly<Record<string, Constraint | Value>>

/** Tools by name; `*` stands for every tool that is not named. */
export type ToolsInput = Tools | Readonly<Record<string, CapabilityInput>>

const RESERVED_TOOLS = 'tenuo:'

const isCapability = (input: CapabilityInput): input is Capability =>
  Object.hasOwn(input, 'allowUnknown') &&
  typeof input['allowUnknown'] === 'boolean' &&
  isMap(input['constraints'])

/** Told by shape, so that maps of another realm and our own unchangeable ones count; lists are values. */
const isMap = (thing: unknown): boolean =>
  typeof thing === 'object' && thing !== null && !Array.isArray(thing) && Symbol.iterator in thing

const capabilityOf = (input: CapabilityInput): Capability =>
  isCapability(input)
    ? capability(Object.fromEntries(input.constraints), { allowUnknown: input.allowUnknown })
    : capability(input)

const entriesOf = (input: ToolsInput): (readonly [string, CapabilityInput])[] =>
  isMap(input) ? [...(input as Tools)] : Object.entries(input as Readonly<Record<string, CapabilityInput>>) // told apart

/**
 * How many bytes text takes in UTF-8. They are counted: to make them costs more than all else here.
 * @throws FormatError TEXT_SURROGATE
 */
const utf8Length = (text: string): number => {
  if (!text.isWellFormed()) throw new FormatError('TEXT_SURROGATE')
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const isHalf = (unit & 0xf800) === 0xd800 // of a pair, whose four bytes are shared
    length += unit < 0x80 ? 1 : unit < 0x800 || isHalf ? 2 : 3
  }
  return length
}

/** @throws FormatError TOOL_NAME_INVALID, TOOL_NAME_RESERVED, TEXT_SURROGATE */
const toolName = (name: string): string => {
  const length = utf8Length(name)
  if (length === 0 || length > MAX_TOOL_NAME_BYTES) throw new FormatError('TOOL_NAME_INVALID')
  if (name.startsWith(RESERVED_TOOLS)) throw new FormatError('TOOL_NAME_RESERVED')
  return name
}

/**
 * Tools as they are signed.
 * @throws FormatError TOOLS_TOO_MANY, TOOL_NAME_INVALID, TOOL_NAME_RESERVED, CONSTRAINTS_TOO_MANY, CONSTRAINT_…, VALUE_…
 */
export const toolsOf = (input: ToolsInput): Tools => {
  const entries = entriesOf(input)
  if (entries.length > MAX_TOOLS) throw new FormatError('TOOLS_TOO_MANY')
  return fixedMap(entries.map(([name, each]) => [toolName(name), capabilityOf(each)] as const))
}

/** Constraint bounds as they are signed; bounds that bind nothing are left out. */
export const boundsOf = (input: CapabilityInput | undefined): Capability | undefined => {
  if (input === undefined) return undefined
  const bounds = capabilityOf(input)
  return bounds.constraints.size === 0 ? undefined : bounds
}

/** Names of tools, in the order that is written. @throws FormatError as `toolsOf` */
export const toolNamesOf = (names: readonly string[]): readonly string[] => {
  if (names.length > MAX_TOOLS) throw new FormatError('TOOLS_TOO_MANY')
  return Object.freeze([...new Set(names.map(toolName))].sort(compareUtf8))
}

/** Approvers, each once and vetted, in the order that is written. @throws FormatError KEY_NOT_ON_CURVE */
export const approversOf = (keys: readonly PublicKey[] | undefined): readonly PublicKey[] | undefined => {
  if (keys === undefined || keys.length === 0) return undefined
  if (keys.length > MAX_APPROVERS) throw new EscalationError('MINT_APPROVERS', 'too many')
  for (const key of keys) vetPublicKey(key)
  return Object.freeze([...new Set(keys)].sort())
}

/** Gates written by hand, or gates of a warrant. */
export const gateMapOf = (input: Gates | GatesInput | undefined): Gates | undefined => {
  if (input === undefined) return undefined
  const gates = isMap(input) ? (input as Gates) : gatesOf(input as GatesInput) // told apart
  return gates.size === 0 ? undefined : gates
}

/**
 * Extensions as they are signed, with the gate map among them.
 * @throws FormatError EXTENSION_RESERVED, EXTENSIONS_TOO_MANY, EXTENSION_TOO_LARGE
 */
export const extensionsOf = (
  input: Readonly<Record<string, Uint8Array>> | undefined,
  gates: Gates | undefined,
): ReadonlyMap<string, Uint8Array> => {
  if (input === undefined && gates === undefined) return NO_EXTENSIONS
  const entries = Object.entries(input ?? {}).map(
    ([name, value]) => [checkedName(name), Uint8Array.from(value)] as const,
  )
  const all = gates === undefined ? entries : [...entries, [GATES_EXTENSION, encodeGates(gates)] as const]
  if (all.length > MAX_EXTENSIONS) throw new FormatError('EXTENSIONS_TOO_MANY')
  if (all.some(([, value]) => value.length > MAX_EXTENSION_VALUE_BYTES))
    throw new FormatError('EXTENSION_TOO_LARGE')
  return fixedMap(all)
}

const checkedName = (name: string): string => {
  if (name.startsWith(RESERVED_EXTENSIONS)) throw new FormatError('EXTENSION_RESERVED')
  if (utf8Length(name) > MAX_EXTENSION_KEY_BYTES) throw new FormatError('EXTENSION_TOO_LARGE')
  return name
}

/** A whole number of a field, within its range. */
export const wholeWithin = (number: number, max: number, where: string): number => {
  if (!Number.isSafeInteger(number) || number < 0 || number > max)
    throw new EscalationError('MINT_STRUCTURE', 'not a whole number of its range', { where })
  return number
}

/**
 * Asserts that every gate is on a tool that the warrant grants, by its name: one on any other would never ask anybody,
 * and one on `*` would ask for calls of a tool of that name, and not of every tool.
 */
export const assertGatesReach = (gates: Gates | undefined, tools: Iterable<string>): void => {
  if (gates === undefined) return
  if (gates.has('*'))
    throw new EscalationError('MINT_STRUCTURE', 'a gate is on one tool by its name', { where: 'gates.*' })
  const granted = new Set(tools)
  if (granted.has('*')) return
  for (const tool of gates.keys()) {
    if (!granted.has(tool))
      throw new EscalationError('MINT_STRUCTURE', 'a gate on a tool that is not granted', {
        where: `gates.${tool}`,
      })
  }
}

/**
 * Asserts that gates and approvers can work together: a gate that nobody can open would deny for ever, and approvers
 * without a gate are never asked.
 */
export const assertApprovals = (
  gates: Gates | undefined,
  approvers: readonly PublicKey[] | undefined,
  minApprovals: number | undefined,
): void => {
  if ((gates === undefined) !== (approvers === undefined))
    throw new EscalationError('MINT_APPROVERS', 'one without the other')
  assertThreshold(approvers, minApprovals)
}

/** Asserts that as many approvers as are needed can be found. */
export const assertThreshold = (
  approvers: readonly PublicKey[] | undefined,
  minApprovals: number | undefined,
): void => {
  if (minApprovals === undefined) return
  if (
    approvers === undefined ||
    !Number.isSafeInteger(minApprovals) ||
    minApprovals < 1 ||
    minApprovals > approvers.length
  )
    throw new EscalationError('MINT_APPROVERS', 'threshold')
}
