/** An untrusted view of a chain, for people and logs. Nothing in it has been verified, and it says so. */

import type { Capability } from '../capability/capability.js'
import { describeConstraint } from '../capability/constraint.js'
import { toHex } from '../encoding/bytes.js'
import type { Chain } from './chain.js'
import type { Payload, WarrantType } from './payload.js'

/** A capability in words. */
export interface CapabilityView {
  /** Constraints in words, by argument. Text of the warrant: escape it before it is shown. */
  readonly arguments: Readonly<Record<string, string>>
  readonly allowUnknown: boolean
}

/** What one warrant claims. */
export interface WarrantView {
  readonly id: string
  readonly type: WarrantType
  readonly issuer: string
  readonly holder: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly depth: number
  readonly maxDepth: number
  readonly tools: Readonly<Record<string, CapabilityView>>
  readonly issuableTools?: readonly string[]
  readonly maxIssueDepth?: number
  readonly bounds?: CapabilityView
  readonly sessionId?: string
  readonly agentId?: string
  readonly clearance?: number
  readonly approvers?: readonly string[]
  readonly minApprovals?: number
  readonly gatedTools?: readonly string[]
  readonly parentHash?: string
  /** Bytes of each extension, in hexadecimal. */
  readonly extensions?: Readonly<Record<string, string>>
}

/** A chain in words, the first warrant first. */
export interface ChainView {
  /** Always false: see `verify`. */
  readonly verified: false
  readonly warrants: readonly WarrantView[]
}

const record = <V, W>(map: ReadonlyMap<string, V>, view: (value: V) => W): Readonly<Record<string, W>> => {
  const seen: Record<string, W> = Object.create(null) // names such as __proto__ are names
  for (const [name, value] of map) seen[name] = view(value)
  return Object.freeze(seen)
}

const capabilityView = ({ constraints, allowUnknown }: Capability): CapabilityView =>
  Object.freeze({ arguments: record(constraints, describeConstraint), allowUnknown })

const present = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V } // one name or none

const warrantView = (payload: Payload): WarrantView =>
  Object.freeze({
    id: payload.id,
    type: payload.type,
    issuer: payload.issuer,
    holder: payload.holder,
    issuedAt: payload.issuedAt,
    expiresAt: payload.expiresAt,
    depth: payload.depth,
    maxDepth: payload.maxDepth,
    tools: record(payload.tools, capabilityView),
    ...present('issuableTools', payload.issuableTools),
    ...present('maxIssueDepth', payload.maxIssueDepth),
    ...present('bounds', payload.bounds && capabilityView(payload.bounds)),
    ...present('sessionId', payload.sessionId),
    ...present('agentId', payload.agentId),
    ...present('clearance', payload.clearance),
    ...present('approvers', payload.approvers),
    ...present('minApprovals', payload.minApprovals),
    ...present('gatedTools', payload.gates && Object.freeze([...payload.gates.keys()])),
    ...present('parentHash', payload.parentHash && toHex(payload.parentHash)),
    ...present('extensions', payload.extensions.size > 0 ? record(payload.extensions, toHex) : undefined),
  })

/** What a chain claims of itself, as plain data. Verifies nothing. */
export const inspect = ({ warrants }: Chain): ChainView =>
  Object.freeze({
    verified: false,
    warrants: Object.freeze(warrants.map(({ payload }) => warrantView(payload))),
  })
