/**
 * The errors of this package: one root class, four families, one table of codes.
 *
 * A code is API: added, never renamed, never reused. `docs/reference/errors.md` is held equal to {@link ERROR_CODES}
 * by a test. Protocol numbers are those of the Tenuo v1 code table.
 */

import type { StricterRule } from './rules.js'

/** The question that an error answers. */
export type ErrorFamily = 'format' | 'trust' | 'escalation' | 'denial'

/** One sentence without a full stop, and the protocol's number where one is assigned. */
type CodeEntry = readonly [meaning: string, protocol?: number]

/** Is this a warrant, key, proof or call at all? Seen by whoever parsed it. */
const formatCodes = () =>
  ({
    CBOR_MALFORMED: ['the bytes are not well-formed CBOR', 1202],
    CBOR_TRUNCATED: ['the bytes end before the item does', 1202],
    CBOR_TRAILING_BYTES: ['bytes follow the item', 1202],
    CBOR_NOT_CANONICAL: ['an integer, length or float is not in its one shortest form', 1202],
    CBOR_INDEFINITE: ['an item of indefinite length', 1202],
    CBOR_TAGGED: ['a tagged item, which this protocol never has', 1202],
    CBOR_DUPLICATE_KEY: ['a map holds the same key twice', 1202],
    CBOR_KEY_ORDER: ['the keys of a map are not in the order that is written', 1202],
    CBOR_UNEXPECTED_TYPE: ['an item of another type than this place asks for', 1202],
    CBOR_TEXT_INVALID: ['text that is not valid UTF-8', 1202],
    CBOR_NUMBER_RANGE: ['a number outside the range of its field', 1202],
    CBOR_NOT_FINITE: ['a float that is not a finite number', 1202],
    CBOR_TOO_DEEP: ['arrays and maps are nested too deep', 1202],
    CBOR_UNKNOWN_FIELD: ['a field that this structure does not have', 1202],
    CBOR_MISSING_FIELD: ['a field that this structure must have is missing', 1202],

    TEXT_NOT_BASE64: ['text that is not base64 of the accepted alphabet'],
    TEXT_NOT_HEX: ['text that is not hexadecimal of the expected length'],
    TEXT_PEM_MALFORMED: ['text that is not one well-formed PEM block of the expected label'],
    TEXT_TOO_LARGE: ['text longer than is read', 1900],
    TEXT_SURROGATE: ['text with a lone surrogate, which no bytes can represent'],

    JSON_MALFORMED: ['text that is not JSON'],
    JSON_DUPLICATE_KEY: ['a JSON object holds the same key twice'],
    JSON_NUMBER_INEXACT: ['a JSON number that cannot be held exactly'],
    JSON_TOO_DEEP: ['JSON is nested too deep'],
    JSON_TOO_LARGE: ['JSON text longer than is read'],
    JSON_SHAPE: ['JSON of another shape than is asked for'],

    YAML_MALFORMED: ['text that is not YAML, or has tags, aliases or names that are no text'],

    KEY_ALGORITHM: ['a key of an algorithm other than Ed25519', 1102],
    KEY_LENGTH: ['a key that is not 32 bytes long', 1103],
    KEY_SMALL_ORDER: ['a public key of small order, under which signatures prove nothing', 1102],
    KEY_NOT_ON_CURVE: ['a public key that is not a point of the curve', 1102],
    KEY_MALFORMED: ['text that is not a key in an accepted form'],
    KEY_MISMATCH: ['a secret key that does not belong to the expected public key'],
    KEY_RANDOM_SOURCE: ['the random source failed or returned constant bytes'],
    SIGNATURE_ALGORITHM: ['a signature of an algorithm other than Ed25519', 1102],
    SIGNATURE_LENGTH: ['a signature that is not 64 bytes long', 1104],

    ENVELOPE_MALFORMED: ['the envelope is not an array of version, payload and signature', 1001],
    ENVELOPE_VERSION: ['an envelope version other than 1', 1000],
    PAYLOAD_MALFORMED: ['the payload is not a map of integer keys', 1201],
    PAYLOAD_VERSION: ['a payload version other than 1', 1200],
    PAYLOAD_UNKNOWN_FIELD: ['a payload key that version 1 does not have', 1203],
    PAYLOAD_MISSING_FIELD: ['a payload key that version 1 requires is missing', 1204],
    WARRANT_ID_MALFORMED: ['text that is not a warrant id', 1201],
    WARRANT_TYPE_UNKNOWN: ['a warrant type other than execution or issuer', 1201],
    WARRANT_TOO_LARGE: ['a warrant over 65,536 bytes', 1900],
    CHAIN_TOO_LARGE: ['a chain over 262,144 bytes', 1901],
    CHAIN_TOO_LONG: ['a chain of more warrants than is read', 1404],
    CHAIN_EMPTY: ['a chain without a warrant', 1405],
    CHAIN_NOT_SINGLE: ['a chain where one warrant is asked for', 1001],
    TOOLS_TOO_MANY: ['more than 256 tools in a warrant', 1902],
    CONSTRAINTS_TOO_MANY: ['more than 64 constraints for one tool', 1903],
    EXTENSIONS_TOO_MANY: ['more than 64 extensions', 1904],
    EXTENSION_TOO_LARGE: ['an extension value over 8,192 bytes or key over 255 bytes', 1904],
    EXTENSION_RESERVED: ['an extension key that is reserved to the protocol', 2000],
    EXTENSION_INVALID: ['a protocol extension whose value cannot be read', 2001],
    TOOL_NAME_RESERVED: ['a tool name that is reserved to the protocol', 2100],
    TOOL_NAME_INVALID: ['a tool name that is empty or too long', 1201],
    CONSTRAINT_MALFORMED: ['a constraint whose body is not what its type asks for', 1202],
    CONSTRAINT_INVALID: ['a constraint whose pattern, network, URL, path or number is not valid', 1202],
    CONSTRAINT_TOO_DEEP: ['constraints nested more than 32 deep', 1903],
    GATES_MALFORMED: ['an approval gate map that cannot be read', 2001],
    WARRANT_STRUCTURE: ['fields of a warrant that contradict each other', 1201],
    VALUE_UNSUPPORTED: ['a value of a kind that no warrant or call can carry'],
    VALUE_NUMBER: ['a number that is not finite, or an integer that cannot be held exactly'],
    VALUE_TOO_LARGE: ['a value over the stated size', 1905],
    VALUE_TOO_DEEP: ['a value nested too deep, or containing itself'],
    DURATION_MALFORMED: ['text that is not a duration such as 30m'],
    TIME_MALFORMED: ['text that is not a time in the accepted form'],
    APPROVAL_MALFORMED: ['an approval that cannot be read', 1705],
    APPROVAL_VERSION: ['an approval version other than 1', 1704],
    REVOCATION_LIST_MALFORMED: ['a revocation list that cannot be read', 1801],
    REVOCATION_REQUEST_MALFORMED: ['a revocation request that cannot be read', 1801],
    RECEIPT_MALFORMED: ['a receipt that cannot be read', 1202],
    PROOF_MALFORMED: ['a proof that is not a 64-byte signature', 1602],
    TRANSPORT_MALFORMED: ['headers or an envelope of a call that cannot be read', 1001],
    TRANSPORT_DUPLICATE: ['a header that stands twice, or an envelope in two places', 1001],
    TRANSPORT_TOO_LARGE: ['a header or a field of an envelope over the stated size', 1900],
    SPEC_MALFORMED: ['an --allow or policy text that cannot be read'],
    FILE_NOT_FOUND: ['there is no such file'],
    FILE_UNREADABLE: ['a file that cannot be read'],
    FILE_NOT_PLAIN: ['something other than a plain file where a file is read or written'],
    FILE_MODE: ['a secret key file that others than its owner can reach'],
    FILE_EXISTS: ['a file where a new one would be written'],
    FILE_NOT_WRITTEN: ['a file that could not be written'],
    STATE_MALFORMED: ["a file of the guard's own state that cannot be read for what it should be"],
    LOG_LOCKED: ['another process holds the decision log for longer than is waited for'],
    LOG_NOT_WRITTEN: ['an entry that could not be written to the decision log'],
    LOG_MALFORMED: ['a decision log or checkpoint that cannot be read for what it should be'],
    REQUEST_MALFORMED: ['a request for approval that cannot be read for what it should be'],
    EVENT_MALFORMED: ['an event that does not have the form that the host documents'],
    EVENT_UNKNOWN: ['an event of a name that is not known of this host'],
  }) as const

