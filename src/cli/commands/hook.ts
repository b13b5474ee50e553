/**
 * `warrant hook HOST install | uninstall | status`: the guard in a host's configuration. `warrant hook HOST` by itself is
 * what the host runs, and never comes here: see bin/warrant.cjs.
 */

import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ValueObject } from '../../encoding/value.js'
import { FormatError } from '../../errors.js'
import { delegationFile } from '../../hook/delegation/grants.js'
import type { Home } from '../../hook/home.js'
import { HOST_NAMES, HOSTS } from '../../hook/hosts.js'
import { type HostSettings, parseSettings, readSettings } from '../../hook/settings.js'
import { readSecretKeyFile } from '../../node/keyFile.js'
import { makeStateFolder, writeStateFile } from '../../node/stateFile.js'
import { leafOf } from '../../warrant/chain.js'
import { formatChain, parseChain } from '../../warrant/text.js'
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
import { compiledDelegation } from '../hook/delegationFile.js'
import { gatewayChange } from '../hook/gatewayFile.js'
import {
  homeFileText,
  homeOf,
  readHomeFile,
  userHomeOf,
  withChoices,
  withHost,
  withRoots,
  writeHomeFile,
} from '../hook/homeFile.js'
import { lastCallOf } from '../hook/lastCall.js'
import { type HostPlan, PLANS } from '../hook/plans.js'
import { isPluginHost, pluginAction } from '../hook/pluginHome.js'
import { publicKeysOf } from '../keys.js'
import type { Session } from '../session.js'
import { timeText } from '../timeText.js'

interface Flags {
  readonly home?: string
  readonly config?: readonly string[]
  readonly root?: readonly string[]
  readonly standing?: string
  readonly holderKey?: string
  readonly gateway?: string
  readonly delegation?: string
  readonly mode?: string
  readonly observe?: boolean
  readonly yes?: boolean
}

export const addHook = (program: Command, session: Session): void => {
  const command = program
    .command('hook')
    .description('put the guard into an agent: install, uninstall or status')
    .argument('<host>', HOST_NAMES.join(', '))
    .argument('[action]', 'install, uninstall or status')
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option('--config <file>', "a configuration of the host's, in place of the user's (repeatable)", repeated)
    .option('--standing <warrant>', 'install: the warrant of sessions that have none of their own')
    .option('--holder-key <file>', 'install: the key file of its holder')
    .option('--gateway <file>', 'install: who may do what, by role, written in a file (YAML or JSON)')
    .option('--delegation <file>', 'install: what children get, written in a file (YAML or JSON)')
    .addOption(
      new Option('--mode <mode>', 'install: deny, record what would be denied, or only record').choices([
        'block',
        'warn',
        'off',
      ]),
    )
    .option('--observe', 'install: keep the arguments of every call, to learn a policy from')
    .option('--no-observe', 'install: keep them no longer')
    .option('-y, --yes', 'make the changes without asking')
  jsonFlag(rootFlag(command)).action(async (host: string, action: string | undefined, flags: Flags) => {
    const home = homeOf(session, flags.home)
    if (isPluginHost(host))
      return pluginAction(session, host, home, action, {
        ...flags,
        standing: await standingOf(session, flags),
      })
    const plan = PLANS.get(host)
    if (plan === undefined) throw usage(`expected one of ${HOST_NAMES.join(', ')}`, 'host')
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
  const delegation = await delegationChanges(session, plan, home, flags)
  const before = readHomeFile(home)
  const settings = parseSettings(before).hosts.get(plan.name)
  const known = settings?.configFiles ?? []
  const standing = await standingOf(session, flags)
  const gateway = await gatewayChanges(session, plan, home, flags, { ...settings, ...standing })
  const fields = withHost(withChoices(withRoots(before, roots), flags), plan.name, {
    ...{ command, configFiles: [...new Set([...known, ...files])], ...standing },
    ...(gateway.length > 0 && { gateway: true }),
  })
  // The guard comes first: a host that is told of it must find it.
  await applyChanges(
    session,
    [
      ...gateway,
      homeChange(home, fields),
      ...delegation,
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

/** Who may do what, compiled for the hook. A standing warrant that is another than the roles narrow is refused. */
const gatewayChanges = async (
  session: Session,
  plan: HostPlan,
  home: Home,
  { gateway, standing: isNew }: Flags,
  { gateway: isGateway, standing }: Partial<HostSettings>,
): Promise<readonly Change[]> => {
  if (gateway === undefined) {
    if (isGateway === true && isNew !== undefined)
      throw usage('the roles were made from another standing warrant: give their file again', '--gateway')
    return []
  }
  if (HOSTS.get(plan.name)?.namesSenders !== true)
    throw usage(`${plan.name} does not say who writes to it`, '--gateway')
  if (standing === undefined) throw usage('--standing and --holder-key are missing: what do roles narrow?')
  const { chain, keyFile } = standing
  const key = placed('--holder-key', () => readSecretKeyFile(keyFile))
  return [await gatewayChange(session, home, plan.name, gateway, { chain: parseChain(chain), key })]
}

/** What children get, compiled for the hook. */
const delegationChanges = async (
  session: Session,
  plan: HostPlan,
  home: Home,
  { delegation }: Flags,
): Promise<readonly Change[]> => {
  if (delegation === undefined) return []
  if (HOSTS.get(plan.name)?.matchedBy === undefined)
    throw usage(`${plan.name} does not tell children apart`, '--delegation')
  const file = delegationFile(home, plan.name)
  const after = await compiledDelegation(session, delegation)
  const write = (): void =>
    placed(file, () => {
      makeStateFolder(home.folder)
      makeStateFolder(home.delegation)
      writeStateFile(file, after)
    })
  return [{ file, before: textOfFile(file), after, write }]
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
