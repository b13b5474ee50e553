/** The payload: the signed fields of a warrant (format §5), written byte for byte and read in that one form. */

import { type Capability, decodeCapability, encodeCapability, type Tools } from '../capability/capability.js'
import { fixedMap, fixedMapOf } from '../capability/fixedMap.js'
import { decodePublicKey, encodePublicKey, type PublicKey } from '../crypto/keys.js'
import { fromUtf8, toUtf8 } from '../encoding/bytes.js'
import { CborReader, CborWriter } from '../encoding/cbor.js'
import { MAX_APPROVERS, MAX_EXTENSION_VALUE_BYTES, MAX_EXTENSIONS, MAX_TOOLS } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import { decodeGates, type Gates } from './gates.js'
import { type WarrantId, warrantIdAt, warrantIdToBytes } from './id.js'

/** Execution warrants call tools; issuer warrants make warrants. */
export type WarrantType = 'execution' | 'issuer'

/** The signed fields. Absent ones are undefined. Times are Unix seconds. */
export interface Payload {
  readonly id: WarrantId
  readonly type: WarrantType
  readonly tools: Tools
  /** The key that may use the warrant. */
  readonly holder: PublicKey
  /** The key that signed it. */
  readonly issuer: PublicKey
  readonly issuedAt: number
  readonly expiresAt: number
  /** The depth that no descendant may pass. */
  readonly maxDepth: number
  /** SHA-256 of the parent's payload bytes. */
  readonly parentHash: Uint8Array | undefined
  /** All but the session and the agent, the bytes of the gate map included. */
  readonly extensions: ReadonlyMap<string, Uint8Array>
  readonly sessionId: string | undefined
  readonly agentId: string | undefined
  /** What the gate map among the extensions says. */
  readonly gates: Gates | undefined
  readonly issuableTools: readonly string[] | undefined
  readonly maxIssueDepth: number | undefined
  /** What every capability issued must be covered by. */
  readonly bounds: Capability | undefined
  readonly approvers: readonly PublicKey[] | undefined
  readonly minApprovals: number | undefined
  readonly clearance: number | undefined
  readonly depth: number
}

const SESSION = 'tenuo.session_id'
const AGENT = 'tenuo.agent_id'
/** The extension that holds the gate map. */
export const GATES_EXTENSION = 'tenuo.approval_gates'
/** What begins so belongs to the protocol. */
export const RESERVED_EXTENSIONS = 'tenuo.'

const HASH_BYTES = 32
const MAX_U8 = 255
const MAX_U32 = 0xffff_ffff
const TYPES: readonly WarrantType[] = ['execution', 'issuer']

/** Keys that every payload has; the others are optional. */
const REQUIRED: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 18]
/** How many keys there are: 12 is none. */
const ALL_KEYS = 18

/** The bytes of a payload: of what was decoded from canonical bytes, the very same. */
export const encodePayload = (payload: Payload): Uint8Array => {
  const { parentHash, issuableTools, maxIssueDepth, bounds, approvers, minApprovals, clearance } = payload
  const extensions = allExtensions(payload)
  const optional = [parentHash, issuableTools, maxIssueDepth, bounds, approvers, minApprovals, clearance]
  const absent = optional.filter((field) => field === undefined).length + (extensions.size === 0 ? 1 : 0)
  const writer = new CborWriter()
  const key = (number: number): CborWriter => {
    writer.uint(number)
    return writer
  }
  writer.map(ALL_KEYS - absent)
  key(0).uint(1)
  key(1).bytes(warrantIdToBytes(payload.id))
  key(2).uint(TYPES.indexOf(payload.type))
  key(3).named(payload.tools, (capability) => encodeCapability(writer, capability))
  encodePublicKey(key(4), payload.holder)
  encodePublicKey(key(5), payload.issuer)
  key(6).uint(payload.issuedAt)
  key(7).uint(payload.expiresAt)
  key(8).uint(payload.maxDepth)
  if (parentHash !== undefined) key(9).octets(parentHash)
  if (extensions.size > 0) key(10).named(extensions, (value) => writer.octets(value))
  if (issuableTools !== undefined) writeList(key(11), issuableTools, (tool) => writer.text(tool))
  if (maxIssueDepth !== undefined) key(13).uint(maxIssueDepth)
  if (bounds !== undefined) encodeCapability(key(14), bounds)
  if (approvers !== undefined) writeList(key(15), approvers, (each) => encodePublicKey(writer, each))
  if (minApprovals !== undefined) key(16).uint(minApprovals)
  if (clearance !== undefined) key(17).uint(clearance)
  key(18).uint(payload.depth)
  return writer.finish()
}

const writeList = <T>(writer: CborWriter, items: readonly T[], write: (item: T) => void): void => {
  writer.array(items.length)
  for (const item of items) write(item)
}

const allExtensions = ({ extensions, sessionId, agentId }: Payload): ReadonlyMap<string, Uint8Array> => {
  if (sessionId === undefined && agentId === undefined) return extensions
  const all = new Map(extensions)
  if (sessionId !== undefined) all.set(SESSION, toUtf8(sessionId))
  if (agentId !== undefined) all.set(AGENT, toUtf8(agentId))
  return all
}

type Fields = { -readonly [K in keyof Payload]: Payload[K] }

const emptyFields = (): Fields => ({
  id: '' as WarrantId, // replaced: key 1 is required
  type: 'execution',
  tools: NO_TOOLS,
  holder: '' as PublicKey, // replaced: key 4 is required
  issuer: '' as PublicKey, // replaced: key 5 is required
  issuedAt: 0,
  expiresAt: 0,
  maxDepth: 0,
  parentHash: undefined,
  extensions: NO_EXTENSIONS,
  sessionId: undefined,
  agentId: undefined,
  gates: undefined,
  issuableTools: undefined,
  maxIssueDepth: undefined,
  bounds: undefined,
  approvers: undefined,
  minApprovals: undefined,
  clearance: undefined,
  depth: 0,
})