/** Is it authentic, rooted, lawful, current, unrevoked? Seen by the verifier. */
const trustCodes = () =>
  ({
    SIGNATURE_INVALID: ['the signature does not verify under the issuer of the warrant', 1100],
    CHAIN_UNTRUSTED_ROOT: ['the issuer of the first warrant is not a trusted root', 1406],
    CHAIN_REPEATED_ID: ['two warrants of a chain have the same id', 1405],
    CHAIN_ROOT_DEPTH: ['the first warrant of a chain is itself a child, whose ancestors are not shown', 1405],
    CHAIN_ISSUER: ['the issuer of a child is not the holder of its parent (I1)', 1405],
    CHAIN_PARENT_HASH: ['the parent hash of a child is not the hash of its parent (I5)', 1401],
    CHAIN_DEPTH: ["the depth of a child is not one more than its parent's, or is past a limit (I2)", 1403],
    CHAIN_MAX_DEPTH: ['a child raises the depth limit of its parent (I2)', 1402],
    CHAIN_EXPIRY: ['a child outlives its parent (I3)', 1405],
    CHAIN_TYPE: ['a child of a type that its parent may not create', 1405],
    CHAIN_TOOL: ['a child has a tool that its parent does not grant (I4)', 1503],
    CHAIN_CONSTRAINT: ['a constraint of a child is not shown to be covered by its parent (I4)', 1503],
    CHAIN_SELF_ISSUANCE: ['an issuer warrant grants execution to its own holder or issuer', 1400],
    CHAIN_CLEARANCE: ["a child has a clearance above its parent's", 1502],
    CHAIN_APPROVERS: ['a child can be satisfied by approvals that do not satisfy its parent', 1502],
    CHAIN_GATE: ['a child drops or weakens an approval gate of a tool that it keeps', 1405],
    CHAIN_BOUNDS: ['an issuer child drops or widens the constraint bounds of its parent', 1502],
    CHAIN_ISSUE_DEPTH: ['a child is past the issue depth of its issuer warrant', 1402],
    CHAIN_SESSION: ['a child names another session than the first warrant', 1405],
    CHAIN_ISSUE_ORDER: ['a child is issued before its parent', 1405],
    CHAIN_ISSUED_AT: ['a warrant issued in the future', 1302],
    WARRANT_EXPIRED: ['the warrant has expired', 1300],
    WARRANT_TTL: ['the life of a warrant is above the ceiling', 1303],
    WARRANT_REVOKED: ['a warrant of the chain is revoked', 1800],
    REVOCATION_SIGNATURE: ['the revocation list or request is not signed by the key that may', 1801],
    REVOCATION_ROLLBACK: ['a revocation list older than the one already held', 1802],
    REVOCATION_STALE: ['the revocation list is older than the stated age, or there is none', 1801],
    REVOCATION_REQUESTOR: ['the revocation is asked for by a key that may not ask', 1801],
    REVOCATION_AGE: ['a revocation request that is too old or from the future', 1801],
    APPROVAL_SIGNATURE: ['an approval that its approver did not sign', 1701],
    RECEIPT_SIGNATURE: ['a receipt that its enforcer did not sign', 1100],
    RECEIPT_LINK: ['a receipt that does not name the one before it'],
    LOG_CHAIN: ['an entry of the decision log was changed, removed, added or moved'],
    LOG_CUT: ['the decision log does not hold the entry that a checkpoint names'],
    LOG_CHECKPOINT: ['a checkpoint of the decision log that its key did not sign'],
    CLOCK_UNAVAILABLE: ['the clock gives no usable time'],
  }) as const

