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
export const MAX_CONSTRAINTS_PER_TOOL = 64
export const MAX_EXTENSIONS = 64
export const MAX_EXTENSION_VALUE_BYTES = 8_192
export const MAX_EXTENSION_KEY_BYTES = 255
/** All, Any and Not on one path; a leaf counts 0 (format §1). */
export const MAX_CONSTRAINT_DEPTH = 32
/** Arrays and maps on one path while decoding; a tree of 32 composites of values needs under 160. */
export const MAX_CBOR_DEPTH = 160
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
