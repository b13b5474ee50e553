/**
 * Attenuation: a narrower child of a warrant, made by its holder, for itself or (a grant) for another holder.
 *
 * A child that would exceed its parent is refused before a token exists. What decides that is the very list of laws by
 * which a verifier will judge the child.
 */

import type { PublicKey } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { MAX_DEPTH } from '../encoding/limits.js'
import { EscalationError } from '../errors.js'
import { type Chain, leafOf } from './chain.js'
import { type Authority, type ChildOptions, childMaxDepth, draftChild, scopedGates } from './child.js'
import { type Draft, signDraft, signDraftAsync } from './draft.js'
import {
  boundsOf,
  type CapabilityInput,
  type ToolsInput,
  toolNamesOf,
  toolsOf,
  wholeWithin,
} from './fields.js'
import { ownOptions } from './options.js'
import { NO_TOOLS, type Payload } from './payload.js'

/** What a child may say. Whatever is left out is the parent's, save extensions of applications, which are dropped. */
export interface AttenuateOptions extends ChildOptions {
  /** Exactly these tools; default all of the parent's. */
  readonly tools?: ToolsInput
  /** Of an issuer warrant: exactly these; default all of the parent's. */
  readonly issuableTools?: readonly string[]
  readonly bounds?: CapabilityInput
  /** Default the parent's, or the child's own limit of depth where that is lower. */
  readonly maxIssueDepth?: number
}

/** What a child for another holder may say. */
export interface GrantOptions extends AttenuateOptions {
  /** The key that may use the child. */
  readonly holder: PublicKey
}

/** The draft of a child for the same holder, for that holder to sign. @throws as {@link attenuate} */
export const prepareAttenuate = (parent: Chain, options: AttenuateOptions): Draft =>
  prepareFor(parent, ownOptions(options), leafOf(parent).payload.holder)

/** The draft of a child for another holder, for the parent's holder to sign. @throws as {@link grant} */
export const prepareGrant = (parent: Chain, given: GrantOptions): Draft => {
  const options = ownOptions(given)
  return prepareFor(parent, options, options.holder)
}

const prepareFor = (chain: Chain, options: AttenuateOptions, holder: PublicKey): Draft => {
  const parent = leafOf(chain).payload
  const isExecution = parent.type === 'execution'
  const authority = isExecution ? narrowedTools(parent, options) : narrowedIssue(parent, options)
  const names = isExecution ? authority.tools.keys() : (authority.issuableTools ?? [])
  const gates = scopedGates(parent.gates, options.gates, names)
  return draftChild(chain, options, { holder, gates, authority, clearance: parent.clearance })
}

/**
 * A narrower warrant for the same holder, at the end of the chain that it follows from.
 *
 *     const narrower = attenuate(chain, { tools: { read_file: { path: subpath('/data/a') } }, now }, holderKey)
 *
 * @throws EscalationError ATTENUATE_…; its `widening` says what conflicts, with a witness and the nearest legal child
 * where they can be computed
 * @throws FormatError as `mint`
 */
export const attenuate = (parent: Chain, options: AttenuateOptions, signer: LocalSigner): Chain =>
  signDraft(prepareAttenuate(parent, options), signer)

/** The same, by a key that is elsewhere. */
export const attenuateAsync = async (
  parent: Chain,
  options: AttenuateOptions,
  signer: Signer,
): Promise<Chain> => signDraftAsync(prepareAttenuate(parent, options), signer)

/**
 * A narrower warrant for another holder: what a parent agent hands to a child. Fails as {@link attenuate}.
 *
 *     const forChild = grant(chain, { holder: child.publicKey, tools: { … }, ttlSeconds: 600, now }, holderKey)
 */
export const grant = (parent: Chain, options: GrantOptions, signer: LocalSigner): Chain =>
  signDraft(prepareGrant(parent, options), signer)

/** The same, by a key that is elsewhere. */
export const grantAsync = async (parent: Chain, options: GrantOptions, signer: Signer): Promise<Chain> =>
  signDraftAsync(prepareGrant(parent, options), signer)

const narrowedTools = (parent: Payload, options: AttenuateOptions): Authority => {
  if (options.issuableTools !== undefined)
    throw new EscalationError('ATTENUATE_TYPE', undefined, { where: 'issuableTools' })
  const tools = options.tools === undefined ? parent.tools : toolsOf(options.tools)
  if (tools.size === 0) throw new EscalationError('MINT_STRUCTURE', 'no tool', { where: 'tools' })
  return { type: 'execution', tools, issuableTools: undefined, maxIssueDepth: undefined, bounds: undefined }
}

const narrowedIssue = (parent: Payload, options: AttenuateOptions): Authority => {
  if (options.tools !== undefined)
    throw new EscalationError('ATTENUATE_TYPE', 'tools are issued from an issuer warrant', { where: 'tools' })
  return {
    type: 'issuer',
    tools: NO_TOOLS,
    issuableTools:
      options.issuableTools === undefined ? parent.issuableTools : toolNamesOf(options.issuableTools),
    maxIssueDepth: narrowedIssueDepth(parent, options),
    bounds: options.bounds === undefined ? parent.bounds : boundsOf(options.bounds),
  }
}

const narrowedIssueDepth = (parent: Payload, options: AttenuateOptions): number | undefined => {
  if (options.maxIssueDepth !== undefined)
    return wholeWithin(options.maxIssueDepth, MAX_DEPTH, 'max_issue_depth')
  return parent.maxIssueDepth === undefined
    ? undefined
    : Math.min(parent.maxIssueDepth, childMaxDepth(parent, options))
}