/** Would this child exceed its parent? Seen by the one attenuating. */
const escalationCodes = () =>
  ({
    ATTENUATE_NOT_HOLDER: ['only the holder of the parent can create a child', 1400],
    ATTENUATE_TERMINAL: ['the parent is at its depth limit and cannot have a child', 1402],
    ATTENUATE_EXPIRED: ['the parent has expired', 1300],
    ATTENUATE_TOOL: ['a tool that the parent does not grant', 1503],
    ATTENUATE_CONSTRAINT: ["a constraint that is not shown to be covered by the parent's", 1503],
    ATTENUATE_DEPTH: ["a depth limit above the parent's", 1402],
    ATTENUATE_EXPIRY: ["a life longer than the parent's", 1405],
    ATTENUATE_CLEARANCE: ["a clearance above the parent's", 1502],
    ATTENUATE_APPROVERS: ["approvers or a threshold that ask for less than the parent's", 1502],
    ATTENUATE_GATE: ["an approval gate that asks for less than the parent's", 1502],
    ATTENUATE_TYPE: ['a child of a type that the parent may not create', 1502],
    ATTENUATE_BOUNDS: ["constraint bounds wider than the parent's", 1502],
    ATTENUATE_SELF_ISSUANCE: ['an issuer warrant cannot grant execution to its own holder or issuer', 1400],
    ATTENUATE_ISSUE_DEPTH: ['past the issue depth of the issuer warrant', 1402],
    ATTENUATE_SESSION: ["another session than the parent's", 1405],
    MINT_TTL: ['a life above the ceiling of 90 days, or not positive', 1303],
    MINT_APPROVERS: [
      'approvers without a gate, a gate without approvers, or a threshold that cannot be met',
      1701,
    ],
    MINT_STRUCTURE: ['fields that cannot stand together in one warrant', 1201],
  }) as const

