/** A chain as people read it. Every text in it that came from outside goes through `display` here. */

import type { Capability, Tools } from '../capability/capability.js'
import { describeConstraint } from '../capability/constraint.js'
import type { PublicKey } from '../crypto/keys.js'
import { type Chain, leafOf, type Payload } from '../warrant/chain.js'
import { GATES_EXTENSION } from '../warrant/payload.js'
import { display, type Paint } from './display.js'
import { clearanceName } from './flags.js'
import { gateLines } from './gateText.js'
import { spanText, timeText } from './timeText.js'

/** Two columns, the first as wide as its longest entry. */
const columns = (rows: readonly (readonly [string, string])[], indent: string): string[] => {
  const width = Math.max(0, ...rows.map(([name]) => [...name].length))
  return rows.map(([name, text]) =>
    `${indent}${name}${' '.repeat(width - [...name].length)}  ${text}`.trimEnd(),
  )
}

/** The leaf, what it allows, and how it came about; without a word on whether any of it is true. */
export const chainLines = (chain: Chain, now: number, paint: Paint): string[] => {
  const { payload } = leafOf(chain)
  return [
    paint.bold(payload.id),
    ...columns(facts(payload, now), '  '),
    '',
    ...authority(payload, paint),
    ...gateLines(payload.gates, paint),
    '',
    paint.bold('chain'),
    ...chain.warrants.flatMap((warrant) => linkLines(warrant.payload, now)),
  ]
}

const facts = (payload: Payload, now: number): (readonly [string, string])[] => [
  ['holder', payload.holder],
  ['issuer', payload.issuer],
  ['type', payload.type],
  ['expires', expiryText(payload, now)],
  ['depth', depthText(payload)],
  ...optional('session', payload.sessionId),
  ...optional('agent', payload.agentId),
  ...optional('clearance', payload.clearance === undefined ? undefined : clearanceText(payload.clearance)),
  ...optional('approvals', approvalsText(payload)),
  ...optional('extensions', extensionsText(payload.extensions)),
]

const optional = (name: string, text: string | undefined): (readonly [string, string])[] =>
  text === undefined ? [] : [[name, display(text)]]

const expiryText = ({ issuedAt, expiresAt }: Payload, now: number): string => {
  const left = expiresAt - now
  const when = left > 0 ? `in ${spanText(left)}` : `EXPIRED ${spanText(left)} ago`
  const begun = issuedAt > now ? `, issued ${spanText(issuedAt - now)} FROM NOW` : ''
  return `${when}, at ${timeText(expiresAt)} (issued for ${spanText(expiresAt - issuedAt)}${begun})`
}

const depthText = ({ depth, maxDepth }: Payload): string => {
  const left = maxDepth - depth
  if (left <= 0) return `${depth} of ${maxDepth}: cannot be delegated`
  return `${depth} of ${maxDepth}: can be delegated ${left === 1 ? 'once more' : `${left} times more`}`
}

const clearanceText = (level: number): string => {
  const name = clearanceName(level)
  return name === String(level) ? name : `${name} (${level})`
}

const approvalsText = ({ approvers, minApprovals }: Payload): string | undefined =>
  approvers === undefined ? undefined : `${minApprovals ?? approvers.length} of ${approvers.join(', ')}`

/** Sizes alone: the values are for programs. The gates among them are shown in words. */
const extensionsText = (extensions: ReadonlyMap<string, Uint8Array>): string | undefined => {
  const others = [...extensions].filter(([name]) => name !== GATES_EXTENSION)
  if (others.length === 0) return undefined
  return others.map(([name, value]) => `${name} (${value.length} bytes)`).join(', ')
}

const authority = (payload: Payload, paint: Paint): string[] => {
  if (payload.type === 'execution') return [paint.bold('tools'), ...toolLines(payload.tools)]
  const { issuableTools = [], maxIssueDepth, bounds } = payload
  return [
    paint.bold('may issue warrants for'),
    ...issuableTools.map((tool) => `  ${display(tool)}`),
    ...(maxIssueDepth === undefined ? [] : [`  to depth ${maxIssueDepth}`]),
    ...(bounds === undefined ? [] : ['  within', ...capabilityLines(bounds, '    ')]),
  ]
}

/** Each tool with its arguments in words. */
export const toolLines = (tools: Tools): string[] => {
  if (tools.size === 0) return ['  none']
  return [...tools].flatMap(([tool, capability]) => {
    const name = tool === '*' ? '* (every other tool)' : display(tool)
    return capability.constraints.size === 0
      ? [`  ${name}  any arguments`]
      : [`  ${name}`, ...capabilityLines(capability, '    ')]
  })
}

const capabilityLines = ({ constraints, allowUnknown }: Capability, indent: string): string[] => [
  ...columns(
    [...constraints].map(([argument, constraint]) => [
      display(argument),
      display(describeConstraint(constraint)),
    ]),
    indent,
  ),
  ...(allowUnknown ? [`${indent}... and any other arguments`] : []),
]

const linkLines = (payload: Payload, now: number): string[] => [
  `  ${payload.depth}  ${brief(payload.issuer)} to ${brief(payload.holder)}  ${payload.id}  ${
    payload.expiresAt > now ? `${spanText(payload.expiresAt - now)} left` : 'expired'
  }`,
]

/** Enough of a key to recognise it by. */
const brief = (key: PublicKey): string => `${key.slice(0, 16)}…`
