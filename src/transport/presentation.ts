/** What travels with a call, decoded: what `enforce` is asked besides the tool and its arguments. */

import { MAX_PRESENTED_APPROVALS } from '../encoding/limits.js'
import { FormatError } from '../errors.js'
import type { Approval } from '../statement/approval.js'
import type { Proof } from '../statement/proof.js'
import type { Chain } from '../warrant/chain.js'

/** A chain, the holder's proof for one call under it, and approvals: well-formed, and still claims. */
export interface Presentation {
  readonly chain: Chain
  /** Absent where none came: `enforce` then says PROOF_MISSING. */
  readonly proof?: Proof
  readonly approvals?: readonly Approval[]
}

/** A presentation of its parts, without those that are not there. */
export const presentationOf = (
  chain: Chain,
  proof: Proof | undefined,
  approvals: readonly Approval[] | undefined,
): Presentation =>
  Object.freeze({
    chain,
    ...(proof === undefined ? {} : { proof }),
    ...(approvals === undefined ? {} : { approvals: assertFew(approvals) }),
  })

/** @throws FormatError TRANSPORT_TOO_LARGE for more approvals than the published readers take. */
export const assertFew = <T>(approvals: readonly T[]): readonly T[] => {
  if (approvals.length > MAX_PRESENTED_APPROVALS) throw new FormatError('TRANSPORT_TOO_LARGE', 'approvals')
  return approvals
}

/** @throws FormatError TRANSPORT_TOO_LARGE */
export const assertShort = (text: string, most: number, field: string): string => {
  if (text.length > most) throw new FormatError('TRANSPORT_TOO_LARGE', field)
  return text
}