/** Does it permit this call, by this holder, now? Seen by the caller. */
const denialCodes = () =>
  ({
    CALL_MALFORMED: ['the call is not a tool name and plain argument values'],
    CALL_TOO_LARGE: ['the call is over the stated size', 1905],
    CALL_TOO_DEEP: ['the arguments are nested too deep, or contain themselves', 1905],
    CALL_NUMBER: ['an argument is not a finite number, or an integer that cannot be held exactly'],
    CALL_TEXT: ['an argument or a name holds a lone surrogate'],
    WARRANT_MISSING: ['no warrant for this call'],
    SESSION_UNKNOWN: ['no warrant is registered for this session'],
    SESSION_MISMATCH: ['the warrant is bound to another session'],
    WARRANT_NOT_EXECUTION: ['an issuer warrant cannot be used to call a tool', 1500],
    TOOL_NOT_GRANTED: ['no capability of the warrant names this tool', 1500],
    CLEARANCE_TOO_LOW: ['the tool asks for a higher clearance than the warrant has', 1500],
    CONSTRAINT_VIOLATED: ['an argument is outside its constraint', 1501],
    CONSTRAINT_ARGUMENT_MISSING: ['an argument that the capability constrains is missing', 1501],
    CONSTRAINT_ARGUMENT_UNKNOWN: ['an argument that a closed capability does not name', 1501],
    CONSTRAINT_UNKNOWN: ['a constraint of a type that this version does not know', 1504],
    CONSTRAINT_ERROR: ['a constraint could not be evaluated on this argument', 1501],
    CONSTRAINT_ENGINE_MISSING: ['a constraint needs an engine that was not given', 1501],
    CONSTRAINT_TOO_COSTLY: ['pattern and argument together are over the bound on matching work', 1501],
    PROOF_MISSING: ['no proof of possession', 1600],
    PROOF_INVALID: ['the proof was not made by the holder for this call within the time windows', 1600],
    PROOF_REPLAYED: ['this proof was already used', 1600],
    PROOF_PROFILE: ['the arguments have no form under the proof profile in force', 1602],
    REPLAY_MEMORY_FULL: ['the replay memory is full', 1600],
    STORE_FAILED: ['a store failed, timed out or answered nonsense'],
    APPROVAL_REQUIRED: ['the call needs approval before it may proceed', 1707],
    APPROVAL_INSUFFICIENT: ['fewer valid approvals than the warrant asks for', 1700],
    APPROVAL_UNCONFIGURED: ['an approval gate fires and the warrant names no approvers', 1701],
    APPROVAL_TOO_MANY: ['more approvals than twice the number of approvers', 1701],
    APPROVAL_INVALID: ['an approval that does not count for this call', 1701],
    APPROVAL_USED: ['the one call that was approved was already made'],
    AUDIT_FAILED: ['the decision could not be recorded'],
    GUARD_PROTECTED: ["an argument leads into the guard's own files"],
    GUARD_DEADLINE: ['no decision was reached in time'],
    GUARD_STOPPED: ['the guard was stopped before it had decided'],
    ROLE_UNKNOWN: ['whoever this turn is of has no role here'],
    RUN_OVER: ['the run that this session is named for is over, was had already, or has not begun'],
    DELEGATION_UNMATCHED: [
      'no rule of the delegation policy, or no grant that is pending, is for this child',
    ],
    DELEGATION_AMBIGUOUS: ['grants that are pending and differ could all be for this child'],
    ENFORCE_INTERNAL: ['enforcement failed in a way that it should not, and so denies'],
  }) as const

