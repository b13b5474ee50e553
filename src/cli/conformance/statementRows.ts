/** Rows about the other statements: approvals, revocation lists and requests, receipts. */

import { signedMessage } from '../../crypto/contexts.js'
import { fromBase64Url } from '../../encoding/base64url.js'
import { fromHex, toHex } from '../../encoding/bytes.js'
import { encodeValue } from '../../encoding/cbor.js'
import {
  type Approval,
  decodeApproval,
  decodeApprovals,
  parseApproval,
  requestHash,
} from '../../statement/approval.js'
import { countApprovals } from '../../statement/approvalCount.js'
import { decodeReceiptPayload, encodeReceiptPayload } from '../../statement/receipt.js'
import {
  decodeRevocationList,
  parseRevocationList,
  verifyRevocationList,
} from '../../statement/revocation.js'
import { decodeRevocationRequest, verifyRevocationRequest } from '../../statement/revocationRequest.js'
import { leafOf } from '../../warrant/chain.js'
import { decodeGates, encodeGates } from '../../warrant/gates.js'
import { parseWarrantId } from '../../warrant/id.js'
import { parseChain } from '../../warrant/text.js'
import {
  ACCEPT_REJECT,
  isExpected,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  optional,
  rowsOf,
  textOf,
} from './json.js'
import { argumentsOf } from './notation.js'
import { ACCEPTED, judge, type Row, same, verdictOf } from './row.js'

/** The published envelope, those derived from the code, the counts, and the encodings of gates. */
export const approvalRows = (data: JsonObject): readonly Row[] => {
  const published = objectOf(data, 'published')
  return [
    judge(
      textOf(published, 'id'),
      isExpected(objectOf(published, 'expected'), 'reference_code', ACCEPT_REJECT),
      verdictOf(() => decodeApproval(fromHex(textOf(published, 'envelope_hex')))),
    ),
    ...derivedApprovals(objectOf(data, 'derived')),
    ...rowsOf(listOf(objectOf(data, 'gates'), 'encodings')).map((row) => {
      const bytes = fromHex(textOf(row, 'hex'))
      const gates = decodeGates(bytes)
      return same(
        `gate ${textOf(row, 'title')}`,
        toHex(bytes),
        toHex(gates === undefined ? new Uint8Array() : encodeGates(gates)),
      )
    }),
  ]
}

const derivedApprovals = (derived: JsonObject): readonly Row[] => {
  const { payload } = leafOf(parseChain(textOf(objectOf(derived, 'warrant'), 'envelope_base64url')))
  const args = argumentsOf(objectOf(derived, 'args'))
  const hash = requestHash(payload.id, textOf(derived, 'tool'), args, payload.holder)
  const written = rowsOf(listOf(derived, 'approvals'))
  const approvals = written.map((row) => decodeApproval(fromHex(textOf(row, 'envelope_hex'))))
  const header = decodeApprovals(fromBase64Url(textOf(derived, 'approvals_header_base64url')))
  return [
    same('arguments', textOf(derived, 'args_map_cbor_hex'), toHex(encodeValue(args))),
    same('request hash', textOf(derived, 'request_hash_hex'), toHex(hash)),
    same('header', String(approvals.map(hexOf)), String(header.map(hexOf))),
    ...written.flatMap((row, i) => approvalForms(`approval ${i + 1}`, row)),
    ...rowsOf(listOf(derived, 'expected')).map((row, i) => {
      const chosen = listOf(row, 'approvals').map((index) => approvals[Number(index)] as Approval) // indices of the row
      const { approvers, minApprovals } = payload
      const { denial } = countApprovals(chosen, {
        requestHash: hash,
        approvers,
        minApprovals,
        now: numberOf(row, 'now'),
      })
      const ours = denial === undefined ? ACCEPTED : { accepted: false, code: denial }
      return judge(`count ${i + 1}`, isExpected(row, 'result', ACCEPT_REJECT), ours)
    }),
  ]
}

