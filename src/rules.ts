/**
 * The stricter rules: where this implementation denies what the reference allows, and why.
 *
 * Every such difference has one id here and one row in `docs/reference/differences.md`, which a test holds equal to
 * this table. An id travels on the error or the explanation of the denial that it causes, so that a difference is
 * recognised by the rule that fired and by nothing else. None of them ever allows what the reference denies.
 */

/** Rule id to what it refuses, in one sentence without a full stop. */
export const STRICTER_RULES = {
  ENCODING_ONE_FORM: 'bytes in any form but the one that is written are refused',
  ENCODING_UNKNOWN_FIELD: 'a field that a structure does not have is refused instead of ignored',
  VALUE_NOT_FINITE: 'NaN and the infinities are neither values nor bounds',
} as const satisfies Record<string, string>

export type StricterRule = keyof typeof STRICTER_RULES
