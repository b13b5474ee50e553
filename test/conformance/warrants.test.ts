/** The published warrants: decoded, written again, rebuilt from their fields, verified, and signed again. */

import { describe, expect, test } from 'vitest'
import type { Constraint } from '../../src/capability/constraint.js'
import {
  all,
  any,
  cidr,
  contains,
  exact,
  not,
  oneOf,
  pattern,
  range,
  subpath,
  subset,
  urlPattern,
  urlSafe,
  wildcard,
} from '../../src/capability/constructors.js'
import { defaultBackend } from '../../src/crypto/backend.js'
import { type PublicKey, publicKeyFromBytes } from '../../src/crypto/keys.js'
import { secretKeyFromSeed } from '../../src/crypto/signer.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { decodeChain, leafOf, type Payload } from '../../src/warrant/chain.js'
import { sealWarrant, warrantMessage } from '../../src/warrant/envelope.js'
import { type CapabilityInput, toolsOf } from '../../src/warrant/fields.js'
import { warrantIdFromBytes } from '../../src/warrant/id.js'
import { encodePayload } from '../../src/warrant/payload.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { verify } from '../../src/warrant/verify.js'
import { hasShared, readShared } from '../support/shared.js'
import { type TypedValue, typedValue } from '../support/statements.js'
import { codeOf } from '../support/values.js'

/** A constraint in the words of the published rows. */
interface RowConstraint {
  readonly type: string
  readonly value?: TypedValue
  readonly values?: readonly TypedValue[]
  readonly required?: readonly TypedValue[]
  readonly allowed?: readonly TypedValue[]
  readonly pattern?: string
  readonly cidr?: string
  readonly root?: string
  readonly min?: number | null
  readonly max?: number | null
  readonly min_inclusive?: boolean
  readonly max_inclusive?: boolean
  readonly constraints?: readonly RowConstraint[]
  readonly constraint?: RowConstraint
}

interface RowCapability {
  readonly constraints: Readonly<Record<string, RowConstraint>>
  readonly allow_unknown: boolean
}

interface RowFields {
  readonly id: string
  readonly warrant_type: 0 | 1
  readonly tools: Readonly<Record<string, RowCapability>>
  readonly holder: string
  readonly issuer: string
  readonly issued_at: number
  readonly expires_at: number
  readonly max_depth: number
  readonly parent_hash: string | null
  readonly extensions: Readonly<Record<string, string>> | null
  readonly issuable_tools: readonly string[] | null
  readonly max_issue_depth: number | null
  readonly constraint_bounds: RowCapability | null
  readonly required_approvers: readonly string[] | null
  readonly min_approvals: number | null
  readonly clearance: number | null
  readonly depth: number
}

interface Row {
  readonly id: string
  readonly warrant_id: string
  readonly signer_role: string
  readonly payload_hex: string
  readonly payload_sha256: string
  readonly signature_hex: string
  readonly envelope_hex: string
  readonly envelope_base64url: string
  readonly decoded: RowFields
  readonly expected: { readonly envelope_decode: 'accept' | 'reject'; readonly reason_code: number | null }
}

interface Keys {
  readonly keys: Readonly<Record<string, { readonly seed_hex: string; readonly public_key_hex: string }>>
}

const rows = hasShared
  ? readShared<{ warrants: readonly Row[] }>('vectors/tenuo-v1/warrants.json').warrants
  : []
const { keys } = hasShared ? readShared<Keys>('vectors/tenuo-v1/keys.json') : { keys: {} }

const NOW = 1_704_067_200

const constraintOf = (row: RowConstraint): Constraint => {
  const list = (values: readonly TypedValue[] = []) => values.map(typedValue)
  const inner = (row.constraints ?? []).map(constraintOf)
  switch (row.type) {
    case 'wildcard':
      return wildcard()
    case 'exact':
      return exact(typedValue(row.value as TypedValue)) // an Exact has one
    case 'pattern':
      return pattern(row.pattern as string)
    case 'url_pattern':
      return urlPattern(row.pattern as string)
    case 'cidr':
      return cidr(row.cidr as string)
    case 'subpath':
      return subpath(row.root as string)
    case 'url_safe':
      return urlSafe()
    case 'range':
      return range({
        min: row.min ?? undefined,
        max: row.max ?? undefined,
        minInclusive: row.min_inclusive as boolean,
        maxInclusive: row.max_inclusive as boolean,
      })
    case 'one_of':
      return oneOf(list(row.values))
    case 'contains':
      return contains(list(row.required))
    case 'subset':
      return subset(list(row.allowed))
    case 'all':
      return all(inner)
    case 'any':
      return any(inner)
    case 'not':
      return not(constraintOf(row.constraint as RowConstraint))
    default:
      throw new Error(`no such type: ${row.type}`)
  }
}