const hexOf = ({ bytes }: Approval): string => toHex(bytes)

const approvalForms = (id: string, row: JsonObject): readonly Row[] => {
  const approval = parseApproval(textOf(row, 'envelope_base64'))
  return [
    same(`${id} bytes`, textOf(row, 'envelope_hex'), toHex(approval.bytes)),
    same(`${id} payload`, textOf(row, 'payload_hex'), toHex(approval.payloadBytes)),
    same(
      `${id} message`,
      textOf(row, 'message_hex'),
      toHex(signedMessage('approval', approval.payloadBytes)),
    ),
    same(`${id} approver`, textOf(row, 'approver_public_key_hex'), approval.approver),
  ]
}

/** The published list, the list and the request derived from the code. */
export const revocationRows = (data: JsonObject): readonly Row[] => {
  const published = objectOf(data, 'published')
  const { srl, request } = objectOf(data, 'derived') as {
    readonly srl?: JsonObject
    readonly request?: JsonObject
  }
  return [
    judge(
      textOf(published, 'id'),
      isExpected(objectOf(published, 'expected'), 'reference_code', ACCEPT_REJECT),
      verdictOf(() => decodeRevocationList(fromHex(textOf(published, 'list_hex')))),
    ),
    ...(srl === undefined ? [] : listRows(srl)),
    ...(request === undefined ? [] : requestRows(request)),
  ]
}

const listRows = (row: JsonObject): readonly Row[] => {
  const list = decodeRevocationList(fromHex(textOf(row, 'list_hex')))
  return [
    judge(
      'list',
      true,
      verdictOf(() => verifyRevocationList(list, list.issuer)),
    ),
    same('list payload', textOf(row, 'payload_hex'), toHex(list.payloadBytes)),
    same(
      'list message',
      textOf(row, 'message_hex'),
      toHex(signedMessage('revocationList', list.payloadBytes)),
    ),
    same('list text', textOf(row, 'list_hex'), toHex(parseRevocationList(textOf(row, 'list_base64')).bytes)),
    same('list ids', String(listOf(row, 'revoked_ids')), String(list.revokedIds)),
    same('list time', textOf(row, 'issued_at'), list.issuedAtText),
  ]
}

const requestRows = (row: JsonObject): readonly Row[] => {
  const request = decodeRevocationRequest(fromHex(textOf(row, 'request_hex')))
  const warrant = {
    id: parseWarrantId(textOf(row, 'warrant_id')),
    issuer: request.requestor,
    holder: request.requestor,
    expiresAt: numberOf(row, 'ts') + 1,
  }
  return [
    judge(
      'request',
      true,
      verdictOf(() => verifyRevocationRequest(request, warrant, { now: numberOf(row, 'ts') })),
    ),
    same('request bytes', textOf(row, 'request_hex'), toHex(request.bytes)),
    same('request reason', textOf(row, 'reason'), request.reason),
  ]
}

/** Payload bytes of receipts, and the signature over one of them. */
export const receiptRows = (data: JsonObject): readonly Row[] =>
  rowsOf(listOf(data, 'cases')).flatMap((row) => {
    const id = textOf(row, 'id')
    const principal = optional(row, 'root_principal')
    const bytes = encodeReceiptPayload({
      authorizerId: textOf(row, 'authorizer_id'),
      chainBytes: fromHex(textOf(row, 'warrant_chain_hex')),
      action: textOf(row, 'action'),
      outcome: textOf(row, 'outcome'),
      at: numberOf(row, 'timestamp'),
      ...(typeof principal === 'string' && { rootPrincipal: principal }),
    })
    return [
      same(id, textOf(row, 'payload_hex'), toHex(bytes)),
      same(
        `${id} again`,
        textOf(row, 'payload_hex'),
        toHex(encodeReceiptPayload(decodeReceiptPayload(bytes))),
      ),
    ]
  })
