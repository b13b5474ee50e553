/**
 * `warrant hook HOST install` for hosts that load the guard into their own process: the home of the guard is made, and the
 * lines are shown by which the host loads it. They are the user's to write: such hosts have files of programs, not of words.
 */

import { randomBytes } from '../../crypto/random.js'
import { toHex } from '../../encoding/bytes.js'
import type { Value } from '../../encoding/value.js'
import type { Home } from '../../hook/home.js'
import { PLUGIN_HOSTS, type PluginHost } from '../../hook/hosts.js'
import { createHostGuard } from '../../plugins/hostGuard.js'
import { EXIT_REFUSED, usage } from '../failure.js'
import { publicKeysOf } from '../keys.js'
import type { Session } from '../session.js'
import { timeText } from '../timeText.js'
import { applyChanges, textOfFile } from './changes.js'
import { homeFileText, readHomeFile, withChoices, withHost, withRoots, writeHomeFile } from './homeFile.js'
import { CANARY, isRecorded, lastCallOf } from './lastCall.js'

/** What was asked for besides. */
export interface PluginFlags {
  readonly root?: readonly string[]
  readonly mode?: string
  readonly observe?: boolean
  readonly yes?: boolean
  /** Fields of the host's settings. */
  readonly standing: Readonly<Record<string, Value>>
}

/** Whether a host loads the guard as a plugin. */
export const isPluginHost = (host: string): host is PluginHost => PLUGIN_HOSTS.some((name) => name === host)

/** Where the lines go, and what they export. */
const LINES: Readonly<Record<PluginHost, readonly [file: string, exported: string]>> = {
  opencode: ['.opencode/plugins/warrant.js, or ~/.config/opencode/plugins/warrant.js', 'const Warrant ='],
  openclaw: ['index.js of a plugin folder', 'default'],
  pi: ['~/.pi/agent/extensions/warrant.js', 'default'],
}

/** Does what was asked for. @throws CliFailure USAGE for another action */
export const pluginAction = async (
  session: Session,
  host: PluginHost,
  home: Home,
  action: string | undefined,
  flags: PluginFlags,
): Promise<void> => {
  if (action === 'install') return install(session, host, home, flags)
  if (action === 'status') return status(session, host, home)
  throw usage(`expected install or status: ${host} loads the guard by lines that you write`, 'action')
}

const install = async (session: Session, host: PluginHost, home: Home, flags: PluginFlags): Promise<void> => {
  const roots = await publicKeysOf(session, '--root', flags.root)
  const fields = withHost(withChoices(withRoots(readHomeFile(home), roots), flags), host, flags.standing)
  const after = homeFileText(home, fields)
  const before = textOfFile(home.configuration)
  const write = (): void => writeHomeFile(home, after)
  await applyChanges(session, [{ file: home.configuration, before, after, write }], flags.yes === true)
  const holds = await isCanaryDenied(host, home)
  if (!holds) session.exit = EXIT_REFUSED
  const [file, exported] = LINES[host]
  const lines = [
    `import { warrantPlugin } from 'warrant/${host}'`,
    `export ${exported} warrantPlugin({ home: ${JSON.stringify(home.folder)} })`,
  ]
  if (session.json)
    return session.printJson({ host, home: home.folder, canary: { denied: holds }, file, lines })
  return session.print(
    [
      holds
        ? 'canary denied: the plugin, loaded here, refused with GUARD_PROTECTED, and the log has it'
        : 'CANARY NOT DENIED',
      `now write into ${file}:`,
      ...lines.map((line) => `    ${line}`),
      `whether ${host} loads it is shown by warrant doctor, once a tool was used`,
      '',
    ].join('\n'),
  )
}

/** A call that must be denied whatever the warrant, the mode or the session, by the plugin as it is loaded here. */
const isCanaryDenied = async (host: PluginHost, home: Home): Promise<boolean> => {
  const session = `${CANARY}${toHex(randomBytes(8))}`
  const args = { path: home.configuration }
  const ruling = await createHostGuard(host, { home: home.folder }).decide(() => ({
    event: 'canary',
    session,
    tool: 'warrant_canary',
    args,
  }))
  const isDenied = ruling.kind === 'refuse' && ruling.message.startsWith('warrant: GUARD_PROTECTED: ')
  return isDenied && isRecorded(home, session)
}

const status = (session: Session, host: PluginHost, home: Home): Promise<void> => {
  const last = lastCallOf(home, host)
  if (last === undefined) session.exit = EXIT_REFUSED
  if (session.json)
    return session.printJson({ host, lastDecision: last === undefined ? null : timeText(last) })
  return session.print(last === undefined ? 'no decision yet\n' : `last decision: ${timeText(last)}\n`)
}
