/** Wildcard: any value. The argument must still be there. */

import type { ConstraintKind } from '../constraint.js'

export interface WildcardConstraint {
  readonly kind: 'wildcard'
}

const WILDCARD: WildcardConstraint = Object.freeze({ kind: 'wildcard' })

/**
 * Permits every value of an argument that is there; an absent argument is refused.
 * @example wildcard()
 */
export const wildcard = (): WildcardConstraint => WILDCARD

export const wildcardKind: ConstraintKind<WildcardConstraint> = {
  kind: 'wildcard',
  tag: 16,
  coversExact: true,
  coversAll: true,
  decode(reader) {
    reader.null()
    return WILDCARD
  },
  encode(writer) {
    writer.null()
  },
  compile: () => () => true,
  faults: () => 'never',
  /** A Wildcard covers 1. every constraint, of whatever kind, and no other kind covers a Wildcard. */
  covers: () => true,
  samples: () => [],
  describe: () => 'anything',
}
