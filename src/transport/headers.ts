/**
 * HTTP headers: `X-Tenuo-Warrant`, `X-Tenuo-PoP` and `X-Tenuo-Approvals` (format §13.2).
 *
 * A chain and a proof have one text that every published reader takes. Approvals have not: the Rust authorizer reads
 * CBOR, FastAPI and A2A read JSON. The first byte tells the two apart, so that no text is both.
 */

import { fromEitherBase64, toBase64, toBase64Url } from '../encoding/base64url.js'
import { fromUtf8, toUtf8 } from '../encoding/bytes.js'
import { formatJson, parseJson } from '../encoding/json.js'
import { MAX_APPROVALS_TEXT, MAX_CHAIN_LENGTH, MAX_CHAIN_TEXT } from '../encoding/limits.js'
import { ownOptions } from '../encoding/options.js'
import { isList, type Value } from '../encoding/value.js'
import { DenialError, FormatError } from '../errors.js'
import {
  type Approval,
  decodeApprovals,
  encodeApprovals,
  formatApproval,
  parseApproval,
} from '../statement/approval.js'
import { formatProof, parseProof } from '../statement/proof.js'
import { type Chain, chainOf, type Warrant } from '../warrant/chain.js'
import { formatChain, parseChain } from '../warrant/text.js'
import { assertFew, assertShort, type Presentation, presentationOf } from './presentation.js'

/** `cbor`: for the Rust authorizer and SDK. `json`: for FastAPI and A2A. This package reads both. */
export type ApprovalsForm = 'cbor' | 'json'

/** How headers are written. */
export interface HeaderOptions {
  /** What the reader takes; `cbor` unless told. Of no matter without approvals. */
  readonly approvals?: ApprovalsForm
}

/** Headers as servers have them: pairs, such as a `Headers` or a `Map` gives, or an object such as `request.headers`. */
export type HeadersInput =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * The headers that present a chain, a proof and approvals.
 *
 * @throws FormatError TRANSPORT_TOO_LARGE for more than 64 approvals
 * @example
 * const proof = prove(chain, call, holderKey, { now: Date.now() / 1000 })
 * await fetch(url, { method: 'POST', headers: formatHeaders({ chain, proof }), body })
 */
export const formatHeaders = (
  presentation: Presentation,
  options: HeaderOptions = {},
): Readonly<Record<string, string>> => {
  const { chain, proof, approvals = [] } = ownOptions(presentation)
  const { approvals: form = 'cbor' } = ownOptions(options)
  return Object.freeze({
    'X-Tenuo-Warrant': formatChain(chain),
    ...(proof === undefined ? {} : { 'X-Tenuo-PoP': formatProof(proof) }),
    ...(approvals.length === 0 ? {} : { 'X-Tenuo-Approvals': formatApprovals(assertFew(approvals), form) }),
  })
}

/**
 * What the headers of a request present. Names in any case; each header once; headers of other names are not looked at.
 * Of the chain, a text of the whole is read, or one warrant with its ancestors in `X-Tenuo-Warrant-Chain`.
 *
 * @throws DenialError WARRANT_MISSING; FormatError TRANSPORT_DUPLICATE, TRANSPORT_TOO_LARGE, TRANSPORT_MALFORMED,
 * PROOF_MALFORMED, those of `parseChain` and `parseApproval`
 * @example
 * const decision = enforcer.enforce({ ...parseHeaders(request.headers), tool: 'read_file', args })
 */
export const parseHeaders = (headers: HeadersInput): Presentation => {
  const found = valuesOf(headers)
  const warrant = found.get('x-tenuo-warrant')
  if (warrant === undefined) throw new DenialError('WARRANT_MISSING')
  const proof = found.get('x-tenuo-pop')
  // An empty header says nothing, to every published reader.
  const approvals = found.get('x-tenuo-approvals') || undefined
  return presentationOf(
    chainOfHeaders(warrant, found.get('x-tenuo-warrant-chain')),
    proof === undefined ? undefined : parseProof(proof),
    approvals === undefined ? undefined : parseApprovals(approvals),
  )
}

const NAMES: ReadonlySet<string> = new Set([
  'x-tenuo-warrant',
  'x-tenuo-pop',
  'x-tenuo-approvals',
  'x-tenuo-warrant-chain',
])

/** The values of our headers by lower-case name. Which of two would count is for no reader to choose. */
const valuesOf = (headers: HeadersInput): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [given, value] of pairsOf(headers)) {
    const name = given.toLowerCase()
    if (!NAMES.has(name) || value === undefined) continue
    const values = typeof value === 'string' ? [value] : value
    for (const each of values) {
      if (found.has(name)) throw new FormatError('TRANSPORT_DUPLICATE', name)
      if (typeof each !== 'string') throw new FormatError('TRANSPORT_MALFORMED', name)
      found.set(name, each)
    }
  }
  return found
}

const pairsOf = (
  headers: HeadersInput,
): Iterable<readonly [string, string | readonly string[] | undefined]> =>
  // An object is read by its own names alone; it has an iterator only where it is one of the other kind.
  Symbol.iterator in headers
    ? (headers as Iterable<readonly [string, string]>)
    : Object.entries(headers as Readonly<Record<string, string | readonly string[] | undefined>>)

const chainOfHeaders = (warrant: string, ancestors: string | undefined): Chain => {
  const chain = parseChain(warrant)
  if (ancestors === undefined) return chain
  const texts = assertShort(ancestors, MAX_CHAIN_TEXT, 'x-tenuo-warrant-chain').split(';')
  if (texts.length >= MAX_CHAIN_LENGTH) throw new FormatError('CHAIN_TOO_LONG')
  return chainOf([...texts.map((text) => single(parseChain(text))), single(chain)])
}

const single = ({ warrants }: Chain): Warrant => {
  const [first, ...others] = warrants
  if (first === undefined || others.length > 0) throw new FormatError('CHAIN_NOT_SINGLE')
  return first
}

const formatApprovals = (approvals: readonly Approval[], form: ApprovalsForm): string =>
  form === 'cbor'
    ? toBase64Url(encodeApprovals(approvals))
    : toBase64(toUtf8(formatJson(approvals.map(formatApproval))))

const BRACKET = 0x5b

const parseApprovals = (text: string): readonly Approval[] => {
  const bytes = fromEitherBase64(assertShort(text, MAX_APPROVALS_TEXT, 'x-tenuo-approvals'))
  return bytes[0] === BRACKET ? approvalsOfJson(bytes) : decodeApprovals(bytes)
}

const approvalsOfJson = (bytes: Uint8Array): readonly Approval[] => {
  const list = readJson(bytes)
  if (!isList(list)) throw new FormatError('TRANSPORT_MALFORMED', 'approvals')
  return Object.freeze(
    assertFew(list).map((each) => {
      if (typeof each !== 'string') throw new FormatError('TRANSPORT_MALFORMED', 'approvals')
      return parseApproval(each)
    }),
  )
}

const readJson = (bytes: Uint8Array): Value => {
  try {
    return parseJson(fromUtf8(bytes))
  } catch (thrown) {
    throw new FormatError('TRANSPORT_MALFORMED', 'approvals', { cause: thrown })
  }
}
