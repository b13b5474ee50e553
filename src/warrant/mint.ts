/** Minting: a root warrant, by a key that verifiers trust. Never within reach of an agent's tools. */

import { type PublicKey, vetPublicKey } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { DEFAULT_TTL_SECONDS, MAX_CLEARANCE, MAX_DEPTH, MAX_TTL_SECONDS } from '../encoding/limits.js'
import { EscalationError } from '../errors.js'
import type { Chain } from './chain.js'
import { type Draft, draftOf, signDraft, signDraftAsync } from './draft.js'
import {
  approversOf,
  assertApprovals,
  assertGatesReach,
  boundsOf,
  type CapabilityInput,
  extensionsOf,
  gateMapOf,
  type ToolsInput,
  toolNamesOf,
  toolsOf,
  wholeWithin,
} from './fields.js'
import type { Gates, GatesInput } from './gates.js'
import { givenWarrantId, type WarrantId } from './id.js'
import { ownOptions } from './options.js'
import { NO_TOOLS, type Payload } from './payload.js'
import { assertConsistent } from './structure.js'
import { wholeSecond } from './time.js'

/** How many delegations a warrant allows unless it is said. */
export const DEFAULT_MAX_DEPTH = 8

/** What every new warrant may say. */
export interface CommonMintOptions {
  /** The key that may use the warrant. */
  readonly holder: PublicKey
  /** Unix seconds. */
  readonly now: number
  /** Default 300; at most 90 days. */
  readonly ttlSeconds?: number
  /** How many warrants may follow one another below this one; 0 cannot be delegated. Default 8, at most 64. */
  readonly maxDepth?: number
  /** The session that the warrant and all that follow from it can be used in. */
  readonly sessionId?: string
  readonly agentId?: string
  /** 0 to 255. */
  readonly clearance?: number
  /** Which calls need approval. Goes with `approvers`. */
  readonly gates?: Gates | GatesInput
  readonly approvers?: readonly PublicKey[]
  /** How many of the approvers; default all. */
  readonly minApprovals?: number
  /** Application values by name, as bytes; CBOR by convention (`warrant/extensions`). */
  readonly extensions?: Readonly<Record<string, Uint8Array>>
  /** Default a new UUIDv7. */
  readonly id?: WarrantId
}

/** A warrant that calls tools. */
export interface MintOptions extends CommonMintOptions {
  readonly tools: ToolsInput
}

/** A warrant that makes warrants. */
export interface MintIssuerOptions extends CommonMintOptions {
  /** The tools that it may grant; `*` stands for all. */
  readonly issuableTools: readonly string[]
  /** What every capability that it grants must be covered by. */
  readonly bounds?: CapabilityInput
  /** The depth that what it grants may not pass. */
  readonly maxIssueDepth?: number
}

/** The draft of a root warrant, for `issuer` to sign. @throws as {@link mint} */
export const prepareMint = (options: MintOptions | MintIssuerOptions, issuer: PublicKey): Draft => {
  const draft = draftOf(payloadOf(ownOptions(options), issuer), [])
  assertConsistent(draft.payload)
  return draft
}

/**
 * A root warrant, signed.
 *
 *     const chain = mint({ holder, tools: { read_file: { path: subpath('/data') } }, ttlSeconds: 1200, now }, issuerKey)
 *
 * @throws EscalationError MINT_TTL, MINT_APPROVERS, MINT_STRUCTURE
 * @throws FormatError TOOL…, CONSTRAINT…, VALUE…, EXTENSION…, GATES_MALFORMED, KEY_NOT_ON_CURVE, TIME_MALFORMED,
 * WARRANT_TOO_LARGE, KEY_RANDOM_SOURCE
 */
export const mint = (options: MintOptions | MintIssuerOptions, signer: LocalSigner): Chain =>
  signDraft(prepareMint(options, signer.publicKey), signer)

/** The same, by a key that is elsewhere. Rejects as {@link mint} throws, and with TrustError SIGNATURE_INVALID. */
export const mintAsync = async (options: MintOptions | MintIssuerOptions, signer: Signer): Promise<Chain> =>
  signDraftAsync(prepareMint(options, signer.publicKey), signer)

const payloadOf = (options: MintOptions | MintIssuerOptions, issuer: PublicKey): Payload => {
  const { holder, minApprovals, sessionId, agentId, clearance } = options
  vetPublicKey(holder)
  const issuedAt = wholeSecond(options.now)
  const gates = gateMapOf(options.gates)
  const approvers = approversOf(options.approvers)
  assertApprovals(gates, approvers, minApprovals)
  const authority = isIssuing(options) ? issuerFields(options) : executionFields(options)
  assertGatesReach(gates, authority.issuableTools ?? authority.tools.keys())
  return {
    id: givenWarrantId(options.id, options.now),
    type: authority.type,
    tools: authority.tools,
    issuableTools: authority.issuableTools,
    maxIssueDepth: authority.maxIssueDepth,
    bounds: authority.bounds,
    holder,
    issuer,
    issuedAt,
    expiresAt: issuedAt + ttlOf(options),
    maxDepth: wholeWithin(options.maxDepth ?? DEFAULT_MAX_DEPTH, MAX_DEPTH, 'max_depth'),
    parentHash: undefined,
    extensions: extensionsOf(options.extensions, gates),
    sessionId,
    agentId,
    gates,
    approvers,
    minApprovals,
    clearance: clearance === undefined ? undefined : wholeWithin(clearance, MAX_CLEARANCE, 'clearance'),
    depth: 0,
  }
}

const isIssuing = (options: MintOptions | MintIssuerOptions): options is MintIssuerOptions => {
  const { issuableTools, tools } = options as Partial<MintOptions & MintIssuerOptions> // either of them
  if (issuableTools === undefined) return false
  if (tools !== undefined)
    throw new EscalationError('MINT_STRUCTURE', 'tools beside issuableTools', { where: 'tools' })
  return true
}

const ttlOf = ({ ttlSeconds = DEFAULT_TTL_SECONDS }: CommonMintOptions): number => {
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS)
    throw new EscalationError('MINT_TTL', undefined, { where: 'ttlSeconds' })
  return ttlSeconds
}

type TypeFields = Pick<Payload, 'type' | 'tools' | 'issuableTools' | 'maxIssueDepth' | 'bounds'>

const executionFields = ({ tools: input }: MintOptions): TypeFields => {
  const tools = toolsOf(input)
  if (tools.size === 0) throw new EscalationError('MINT_STRUCTURE', 'no tool', { where: 'tools' })
  return { type: 'execution', tools, issuableTools: undefined, maxIssueDepth: undefined, bounds: undefined }
}

const issuerFields = ({ issuableTools, maxIssueDepth, bounds }: MintIssuerOptions): TypeFields => ({
  type: 'issuer',
  tools: NO_TOOLS,
  issuableTools: toolNamesOf(issuableTools),
  maxIssueDepth:
    maxIssueDepth === undefined ? undefined : wholeWithin(maxIssueDepth, MAX_DEPTH, 'max_issue_depth'),
  bounds: boundsOf(bounds),
})