/** Codes of `FormatError`. */
export type FormatCode = keyof ReturnType<typeof formatCodes>
/** Codes of `TrustError`. */
export type TrustCode = keyof ReturnType<typeof trustCodes>
/** Codes of `EscalationError`. */
export type EscalationCode = keyof ReturnType<typeof escalationCodes>
/** Codes that only a denial has; a denial can also carry those of format and trust. */
export type DenialCode = keyof ReturnType<typeof denialCodes>
/** Every code. */
export type ErrorCode = FormatCode | TrustCode | EscalationCode | DenialCode

/** What is known of one code. */
export interface CodeInfo {
  readonly code: ErrorCode
  readonly family: ErrorFamily
  /** One sentence that says what the code means; the same for every occurrence, so safe to show to anybody. */
  readonly meaning: string
  /** The number of the Tenuo v1 code table, where one is assigned. */
  readonly protocol: number | undefined
}

type Family = readonly [ErrorFamily, Readonly<Record<string, CodeEntry>>]

let families: readonly Family[] | undefined

/** The tables. They are made when one is first asked: a process of the hook that allows has no use for them. */
const allFamilies = (): readonly Family[] => {
  families ??= [
    ['format', formatCodes()],
    ['trust', trustCodes()],
    ['escalation', escalationCodes()],
    ['denial', denialCodes()],
  ]
  return families
}

const familyOf = (code: string): Family | undefined =>
  allFamilies().find(([, codes]) => Object.hasOwn(codes, code))

const known = new Map<string, CodeInfo>()

/** What is known of a code. Put together when the code is first given: most processes of the hook give none. */
export const codeInfo = (code: ErrorCode): CodeInfo => {
  const info = known.get(code)
  if (info !== undefined) return info
  const [family, codes] = familyOf(code) as Family // every code has a row
  const [meaning, protocol] = codes[code] as CodeEntry // as just found
  const made = Object.freeze({ code, family, meaning, protocol })
  known.set(code, made)
  return made
}

const everyCode = (): ReadonlyMap<string, CodeInfo> =>
  new Map(
    allFamilies().flatMap(
      ([, codes]) => Object.keys(codes).map((code) => [code, codeInfo(code as ErrorCode)] as const), // the keys are the codes
    ),
  )

