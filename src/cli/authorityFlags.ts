/** The flags that say what a new warrant allows, the same for `mint` and `attenuate`. */

import type { Command } from 'commander'
import type { Capability, Tools } from '../capability/capability.js'
import type { Engines } from '../capability/constraint.js'
import type { PublicKey } from '../crypto/keys.js'
import { MAX_APPROVERS, MAX_DEPTH, MAX_TTL_SECONDS } from '../encoding/limits.js'
import { EscalationError } from '../errors.js'
import { type AllowOptions, parseAllowArguments, parseAllows, parseGates } from '../schema/index.js'
import type { Gates } from '../warrant/gates.js'
import { parseDuration } from '../warrant/time.js'
import { enginesByName } from './engines.js'
import { usage } from './failure.js'
import { clearanceLevel, flagValue, names, repeated, wholeNumber } from './flags.js'
import { publicKeysOf } from './keys.js'
import { policyOf } from './policyFile.js'
import type { Session } from './session.js'

export interface AuthorityFlags {
  readonly policy?: string
  readonly allow?: readonly string[]
  readonly tools?: readonly string[]
  readonly ttl?: string
  readonly maxDepth?: string
  readonly clearance?: string
  readonly gate?: readonly string[]
  readonly approver?: readonly string[]
  readonly minApprovals?: string
  readonly issuable?: readonly string[]
  readonly maxIssueDepth?: string
  readonly bound?: string
}

export const authorityFlags = (command: Command): Command =>
  command
    .option('--policy <file>', 'what it allows, written in a file (YAML or JSON), or - for stdin')
    .option(
      '--allow <spec>',
      'a tool, and what its arguments must be: tool:arg=value,… (repeatable)',
      repeated,
    )
    .option('--tools <names>', 'tools with any arguments, between commas (repeatable)', repeated)
    .option('--ttl <duration>', 'how long it lives: 45s, 30m, 1h, 7d')
    .option('--max-depth <n>', 'how many times it can be delegated in a row')
    .option('--clearance <level>', 'untrusted, external, partner, internal, privileged, system, or 0 to 255')
    .option(
      '--gate <spec>',
      'calls that need approval: tool, tool:arg, tool:arg=value, tool:arg!=value (repeatable)',
      repeated,
    )
    .option('--approver <key>', 'public key of somebody who may approve (repeatable)', repeated)
    .option('--min-approvals <n>', 'how many of them must (default: all)')
    .option(
      '--issuable <names>',
      'of an issuer warrant: tools that it may issue for, or * (repeatable)',
      repeated,
    )
    .option('--bound <spec>', 'of an issuer warrant: arguments of whatever it issues: arg=value,…')
    .option('--max-issue-depth <n>', 'of an issuer warrant: how deep what it issues may go')

/** What the flags say, each part undefined where none of its flags stands. */
export interface Authority {
  readonly tools: Tools | undefined
  readonly ttlSeconds: number | undefined
  readonly maxDepth: number | undefined
  readonly clearance: number | undefined
  readonly gates: Gates | undefined
  readonly approvers: readonly PublicKey[] | undefined
  readonly minApprovals: number | undefined
  readonly issuableTools: readonly string[] | undefined
  readonly bounds: Capability | undefined
  readonly maxIssueDepth: number | undefined
}

/**
 * What the flags and the policy say together; a part that both speak of is refused, so that neither is dropped.
 * @throws CliFailure with exit 2 for a flag of wrong form; FILE_… and KEY_… for approvers; as `policyOf`
 */
export const authorityOf = async (session: Session, flags: AuthorityFlags): Promise<Authority> => {
  const doubts: string[] = []
  const optionsOf = (flag: string): AllowOptions => ({
    home: session.io.env['HOME'],
    onDoubt: (where) => doubts.push(`${flag} ${where}`),
  })
  const written = await writtenAuthority(session, flags, optionsOf)
  const authority =
    flags.policy === undefined
      ? written
      : united(written, await policyAuthority(session, flags.policy, optionsOf('--policy')))
  for (const where of doubts) {
    await session.remark(
      `${where}: read as the text that it is, not as a form that it looks like; exact: before it says so`,
    )
  }
  return authority
}

