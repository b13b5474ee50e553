/**
 * What an approver is shown: derived from the warrant and the call, every text of it escaped, and no value cut short. What
 * only whoever sent the request says (where the call was made) is shown as their word.
 */

import { findCapability } from '../../capability/capability.js'
import { describeConstraint } from '../../capability/constraint.js'
import { fingerprint, type PublicKey } from '../../crypto/keys.js'
import { toHex } from '../../encoding/bytes.js'
import { formatJson } from '../../encoding/json.js'
import type { Value } from '../../encoding/value.js'
import type { PendingRequest } from '../../hook/approvalRequest.js'
import { leafOf, type Payload } from '../../warrant/chain.js'
import { display, type Paint } from '../display.js'
import { gateLines } from '../gateText.js'
import { spanText, timeText } from '../timeText.js'
import type { Verification } from '../verification.js'

/** The lines of a request, for a terminal. */
export const requestLines = (
  request: PendingRequest,
  verification: Verification,
  approver: PublicKey,
  now: number,
  paint: Paint,
): readonly string[] => {
  const { chain, tool, hash } = request
  const { payload } = leafOf(chain)
  const gate = payload.gates?.get(tool)
  return [
    paint.bold(`call of ${display(tool)}`),
    ...argumentLines(request, payload),
    ...(gate === undefined ? [] : gateLines(new Map([[tool, gate]]), paint)),
    '',
    paint.bold(`under warrant ${payload.id}`),
    `  ${rootText(verification)}`,
    `  holder     ${payload.holder}`,
    `  issued by  ${chain.warrants.map((warrant) => fingerprint(warrant.payload.issuer)).join(', then ')}…`,
    `  expires    in ${spanText(payload.expiresAt - now)}, at ${timeText(payload.expiresAt)}`,
    ...(payload.agentId === undefined ? [] : [`  agent      ${display(payload.agentId)}`]),
    ...approverLines(payload, approver),
    '',
    paint.bold('as the request says'),
    `  asked in   ${display(placeText(request))}, at ${timeText(request.createdAt)}`,
    `  answer by  ${timeText(request.expiresAt)}`,
    `request ${toHex(hash)}`,
  ]
}

const argumentLines = ({ tool, args }: PendingRequest, payload: Payload): readonly string[] => {
  const constraints =
    payload.type === 'execution' ? findCapability(payload.tools, tool)?.constraints : undefined
  const names = Object.keys(args)
  if (names.length === 0) return ['  no arguments']
  return names.flatMap((name) => {
    const constraint = constraints?.get(name)
    return [
      ...wholeText(nameText(name)).map((part) => `  ${part}`),
      ...wholeText(valueText(args[name] as Value)).map((part) => `    ${part}`), // a name of these arguments
      ...(constraint === undefined ? [] : [`    (allowed: ${display(describeConstraint(constraint))})`]),
    ]
  })
}

/** A name that could be taken for a value of the one above, or for our own words, stands in quotes. */
const nameText = (name: string): string => (/^\w[\w.-]*$/.test(name) ? name : formatJson(name))

/** A text as it is between quotes, so that `1` and `"1"` are two; anything else as JSON. */
const valueText = (value: Value): string => formatJson(value)

/** As many code points as `display` shows in one piece. */
const PIECE = 400

/** Before every piece but the first: else the text could begin one with words of ours. */
const GOES_ON = '… '

/** A text in pieces that are each shown whole: an approver must see the end of it too. */
const wholeText = (text: string): readonly string[] => {
  const points = [...text]
  const pieces: string[] = []
  for (let at = 0; at === 0 || at < points.length; at += PIECE)
    pieces.push(`${at === 0 ? '' : GOES_ON}${display(points.slice(at, at + PIECE).join(''))}`)
  return pieces
}

const rootText = (verification: Verification): string =>
  verification.status === 'verified'
    ? `VERIFIED under root ${fingerprint(verification.root)}…`
    : 'UNVERIFIED: no trusted root was given, and anybody can make a warrant that says this'

const approverLines = ({ approvers = [], minApprovals }: Payload, approver: PublicKey): readonly string[] => [
  `  approvals  ${minApprovals ?? approvers.length} of ${approvers.length}:`,
  ...approvers.map((key) => `    ${key}${key === approver ? '  (you)' : ''}`),
]

const placeText = ({ host, session, agent }: PendingRequest): string =>
  `${host}, session ${session}${agent === undefined ? '' : `, subagent ${agent}`}`
