/** Denials that no test can miss, because another stands before or behind them: each with the reason. */

import type { Denial } from './denials.js'

interface Reason {
  readonly file: string
  /** The line on which it begins. */
  readonly context: string
  readonly reason: string
}

const REASONS: readonly Reason[] = [
  {
    file: 'enforce/enforcer.ts',
    context: "if (setting.revocations === undefined) throw new TypeError('no revocation is configured')",
    reason: 'without it the next line throws a TypeError of its own: only the words are better',
  },
  {
    file: 'enforce/holderChecks.ts',
    context: "if (bytes === undefined) throw new FormatError('APPROVAL_MALFORMED')",
    reason: 'nothing cannot be copied either, and what throws there is refused by the same code',
  },
  {
    file: 'enforce/revocations.ts',
    context: "throw new TypeError('a revocation list is its bytes, their base64, or a decoded list')",
    reason: 'without it the copy throws a TypeError of its own: only the words are better',
  },
  {
    file: 'enforce/watch.ts',
    context: ": refusal('ENFORCE_INTERNAL')",
    reason: 'every allow of this package carries the standing that is asked for',
  },
  {
    file: 'warrant/fields.ts',
    context: "if (entries.length > MAX_TOOLS) throw new FormatError('TOOLS_TOO_MANY')",
    reason: 'what is made is read back before it is signed, and refused by the same code',
  },
  {
    file: 'warrant/text.ts',
    context: "if (first === undefined) throw new FormatError('TEXT_PEM_MALFORMED')",
    reason: 'text that begins like a PEM has a block, or is refused before they are joined',
  },
  {
    file: 'statement/approvalForm.ts',
    context:
      "if (text.length > 2 * MAX_APPROVAL_BYTES) throw new FormatError('APPROVAL_MALFORMED', 'too large')",
    reason: 'it saves the decoding: the bytes of such a text are refused by the same code',
  },
  {
    file: 'statement/revocation.ts',
    context: "throw new FormatError('REVOCATION_LIST_MALFORMED', 'too large')",
    reason: 'it saves the decoding: the bytes of such a text are refused by the same code',
  },
  {
    file: 'statement/reading.ts',
    context: "if (value === undefined) throw new FormatError('CBOR_MISSING_FIELD')",
    reason: 'the reader refuses a map without a required field before, by the same code',
  },
  {
    file: 'statement/proofProfile.ts',
    context: "if (form === undefined) throw new TypeError('no such proof profile')",
    reason: 'without it the next line throws a TypeError of its own: only the words are better',
  },
]

/** Why nothing notices that this denial is gone, where that is known. */
export const reasonFor = ({ file, context }: Denial): string | undefined =>
  REASONS.find((each) => each.file === file && each.context === context)?.reason

/** Reasons for what is no longer there, or stands there more than once. */
export const staleReasons = (denials: readonly Denial[]): readonly string[] =>
  REASONS.filter(
    (each) =>
      denials.filter((denial) => reasonFor(denial) === each.reason && denial.context === each.context)
        .length !== 1,
  ).map(({ file, context }) => `a reason for nothing, or for more than one: ${file}: ${context}`)
