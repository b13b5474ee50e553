/**
 * What can be known of a request before it is approved, all of it from the warrant and the call: that the chain holds, that
 * the warrant permits the call but for approvals, that a gate asks for them, and that this approver is one of those asked.
 */

import { compileCapability, findCapability } from '../../capability/capability.js'
import type { PublicKey } from '../../crypto/keys.js'
import { DenialError } from '../../errors.js'
import type { PendingRequest } from '../../hook/approvalRequest.js'
import { leafOf } from '../../warrant/chain.js'
import { compileGates } from '../../warrant/gates.js'
import { enginesFor } from '../engines.js'
import { type Verification, verificationOf } from '../verification.js'

/**
 * Whether the chain verifies under the roots.
 * @throws TrustError, FormatError where it does not hold; DenialError with the code by which the call would be denied
 * whoever approved it, or APPROVAL_INVALID where an approval of this key would not count
 */
export const judgeRequest = async (
  request: PendingRequest,
  approver: PublicKey,
  roots: readonly PublicKey[],
  now: number,
): Promise<Verification> => {
  const { chain, tool, args, expiresAt } = request
  const verification = await verificationOf(chain, roots, now)
  if (verification.status === 'failed') throw verification.error
  const { type, tools, gates, approvers } = leafOf(chain).payload
  if (type !== 'execution') throw new DenialError('WARRANT_NOT_EXECUTION')
  const capability = findCapability(tools, tool)
  if (capability === undefined) throw new DenialError('TOOL_NOT_GRANTED', undefined, { where: 'tool' })
  const engines = await enginesFor(chain)
  const fault = compileCapability(capability, engines)(args, now)
  if (fault !== undefined) throw new DenialError(fault.code, undefined, { where: fault.argument })
  const fired = gates === undefined ? false : compileGates(gates, engines)(tool, args, now)
  if (fired === false) throw new DenialError('APPROVAL_INVALID', 'this call needs no approval')
  if (fired !== true) throw new DenialError(fired, undefined, { where: 'gates' })
  if (approvers?.includes(approver) !== true)
    throw new DenialError('APPROVAL_INVALID', 'the key is not that of an approver')
  if (expiresAt <= now) throw new DenialError('APPROVAL_INVALID', 'the request has expired')
  return verification
}
