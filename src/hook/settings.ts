/**
 * What the operator tells the hook: `hook.json`, mode 0600. It is checked whole on every call and an unknown field is
 * refused: a mistyped one would be a setting that silently does not hold.
 */

import type { PublicKey } from '../crypto/keys.js'
import type { Value, ValueObject } from '../encoding/value.js'
import { readStateObject } from '../node/stateFile.js'
import type { ApprovalSettings } from './approvals.js'
import { fieldsOf, flagOf, keyOf, listOf, mapOf, numberBelow, pathOf, textOf, wrong } from './fields.js'

/** `block` denies; `warn` records what it would have denied; `off` records that the call was made. */
export type Mode = 'block' | 'warn' | 'off'

export interface ModesBelow {
  readonly default?: Mode | undefined
  readonly tools: ReadonlyMap<string, Mode>
}

export interface Modes extends ModesBelow {
  /** By folder, absolute. The longest that holds the workspace of the session counts. */
  readonly workspaces: ReadonlyMap<string, ModesBelow>
}

/** The warrant of sessions that have none of their own. */
export interface StandingWarrant {
  /** Text of the chain. */
  readonly chain: string
  /** A file of mode 0600 with the secret key of its holder. */
  readonly keyFile: string
}

export interface HostSettings {
  readonly standing?: StandingWarrant | undefined
  /** Many people write to it: each turn has the warrant of its sender's role, and no session the standing one. */
  readonly gateway?: true | undefined
  /** Where the hook was installed: protected from tools, and looked at by `doctor`. */
  readonly configFiles: readonly string[]
  /** The command that was installed there. */
  readonly command?: string | undefined
}

export interface LogSettings {
  readonly durability: 'process' | 'power'
  /** Arguments whose value may stand in the log, by tool. Of all others type and size do. */
  readonly show: ReadonlyMap<string, ReadonlySet<string>>
}

export interface RevocationSettings {
  readonly issuer: PublicKey
  readonly maxAgeSeconds?: number | undefined
  readonly listFile: string
}

export interface Settings {
  readonly roots: readonly PublicKey[]
  readonly deadlineMilliseconds: number
  readonly modes: Modes
  /** Files and folders that tools are kept out of, besides the guard's own. */
  readonly protect: readonly string[]
  readonly log: LogSettings
  /** Whether the arguments of every call are kept, to learn a policy from. */
  readonly observe: boolean
  readonly revocation?: RevocationSettings | undefined
  readonly approvals: ApprovalSettings
  readonly hosts: ReadonlyMap<string, HostSettings>
}

/** Well under what any host waits: on most of them a hook that is not done in time is a hook that allows. */
export const DEFAULT_DEADLINE_MILLISECONDS = 5_000
const MAX_DEADLINE_MILLISECONDS = 60_000
/** Long enough for somebody to look up from other work. */
const DEFAULT_WAIT_SECONDS = 900
const MAX_WAIT_SECONDS = 7 * 86_400

/** The settings of a file. @throws FormatError FILE_…, STATE_MALFORMED with the field that is wrong */
export const readSettings = (path: string): Settings => parseSettings(readStateObject(path))

/** The settings of what was read. @throws FormatError STATE_MALFORMED */
export const parseSettings = (written: ValueObject): Settings => {
  const fields = fieldsOf(written, '', SETTINGS)
  if (fields['version'] !== 1) throw wrong('version')
  return {
    roots: listOf(fields['roots'] ?? [], 'roots').map((root, i) => keyOf(root, `roots[${i}]`)),
    deadlineMilliseconds: numberBelow(
      fields['deadlineMilliseconds'] ?? DEFAULT_DEADLINE_MILLISECONDS,
      MAX_DEADLINE_MILLISECONDS,
      'deadlineMilliseconds',
    ),
    modes: modesOf(fields['modes'] ?? {}),
    protect: listOf(fields['protect'] ?? [], 'protect').map((path, i) => pathOf(path, `protect[${i}]`)),
    log: logOf(fields['log'] ?? {}),
    observe: flagOf(fields['observe'] ?? false, 'observe'),
    revocation: fields['revocation'] === undefined ? undefined : revocationOf(fields['revocation']),
    approvals: approvalsOf(fields['approvals'] ?? {}),
    hosts: mapOf(fields['hosts'] ?? {}, 'hosts', hostOf),
  }
}

const SETTINGS = [
  ...[
    'version',
    'roots',
    'deadlineMilliseconds',
    'modes',
    'protect',
    'log',
    'observe',
    'revocation',
    'approvals',
    'hosts',
  ],
]

