/** A real host that starts the hook as a command, from the installation of the hook to the end of its run. */

import { join } from 'node:path'
import { expect } from 'vitest'
import { formatChain, generateKey, mint } from '../../../src/index.js'
import { writeSecretKeyFile } from '../../../src/node/index.js'
import type { CapabilityInput } from '../../../src/warrant/fields.js'
import { nowInSeconds } from '../../support/hookHome.js'
import { type ScriptedCall, startModelServer } from '../../support/modelServer.js'
import type { Recorded } from '../../support/recordedEvents.js'
import { type CommandHost, DRIVERS, MESSAGE } from './commandHosts.js'
import { type HostFolder, hostFolder, runHostProgram } from './hostRun.js'
import { takeDown, takenDown } from './recorder.js'

/** Where the installer puts the hook, below the home of the user. */
export const CONFIGS: Readonly<Record<CommandHost, string>> = {
  claude: '.claude/settings.json',
  codex: '.codex/hooks.json',
  gemini: '.gemini/settings.json',
  copilot: '.copilot/hooks/warrant.json',
  hermes: '.hermes/config.yaml',
}

/** A run that has ended. */
export interface GuardedRun extends HostFolder {
  /** What tools gave back. */
  readonly results: readonly string[]
  /** The same of subagents. */
  readonly childResults: readonly string[]
  /** What the host sent to the hook. */
  readonly sent: readonly Recorded[]
}

/** What is otherwise than with a user who installs the hook and does as he is told. */
export interface Otherwise {
  /** Whether he does as he is told after it; so unless said. */
  readonly accepted?: boolean
  /** Done before the host is started. */
  readonly before?: (given: HostFolder) => void
  /** What subagents do, and tools that are granted besides so that there are any. */
  readonly child?: (given: HostFolder) => readonly ScriptedCall[]
  readonly tools?: Readonly<Record<string, CapabilityInput>>
  /** What children get. */
  readonly delegation?: (given: HostFolder) => object
}

/** The program of the hook, in this run. */
export const warrantProgram = (given: HostFolder): string =>
  join(given.folder, 'node_modules', 'warrant', 'bin', 'warrant.cjs')

const installHook = async (
  host: CommandHost,
  given: HostFolder,
  { tools: besides = {}, delegation }: Otherwise,
): Promise<void> => {
  const holder = generateKey()
  const key = join(given.folder, 'agent.key')
  writeSecretKeyFile(key, holder)
  const tools = { ...DRIVERS[host].reading(join(given.project, 'granted')), ...besides }
  const fields = { holder: holder.publicKey, tools, ttlSeconds: 3_600, now: nowInSeconds() }
  const warrant = given.write('agent.warrant', formatChain(mint(fields, given.home.issuer)))
  const ended = await runHostProgram(given, [
    ...[process.execPath, warrantProgram(given), 'hook', host, 'install', '--yes'],
    ...['--home', given.home.folder, '--standing', warrant, '--holder-key', key],
    ...(delegation ? ['--delegation', given.write('children.json', delegation(given))] : []),
  ])
  expect(ended.output).toContain('canary denied: ')
  expect(ended.exit).toBe(0)
}

/** Runs a host, guarded, on a model that makes these calls. */
export const runGuarded = async (
  host: CommandHost,
  words: readonly string[],
  callsFor: (given: HostFolder) => readonly ScriptedCall[],
  otherwise: Otherwise = {},
): Promise<GuardedRun> => {
  const { accepted = true, before = () => {}, child } = otherwise
  const driver = DRIVERS[host]
  const given = hostFolder(host)
  given.write('project/granted/open.txt', 'open text')
  given.write('project/granted/child/open.txt', 'open to children')
  given.write('project/closed.txt', 'secret text') // in the project, beyond which some hosts look at nothing anyway
  const children = child && { top: MESSAGE, calls: child(given) }
  const model = await startModelServer(callsFor(given), children)
  try {
    driver.prepare(given, model.url)
    await installHook(host, given, otherwise)
    if (accepted) await driver.accept?.(given, words)
    takeDown(given)
    before(given)
    const ended = await runHostProgram(given, [...words, ...driver.words], driver.env(model.url))
    expect(ended.exit, ended.output).toBe(0)
    const { results, childResults } = model
    return { ...given, results: [...results], childResults: [...childResults], sent: takenDown(given) }
  } finally {
    await model.close()
  }
}

/** What the log has of calls that were about to be made. */
export const decided = ({ home }: HostFolder): readonly (readonly unknown[])[] =>
  home
    .records()
    .filter(
      ({ event, tool }) => /^(?:pre_?tool|beforetool)/i.test(String(event)) && tool !== 'warrant_canary',
    )
    .map(({ tool, verdict, code }) => [tool, verdict, code])
