/** Issuing: an execution warrant made from an issuer warrant, by its holder, for somebody else (format §7). */

import type { PublicKey } from '../crypto/keys.js'
import type { LocalSigner, Signer } from '../crypto/signer.js'
import { EscalationError } from '../errors.js'
import { type Chain, leafOf } from './chain.js'
import { type Authority, type ChildOptions, draftChild, scopedGates } from './child.js'
import { type Draft, signDraft, signDraftAsync } from './draft.js'
import { type ToolsInput, toolsOf } from './fields.js'
import { ownOptions } from './options.js'

/** What an issued warrant may say. */
export interface IssueOptions extends ChildOptions {
  /** The key that may use what is issued: neither the holder nor the issuer of the issuer warrant. */
  readonly holder: PublicKey
  readonly tools: ToolsInput
}

/** The draft of an execution warrant, for the holder of the issuer warrant to sign. @throws as {@link issue} */
export const prepareIssue = (parent: Chain, given: IssueOptions): Draft => {
  const options = ownOptions(given)
  const { payload } = leafOf(parent)
  if (payload.type !== 'issuer') throw new EscalationError('ATTENUATE_TYPE', 'not an issuer warrant')
  if (payload.depth >= (payload.maxIssueDepth ?? payload.maxDepth) && payload.depth < payload.maxDepth)
    throw new EscalationError('ATTENUATE_ISSUE_DEPTH', undefined, { where: 'max_issue_depth' })
  const tools = toolsOf(options.tools)
  if (tools.size === 0) throw new EscalationError('MINT_STRUCTURE', 'no tool', { where: 'tools' })
  const { maxDepth = Math.min(payload.maxDepth, payload.maxIssueDepth ?? payload.maxDepth) } = options
  const gates = scopedGates(payload.gates, options.gates, tools.keys())
  const authority: Authority = {
    type: 'execution',
    tools,
    issuableTools: undefined,
    maxIssueDepth: undefined,
    bounds: undefined,
  }
  const within = ownOptions({ ...options, maxDepth })
  return draftChild(parent, within, { holder: options.holder, gates, authority, clearance: undefined })
}

/**
 * An execution warrant at the end of the chain of its issuer warrant.
 *
 *     const forRun = issue(mandate, { holder: agent.publicKey, tools: { … }, ttlSeconds: 1200, now }, mandateKey)
 *
 * @throws EscalationError ATTENUATE_…, MINT_…
 * @throws FormatError as `mint`
 */
export const issue = (parent: Chain, options: IssueOptions, signer: LocalSigner): Chain =>
  signDraft(prepareIssue(parent, options), signer)

/** The same, by a key that is elsewhere. */
export const issueAsync = async (parent: Chain, options: IssueOptions, signer: Signer): Promise<Chain> =>
  signDraftAsync(prepareIssue(parent, options), signer)