/** The mode of a tool in a workspace: what is said most narrowly counts, and `block` where nothing is said. */
export const modeOf = (modes: Modes, workspace: string | undefined, tool: string | undefined): Mode => {
  const below = workspace === undefined ? undefined : workspaceModes(modes, workspace)
  const ofTool = (some: ModesBelow | undefined): Mode | undefined =>
    tool === undefined ? undefined : some?.tools.get(tool)
  return ofTool(below) ?? below?.default ?? ofTool(modes) ?? modes.default ?? 'block'
}

const workspaceModes = (modes: Modes, workspace: string): ModesBelow | undefined => {
  let found: readonly [string, ModesBelow] | undefined
  for (const entry of modes.workspaces) {
    const [folder] = entry
    const holds = workspace === folder || workspace.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
    if (holds && (found === undefined || folder.length > found[0].length)) found = entry
  }
  return found?.[1]
}

const MODES: readonly string[] = ['block', 'warn', 'off']

const modeAt = (value: Value, where: string): Mode => {
  const text = textOf(value, where)
  if (!MODES.includes(text)) throw wrong(where)
  return text as Mode // one of the three
}

const modesBelow = (value: Value, where: string, known: readonly string[]): ModesBelow => {
  const fields = fieldsOf(value, where, known)
  const { default: ofAll, tools } = fields
  return {
    default: ofAll === undefined ? undefined : modeAt(ofAll, `${where}.default`),
    tools: mapOf(tools ?? {}, `${where}.tools`, modeAt),
  }
}

const modesOf = (value: Value): Modes => {
  const { workspaces } = fieldsOf(value, 'modes', ['default', 'tools', 'workspaces'])
  const read = (inner: Value, where: string): ModesBelow =>
    typeof inner === 'string'
      ? { default: modeAt(inner, where), tools: new Map() }
      : modesBelow(inner, where, ['default', 'tools'])
  const below = mapOf(workspaces ?? {}, 'modes.workspaces', read)
  for (const folder of below.keys()) pathOf(folder, 'modes.workspaces')
  return { ...modesBelow(value, 'modes', ['default', 'tools', 'workspaces']), workspaces: below }
}

const hostOf = (value: Value, where: string): HostSettings => {
  const { standing, gateway, configFiles, command } = fieldsOf(value, where, [
    ...['standing', 'gateway', 'configFiles', 'command'],
  ])
  if (gateway !== undefined && (gateway !== true || standing === undefined)) throw wrong(`${where}.gateway`)
  return {
    gateway,
    standing: standing === undefined ? undefined : standingOf(standing, `${where}.standing`),
    configFiles: listOf(configFiles ?? [], `${where}.configFiles`).map((path) =>
      pathOf(path, `${where}.configFiles`),
    ),
    command: command === undefined ? undefined : textOf(command, `${where}.command`),
  }
}

const standingOf = (value: Value, where: string): StandingWarrant => {
  const { chain, keyFile } = fieldsOf(value, where, ['chain', 'keyFile'])
  return { chain: textOf(chain, `${where}.chain`), keyFile: pathOf(keyFile, `${where}.keyFile`) }
}

const logOf = (value: Value): LogSettings => {
  const { durability, show } = fieldsOf(value, 'log', ['durability', 'show'])
  if (durability !== undefined && durability !== 'process' && durability !== 'power')
    throw wrong('log.durability')
  return {
    durability: durability ?? 'process',
    show: mapOf(
      show ?? {},
      'log.show',
      (names, where) => new Set(listOf(names, where).map((name) => textOf(name, where))),
    ),
  }
}

const revocationOf = (value: Value): RevocationSettings => {
  const { issuer, maxAgeSeconds, listFile } = fieldsOf(value, 'revocation', [
    ...['issuer', 'maxAgeSeconds', 'listFile'],
  ])
  return {
    issuer: keyOf(issuer, 'revocation.issuer'),
    maxAgeSeconds:
      maxAgeSeconds === undefined ? undefined : numberBelow(maxAgeSeconds, 1e9, 'revocation.maxAgeSeconds'),
    listFile: pathOf(listFile, 'revocation.listFile'),
  }
}

const approvalsOf = (value: Value): ApprovalSettings => {
  const { waitSeconds, uses } = fieldsOf(value, 'approvals', ['waitSeconds', 'uses'])
  if (uses !== undefined && uses !== 'once' && uses !== 'any') throw wrong('approvals.uses')
  return {
    waitSeconds: numberBelow(waitSeconds ?? DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS, 'approvals.waitSeconds'),
    uses: uses ?? 'once',
  }
}
