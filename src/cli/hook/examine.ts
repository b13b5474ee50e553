/**
 * What `doctor` looks at. That a host has the hook in its configuration proves nothing: hosts are known to report hooks as
 * healthy that never ran. So the first question is what was decided lately, and the configuration comes after.
 */

import { isWarrantError } from '../../errors.js'
import { enginesFor } from '../../hook/engines.js'
import type { Home } from '../../hook/home.js'
import { PLUGIN_HOSTS } from '../../hook/hosts.js'
import { type Modes, readSettings, type Settings } from '../../hook/settings.js'
import type { DecisionRecord } from '../../node/decisionLog.js'
import { readSecretKeyFile } from '../../node/keyFile.js'
import { fileSessionStore } from '../../node/sessionStore.js'
import { assertStateFolder } from '../../node/stateFile.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { parseChain } from '../../warrant/text.js'
import { verify } from '../../warrant/verify.js'
import type { Session } from '../session.js'
import { spanText, timeText } from '../timeText.js'
import { approvalFindings, approverKeys } from './approvalFindings.js'
import { conditionOf } from './condition.js'
import { delegationFindings } from './delegationFindings.js'
import { filesOfKeys, keyFilesIn } from './keyFiles.js'
import { recordsOf } from './lastCall.js'
import { type HostPlan, PLANS } from './plans.js'
import { turnFindings } from './turnFindings.js'

/** `red` is not guarded, or will not be; `note` is worth knowing. */
export interface Finding {
  readonly state: 'green' | 'red' | 'note'
  readonly about: string
  readonly what: string
}

const green = (about: string, what: string): Finding => ({ state: 'green', about, what })
const red = (about: string, what: string): Finding => ({ state: 'red', about, what })
const note = (about: string, what: string): Finding => ({ state: 'note', about, what })

/** Older than this, a decision shows nothing about now. */
const RECENT_SECONDS = 7 * 86_400
/** A warrant that ends sooner is told of. */
const SOON_SECONDS = 3_600
/** How far ahead of this clock a record or a warrant may be. */
const AHEAD_SECONDS = 60
/** No clock of a working machine shows less. */
const EARLIEST = 1_735_689_600

/** Every finding about a home. Never throws for what it finds. */
export const examine = async (session: Session, home: Home): Promise<readonly Finding[]> => {
  let settings: Settings
  try {
    assertStateFolder(home.folder)
    settings = readSettings(home.configuration)
  } catch (thrown) {
    return [red('home', `${codeOf(thrown)}: ${home.configuration} cannot be used, so every call is denied`)]
  }
  const records = recordsOf(home)
  const now = session.now()
  const hosts = [...settings.hosts.keys()].flatMap((host) => PLANS.get(host) ?? [])
  const installed = hosts.filter(({ name }) => settings.hosts.get(name)?.command !== undefined)
  const loaded = PLUGIN_HOSTS.filter((name) => settings.hosts.has(name))
  return [
    installed.length + loaded.length === 0 ? red('hosts', 'the hook is installed in none') : undefined,
    settings.roots.length === 0 ? red('roots', 'no root is trusted: no warrant can hold') : undefined,
    clockFinding(now, records),
    ...modeFindings(settings.modes),
    observeFinding(home, settings),
    ...issuerKeys(home, settings),
    ...approvalFindings(home, now),
    ...(await Promise.all(installed.map((plan) => hostFindings(home, plan, settings, records, now)))).flat(),
    ...(await Promise.all(loaded.map((name) => pluginFindings(home, name, settings, records, now)))).flat(),
  ].filter((finding) => finding !== undefined)
}

const codeOf = (thrown: unknown): string => (isWarrantError(thrown) ? thrown.code : 'INTERNAL')

const clockFinding = (now: number, records: readonly DecisionRecord[]): Finding => {
  const latest = Math.max(0, ...records.map(({ time }) => time))
  if (now < EARLIEST) return red('clock', `it shows ${timeText(now)}`)
  if (latest > now + AHEAD_SECONDS)
    return red('clock', `the log has a decision of ${timeText(Math.floor(latest))}, which is ahead of it`)
  return green('clock', timeText(now))
}

/** Every mode that does not deny, wherever it is said. */
const modeFindings = (modes: Modes): readonly Finding[] => {
  const weak: string[] = []
  const collect = (
    about: string,
    below: { readonly default?: string | undefined; readonly tools: ReadonlyMap<string, string> },
  ): void => {
    if (below.default !== undefined && below.default !== 'block') weak.push(`${below.default}${about}`)
    for (const [tool, mode] of below.tools)
      if (mode !== 'block') weak.push(`${mode} for the tool ${tool}${about}`)
  }
  collect('', modes)
  for (const [folder, below] of modes.workspaces) collect(` in ${folder}`, below)
  return weak.length === 0
    ? [green('modes', 'block everywhere')]
    : weak.map((mode) => red('modes', `not enforced: ${mode}`))
}

/** Arguments lie there in clear, as far as they are no likely secrets: not for longer than is needed. */
const observeFinding = (home: Home, { observe }: Settings): Finding | undefined =>
  observe
    ? note(
        'observe',
        `the arguments of every call are kept in ${home.log}/observed.jsonl, until install --no-observe`,
      )
    : undefined

const hostFindings = async (
  home: Home,
  plan: HostPlan,
  settings: Settings,
  records: readonly DecisionRecord[],
  now: number,
): Promise<readonly Finding[]> => {
  const ours = records.filter(({ host }) => host === plan.name)
  const files = await conditionOf(plan, settings.hosts.get(plan.name))
  return [
    decisionFinding(plan.name, ours, now),
    ...files.map(({ file, found }) =>
      found === 'installed'
        ? green(plan.name, `installed in ${file}`)
        : red(plan.name, `${found} in ${file}`),
    ),
    ...(await warrantFindings(home, plan.name, settings, ours, now)),
  ]
}

