/** What `doctor` finds of delegation: a policy that cannot be read, and children that would get nothing. */

import { isWarrantError } from '../../errors.js'
import { delegationFile } from '../../hook/delegation/grants.js'
import { type Delegation, readDelegation } from '../../hook/delegation/policy.js'
import type { Home } from '../../hook/home.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import type { Finding } from './examine.js'

/** The tools by which each host has children started. */
const DELEGATING: Readonly<Record<string, readonly string[]>> = {
  hermes: ['delegate_task'],
  claude: ['Agent', 'Task'],
}

/** Findings about the children of a host. */
export const delegationFindings = (
  home: Home,
  host: string,
  chains: readonly Chain[],
): readonly Finding[] => {
  const tools = DELEGATING[host]
  if (tools === undefined) return []
  const about = `${host} delegation`
  let policy: Delegation | undefined
  try {
    policy = readDelegation(delegationFile(home, host))
  } catch (thrown) {
    const code = isWarrantError(thrown) ? thrown.code : 'INTERNAL'
    if (code !== 'FILE_NOT_FOUND')
      return [{ state: 'red', about, what: `${code}: every call that delegates is denied` }]
  }
  const granted = chains.flatMap((chain) => [...leafOf(chain).payload.tools.keys()])
  const delegates = granted.some((tool) => tool === '*' || tools.includes(tool))
  if (policy === undefined)
    return delegates
      ? [
          {
            state: 'note',
            about,
            what: 'granted, without a policy: children get nothing, and are denied everything',
          },
        ]
      : []
  return [
    { state: 'green', about, what: `${policy.rules.length} rule${policy.rules.length === 1 ? '' : 's'}` },
  ]
}
