/**
 * `warrant hook HOST install | uninstall | status`: the guard in a host's configuration. `warrant hook HOST` by itself is
 * what the host runs, and never comes here: see bin/warrant.js.
 */

import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ValueObject } from '../../encoding/value.js'
import { FormatError } from '../../errors.js'
import type { Home } from '../../hook/home.js'
import { parseSettings, readSettings } from '../../hook/settings.js'
import { readSecretKeyFile } from '../../node/keyFile.js'
import { leafOf } from '../../warrant/chain.js'
import { formatChain } from '../../warrant/text.js'
import { chainOf } from '../chainInput.js'
import { display } from '../display.js'
import { EXIT_REFUSED, placed, usage } from '../failure.js'
import { jsonFlag, repeated, rootFlag } from '../flags.js'
import { sendCanary } from '../hook/canary.js'
import { applyChanges, type Change, textOfFile, writeConfig } from '../hook/changes.js'
import { hookCommandFor } from '../hook/command.js'
import { conditionOf } from '../hook/condition.js'
import { withHook, withoutHook } from '../hook/configText.js'
import { consentFileOf, consentText, readConsent, writeConsent } from '../hook/consent.js'
import {
  homeFileText,
  homeOf,
  readHomeFile,
  userHomeOf,
  withHost,
  withMode,
  withRoots,
  writeHomeFile,
} from '../hook/homeFile.js'
import { lastCallOf } from '../hook/lastCall.js'
import { type HostPlan, PLANS } from '../hook/plans.js'
import { publicKeysOf } from '../keys.js'
import type { Session } from '../session.js'
import { timeText } from '../timeText.js'

interface Flags {
  readonly home?: string
  readonly config?: readonly string[]
  readonly root?: readonly string[]
  readonly standing?: string
  readonly holderKey?: string
  readonly mode?: string
  readonly yes?: boolean
}

export const addHook = (program: Command, session: Session): void => {
  const command = program
    .command('hook')
    .description('put the guard into an agent: install, uninstall or status')
    .argument('<host>', [...PLANS.keys()].join(', '))
    .argument('[action]', 'install, uninstall or status')
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option('--config <file>', "a configuration of the host's, in place of the user's (repeatable)", repeated)
    .option('--standing <warrant>', 'install: the warrant of sessions that have none of their own')
    .option('--holder-key <file>', 'install: the key file of its holder')
    .addOption(
      new Option('--mode <mode>', 'install: deny, record what would be denied, or only record').choices([
        'block',
        'warn',
        'off',
      ]),
    )
    .option('-y, --yes', 'make the changes without asking')
  jsonFlag(rootFlag(command)).action(async (host: string, action: string | undefined, flags: Flags) => {
    const plan = PLANS.get(host)
    if (plan === undefined) throw usage(`expected one of ${[...PLANS.keys()].join(', ')}`, 'host')
    const home = homeOf(session, flags.home)
    if (action === 'install') return install(session, plan, home, flags)
    if (action === 'uninstall') return uninstall(session, plan, home, flags)
    if (action === 'status') return status(session, plan, home)
    throw usage('expected install, uninstall or status', 'action')
  })
}

const install = async (session: Session, plan: HostPlan, home: Home, flags: Flags): Promise<void> => {
  const command = hookCommandFor(plan.name, home.folder)
  const files = filesOf(session, plan, flags)
  const roots = await publicKeysOf(session, '--root', flags.root)
  const before = readHomeFile(home)
  const known = parseSettings(before).hosts.get(plan.name)?.configFiles ?? []
  const fields = withHost(
    flags.mode === undefined ? withRoots(before, roots) : withMode(withRoots(before, roots), flags.mode),
    plan.name,
    { command, configFiles: [...new Set([...known, ...files])], ...(await standingOf(session, flags)) },
  )
  // The guard comes first: a host that is told of it must find it.
  await applyChanges(
    session,
    [
      homeChange(home, fields),
      ...(await Promise.all(files.map((file) => configChange(plan, file, command)))),
      ...consentChanges(session, plan, files, command),
    ],
    flags.yes === true,
  )
  return prove(session, plan, home, command)
}

