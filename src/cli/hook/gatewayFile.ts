/**
 * Roles of a gateway: read from what operators write, and compiled into what the hook reads. For each role the standing
 * warrant is narrowed here, once, so that a role which asks for more than the gateway has is refused now and not at night.
 */

import { createHash } from 'node:crypto'
import type { Engines } from '../../capability/constraint.js'
import type { SecretKey } from '../../crypto/signer.js'
import { formatJson } from '../../encoding/json.js'
import { MAX_DEPTH } from '../../encoding/limits.js'
import type { Value } from '../../encoding/value.js'
import { toolsBelow } from '../../hook/delegation/policy.js'
import {
  DEFAULT_TURN_SECONDS,
  gatewayFileOf,
  MAX_TURN_SECONDS,
  NOBODYS_PLATFORMS,
  parseGateway,
} from '../../hook/gateway.js'
import type { Home } from '../../hook/home.js'
import { makeStateFolder, writeStateFile } from '../../node/stateFile.js'
import { type InheritedPolicy, type Roles, rolesFromJson } from '../../schema/index.js'
import { attenuate } from '../../warrant/attenuate.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { formatChain } from '../../warrant/text.js'
import { given } from '../authorityFlags.js'
import { placed, placedAsync, usage } from '../failure.js'
import { clearanceLevel } from '../flags.js'
import { publicKeysOf } from '../keys.js'
import { beside, writtenIn } from '../policyFile.js'
import type { Session } from '../session.js'
import { type Change, textOfFile } from './changes.js'

const FLAG = '--gateway'

/** The standing warrant of a gateway, which every turn narrows. */
export interface Standing {
  readonly chain: Chain
  readonly key: SecretKey
}

/**
 * The change of a home that puts the roles of a file in force.
 * @throws CliFailure USAGE, FILE_…, INPUT_…; FormatError YAML_MALFORMED, JSON_… and others of policies; EscalationError for
 * a role that exceeds the standing warrant; all with the name of the input
 */
export const gatewayChange = async (
  session: Session,
  home: Home,
  host: string,
  name: string,
  standing: Standing,
): Promise<Change> => {
  const file = gatewayFileOf(home.gateways, host)
  const before = textOfFile(file)
  const { place, json, engines } = await writtenIn(session, FLAG, name)
  const source = sourceOf(json, standing.chain)
  const after =
    before !== undefined && isOf(before, source)
      ? before
      : await compiled(session, { name, place, json, engines, source, standing })
  const write = (): void => {
    makeStateFolder(home.folder)
    makeStateFolder(home.gateways)
    writeStateFile(file, after)
  }
  return { file, before, after, write: () => placed(file, write) }
}

/** Signing anew would change a file that says the same. */
const sourceOf = (json: Value, chain: Chain): string =>
  createHash('sha256').update(formatJson(json)).update('\0').update(chain.bytes).digest('hex')

const isOf = (text: string, source: string): boolean => text.includes(`"source": "${source}"`)

interface Written {
  readonly name: string
  readonly place: string
  readonly json: Value
  readonly engines: Engines
  readonly source: string
  readonly standing: Standing
}

const compiled = async (session: Session, written: Written): Promise<string> => {
  const { place, json, engines, source } = written
  const doubts: string[] = []
  const options = { home: session.io.env['HOME'], engines, onDoubt: (where: string) => doubts.push(where) }
  const roles = placed(place, () => rolesFromJson(json, { ...options, reserved: NOBODYS_PLATFORMS }))
  for (const where of doubts)
    await session.remark(`${place} ${where}: read as the text that it is; exact: before it says so`)
  const compiledRoles: [string, Value][] = []
  for (const [role, policy] of roles.roles)
    compiledRoles.push([role, await compiledRole(session, written, role, policy, roles)])
  const fields = {
    version: 1,
    source,
    roles: Object.fromEntries(compiledRoles),
    members: Object.fromEntries([...roles.members].map(([name, who]) => [name, Object.fromEntries(who)])),
    senderless: Object.fromEntries(roles.senderless),
    ...(roles.everyoneElse !== undefined && { everyoneElse: roles.everyoneElse }),
  }
  placed(place, () => parseGateway(fields))
  return `${formatJson(fields, 2)}\n`
}

/** The standing warrant, narrowed to a role; still its holder's, who narrows it again for each turn. */
const compiledRole = async (
  session: Session,
  { name, place, engines, standing }: Written,
  role: string,
  { inherit, policy }: InheritedPolicy,
  { ttlSeconds: ofAll = DEFAULT_TURN_SECONDS }: Roles,
): Promise<Value> => {
  const where = `${place} roles.${role}`
  const { tools = new Map(), ttlSeconds = ofAll, maxDepth, clearance, gates, minApprovals } = policy
  if (ttlSeconds > MAX_TURN_SECONDS) throw usage('a turn of more than a day', where)
  const keys = policy.approvers?.map((key) => beside(name, key))
  const approvers = keys && (await publicKeysOf(session, `${FLAG} approvers`, keys))
  const { payload } = leafOf(standing.chain)
  const options = given({
    agentId: `role:${role}`,
    clearance: typeof clearance === 'string' ? clearanceLevel('clearance', clearance) : clearance,
    maxDepth: maxDepth === undefined ? undefined : Math.min(payload.depth + 2 + maxDepth, MAX_DEPTH),
    ...{ gates, approvers, minApprovals },
  })
  const chain = await placedAsync(where, async () =>
    attenuate(
      standing.chain,
      { ...options, tools: toolsBelow({ inherit, tools }, payload.tools), now: session.io.clock(), engines },
      standing.key,
    ),
  )
  return { chain: formatChain(chain), ttlSeconds }
}
