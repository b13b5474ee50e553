/** What `doctor` finds of approvals: what waits, what cannot be read, and keys that do not belong where the agent is. */

import type { PublicKey } from '../../crypto/keys.js'
import { isWarrantError } from '../../errors.js'
import { fileApprovalStore } from '../../hook/approvalStore.js'
import type { Home } from '../../hook/home.js'
import type { Chain } from '../../warrant/chain.js'
import type { Finding } from './examine.js'
import { filesOfKeys } from './keyFiles.js'

/** Findings about the requests and approvals of a home. */
export const approvalFindings = (home: Home, now: number): readonly Finding[] => {
  const store = fileApprovalStore(home.approvals)
  try {
    const waiting = store.list(now)
    for (const { request } of waiting) store.granted(request)
    if (waiting.length === 0) return []
    const what = `${waiting.length} waiting: warrant approvals list`
    return [{ state: 'note', about: 'approvals', what }]
  } catch (thrown) {
    const code = isWarrantError(thrown) ? thrown.code : 'INTERNAL'
    return [{ state: 'red', about: 'approvals', what: `${code}: calls that need approval are denied` }]
  }
}

/** Key files with which the agent's user could approve its own calls. */
export const approverKeys = (files: readonly string[], chains: readonly Chain[]): readonly Finding[] => {
  const approvers = new Set<PublicKey>(
    chains.flatMap(({ warrants }) => warrants.flatMap(({ payload }) => payload.approvers ?? [])),
  )
  return filesOfKeys(files, approvers).map((file) => ({
    state: 'red',
    about: 'approvals',
    what: `${file} is the key of an approver: whoever runs as this user can approve with it`,
  }))
}
