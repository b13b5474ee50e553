/** Delegation policies: read from what operators write, checked whole, and compiled into what the hook reads. */

import { formatJson } from '../../encoding/json.js'
import {
  DEFAULT_START_SECONDS,
  type Delegation,
  type DelegationRule,
  delegationJson,
  parseDelegation,
} from '../../hook/delegation/policy.js'
import { type ChildPolicy, delegationFromJson } from '../../schema/index.js'
import { placed, placedAsync } from '../failure.js'
import { clearanceLevel } from '../flags.js'
import { publicKeysOf } from '../keys.js'
import { beside, writtenIn } from '../policyFile.js'
import type { Session } from '../session.js'
import { toolLines } from '../view.js'

const FLAG = '--delegation'

/**
 * The compiled text of a delegation policy, YAML or JSON, known to be read back by the hook.
 * @throws CliFailure FILE_…, INPUT_…; FormatError YAML_MALFORMED, JSON_…, SPEC_MALFORMED, DURATION_MALFORMED,
 * CONSTRAINT_INVALID, STATE_MALFORMED for a number out of its range, all with the name of the input
 */
export const compiledDelegation = async (session: Session, name: string): Promise<string> => {
  const { place, json, engines } = await writtenIn(session, FLAG, name)
  const doubts: string[] = []
  const options = { home: session.io.env['HOME'], engines, onDoubt: (where: string) => doubts.push(where) }
  const policy = placed(place, () => delegationFromJson(json, options))
  for (const where of doubts)
    await session.remark(`${place} ${where}: read as the text that it is; exact: before it says so`)
  const rules = await placedAsync(place, () =>
    Promise.all(policy.children.map((child) => ruleOf(session, name, child))),
  )
  const delegation: Delegation = { startSeconds: policy.startSeconds ?? DEFAULT_START_SECONDS, rules }
  const compiled = delegationJson(delegation, rules.map(inWords))
  placed(place, () => parseDelegation(compiled))
  return `${formatJson(compiled, 2)}\n`
}

const ruleOf = async (session: Session, name: string, child: ChildPolicy): Promise<DelegationRule> => {
  const { goal, role, depth, inherit, policy } = child
  const { tools = new Map(), ttlSeconds, maxDepth, gates, minApprovals } = policy
  const { clearance: level } = policy
  const approvers = policy.approvers?.map((key) => beside(name, key))
  return {
    ...{ goal, role, depth, inherit, tools, ttlSeconds, gates, minApprovals },
    furtherDepth: maxDepth,
    clearance: typeof level === 'string' ? clearanceLevel('clearance', level) : level,
    approvers: approvers && (await publicKeysOf(session, `${FLAG} approvers`, approvers)),
  }
}

/** What a rule gives, for whoever looks at the file. */
const inWords = ({ inherit, tools }: DelegationRule): readonly string[] => [
  ...(inherit === 'all'
    ? ['whatever its parent has']
    : inherit.map((tool) => `${tool}  as its parent has it`)),
  ...(tools.size === 0 ? [] : toolLines(tools).map((line) => line.trimStart())),
]
