/**
 * Delegation: when a parent's call is allowed that has children started, each of them is granted a warrant of its own.
 * The parent's key narrows the parent's chain; nothing is minted, and no key of an issuer is near. A child that the policy
 * has no rule for, or whose rule asks for more than the parent has, gets nothing, and the log says why.
 */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { PublicKey } from '../../crypto/keys.js'
import { generateKey, type LocalSigner, type SecretKey } from '../../crypto/signer.js'
import { type ErrorCode, FormatError, isWarrantError } from '../../errors.js'
import type { SessionName } from '../../node/sessionStore.js'
import { grant } from '../../warrant/attenuate.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { verify } from '../../warrant/verify.js'
import { enginesFor } from '../engines.js'
import type { AskedChild, Host } from '../event.js'
import type { Home } from '../home.js'
import { pendingGrants } from './pending.js'
import { type Delegation, type DelegationRule, readDelegation, ruleFor, toolsBelow } from './policy.js'

/** Whoever delegates, and what it acts under. */
export interface Parent {
  readonly name: SessionName
  readonly chain: Chain
  readonly key: LocalSigner
  /** The session that warrants of the chain may be bound to. */
  readonly session: string
  /** Delegations below a session at the top. */
  readonly depth: number
  readonly hasEntry: boolean
}

/** What became of one child: a grant that waits for it, or the reason why there is none. */
export interface ChildGrant {
  /** Which child, as a place in the arguments of the call. */
  readonly where: string
  readonly chain?: Chain
  readonly code?: ErrorCode
}

export interface Delegated {
  readonly grants: readonly ChildGrant[]
  /** Takes every grant back: the call that they were made for does not run. */
  readonly withdraw: () => void
}

/** What the policy of a host is read from. */
export const delegationFile = (home: Home, host: string): string => join(home.delegation, `${host}.json`)

/** More than any host starts by one call. */
const MAX_CHILDREN = 64

/**
 * Makes the grants of one call.
 * @param now Unix seconds.
 * @throws FormatError for a policy that cannot be read, too many children, or grants that cannot be kept: the call is
 * denied then, and no grant is left
 */
export const makeGrants = async (
  home: Home,
  host: Host,
  parent: Parent,
  children: readonly AskedChild[],
  roots: readonly PublicKey[],
  now: number,
): Promise<Delegated> => {
  if (children.length > MAX_CHILDREN) throw new FormatError('VALUE_TOO_LARGE', undefined, { where: 'tasks' })
  const policy = policyOf(home, host.name)
  const pending = pendingGrants(home.grants)
  const files: string[] = []
  const withdraw = (): void => {
    for (const file of files) pending.claim(file)
  }
  try {
    const grants: ChildGrant[] = []
    for (const child of children) {
      // One that its start could not be told by is none that a rule is for.
      const isTold = (host.matchedBy === 'role' ? child.role : child.goal) !== undefined
      const made = await chainFor(isTold ? policy : undefined, parent, child, roots, now)
      grants.push(made)
      if (policy === undefined || made.chain === undefined) continue
      const { expiresAt } = leafOf(made.chain).payload
      files.push(
        pending.add(
          {
            parent: parent.name,
            hasEntry: parent.hasEntry,
            goal: child.goal === undefined ? undefined : goalDigest(child.goal),
            role: child.role,
            startBefore: Math.min(Math.floor(now) + policy.startSeconds, expiresAt),
            boundTo: parent.session,
            depth: parent.depth + 1,
            chain: made.chain,
            holderKey: made.key,
          },
          now,
        ),
      )
    }
    pending.sweep(now)
    return { grants, withdraw }
  } catch (thrown) {
    withdraw()
    throw thrown
  }
}

/** Goals are compared and never kept: they are the model's words, and may hold anything. */
export const goalDigest = (goal: string): string => createHash('sha256').update(goal).digest('hex')

const policyOf = (home: Home, host: string): Delegation | undefined => {
  try {
    return readDelegation(delegationFile(home, host))
  } catch (thrown) {
    if (thrown instanceof FormatError && thrown.code === 'FILE_NOT_FOUND') return undefined
    throw thrown
  }
}

type Made =
  | (ChildGrant & { readonly chain: Chain; readonly key: SecretKey })
  | { readonly where: string; readonly code: ErrorCode; readonly chain?: never }

const chainFor = async (
  policy: Delegation | undefined,
  parent: Parent,
  child: AskedChild,
  roots: readonly PublicKey[],
  now: number,
): Promise<Made> => {
  const { where } = child
  try {
    const asked = { ...child, depth: parent.depth + 1 }
    const rule = policy === undefined ? undefined : ruleFor(policy, asked)
    if (rule === undefined) return { where, code: 'DELEGATION_UNMATCHED' }
    const key = generateKey()
    return { where, chain: await narrowed(parent, rule, key.publicKey, roots, now), key }
  } catch (thrown) {
    if (!isWarrantError(thrown)) throw thrown
    const place = [where, thrown.where].filter((part) => part !== undefined && part !== '').join(' ')
    return { where: place, code: thrown.code }
  }
}

/** The chain of a child, signed by its parent and verified whole, as every call of the child will be. */
const narrowed = async (
  parent: Parent,
  rule: DelegationRule,
  holder: PublicKey,
  roots: readonly PublicKey[],
  now: number,
): Promise<Chain> => {
  const { payload } = leafOf(parent.chain)
  const { ttlSeconds, furtherDepth, clearance, gates, approvers, minApprovals } = rule
  const tools = toolsBelow(rule, payload.tools)
  const engines = await enginesFor(parent.chain, { tools, gates })
  const options = {
    ...{ holder, tools, now, engines },
    ...(ttlSeconds !== undefined && { ttlSeconds }),
    ...(furtherDepth !== undefined && { maxDepth: payload.depth + 1 + furtherDepth }),
    ...(clearance !== undefined && { clearance }),
    ...(gates !== undefined && { gates }),
    ...(approvers !== undefined && { approvers }),
    ...(minApprovals !== undefined && { minApprovals }),
  }
  const chain = grant(parent.chain, options, parent.key)
  verify(chain, { roots, now, engines })
  return chain
}
