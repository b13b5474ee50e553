/** Every size, depth and count ceiling of the protocol and of this implementation, in one place. */

/** Encoded envelope, bytes (format §1). */
export const MAX_WARRANT_BYTES = 65_536
/** Encoded chain, bytes (format §1). */
export const MAX_CHAIN_BYTES = 262_144
/** Warrants in a chain: depth 0 to 64 (format §1). */
export const MAX_CHAIN_LENGTH = 65
/** Protocol ceiling on depth (format §1). */
export const MAX_DEPTH = 64
export const MAX_TOOLS = 256
/** The highest clearance that a warrant can have. */
export const MAX_CLEARANCE = 255
export const MAX_CONSTRAINTS_PER_TOOL = 64
export const MAX_EXTENSIONS = 64
export const MAX_EXTENSION_VALUE_BYTES = 8_192
export const MAX_EXTENSION_KEY_BYTES = 255
/** All, Any and Not on one path; a leaf counts 0 (format §1). */
export const MAX_CONSTRAINT_DEPTH = 32
/** Pairs of constraints that are compared to tell whether one covers another; beyond, it is not shown to. */
export const MAX_COVER_STEPS = 16_384
/** Such pairs while all links of one chain are compared, so that a hostile chain is refused in tens of milliseconds. */
export const MAX_CHAIN_COVER_STEPS = 16_384
/** Arrays and maps on one path while decoding; a tree of 32 composites of values needs under 160. */
export const MAX_CBOR_DEPTH = 160
/** Different expressions that an engine compiles for one capability; any beyond deny. */
export const MAX_ENGINE_CONSTRAINTS = 64
/** Steps times UTF-16 units of text that the constraints of one capability may take for one call. */
export const MAX_MATCH_WORK = 16_777_216
/** The same for regular expressions while the links of one chain are compared; beyond, none covers anything. */
export const MAX_CHAIN_MATCH_WORK = 16_777_216
/** Lists and objects on one path inside one value, whether literal or argument. */
export const MAX_VALUE_DEPTH = 32
/** UTF-8 bytes of a tool name. */
export const MAX_TOOL_NAME_BYTES = 256

/** Seconds. */
export const MAX_TTL_SECONDS = 7_776_000
export const DEFAULT_TTL_SECONDS = 300
export const CLOCK_TOLERANCE_SECONDS = 30
export const PROOF_WINDOW_SECONDS = 30
export const DEFAULT_PROOF_WINDOWS = 5
export const MAX_PROOF_WINDOWS = 10

/** One call: text of all names and strings in UTF-16 units, and count of values. */
export const MAX_CALL_TEXT = 1_048_576
export const MAX_CALL_VALUES = 16_384

/** Approvals in one call are bounded by twice the approvers; this many approvers at most. */
export const MAX_APPROVERS = 64

/** Bytes of text that holds a warrant or chain: PEM or base64 of the largest chain, with line ends. */
export const MAX_CHAIN_TEXT = 400_000
export const MAX_JSON_TEXT = 4_194_304
/** Text of one key in any form; a PEM of one needs under 300. */
export const MAX_KEY_TEXT = 4_096
/** Arrays and objects on one path of a JSON text: room for 32 composites, each an object and a list, of values. */
export const MAX_JSON_DEPTH = 128
/** UTF-16 units of a URL that is read, and of its authority: mapping an international host takes quadratic time. */
export const MAX_URL_TEXT = 65_536
export const MAX_URL_AUTHORITY = 2_048
/** The host or the path of a URL once the parser has encoded it, which makes either up to nine times as long. */
export const MAX_URL_PART = 16_384
/** Encoded approval, bytes. */
export const MAX_APPROVAL_BYTES = 8_192
/** Encoded list of approvals, bytes (format §13.2). */
export const MAX_APPROVALS_BYTES = 65_536
/** Approvals that travel with one call, as the published readers bound them. */
export const MAX_PRESENTED_APPROVALS = 64
/** Text of a header of approvals: base64 of as many bytes, themselves base64 where they travel as JSON. */
export const MAX_APPROVALS_TEXT = 131_072
/** Text of a chain, and of one approval, in the `_meta` of MCP, as the published readers bound them. */
export const MAX_ENVELOPE_CHAIN_TEXT = 65_536
export const MAX_ENVELOPE_APPROVAL_TEXT = 8_192
/** Encoded revocation list, bytes: about 100,000 ids. */
export const MAX_REVOCATION_LIST_BYTES = 4_194_304
export const MAX_REVOCATION_REQUEST_BYTES = 8_192
/** Encoded receipt payload, bytes: a chain and its names. */
export const MAX_RECEIPT_BYTES = 270_336
/** The same with the fields that newer receipts have, their envelope, and labels of the operator. */
export const MAX_DECISION_RECEIPT_BYTES = 274_432
/** Seconds: how old, and how far ahead, a revocation request may be (format §1). */
export const MAX_REVOCATION_REQUEST_AGE_SECONDS = 300
export const MAX_REVOCATION_REQUEST_LEAD_SECONDS = 60
