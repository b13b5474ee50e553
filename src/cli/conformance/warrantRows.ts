/** Rows about warrants, chains and the capabilities inside them. */

import { compileCapability, findCapability } from '../../capability/capability.js'
import { type Engines, stricterMatch } from '../../capability/constraint.js'
import { defaultBackend } from '../../crypto/backend.js'
import { publicKeyFromBytes } from '../../crypto/keys.js'
import { fromHex, toHex } from '../../encoding/bytes.js'
import { TrustError } from '../../errors.js'
import { decodeChain, leafOf, stackBytes } from '../../warrant/chain.js'
import { decodePayload, encodePayload, type Payload } from '../../warrant/payload.js'
import { formatChain } from '../../warrant/text.js'
import { verify } from '../../warrant/verify.js'
import {
  ACCEPT_REJECT,
  isExpected,
  isJsonObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  optional,
  rowsOf,
  textOf,
  textsOf,
} from './json.js'
import { taggedArguments } from './notation.js'
import { ACCEPTED, judge, type Row, same, type Verdict, verdictOf } from './row.js'

const NOW = 1_704_067_230

/** `{warrants: [{envelope_hex, payload_hex, decoded, expected}]}` */
export const warrantRows = (data: JsonObject): readonly Row[] =>
  rowsOf(listOf(data, 'warrants')).flatMap(warrantRow)

const warrantRow = (row: JsonObject): readonly Row[] => {
  const id = textOf(row, 'id')
  const bytes = fromHex(textOf(row, 'envelope_hex'))
  const expected = isExpected(objectOf(row, 'expected'), 'envelope_decode', ACCEPT_REJECT)
  const ours = verdictOf(() => {
    const { payload, payloadBytes } = leafOf(decodeChain(bytes))
    // Whoever decodes one warrant of the reference has verified its signature.
    verify(decodeChain(bytes), { roots: [payload.issuer], now: Math.min(NOW, payload.expiresAt - 1) })
    return payloadBytes
  })
  const { payload, payloadBytes } = leafOf(decodeChain(bytes))
  return [
    judge(id, expected, ours),
    same(`${id} payload`, textOf(row, 'payload_hex'), toHex(encodePayload(payload))),
    same(`${id} hash`, textOf(row, 'payload_sha256'), toHex(defaultBackend.sha256(payloadBytes))),
    same(`${id} text`, textOf(row, 'envelope_base64url'), formatChain(decodeChain(bytes))),
    ...fieldRows(id, objectOf(row, 'decoded'), payload),
  ]
}

/** The plain fields of a payload against those that the row decoded. */
const fieldRows = (id: string, decoded: JsonObject, payload: Payload): readonly Row[] => {
  const text = (name: string): string => String(optional(decoded, name) ?? 'absent')
  const pairs: readonly (readonly [string, string])[] = [
    ['id', payload.id.slice('tnu_wrt_'.length)],
    ['holder', payload.holder],
    ['issuer', payload.issuer],
    ['issued_at', String(payload.issuedAt)],
    ['expires_at', String(payload.expiresAt)],
    ['max_depth', String(payload.maxDepth)],
    ['depth', String(payload.depth)],
    ['clearance', String(payload.clearance ?? 'absent')],
    ['min_approvals', String(payload.minApprovals ?? 'absent')],
    ['max_issue_depth', String(payload.maxIssueDepth ?? 'absent')],
    ['parent_hash', payload.parentHash === undefined ? 'absent' : toHex(payload.parentHash)],
    ['issuable_tools', String(payload.issuableTools ?? 'absent')],
    ['required_approvers', String(payload.approvers ?? 'absent')],
  ]
  return pairs.map(([name, ours]) => same(`${id} ${name}`, text(name), ours))
}

/** `{chains: [{stack_hex, trusted_roots, now, expected: {reference_code}}]}` */
export const chainRows = (data: JsonObject): readonly Row[] =>
  rowsOf(listOf(data, 'chains')).flatMap(chainRow)

const chainRow = (row: JsonObject): readonly Row[] => {
  const id = textOf(row, 'id')
  const stack = textOf(row, 'stack_hex')
  const rows = [
    judge(id, isAccepted(row), chainVerdict(row, [])),
    same(`${id} bytes`, stack, toHex(stackBytes(decodeChain(fromHex(stack)).warrants))),
  ]
  const revoked = optional(row, 'with_revoked')
  if (!isJsonObject(revoked)) return rows
  const ours = chainVerdict(row, textsOf(revoked, 'revoked_ids'))
  return [...rows, judge(`${id} revoked`, isAccepted(revoked), ours)]
}

const isAccepted = (row: JsonObject): boolean =>
  isExpected(objectOf(row, 'expected'), 'reference_code', ACCEPT_REJECT)

const chainVerdict = (row: JsonObject, revoked: readonly string[]): Verdict =>
  verdictOf(() => {
    const roots = textsOf(row, 'trusted_roots').map((hex) => publicKeyFromBytes(fromHex(hex)))
    const { chain } = verify(decodeChain(fromHex(textOf(row, 'stack_hex'))), {
      roots,
      now: numberOf(row, 'now'),
    })
    if (chain.warrants.some(({ payload }) => revoked.includes(payload.id)))
      throw new TrustError('WARRANT_REVOKED')
  })

/** `{cases: [{payload_hex, tool, accept, reject}]}` */
export const capabilityRows = (data: JsonObject, engines: Engines): readonly Row[] =>
  rowsOf(listOf(data, 'cases')).flatMap((row) => {
    const id = textOf(row, 'id')
    const payload = decodePayload(fromHex(textOf(row, 'payload_hex')))
    const attempt = (args: JsonObject): Verdict => callVerdict(payload, textOf(row, 'tool'), args, engines)
    return [
      same(`${id} bytes`, textOf(row, 'payload_hex'), toHex(encodePayload(payload))),
      ...rowsOf(listOf(row, 'accept')).map((args, i) => judge(`${id} accept ${i + 1}`, true, attempt(args))),
      ...rowsOf(listOf(row, 'reject')).map((args, i) => judge(`${id} reject ${i + 1}`, false, attempt(args))),
    ]
  })

const callVerdict = (payload: Payload, tool: string, json: JsonObject, engines: Engines): Verdict => {
  const capability = findCapability(payload.tools, tool)
  if (capability === undefined) return { accepted: false, code: 'TOOL_NOT_GRANTED' }
  const args = taggedArguments(json)
  const fault = compileCapability(capability, engines)(args, NOW)
  if (fault === undefined) return ACCEPTED
  const value = args[fault.argument]
  const isJudged = fault.constraint !== undefined && value !== undefined
  const rule = isJudged ? stricterMatch(fault.constraint, value, engines, NOW) : undefined
  return { accepted: false, code: fault.code, rule }
}
