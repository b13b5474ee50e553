/**
 * Approval gates (format §9): which calls of a tool need approval before they may proceed.
 *
 * The law: whatever needs approval under a parent needs it under the child. A child may ask for more, never for less.
 */

import { type CapabilityFault, compileCapability } from '../capability/capability.js'
import {
  type Constraint,
  covers,
  decodeConstraint,
  type Engines,
  encodeConstraint,
  type Fault,
} from '../capability/constraint.js'
import { fixedMap } from '../capability/fixedMap.js'
import type { Allowance } from '../capability/run.js'
import { equalBytes } from '../encoding/bytes.js'
import { CborReader, CborWriter } from '../encoding/cbor.js'
import type { ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import type { StricterRule } from '../rules.js'

/** On one argument: every call; calls whose argument matches; or calls whose argument does not match. */
export type Gate =
  | { readonly kind: 'all' }
  | { readonly kind: 'when'; readonly constraint: Constraint }
  | { readonly kind: 'unless'; readonly constraint: Constraint }

/** Every call of the tool, or gates by argument name. */
export type ToolGate = 'whole' | ReadonlyMap<string, Gate>

/** Gates by tool name. */
export type Gates = ReadonlyMap<string, ToolGate>

/** What an exemption cannot be made of: too wide, or not to be decided by everybody alike. */
const NO_EXEMPTION: ReadonlySet<Constraint['kind']> = new Set(['wildcard', 'any', 'not', 'cel', 'unknown'])

const ALL: Gate = Object.freeze({ kind: 'all' })

const exemption = (constraint: Constraint): Gate => {
  if (NO_EXEMPTION.has(constraint.kind)) throw new FormatError('GATES_MALFORMED', 'exemption')
  return Object.freeze({ kind: 'unless', constraint })
}

const decodeGate = (reader: CborReader): Gate => {
  const type = reader.peek()
  if (type === 'array') return Object.freeze({ kind: 'when', constraint: decodeConstraint(reader) })
  if (type === 'text') {
    if (reader.text() !== 'all') throw new FormatError('GATES_MALFORMED', 'gate')
    return ALL
  }
  let constraint: Constraint | undefined
  reader.struct(['exempt'], ['exempt'], () => {
    constraint = decodeConstraint(reader)
  })
  return exemption(constraint as unknown as Constraint) // a required field
}

/** The message is for the people who are asked; it decides nothing, and no child hands it on. */
const TOOL_GATE = ['args', 'message'] as const

const decodeToolGate = (reader: CborReader): ToolGate => {
  let gate: ToolGate = 'whole'
  reader.struct(TOOL_GATE, ['args'], (field) => {
    if (field === 'message') {
      reader.text()
      return
    }
    if (reader.takeNull()) return
    const gates: [string, Gate][] = []
    reader.named((argument) => gates.push([argument, decodeGate(reader)]))
    gate = fixedMap(gates)
  })
  return gate
}

/**
 * The gate map of the protocol's extension; undefined for no bytes at all.
 * @throws FormatError GATES_MALFORMED, CBOR_…, CONSTRAINT_…
 */
export const decodeGates = (bytes: Uint8Array): Gates | undefined => {
  if (bytes.length === 0) return undefined
  const reader = new CborReader(bytes)
  const gates: [string, ToolGate][] = []
  reader.named((tool) => gates.push([tool, decodeToolGate(reader)]))
  reader.end()
  return fixedMap(gates)
}

const encodeGate = (writer: CborWriter, gate: Gate): void => {
  if (gate.kind === 'all') {
    writer.text('all')
    return
  }
  if (gate.kind === 'unless') {
    writer.map(1)
    writer.text('exempt')
  }
  encodeConstraint(writer, gate.constraint)
}

const encodeToolGate = (writer: CborWriter, gate: ToolGate): void => {
  writer.map(1)
  writer.text('args')
  if (gate === 'whole') writer.null()
  else writer.named(gate, (each) => encodeGate(writer, each))
}

/** The bytes of a gate map. */
export const encodeGates = (gates: Gates): Uint8Array => {
  const writer = new CborWriter()
  writer.named(gates, (gate) => encodeToolGate(writer, gate))
  return writer.finish()
}

/** How gates are written by hand: `'whole'`, or by argument `'all'`, a constraint, or `{ unless: constraint }`. */
export type GatesInput = Readonly<
  Record<string, 'whole' | Readonly<Record<string, 'all' | Constraint | Exemption>>>
>

interface Exemption {
  readonly unless: Constraint
}

const gateOf = (given: 'all' | Constraint | Exemption): Gate => {
  if (given === 'all') return ALL
  if (typeof given !== 'object' || given === null) throw new FormatError('GATES_MALFORMED', 'gate')
  return Object.hasOwn(given, 'unless')
    ? exemption((given as Exemption).unless)
    : Object.freeze({ kind: 'when', constraint: given as Constraint }) // what is left
}

const toolGateOf = (given: GatesInput[string]): ToolGate => {
  if (given === 'whole') return given
  if (typeof given !== 'object' || given === null) throw new FormatError('GATES_MALFORMED', 'tool')
  return fixedMap(Object.entries(given).map(([argument, gate]) => [argument, gateOf(gate)] as const))
}

/**
 * Gates as they are carried, from what was written by hand.
 * @throws FormatError GATES_MALFORMED for what is no gate, or an exemption of a kind that cannot be one.
 */
export const gatesOf = (input: GatesInput): Gates =>
  fixedMap(Object.entries(input).map(([tool, given]) => [tool, toolGateOf(given)] as const))

/** Whether a call needs approval. Only `false` lets it pass without; a fault denies. */
export type GateTest = (tool: string, args: ValueObject, now: number) => boolean | Fault

/** A test of calls; each gate is compiled once. A tool is gated by its exact name. */
export const compileGates = (gates: Gates, engines: Engines): GateTest => {
  const tests = new Map<string, ToolTest>()
  return (tool, args, now) => {
    const gate = gates.get(tool)
    if (gate === undefined) return false
    const test = tests.get(tool) ?? compileToolGate(gate, engines)
    tests.set(tool, test)
    return test(args, now)
  }
}

type ToolTest = (args: ValueObject, now: number) => boolean | Fault

/**
 * What passes without approval is a capability of its own: what is not permitted by it needs approval, an argument that
 * is missing among it. So the work of all gates together is bounded as that of constraints is.
 */
const compileToolGate = (gate: ToolGate, engines: Engines): ToolTest => {
  if (gate === 'whole') return () => true
  const free = fixedMap([...gate].map(([argument, each]) => [argument, freeOf(each)] as const))
  const faultOf = compileCapability({ constraints: free, allowUnknown: true }, engines)
  return (args, now) => {
    const fault = faultOf(args, now)
    if (fault === undefined) return false
    return NEEDS_APPROVAL.has(fault.code) || (fault.code as Fault) // the codes that are no fault are those
  }
}

const NEEDS_APPROVAL: ReadonlySet<CapabilityFault['code']> = new Set([
  'CONSTRAINT_VIOLATED',
  'CONSTRAINT_ARGUMENT_MISSING',
  'CONSTRAINT_ARGUMENT_UNKNOWN',
] as const)

/**
 * The values of an argument that pass its gate. A condition is turned by Not, and not by a test for `false`: a value
 * that only a stricter rule of ours keeps from matching must not come to pass unapproved (it faults instead).
 */
const freeOf = (gate: Gate): Constraint => {
  if (gate.kind === 'unless') return gate.constraint
  return { kind: 'not', constraint: gate.kind === 'all' ? { kind: 'wildcard' } : gate.constraint }
}

/** Where a child asks for less than its parent. */
export interface GateGap {
  readonly tool: string
  readonly argument?: string
  readonly rule?: StricterRule
}

const constraintBytes = (constraint: Constraint): Uint8Array => {
  const writer = new CborWriter()
  encodeConstraint(writer, constraint)
  return writer.finish()
}

const sameConstraint = (a: Constraint, b: Constraint): boolean =>
  equalBytes(constraintBytes(a), constraintBytes(b))

/**
 * A child gate is at least as demanding if and only if
 * 1. it asks on every call, or
 * 2. both ask by the very same constraint, or
 * 3. both exempt by constraints of one kind, and the parent's exemption covers the child's: what the child exempts, the
 *    parent exempts too. Other pairs could differ in the values on which they cannot be evaluated at all.
 */
const isAsDemanding = (parent: Gate, child: Gate, engines: Engines, allowance?: Allowance): boolean => {
  if (child.kind === 'all') return true
  if (parent.kind === 'all' || parent.kind !== child.kind) return false
  if (sameConstraint(parent.constraint, child.constraint)) return true
  return (
    parent.kind === 'unless' &&
    parent.constraint.kind === child.constraint.kind &&
    covers(parent.constraint, child.constraint, engines, allowance)
  )
}

const toolGap = (
  tool: string,
  parent: ToolGate,
  child: ToolGate,
  engines: Engines,
  allowance?: Allowance,
): GateGap | undefined => {
  if (child === 'whole') return undefined
  if (parent === 'whole') return { tool }
  for (const [argument, gate] of parent) {
    const kept = child.get(argument)
    if (kept === undefined) return { tool, argument }
    if (isAsDemanding(gate, kept, engines, allowance)) continue
    // The reference takes a narrower condition for a stronger gate (weak point W6); the rest it refuses too.
    const isStricter = gate.kind === kept.kind
    return isStricter ? { tool, argument, rule: 'GATE_CONDITION' } : { tool, argument }
  }
  return undefined
}

/**
 * Where the gates of a child ask for less than those of its parent, for a tool that the child can reach; undefined where
 * they ask for no less. A tool is reached by its own name, or under `*`.
 */
export const gateGap = (
  parent: Gates | undefined,
  child: Gates | undefined,
  isReached: (tool: string) => boolean,
  isListed: (tool: string) => boolean,
  engines: Engines,
  allowance?: Allowance,
): GateGap | undefined => {
  for (const [tool, gate] of parent ?? []) {
    if (!isReached(tool)) continue
    const kept = child?.get(tool)
    // The reference looks at tools that the child lists by name, and so at none of an issuer warrant (weak point W4).
    if (kept === undefined) return isListed(tool) ? { tool } : { tool, rule: 'GATE_KEPT' }
    const gap = toolGap(tool, gate, kept, engines, allowance)
    if (gap !== undefined) return isListed(tool) ? gap : { ...gap, rule: 'GATE_KEPT' }
  }
  return undefined
}