/** Sends the canary, and says what came of it. */
const prove = async (session: Session, plan: HostPlan, home: Home, command: string): Promise<void> => {
  const canary = sendCanary(plan, command, home)
  const holds = canary.denied && canary.recorded
  if (!holds) session.exit = EXIT_REFUSED
  if (session.json)
    return session.printJson({
      host: plan.name,
      home: home.folder,
      canary: {
        denied: canary.denied,
        recorded: canary.recorded,
        exit: canary.exit,
        code: canary.code ?? null,
      },
    })
  await session.print(
    holds
      ? `canary denied: the installed command, started as ${plan.name} starts it, exited 2 with ${canary.code}, and the log has it\n`
      : `CANARY NOT DENIED: exit ${canary.exit}, ${canary.code ?? 'no code'}, ${canary.recorded ? 'recorded' : 'not recorded'}\n`,
  )
  await session.print(
    'this shows the command, not that the host runs it: warrant doctor shows that, once it has\n',
  )
  if (plan.remark !== undefined) await session.remark(plan.remark)
}

const uninstall = async (session: Session, plan: HostPlan, home: Home, flags: Flags): Promise<void> => {
  const before = readHomeFile(home)
  const known = parseSettings(before).hosts.get(plan.name)?.configFiles ?? []
  const files = [...new Set([...known, ...filesOf(session, plan, flags)])]
  const changes = await Promise.all(
    files.map(async (file): Promise<readonly Change[]> => {
      const text = textOfFile(file)
      if (text === undefined) return []
      const after = await withoutHook(plan, text)
      return [{ file, before: text, after, write: () => writeConfig(file, after) }]
    }),
  )
  // The hosts first: a hook that is configured and has no settings denies everything.
  await applyChanges(
    session,
    [
      ...changes.flat(),
      ...consentChanges(session, plan, files, undefined),
      homeChange(home, withHost(before, plan.name, { command: undefined, configFiles: undefined })),
    ],
    flags.yes === true,
  )
  if (session.json) return session.printJson({ host: plan.name, home: home.folder, removed: true })
  return session.print(`the hook is out of ${plan.name}; the home of the guard is left as it is\n`)
}

const status = async (session: Session, plan: HostPlan, home: Home): Promise<void> => {
  const settings = placed(home.configuration, () => readSettings(home.configuration))
  const found = await conditionOf(plan, settings.hosts.get(plan.name))
  const last = lastCallOf(home, plan.name)
  if (found.length === 0 || found.some((each) => each.found !== 'installed')) session.exit = EXIT_REFUSED
  if (session.json)
    return session.printJson({
      host: plan.name,
      files: found.map(({ file, found: state }) => ({ file, state })),
      lastDecision: last === undefined ? null : timeText(last),
    })
  const lines = [
    ...found.map(({ file, found: state }) => `${state}: ${display(file)}`),
    ...(found.length === 0 ? ['missing: the hook was not installed from this home'] : []),
    last === undefined ? 'no decision yet' : `last decision: ${timeText(last)}`,
  ]
  return session.print(lines.map((line) => `${line}\n`).join(''))
}

const filesOf = (session: Session, plan: HostPlan, { config }: Flags): readonly string[] =>
  config === undefined
    ? plan.files({ userHome: userHomeOf(session), env: session.io.env })
    : config.map((file) => resolve(file))

const homeChange = (home: Home, fields: ValueObject): Change => {
  const after = homeFileText(home, fields)
  const before = textOfFile(home.configuration)
  return { file: home.configuration, before, after, write: () => writeHomeFile(home, after) }
}

const configChange = async (plan: HostPlan, file: string, command: string): Promise<Change> => {
  const before = textOfFile(file)
  const after = await withHook(plan, before, command)
  return { file, before, after, write: () => writeConfig(file, after) }
}

const consentChanges = (
  session: Session,
  plan: HostPlan,
  files: readonly string[],
  command: string | undefined,
): readonly Change[] => {
  if (plan.name !== 'hermes') return []
  return files.flatMap((file) => {
    const before = readConsent(file)
    if (before === undefined && command === undefined) return []
    const after = consentText(plan, before, command, timeText(session.now()))
    return [{ file: consentFileOf(file), before, after, write: () => writeConsent(file, after) }]
  })
}

/** The standing warrant, known to be one of this key. @throws CliFailure USAGE; FormatError KEY_MISMATCH and others */
const standingOf = async (session: Session, { standing, holderKey }: Flags) => {
  if (standing === undefined && holderKey === undefined) return {}
  if (standing === undefined || holderKey === undefined)
    throw usage('--standing and --holder-key go together')
  const chain = await chainOf(session, standing)
  const keyFile = resolve(holderKey)
  const key = placed('--holder-key', () => readSecretKeyFile(keyFile))
  if (leafOf(chain).payload.holder !== key.publicKey)
    throw placed('--holder-key', () => {
      throw new FormatError('KEY_MISMATCH')
    })
  return { standing: { chain: formatChain(chain), keyFile } }
}