const capabilityOf = (row: RowCapability): CapabilityInput => ({
  constraints: new Map(
    Object.entries(row.constraints).map(([name, each]) => [name, constraintOf(each)] as const),
  ),
  allowUnknown: row.allow_unknown,
})

const bounds = (row: RowCapability): Payload['bounds'] => toolsOf({ bounds: capabilityOf(row) }).get('bounds')

const keyOfHex = (hex: string): PublicKey => publicKeyFromBytes(fromHex(hex))

const SESSION = 'tenuo.session_id'

/** The payload of a row's fields, made without its bytes. */
const payloadOf = (row: RowFields): Payload => {
  const extensions = new Map(Object.entries(row.extensions ?? {}).map(([name, hex]) => [name, fromHex(hex)]))
  const session = extensions.get(SESSION)
  extensions.delete(SESSION)
  return {
    id: warrantIdFromBytes(fromHex(row.id)),
    type: row.warrant_type === 0 ? 'execution' : 'issuer',
    tools: toolsOf(
      Object.fromEntries(Object.entries(row.tools).map(([name, each]) => [name, capabilityOf(each)])),
    ),
    holder: keyOfHex(row.holder),
    issuer: keyOfHex(row.issuer),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    maxDepth: row.max_depth,
    parentHash: row.parent_hash === null ? undefined : fromHex(row.parent_hash),
    extensions,
    sessionId: session && new TextDecoder().decode(session),
    agentId: undefined,
    gates: undefined,
    issuableTools: row.issuable_tools ?? undefined,
    maxIssueDepth: row.max_issue_depth ?? undefined,
    bounds: row.constraint_bounds === null ? undefined : bounds(row.constraint_bounds),
    approvers: row.required_approvers?.map(keyOfHex),
    minApprovals: row.min_approvals ?? undefined,
    clearance: row.clearance ?? undefined,
    depth: row.depth,
  }
}

/** Payloads compared by what can be compared: maps of classes and bytes by their content. */
const shown = (payload: Payload): unknown => ({
  ...payload,
  tools: [...payload.tools].map(([name, { constraints, allowUnknown }]) => [
    name,
    [...constraints],
    allowUnknown,
  ]),
  bounds: payload.bounds && [[...payload.bounds.constraints], payload.bounds.allowUnknown],
  extensions: [...payload.extensions].map(([name, value]) => [name, toHex(value)]),
  parentHash: payload.parentHash && toHex(payload.parentHash),
})

describe.skipIf(!hasShared)('the published warrants', () => {
  test('are all there', () => {
    expect(rows).toHaveLength(44)
    expect(rows.filter(({ expected }) => expected.envelope_decode === 'reject')).toHaveLength(1)
  })

  test.each(rows)('$id: read, and written again, byte for byte', (row) => {
    const chain = decodeChain(fromHex(row.envelope_hex))
    const { payload, payloadBytes, signature, bytes } = leafOf(chain)
    expect(chain.warrants).toHaveLength(1)
    expect(payload.id).toBe(row.warrant_id)
    expect(toHex(payloadBytes)).toBe(row.payload_hex)
    expect(toHex(encodePayload(payload))).toBe(row.payload_hex)
    expect(toHex(defaultBackend.sha256(payloadBytes))).toBe(row.payload_sha256)
    expect(toHex(signature)).toBe(row.signature_hex)
    expect(toHex(bytes)).toBe(row.envelope_hex)
    expect(toHex(sealWarrant(payload, payloadBytes, signature).bytes)).toBe(row.envelope_hex)
    expect(formatChain(chain)).toBe(row.envelope_base64url)
    expect(toHex(parseChain(row.envelope_base64url).bytes)).toBe(row.envelope_hex)
  })

  test.each(rows)('$id: rebuilt from its fields, byte for byte', (row) => {
    const rebuilt = payloadOf(row.decoded)
    expect(toHex(encodePayload(rebuilt))).toBe(row.payload_hex)
    expect(shown(leafOf(decodeChain(fromHex(row.envelope_hex))).payload)).toEqual(shown(rebuilt))
  })

  test.each(rows)('$id: the signature, verified and made again', (row) => {
    const chain = decodeChain(fromHex(row.envelope_hex))
    const { payload, payloadBytes } = leafOf(chain)
    const code = codeOf(() => verify(chain, { roots: [payload.issuer], now: NOW }))
    expect(code).toBe(row.expected.envelope_decode === 'accept' ? undefined : 'SIGNATURE_INVALID')
    const { seed_hex } = keys[row.signer_role] as { seed_hex: string }
    const signer = secretKeyFromSeed(fromHex(seed_hex))
    expect(toHex(signer.sign(warrantMessage(payloadBytes)))).toBe(row.signature_hex)
  })
})
