/**
 * MCP: `params._meta.tenuo = { warrant, signature, approvals? }` of a `tools/call`, or the same under
 * `arguments._tenuo` where a gateway drops `_meta` (format §13.3).
 *
 * Arguments that `JSON.parse` has read are signed and checked under the proof profile `tenuo-json`.
 */

import { type Call, callOf } from '../capability/call.js'
import { copyValue } from '../capability/inert.js'
import { MAX_ENVELOPE_APPROVAL_TEXT, MAX_ENVELOPE_CHAIN_TEXT } from '../encoding/limits.js'
import { ownOptions } from '../encoding/options.js'
import { isList, isObject, type Value, type ValueObject } from '../encoding/value.js'
import { DenialError, FormatError } from '../errors.js'
import { type Approval, formatApproval, parseApproval } from '../statement/approval.js'
import { formatProof, type Proof, parseProof } from '../statement/proof.js'
import { formatChain, parseChain } from '../warrant/text.js'
import { assertFew, assertShort, type Presentation, presentationOf } from './presentation.js'

/** What stands in the `_meta` of a call. */
export interface McpMeta {
  readonly tenuo: McpEnvelope
}

/** The names and texts of the published implementations. */
export interface McpEnvelope {
  readonly warrant: string
  readonly signature?: string
  readonly approvals?: readonly string[]
}

/** A `tools/call` as `enforce` takes it. */
export interface McpCall extends Presentation {
  readonly call: Call
}

/**
 * The `_meta` that presents a chain, a proof and approvals.
 *
 * @throws FormatError TRANSPORT_TOO_LARGE where the published readers would refuse it: a chain of over 65,536 characters,
 * an approval of over 8,192, more than 64 approvals
 * @example
 * const proof = prove(chain, { tool: name, args }, holderKey, { now: Date.now() / 1000, profile: 'tenuo-json' })
 * await client.callTool({ name, arguments: args, _meta: formatMcpMeta({ chain, proof }) })
 */
export const formatMcpMeta = (presentation: Presentation): McpMeta => {
  const { chain, proof, approvals = [] } = ownOptions(presentation)
  const texts = assertFew(approvals).map((each) =>
    assertShort(formatApproval(each), MAX_ENVELOPE_APPROVAL_TEXT, 'approvals'),
  )
  const tenuo: McpEnvelope = Object.freeze({
    warrant: assertShort(formatChain(chain), MAX_ENVELOPE_CHAIN_TEXT, 'warrant'),
    ...(proof === undefined ? {} : { signature: formatProof(proof) }),
    ...(texts.length === 0 ? {} : { approvals: Object.freeze(texts) }),
  })
  return Object.freeze({ tenuo })
}

/**
 * What the `_meta` of a call presents. Names of `_meta` besides `tenuo` are not looked at; in it there is no other name
 * than those of {@link McpEnvelope}.
 *
 * @throws DenialError WARRANT_MISSING; FormatError TRANSPORT_MALFORMED, TRANSPORT_TOO_LARGE, PROOF_MALFORMED, those of
 * `parseChain` and `parseApproval`
 */
export const parseMcpMeta = (meta: unknown): Presentation => {
  const envelope = ownValue(meta, 'tenuo')
  if (envelope === undefined) throw new DenialError('WARRANT_MISSING')
  return readEnvelope(inert(envelope))
}

/**
 * The call, and what it presents, of the `params` of a `tools/call`. What travels in `arguments._tenuo` is taken out of
 * the arguments, so that no proof covers it and no tool sees it.
 *
 * @throws as {@link parseMcpMeta}; DenialError CALL_…; FormatError TRANSPORT_DUPLICATE where both places hold an envelope
 * @example
 * const decision = enforcer.enforce(parseMcpCall(request.params))
 * if (decision.kind === 'allow') return run(decision.call)
 */
export const parseMcpCall = (params: unknown): McpCall => {
  const args = ownValue(params, 'arguments')
  const given = callOf(ownValue(params, 'name'), args === undefined ? {} : args)
  const meta = ownValue(params, '_meta')
  const { call, carried } = withoutCarrier(given)
  if (carried === undefined) return Object.freeze({ call, ...parseMcpMeta(meta) })
  if (ownValue(meta, 'tenuo') !== undefined) throw new FormatError('TRANSPORT_DUPLICATE', '_tenuo')
  return Object.freeze({ call, ...readEnvelope(carried) })
}

const CARRIER = '_tenuo'

const withoutCarrier = (call: Call): { readonly call: Call; readonly carried: Value | undefined } => {
  if (!Object.hasOwn(call.args, CARRIER)) return { call, carried: undefined }
  const { [CARRIER]: carried, ...rest } = call.args
  // Tools declare the name with the default null: it is taken out, and carries nothing.
  return { call: callOf(call.tool, rest), carried: carried ?? undefined }
}

/** An own property of what came from outside, read once; undefined where there is none. */
const ownValue = (from: unknown, name: string): unknown => {
  if (typeof from !== 'object' || from === null) return undefined
  try {
    return Object.getOwnPropertyDescriptor(from, name)?.value
  } catch {
    throw new FormatError('TRANSPORT_MALFORMED', name)
  }
}

const inert = (envelope: unknown): Value => {
  try {
    return copyValue(envelope)
  } catch (thrown) {
    throw new FormatError('TRANSPORT_MALFORMED', 'tenuo', { cause: thrown })
  }
}

const FIELDS: ReadonlySet<string> = new Set(['warrant', 'signature', 'approvals'])

const readEnvelope = (envelope: Value): Presentation => {
  if (!isObject(envelope)) throw new FormatError('TRANSPORT_MALFORMED', 'tenuo')
  for (const name of Object.keys(envelope)) {
    if (!FIELDS.has(name)) throw new FormatError('TRANSPORT_MALFORMED', 'unknown field')
  }
  const warrant = textOf(envelope, 'warrant')
  if (warrant === undefined) throw new DenialError('WARRANT_MISSING')
  const signature = textOf(envelope, 'signature')
  return presentationOf(
    parseChain(assertShort(warrant, MAX_ENVELOPE_CHAIN_TEXT, 'warrant')),
    signature === undefined ? undefined : readSignature(signature),
    readApprovals(envelope),
  )
}

const textOf = (envelope: ValueObject, name: string): string | undefined => {
  const text = Object.hasOwn(envelope, name) ? envelope[name] : undefined
  if (text === undefined || typeof text === 'string') return text
  throw new FormatError('TRANSPORT_MALFORMED', name)
}

/** Headers come in three alphabets. Envelopes are written in one, and the older readers know no other. */
const STANDARD = /^[A-Za-z0-9+/]{86}==$/

const readSignature = (text: string): Proof => {
  if (!STANDARD.test(text)) throw new FormatError('PROOF_MALFORMED')
  return parseProof(text)
}

const readApprovals = (envelope: ValueObject): readonly Approval[] | undefined => {
  if (!Object.hasOwn(envelope, 'approvals')) return undefined
  const list = envelope['approvals'] as Value // an own name
  if (!isList(list)) throw new FormatError('TRANSPORT_MALFORMED', 'approvals')
  return Object.freeze(
    assertFew(list).map((each) => {
      if (typeof each !== 'string') throw new FormatError('TRANSPORT_MALFORMED', 'approvals')
      return parseApproval(assertShort(each, MAX_ENVELOPE_APPROVAL_TEXT, 'approvals'))
    }),
  )
}