/** Of a host that loads the guard there is nothing to look at but what it decided. */
const pluginFindings = async (
  home: Home,
  name: string,
  settings: Settings,
  records: readonly DecisionRecord[],
  now: number,
): Promise<readonly Finding[]> => {
  const ours = records.filter(({ host }) => host === name)
  const isBypassed = ours.some(({ status }) => status === 'unchecked')
  return [
    decisionFinding(name, ours, now),
    ...(isBypassed
      ? [red(name, 'another plugin changes arguments before they are checked: load this one first')]
      : []),
    ...(await warrantFindings(home, name, settings, ours, now)),
  ]
}

const decisionFinding = (host: string, records: readonly DecisionRecord[], now: number): Finding => {
  const last = records.filter(({ argsDigest }) => argsDigest !== undefined).at(-1)
  if (last === undefined)
    return red(
      host,
      'no call was ever decided: have the agent use a tool; if there is still none, it does not run the hook',
    )
  const age = Math.max(0, now - Math.floor(last.time))
  const what = `the last call was decided ${spanText(age)} ago (${last.verdict}${last.enforced ? '' : ', not enforced'})`
  return age > RECENT_SECONDS ? red(host, `${what}, too long to show anything`) : green(host, what)
}

/** The warrants that its sessions act under, as they would be judged now. */
const warrantFindings = async (
  home: Home,
  host: string,
  settings: Settings,
  records: readonly DecisionRecord[],
  now: number,
): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  const chains: Chain[] = []
  const standing = settings.hosts.get(host)?.standing
  if (standing !== undefined) {
    const about = `${host} standing warrant`
    try {
      const chain = parseChain(standing.chain)
      const key = readSecretKeyFile(standing.keyFile)
      if (key.publicKey !== leafOf(chain).payload.holder)
        findings.push(red(about, 'the key is not that of its holder'))
      findings.push(await verified(about, chain, settings, now))
      chains.push(chain)
    } catch (thrown) {
      findings.push(red(about, codeOf(thrown)))
    }
  }
  const turns = await turnFindings(home, host, settings.hosts.get(host), (about, chain) =>
    verified(about, chain, settings, now),
  )
  findings.push(...turns.findings)
  chains.push(...turns.chains)
  const isAlone = standing === undefined && turns.chains.length === 0
  try {
    const entries = fileSessionStore(home.sessions)
      .list()
      .filter((entry) => entry.host === host)
    const live = entries.filter(({ expiresAt }) => expiresAt > now)
    chains.push(...live.map(({ chain }) => chain))
    for (const { chain, session } of live)
      findings.push(await verified(`${host} session ${session}`, chain, settings, now))
    if (live.length < entries.length)
      findings.push(
        (live.length === 0 && isAlone ? red : note)(
          `${host} sessions`,
          `${entries.length - live.length} with a warrant that has expired`,
        ),
      )
    if (entries.length === 0 && isAlone)
      findings.push(
        red(
          `${host} sessions`,
          'no session has a warrant, and there is no standing one: every call is denied',
        ),
      )
  } catch (thrown) {
    findings.push(red(`${host} sessions`, codeOf(thrown)))
  }
  return [
    ...findings,
    ...approverKeys(keyFilesIn(home.folder), chains),
    ...coverage(host, chains, records),
    ...delegationFindings(home, host, chains),
    ...shells(host, chains),
  ]
}

const verified = async (about: string, chain: Chain, settings: Settings, now: number): Promise<Finding> => {
  const left = leafOf(chain).payload.expiresAt - now
  try {
    verify(chain, { roots: settings.roots, now, engines: await enginesFor(chain) })
  } catch (thrown) {
    return red(about, codeOf(thrown))
  }
  return (left < SOON_SECONDS ? note : green)(about, `holds for another ${spanText(left)}`)
}

/** Tools that were asked for and that no warrant names: the agent has them, and each call of one is denied. */
const coverage = (
  host: string,
  chains: readonly Chain[],
  records: readonly DecisionRecord[],
): readonly Finding[] => {
  const granted = new Set(chains.flatMap((chain) => [...(leafOf(chain).payload.tools?.keys() ?? [])]))
  if (granted.has('*') || chains.length === 0) return []
  const asked = new Set(records.flatMap(({ tool }) => tool ?? []))
  const missing = [...asked].filter((tool) => !granted.has(tool)).sort()
  return missing.length === 0
    ? []
    : [note(`${host} tools`, `asked for, and named by no warrant: ${missing.join(', ')}`)]
}

const SHELLS = [
  'Bash',
  'terminal',
  'run_shell_command',
  'Shell',
  'bash',
  'shell',
  'execute_code',
  'PowerShell',
  '*',
]

/** A shell reads what its user can read: the guard cannot keep it from the guard's own files. */
const shells = (host: string, chains: readonly Chain[]): readonly Finding[] => {
  const granted = new Set(
    chains.flatMap((chain) =>
      [...(leafOf(chain).payload.tools ?? [])].flatMap(([tool, { constraints }]) =>
        SHELLS.includes(tool) && constraints.size === 0 ? [tool] : [],
      ),
    ),
  )
  return granted.size === 0
    ? []
    : [
        note(
          `${host} tools`,
          `${[...granted].join(', ')} may run anything, and so reach whatever this user can, keys included`,
        ),
      ]
}

/** Keys that sign warrants, where the agent's user can read them. */
const issuerKeys = (home: Home, settings: Settings): readonly Finding[] =>
  filesOfKeys(keyFilesIn(home.folder), new Set(settings.roots)).map((file) =>
    note('keys', `${file} is the key of a trusted root: whoever runs as this user can mint with it`),
  )
