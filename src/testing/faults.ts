/** Chains with one named fault: everything else about them is as it should be, and every signature holds but one. */

import fc from 'fast-check'
import { wildcard } from '../capability/constructors.js'
import { fixedMap } from '../capability/fixedMap.js'
import { CLOCK_TOLERANCE_SECONDS, MAX_TTL_SECONDS } from '../encoding/limits.js'
import type { ErrorCode } from '../errors.js'
import { NO_TOOLS, type Payload } from '../warrant/payload.js'
import { capabilityOf } from './capabilities.js'
import { type AnyChainOptions, readable, type TestChain, testChainOf } from './chains.js'
import { gateFields, type LinkOptions, type Links, lawfulLinks, STRANGER } from './links.js'

/** What a chain must have for a fault to be possible. */
type Needs = Pick<LinkOptions, 'isIssued' | 'isGated'>

interface ChainFault {
  /** What a verifier must refuse it with. */
  readonly code: ErrorCode
  readonly needs?: Needs
  /** The links with the fault at a place that has a parent; undefined where they cannot have it. */
  readonly apply: (links: Links, place: number) => Links | undefined
}

type Change = Partial<Payload> | undefined

const changed = (links: Links, place: number, change: Partial<Payload>): Links => ({
  ...links,
  payloads: links.payloads.map((payload, i) => (i === place ? { ...payload, ...change } : payload)),
})

/** A fault between a parent and its child: what the child says. */
const between = (
  code: ErrorCode,
  change: (child: Payload, parent: Payload) => Change,
  needs: Needs = {},
): ChainFault => ({
  code,
  needs,
  apply: (links, place) => {
    const [parent, child] = [links.payloads[place - 1], links.payloads[place]] as [Payload, Payload] // as `place` says
    const found = change(child, parent)
    return found === undefined ? undefined : changed(links, place, found)
  },
})

/** A fault of the first warrant. */
const atRoot = (code: ErrorCode, change: (root: Payload) => Partial<Payload>): ChainFault => ({
  code,
  apply: (links) => changed(links, 0, change(links.payloads[0] as Payload)), // at least one
})

/** Nothing is wrong but the time at which it is looked at. */
const atTime = (code: ErrorCode, timeOf: (links: Links) => number): ChainFault => ({
  code,
  apply: (links) => ({ ...links, now: timeOf(links) }),
})

const ISSUED: Needs = { isIssued: true }
const GATED: Needs = { isGated: true }
const STOLEN = 'stolen'
const HASH_BYTES = 32

/** The tools of a child in which the first constraint that says anything says nothing any more. */
const loosened = ({ tools }: Payload, parent: Payload): Change => {
  for (const [tool, { constraints, allowUnknown }] of tools) {
    const outer = parent.tools.get(tool)?.constraints ?? constraints
    const argument = [...constraints.keys()].find(
      (name) => (outer.get(name) ?? wildcard()).kind !== 'wildcard',
    )
    if (argument === undefined) continue
    const open = capabilityOf([...constraints, [argument, wildcard()]], allowUnknown)
    return { tools: fixedMap([...tools, [tool, open]]) }
  }
  return undefined
}

/** The name of a fault that a chain can have. */
export type ChainFaultName =
  | 'untrusted-root'
  | 'life-too-long'
  | 'expired'
  | 'from-the-future'
  | 'forged-signature'
  | 'contradictory-fields'
  | 'repeated-id'
  | 'other-issuer'
  | 'other-parent'
  | 'depth-skipped'
  | 'depth-limit-raised'
  | 'outlives-parent'
  | 'issued-before-parent'
  | 'turned-issuer'
  | 'tool-added'
  | 'constraint-widened'
  | 'bounds-dropped'
  | 'past-issue-depth'
  | 'issued-to-itself'
  | 'clearance-raised'
  | 'approvers-dropped'
  | 'gate-dropped'
  | 'other-session'