/** Every code that this package can give, with its family, meaning and protocol number. */
export const ERROR_CODES: ReadonlyMap<string, CodeInfo> = /* @__PURE__ */ everyCode()

export interface WarrantErrorOptions {
  /** Where in the input: a field path such as `tools.read_file.path`. Never a value. */
  readonly where?: string
  /** The rule that refuses what the reference allows, where it is one that fired. */
  readonly rule?: StricterRule
  readonly cause?: unknown
}

/**
 * The root of every error that this package throws for what came from outside.
 * The message is `meaning, at where (detail)`; it never holds argument values, keys or warrant bytes.
 */
export class WarrantError extends Error {
  readonly code: ErrorCode
  readonly where: string | undefined
  readonly rule: StricterRule | undefined

  constructor(code: ErrorCode, detail?: string, options: WarrantErrorOptions = {}) {
    // Own properties alone: what a polluted Object.prototype lends is no part of an error.
    const where = Object.hasOwn(options, 'where') ? options.where : undefined
    const cause = Object.hasOwn(options, 'cause') ? options.cause : undefined
    const place = where === undefined ? '' : `, at ${where}`
    super(
      `${codeInfo(code).meaning}${place}${detail === undefined ? '' : ` (${detail})`}`,
      cause === undefined ? undefined : { cause },
    )
    this.name = 'WarrantError'
    this.code = code
    this.where = where
    this.rule = Object.hasOwn(options, 'rule') ? options.rule : undefined
  }

  get family(): ErrorFamily {
    return codeInfo(this.code).family
  }

  toJSON(): { readonly code: ErrorCode; readonly message: string; readonly where?: string } {
    return this.where === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, where: this.where }
  }
}

/** Is this a warrant, key, proof or call at all? Seen by whoever parsed it. */
export class FormatError extends WarrantError {
  override readonly name = 'FormatError'
  declare readonly code: FormatCode
  constructor(code: FormatCode, detail?: string, options?: WarrantErrorOptions) {
    super(code, detail, options)
  }
}

/** Is it authentic, rooted, lawful, current and unrevoked? Seen by the verifier. */
export class TrustError extends WarrantError {
  override readonly name = 'TrustError'
  declare readonly code: TrustCode
  constructor(code: TrustCode, detail?: string, options?: WarrantErrorOptions) {
    super(code, detail, options)
  }
}

/** Does the warrant permit this call, by this holder, now? Thrown by `assertAllowed()` alone; otherwise a value. */
export class DenialError extends WarrantError {
  override readonly name = 'DenialError'
  declare readonly code: DenialCode | TrustCode | FormatCode
  constructor(code: DenialCode | TrustCode | FormatCode, detail?: string, options?: WarrantErrorOptions) {
    super(code, detail, options)
  }
}

/**
 * What a widening would be, for the one who attenuates: the parent's and the child's side of the conflict in words,
 * a value that the child would allow and the parent denies, and the nearest child that is legal, where they can be
 * computed.
 */
export interface Widening {
  readonly parent?: string
  readonly child?: string
  readonly witness?: string
  readonly nearest?: string
}

/** Would this child exceed its parent? Seen by the one attenuating, before any token exists. */
export class EscalationError extends WarrantError {
  override readonly name = 'EscalationError'
  declare readonly code: EscalationCode
  readonly widening: Widening | undefined

  constructor(
    code: EscalationCode,
    detail?: string,
    options?: WarrantErrorOptions & { readonly widening?: Widening },
  ) {
    super(code, detail, options)
    this.widening = options !== undefined && Object.hasOwn(options, 'widening') ? options.widening : undefined
  }
}

/** Whether a thrown thing is one of ours, of this copy of the package or another: judged by shape, not by class. */
export const isWarrantError = (thrown: unknown): thrown is WarrantError =>
  thrown instanceof Error &&
  'code' in thrown &&
  typeof thrown.code === 'string' &&
  familyOf(thrown.code) !== undefined