/** A map of tools without one. */
export const NO_TOOLS: Tools = fixedMap<Capability>([])
/** A map of extensions without one. */
export const NO_EXTENSIONS: ReadonlyMap<string, Uint8Array> = fixedMap<Uint8Array>([])

/**
 * The fields of a payload, frozen; still a claim.
 * @throws FormatError PAYLOAD_MALFORMED, PAYLOAD_VERSION, PAYLOAD_UNKNOWN_FIELD, PAYLOAD_MISSING_FIELD,
 * WARRANT_TYPE_UNKNOWN, TOOLS_TOO_MANY, EXTENSIONS_TOO_MANY, EXTENSION_TOO_LARGE, EXTENSION_INVALID, GATES_MALFORMED,
 * CBOR_…, KEY_…, CONSTRAINT_…
 */
export const decodePayload = (bytes: Uint8Array): Payload => {
  const reader = new CborReader(bytes)
  if (reader.peek() !== 'map') throw new FormatError('PAYLOAD_MALFORMED')
  const fields = emptyFields()
  let seen = 0 // a bit for each key; those above 18 are refused
  reader.numbered((key) => {
    seen |= 1 << key
    readField(reader, key, fields)
  })
  reader.end()
  for (const key of REQUIRED) if ((seen & (1 << key)) === 0) throw missingField(key)
  return Object.freeze(fields)
}

const missingField = (key: number): FormatError =>
  new FormatError('PAYLOAD_MISSING_FIELD', undefined, {
    where: `payload key ${key}`,
    ...(key === 18 && { rule: 'ENCODING_ONE_FORM' as const }), // the reference takes 0
  })

const readField = (reader: CborReader, key: number, fields: Fields): void => {
  switch (key) {
    case 0:
      if (reader.uint() !== 1) throw new FormatError('PAYLOAD_VERSION')
      break
    case 1:
      fields.id = reader.bytesAt(warrantIdAt)
      break
    case 2:
      fields.type = typeOf(reader.uint())
      break
    case 3:
      fields.tools = readTools(reader)
      break
    case 4:
      fields.holder = decodePublicKey(reader)
      break
    case 5:
      fields.issuer = decodePublicKey(reader)
      break
    case 6:
      fields.issuedAt = reader.uint()
      break
    case 7:
      fields.expiresAt = reader.uint()
      break
    case 8:
      fields.maxDepth = reader.uint(MAX_U8)
      break
    case 9:
      fields.parentHash = reader.octets(HASH_BYTES)
      break
    case 10:
      readExtensions(reader, fields)
      break
    case 11:
      fields.issuableTools = readList(reader, () => reader.text(), MAX_TOOLS, 'issuable_tools')
      break
    case 13:
      fields.maxIssueDepth = reader.uint(MAX_U32)
      break
    case 14:
      fields.bounds = decodeCapability(reader)
      break
    case 15:
      fields.approvers = readList(reader, () => decodePublicKey(reader), MAX_APPROVERS, 'required_approvers')
      break
    case 16:
      fields.minApprovals = reader.uint(MAX_U32)
      break
    case 17:
      fields.clearance = reader.uint(MAX_U8)
      break
    case 18:
      fields.depth = reader.uint(MAX_U32)
      break
    default:
      throw new FormatError('PAYLOAD_UNKNOWN_FIELD')
  }
}

const typeOf = (code: number): WarrantType => {
  const type = TYPES[code]
  if (type === undefined) throw new FormatError('WARRANT_TYPE_UNKNOWN')
  return type
}

/** A list of bounded length: the reference has no bound for these two. */
const readList = <T>(reader: CborReader, read: () => T, max: number, where: string): readonly T[] => {
  const items: T[] = []
  reader.array((_, count) => {
    if (count > max)
      throw new FormatError('CBOR_NUMBER_RANGE', 'array length', { where, rule: 'LIST_BOUNDS' })
    items.push(read())
  })
  return Object.freeze(items)
}

const readTools = (reader: CborReader): Tools => {
  const tools = new Map<string, Capability>()
  reader.named((tool) => {
    if (tools.size === MAX_TOOLS) throw new FormatError('TOOLS_TOO_MANY')
    tools.set(tool, decodeCapability(reader))
  })
  return fixedMapOf(tools)
}

const readExtensions = (reader: CborReader, fields: Fields): void => {
  const extensions: [string, Uint8Array][] = []
  let count = 0
  reader.named((name) => {
    count++
    const value = reader.octets()
    if (name === SESSION) fields.sessionId = extensionText(value)
    else if (name === AGENT) fields.agentId = extensionText(value)
    else extensions.push([name, checkedExtension(value, extensions.length)])
    if (name === GATES_EXTENSION) fields.gates = decodeGates(value)
  })
  // An absent map is how no extensions are written.
  if (count === 0) throw new FormatError('CBOR_NOT_CANONICAL', 'extensions', { rule: 'ENCODING_ONE_FORM' })
  fields.extensions = fixedMap(extensions)
}

const checkedExtension = (value: Uint8Array, before: number): Uint8Array => {
  if (before >= MAX_EXTENSIONS) throw new FormatError('EXTENSIONS_TOO_MANY')
  if (value.length > MAX_EXTENSION_VALUE_BYTES) throw new FormatError('EXTENSION_TOO_LARGE')
  return value
}

const extensionText = (value: Uint8Array): string => {
  try {
    return fromUtf8(value)
  } catch {
    throw new FormatError('EXTENSION_INVALID')
  }
}