const FAULTS: Readonly<Record<ChainFaultName, ChainFault>> = {
  'untrusted-root': atRoot('CHAIN_UNTRUSTED_ROOT', () => ({ issuer: STRANGER.publicKey })),
  'life-too-long': atRoot('WARRANT_TTL', ({ issuedAt }) => ({ expiresAt: issuedAt + MAX_TTL_SECONDS + 1 })),
  expired: atTime('WARRANT_EXPIRED', ({ payloads }) =>
    Math.min(...payloads.map(({ expiresAt }) => expiresAt)),
  ),
  'from-the-future': atTime(
    'CHAIN_ISSUED_AT',
    ({ payloads }) => Math.max(...payloads.map(({ issuedAt }) => issuedAt)) - CLOCK_TOLERANCE_SECONDS - 1,
  ),
  'forged-signature': { code: 'SIGNATURE_INVALID', apply: (links, place) => ({ ...links, forgedAt: place }) },
  'contradictory-fields': between('WARRANT_STRUCTURE', ({ issuedAt }) => ({ expiresAt: issuedAt })),
  'repeated-id': between('CHAIN_REPEATED_ID', (_, { id }) => ({ id })),
  'other-issuer': between('CHAIN_ISSUER', () => ({ issuer: STRANGER.publicKey })),
  'other-parent': between('CHAIN_PARENT_HASH', () => ({ parentHash: new Uint8Array(HASH_BYTES) })),
  'depth-skipped': between('CHAIN_DEPTH', ({ depth }) => ({ depth: depth + 1 })),
  'depth-limit-raised': between('CHAIN_MAX_DEPTH', (_, { maxDepth }) => ({ maxDepth: maxDepth + 1 })),
  'outlives-parent': between('CHAIN_EXPIRY', (_, { expiresAt }) => ({ expiresAt: expiresAt + 1 })),
  'issued-before-parent': between('CHAIN_ISSUE_ORDER', (_, { issuedAt }) => ({ issuedAt: issuedAt - 1 })),
  'turned-issuer': between('CHAIN_TYPE', (_, { type }) =>
    type === 'issuer' ? undefined : { type: 'issuer', tools: NO_TOOLS, issuableTools: ['read'] },
  ),
  'tool-added': between('CHAIN_TOOL', ({ tools, issuableTools }, parent) => {
    if (parent.tools.has('*') || parent.issuableTools?.includes('*')) return undefined
    const isIssuer = issuableTools !== undefined
    return isIssuer
      ? { issuableTools: [...issuableTools, STOLEN] }
      : { tools: fixedMap([...tools, [STOLEN, capabilityOf([], false)]]) }
  }),
  'constraint-widened': between('CHAIN_CONSTRAINT', (child, parent) =>
    parent.type === 'issuer' ? undefined : loosened(child, parent),
  ),
  'bounds-dropped': between(
    'CHAIN_BOUNDS',
    ({ type }, { bounds }) => (type === 'issuer' && bounds !== undefined ? { bounds: undefined } : undefined),
    ISSUED,
  ),
  'past-issue-depth': between(
    'CHAIN_ISSUE_DEPTH',
    ({ type }, { maxIssueDepth }) =>
      maxIssueDepth === undefined
        ? undefined
        : type === 'issuer'
          ? { maxIssueDepth: undefined }
          : { maxDepth: maxIssueDepth + 1 },
    ISSUED,
  ),
  'issued-to-itself': between(
    'CHAIN_SELF_ISSUANCE',
    ({ type }, parent) =>
      parent.type === 'issuer' && type === 'execution' ? { holder: parent.holder } : undefined,
    ISSUED,
  ),
  'clearance-raised': between('CHAIN_CLEARANCE', (_, { clearance = 0 }) => ({ clearance: clearance + 1 })),
  'approvers-dropped': between(
    'CHAIN_APPROVERS',
    (_, { approvers }) =>
      approvers === undefined ? undefined : { approvers: undefined, minApprovals: undefined },
    GATED,
  ),
  'gate-dropped': between(
    'CHAIN_GATE',
    ({ gates }) => (gates === undefined ? undefined : gateFields(undefined)),
    GATED,
  ),
  'other-session': between('CHAIN_SESSION', () => ({ sessionId: STOLEN })),
}

const named: ReadonlyMap<ChainFaultName, ChainFault> = new Map(
  Object.entries(FAULTS) as [ChainFaultName, ChainFault][], // the rows above
)

/** Every fault that {@link faultyChain} knows, with the code that a verifier must refuse it with. */
export const CHAIN_FAULTS: ReadonlyMap<ChainFaultName, ErrorCode> = new Map(
  [...named].map(([name, { code }]) => [name, code]),
)

/** A chain that no verifier may accept at its `now`. */
export interface FaultyChain extends TestChain {
  readonly fault: ChainFaultName
  /** The code that it must be refused with. */
  readonly code: ErrorCode
}

/** What {@link faultyChain} is told. */
export interface FaultyChainOptions extends Pick<AnyChainOptions, 'maxLength' | 'engines'> {
  /** This fault; any unless told. */
  readonly fault?: ChainFaultName
}

const MAX_LENGTH = 6

/**
 * A chain with exactly one fault, signed by those who would commit it.
 * @example
 * fc.property(faultyChain(), ({ chain, roots, now }) => {
 *   try { verify(chain, { roots, now }) } catch { return true }
 *   return false
 * })
 */
export const faultyChain = (options: FaultyChainOptions = {}): fc.Arbitrary<FaultyChain> => {
  const { fault, maxLength = MAX_LENGTH, engines = {} } = options
  const faults = fc.constantFrom(...(fault === undefined ? named.keys() : [fault]))
  return faults.chain((name) => {
    const { code, apply, needs } = named.get(name) as ChainFault // a name of the table
    return fc
      .tuple(lawfulLinks({ minLength: 2, maxLength: Math.max(2, maxLength), engines, ...needs }), fc.nat())
      .map(([links, at]) => faultyPlace(links, at, apply))
      .filter((links) => links !== undefined)
      .map((links): FaultyChain => readable({ ...testChainOf(links), fault: name, code }))
  })
}

/** The links with the fault at the first place, from some place on, that can have it. */
const faultyPlace = (links: Links, from: number, apply: ChainFault['apply']): Links | undefined => {
  const places = links.payloads.length - 1
  for (let i = 0; i < places; i++) {
    const faulty = apply(links, 1 + ((from + i) % places))
    if (faulty !== undefined) return faulty
  }
  return undefined
}
