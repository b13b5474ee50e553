/** The fields of chains, drawn without randomness of their own and signed by test keys: one seed, one chain. */

import fc from 'fast-check'
import { type Capability, findCapability, type Tools } from '../capability/capability.js'
import type { Engines } from '../capability/constraint.js'
import { fixedMap } from '../capability/fixedMap.js'
import { defaultBackend } from '../crypto/backend.js'
import { signatureFromBytes } from '../crypto/keys.js'
import type { SecretKey } from '../crypto/signer.js'
import { toHex } from '../encoding/bytes.js'
import type { Warrant } from '../warrant/chain.js'
import { scopedGates } from '../warrant/child.js'
import { sealWarrant, warrantMessage } from '../warrant/envelope.js'
import { encodeGates, type Gates, gatesOf } from '../warrant/gates.js'
import { parseWarrantId, type WarrantId } from '../warrant/id.js'
import { encodePayload, GATES_EXTENSION, NO_TOOLS, type Payload } from '../warrant/payload.js'
import {
  anyCapability,
  anyTools,
  capabilityOf,
  type Lawful,
  lawfulCapability,
  narrowedCapability,
  narrowedTools,
  passable,
  passableTools,
} from './capabilities.js'
import { TEST_NOW } from './clock.js'
import { testKey } from './keys.js'

/** Who plays which part in the chains of this door. */
export const ROOT: SecretKey = testKey(1)
export const STRANGER: SecretKey = testKey(13)
const HOLDERS: readonly SecretKey[] = [2, 3, 4, 5, 6, 7].map(testKey)
export const APPROVERS: readonly SecretKey[] = [21, 22, 23].map(testKey)
const everybody = [ROOT, STRANGER, ...HOLDERS, ...APPROVERS]

/** The secret key of somebody here. */
export const secretOf = (publicKey: string): SecretKey => {
  const found = everybody.find((key) => key.publicKey === publicKey)
  if (found === undefined) throw new TypeError('not a key of warrant/testing')
  return found
}

/** A chain before it is signed. */
export interface Links {
  readonly payloads: readonly Payload[]
  /** When it is looked at: Unix seconds. */
  readonly now: number
  /** The one that somebody else signs than the issuer that it names. */
  readonly forgedAt?: number
}

/** What chains are asked for. */
export interface LinkOptions {
  readonly minLength: number
  readonly maxLength: number
  readonly engines: Engines
  /** Whether the first is an issuer warrant; either unless told. */
  readonly isIssued?: boolean | undefined
  /** Whether calls are gated; either unless told. */
  readonly isGated?: boolean | undefined
}

/** Seconds by which one warrant can differ from the one before. */
const MOST_STEP = 5
/** No chain here is longer, and each can be delegated further. */
const LEAST_DEPTH_LIMIT = 10

const OPEN = capabilityOf([], false)
const BOUND_ARGUMENT = 'x'

/** The warrants of these fields, each naming the one before unless it says otherwise, signed. */
export const sealedLinks = ({ payloads, forgedAt }: Links): readonly Warrant[] => {
  const warrants: Warrant[] = []
  for (const [i, fields] of payloads.entries()) {
    const before = warrants.at(-1)
    const hash = before === undefined ? undefined : defaultBackend.sha256(before.payloadBytes)
    const payload: Payload = Object.freeze({ ...fields, parentHash: fields.parentHash ?? hash })
    const bytes = encodePayload(payload)
    const signer = i === forgedAt ? STRANGER : secretOf(payload.issuer)
    warrants.push(sealWarrant(payload, bytes, signatureFromBytes(signer.sign(warrantMessage(bytes)))))
  }
  return warrants
}

/** The gate map of a warrant and the extension that carries it. */
export const gateFields = (gates: Gates | undefined): Pick<Payload, 'gates' | 'extensions'> => ({
  gates,
  extensions: fixedMap(gates === undefined ? [] : [[GATES_EXTENSION, encodeGates(gates)] as const]),
})

const idAt = (salt: string, place: number): WarrantId =>
  parseWarrantId(`${salt}${place.toString(16).padStart(2, '0')}`)

const salts = fc.uint8Array({ minLength: 15, maxLength: 15 }).map(toHex)

const namesOf = ({ type, tools, issuableTools = [] }: Payload): readonly string[] =>
  type === 'execution' ? [...tools.keys()] : issuableTools

/** Lawful fields of a whole chain. */
export const lawfulLinks = (options: LinkOptions): fc.Arbitrary<Links> =>
  fc
    .tuple(salts, fc.integer({ min: options.minLength, max: options.maxLength }))
    .chain(([salt, length]) =>
      firstPayload(salt, options).chain((first) => extended([first], length, salt, options)),
    )
    .map((payloads) => ({ payloads, now: TEST_NOW }))

const extended = (
  payloads: readonly Payload[],
  length: number,
  salt: string,
  options: LinkOptions,
): fc.Arbitrary<readonly Payload[]> => {
  // A chain of one may end in an issuer warrant; a longer one ends in one that calls tools.
  if (payloads.length >= length) return fc.constant(payloads)
  const parent = payloads.at(-1) as Payload // at least the first
  const isLast = payloads.length === length - 1
  return nextPayload(parent, idAt(salt, payloads.length), isLast, options.engines).chain((next) =>
    extended([...payloads, next], length, salt, options),
  )
}