const writtenAuthority = async (
  session: Session,
  flags: AuthorityFlags,
  optionsFor: (flag: string) => AllowOptions,
): Promise<Authority> => {
  const { ttl, gate, bound } = flags
  const engines = await enginesNamed(flags)
  const optionsOf = (flag: string): AllowOptions => ({ ...optionsFor(flag), engines })
  return {
    tools: toolsOf(flags, optionsOf('--allow')),
    ttlSeconds: ttl === undefined ? undefined : flagValue('--ttl', () => parseTtl(ttl)),
    maxDepth: wholeNumber('--max-depth', flags.maxDepth, MAX_DEPTH),
    clearance: clearanceLevel('--clearance', flags.clearance),
    gates: gate === undefined ? undefined : flagValue('--gate', () => parseGates(gate, optionsOf('--gate'))),
    approvers: flags.approver && (await publicKeysOf(session, '--approver', flags.approver)),
    minApprovals: wholeNumber('--min-approvals', flags.minApprovals, MAX_APPROVERS),
    issuableTools: names('--issuable', flags.issuable),
    bounds:
      bound === undefined
        ? undefined
        : flagValue('--bound', () => parseAllowArguments(bound, optionsOf('--bound'))),
    maxIssueDepth: wholeNumber('--max-issue-depth', flags.maxIssueDepth, MAX_DEPTH),
  }
}

const policyAuthority = async (session: Session, name: string, options: AllowOptions): Promise<Authority> => {
  const { clearance, approvers, ...policy } = await policyOf(session, name, options)
  return {
    ...policy,
    clearance: typeof clearance === 'string' ? clearanceLevel('--policy clearance', clearance) : clearance,
    approvers: approvers && (await publicKeysOf(session, '--policy approvers', approvers)),
  }
}

/** The flag of each part, for people. */
const FLAG_OF: Readonly<Record<keyof Authority, string>> = {
  tools: '--allow or --tools',
  ttlSeconds: '--ttl',
  maxDepth: '--max-depth',
  clearance: '--clearance',
  gates: '--gate',
  approvers: '--approver',
  minApprovals: '--min-approvals',
  issuableTools: '--issuable',
  bounds: '--bound',
  maxIssueDepth: '--max-issue-depth',
}

const united = (written: Authority, policy: Authority): Authority => {
  const parts = Object.keys(FLAG_OF) as (keyof Authority)[] // its own keys
  const both = parts.find((part) => written[part] !== undefined && policy[part] !== undefined)
  if (both !== undefined) throw usage(`${FLAG_OF[both]} stands beside a policy that says the same part`)
  return { ...policy, ...given(written) }
}

/** A life that a warrant can have. @throws FormatError DURATION_MALFORMED; EscalationError MINT_TTL */
const parseTtl = (text: string): number => {
  const seconds = parseDuration(text)
  if (seconds < 1 || seconds > MAX_TTL_SECONDS)
    throw new EscalationError('MINT_TTL', undefined, { where: 'ttlSeconds' })
  return seconds
}

/** What is written here is compiled here: an expression that is not valid would deny every call. */
const enginesNamed = ({ allow = [], gate = [], bound = '' }: AuthorityFlags): Promise<Engines> => {
  const text = [...allow, ...gate, bound].join()
  return enginesByName(['regex', 'cel'].filter((name) => text.includes(name)))
}

const toolsOf = (flags: AuthorityFlags, options: AllowOptions): Tools | undefined => {
  const plain = names('--tools', flags.tools)
  if (flags.allow === undefined && plain === undefined) return undefined
  const { allow = [] } = flags
  const tools = new Map(flagValue('--allow', () => parseAllows(allow, options)))
  for (const name of plain ?? []) {
    if (tools.has(name)) throw usage('the same tool twice', '--tools')
    tools.set(name, { constraints: new Map(), allowUnknown: false })
  }
  return tools
}

/** Parts that may be absent, none of them undefined. */
export type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> }

/** Without the parts that are undefined, which the options of the core tell from those that are absent. */
export const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T> // its own entries
