/** Warrants as JSON, for another program to look at. What is in it was signed by somebody; that is all it says. */

import { toBase64 } from '../encoding/base64url.js'
import { toHex } from '../encoding/bytes.js'
import type { Value, ValueObject } from '../encoding/value.js'
import type { Chain, Payload } from '../warrant/chain.js'
import type { Gate, Gates, ToolGate } from '../warrant/gates.js'
import { formatChain } from '../warrant/text.js'
import { capabilityToJson, constraintToJson, toolsToJson } from './constraintJson.js'
import { present } from './decisionJson.js'

/** A chain: its text, and its warrants from the first to the one that is used. */
export const chainToJson = (chain: Chain): ValueObject => ({
  warrant: formatChain(chain),
  chain: chain.warrants.map(({ payload }) => warrantToJson(payload)),
})

/** The signed fields of a warrant. Keys in hexadecimal, times in Unix seconds; what is absent is left out. */
export const warrantToJson = (payload: Payload): ValueObject =>
  present({
    id: payload.id,
    type: payload.type,
    holder: payload.holder,
    issuer: payload.issuer,
    issuedAt: payload.issuedAt,
    expiresAt: payload.expiresAt,
    depth: payload.depth,
    maxDepth: payload.maxDepth,
    parentHash: payload.parentHash && toHex(payload.parentHash),
    tools: toolsToJson(payload.tools),
    sessionId: payload.sessionId,
    agentId: payload.agentId,
    clearance: payload.clearance,
    gates: payload.gates && gatesToJson(payload.gates),
    approvers: payload.approvers,
    minApprovals: payload.minApprovals,
    issuableTools: payload.issuableTools,
    maxIssueDepth: payload.maxIssueDepth,
    bounds: payload.bounds && capabilityToJson(payload.bounds),
    extensions:
      payload.extensions.size === 0
        ? undefined
        : named([...payload.extensions].map(([name, value]) => [name, toBase64(value)])),
  })

/** Gates by tool: `"whole"`, or by argument `"all"`, `{"when":…}` or `{"unless":…}`. */
const gatesToJson = (gates: Gates): ValueObject =>
  named([...gates].map(([tool, gate]) => [tool, toolGateToJson(gate)]))

const toolGateToJson = (gate: ToolGate): Value =>
  gate === 'whole' ? gate : named([...gate].map(([argument, each]) => [argument, gateToJson(each)]))

const gateToJson = (gate: Gate): Value =>
  gate.kind === 'all' ? gate.kind : { [gate.kind]: constraintToJson(gate.constraint) }

/** `Object.fromEntries` takes every name as its own, `__proto__` too. */
const named = (entries: readonly (readonly [string, Value])[]): ValueObject => Object.fromEntries(entries)