const firstPayload = (salt: string, { engines, isIssued, isGated }: LinkOptions): fc.Arbitrary<Payload> =>
  fc
    .record({
      tools: anyTools().map((tools) => passableTools(tools, engines)),
      bounds: anyCapability().map((bounds) => passable(bounds, engines)),
      isIssuer: isIssued === undefined ? rarely : fc.constant(isIssued),
      gate: isGated === undefined ? rarely : fc.constant(isGated),
      holder: fc.constantFrom(...HOLDERS),
      sessionId: fc.constantFrom(undefined, undefined, 's-1'),
      clearance: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
      minApprovals: fc.constantFrom(undefined, 1, 2),
      age: fc.integer({ min: 100, max: 1_000 }),
      life: fc.integer({ min: 100, max: 1_000 }),
    })
    .map((drawn): Payload => {
      const { tools, bounds, isIssuer, holder, sessionId, clearance, age, life } = drawn
      const names = [...tools.keys()]
      const gates = drawn.gate ? gatesOf({ [gatedTool(names)]: 'whole' }) : undefined
      const base = {
        id: idAt(salt, 0),
        holder: holder.publicKey,
        issuer: ROOT.publicKey,
        issuedAt: TEST_NOW - age,
        expiresAt: TEST_NOW + life,
        maxDepth: 4 * LEAST_DEPTH_LIMIT,
        parentHash: undefined,
        sessionId,
        agentId: undefined,
        ...gateFields(gates),
        approvers: gates && APPROVERS.map(({ publicKey }) => publicKey).sort(),
        minApprovals: gates && drawn.minApprovals,
        clearance,
        depth: 0,
      }
      return isIssuer
        ? { ...base, ...issuing(names, bounds) }
        : { ...base, type: 'execution', tools, ...NO_ISSUING }
    })

const rarely = fc.integer({ min: 0, max: 4 }).map((number) => number === 4)

/** A gate is on one tool by its name. */
const gatedTool = (names: readonly string[]): string => names.find((name) => name !== '*') ?? 'other'

const NO_ISSUING = { issuableTools: undefined, maxIssueDepth: undefined, bounds: undefined } as const

const issuing = (
  names: readonly string[],
  bounds: Capability,
): Pick<Payload, 'type' | 'tools' | 'issuableTools' | 'maxIssueDepth' | 'bounds'> => ({
  type: 'issuer',
  tools: NO_TOOLS,
  issuableTools: Object.freeze([...names].sort()),
  maxIssueDepth: 3 * LEAST_DEPTH_LIMIT,
  bounds: bounds.constraints.has(BOUND_ARGUMENT) ? bounds : undefined,
})

const nextPayload = (
  parent: Payload,
  id: WarrantId,
  isLast: boolean,
  engines: Engines,
): fc.Arbitrary<Payload> => {
  const mayIssue = parent.type === 'issuer' && !isLast
  return fc
    .record({ isIssuer: mayIssue ? fc.boolean() : fc.constant(false), common: stepFrom(parent) })
    .chain(({ isIssuer, common }) => {
      if (isIssuer) return fc.constant({ ...parent, ...common, id, ...keptGates(parent, namesOf(parent)) })
      return toolsBelow(parent, { engines, isLast }).chain((tools) => {
        return holderBelow(parent).map((holder) => ({
          ...parent,
          ...common,
          ...NO_ISSUING,
          ...keptGates(parent, tools.keys()),
          id,
          type: 'execution' as const,
          tools,
          holder: holder.publicKey,
          maxDepth: Math.min(common.maxDepth, parent.maxIssueDepth ?? common.maxDepth),
        }))
      })
    })
}

type Step = Pick<
  Payload,
  'holder' | 'issuer' | 'issuedAt' | 'expiresAt' | 'maxDepth' | 'clearance' | 'depth' | 'parentHash'
>

/** What a child takes a step further than its parent, whatever their types. */
const stepFrom = (parent: Payload): fc.Arbitrary<Step> =>
  fc
    .tuple(
      fc.nat(MOST_STEP),
      fc.nat(MOST_STEP),
      fc.nat(1),
      fc.nat(parent.clearance ?? 0),
      fc.constantFrom(...HOLDERS),
    )
    .map(([later, sooner, less, clearance, holder]) => ({
      holder: holder.publicKey,
      issuer: parent.holder,
      issuedAt: parent.issuedAt + later,
      expiresAt: parent.expiresAt - sooner,
      maxDepth: parent.maxDepth - less,
      clearance: parent.clearance === undefined ? undefined : clearance,
      depth: parent.depth + 1,
      parentHash: undefined,
    }))

const keptGates = (parent: Payload, names: Iterable<string>): Pick<Payload, 'gates' | 'extensions'> =>
  gateFields(scopedGates(parent.gates, undefined, names))

/** Neither who holds an issuer warrant nor who made it may use what is issued from it. */
const holderBelow = ({ type, holder, issuer }: Payload): fc.Arbitrary<SecretKey> =>
  fc.constantFrom(
    ...HOLDERS.filter(
      ({ publicKey }) => type === 'execution' || (publicKey !== holder && publicKey !== issuer),
    ),
  )

const toolsBelow = (parent: Payload, lawful: Lawful): fc.Arbitrary<Tools> => {
  if (parent.type === 'execution') {
    const outer = (name: string): Capability => findCapability(parent.tools, name) ?? OPEN // granted, as it is narrowed
    return narrowedTools(parent.tools).map((wanted) =>
      fixedMap(
        [...wanted].map(([name, each]) => [name, lawfulCapability(outer(name), each, lawful)] as const),
      ),
    )
  }
  const { bounds = OPEN } = parent
  return fc
    .tuple(...namesOf(parent).map((name) => fc.tuple(fc.constant(name), narrowedCapability(bounds))))
    .map((wanted) =>
      fixedMap(wanted.map(([name, each]) => [name, lawfulCapability(bounds, each, lawful)] as const)),
    )
}
