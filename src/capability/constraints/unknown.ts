/** Unknown: a constraint of a type that this version does not know. It is kept, and denies. */

import { FormatError } from '../../errors.js'
import type { ConstraintKind } from '../constraint.js'

export interface UnknownConstraint {
  readonly kind: 'unknown'
  /** The type id that it came under. */
  readonly tag: number
  /** The byte string that it came with, as it was. */
  readonly body: Uint8Array
}

/** Type ids of the protocol: 1 to 18 but for the reserved 6, and 128. */
const isKnown = (tag: number): boolean => (tag >= 1 && tag <= 18 && tag !== 6) || tag === 128

/**
 * A constraint of a type id that this version does not know: it denies every value, also inside Any and Not.
 * @throws FormatError CONSTRAINT_INVALID for a type id that is known, or is no byte.
 */
export const unknown = (tag: number, body: Uint8Array): UnknownConstraint => {
  if (!Number.isInteger(tag) || tag < 0 || tag > 255 || isKnown(tag))
    throw new FormatError('CONSTRAINT_INVALID', 'type id')
  return Object.freeze({ kind: 'unknown', tag, body: body.slice() })
}

export const unknownKind: ConstraintKind<UnknownConstraint> = {
  kind: 'unknown',
  tag: 6, // reserved by the protocol; each Unknown is written under its own
  coversExact: false,
  decode: (reader, _decodeInner, tag) => unknown(tag, reader.sharedBytes()),
  encode(writer, { body }) {
    writer.bytes(body)
  },
  compile: () => () => 'CONSTRAINT_UNKNOWN',
  faults: () => 'alike', // on every value, each of them
  /** An Unknown covers 1. nothing, not even itself: what is not understood cannot be compared. */
  covers: () => false,
  samples: () => [],
  describe: ({ tag }) => `a constraint of the unknown type ${tag}`,
}
