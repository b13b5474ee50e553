/** Major types and initial bytes of CBOR (RFC 8949 §3). */

export const UINT = 0
export const NEGATIVE = 1
export const BYTES = 2
export const TEXT = 3
export const ARRAY = 4
export const MAP = 5
export const TAG = 6

export const FALSE = 0xf4
export const TRUE = 0xf5
export const NULL = 0xf6
export const HALF = 0xf9
export const SINGLE = 0xfa
export const DOUBLE = 0xfb
