/**
 * The hosts that start the hook as a command, themselves: as published, with the hook put in by `warrant hook HOST install`,
 * upon a model that asks for one tool after another. What they do with its answers is theirs, so it is looked at here.
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HOSTS } from '../../../src/hook/hosts.js'
import { formatChain, generateKey, mint } from '../../../src/index.js'
import { writeSecretKeyFile } from '../../../src/node/index.js'
import type { CapabilityInput } from '../../../src/warrant/fields.js'
import { nowInSeconds } from '../../support/hookHome.js'
import { type ScriptedCall, startModelServer } from '../../support/modelServer.js'
import type { Recorded } from '../../support/recordedEvents.js'
import { COMMAND_HOSTS, type CommandHost, DRIVERS, MESSAGE } from './commandHosts.js'
import { type HostFolder, hostFolder, runHostProgram } from './hostRun.js'
import { hostProgram, versionOf } from './packages.js'
import { expectRecorded, takeDown, takenDown } from './recorder.js'
import { expectSeen, type Seen } from './seen.js'

/** Where the installer puts the hook, below the home of the user. */
const CONFIGS: Readonly<Record<CommandHost, string>> = {
  claude: '.claude/settings.json',
  codex: '.codex/hooks.json',
  gemini: '.gemini/settings.json',
  copilot: '.copilot/hooks/warrant.json',
  hermes: '.hermes/config.yaml',
}

interface Guarded extends HostFolder {
  readonly results: readonly string[]
  readonly childResults: readonly string[]
  readonly output: string
}

/** What is done between the installation and the start of the host. */
interface Meddling {
  readonly accepted?: boolean
  readonly before?: (given: HostFolder) => void
  /** What subagents do, and tools that are granted besides so that there are any. */
  readonly child?: (given: HostFolder) => readonly ScriptedCall[]
  readonly tools?: Readonly<Record<string, CapabilityInput>>
  /** What children get. */
  readonly delegation?: (given: HostFolder) => object
}

const warrantProgram = (given: HostFolder): string =>
  join(given.folder, 'node_modules', 'warrant', 'bin', 'warrant.js')

const installHook = async (
  host: CommandHost,
  given: HostFolder,
  { tools: besides = {}, delegation }: Meddling,
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

/** The host, guarded, on a model that makes these calls; what its tools gave back. */
const runGuarded = async (
  host: CommandHost,
  words: readonly string[],
  callsFor: (given: HostFolder) => readonly ScriptedCall[],
  meddling: Meddling = {},
): Promise<Guarded> => {
  const { accepted = true, before = () => {}, child } = meddling
  const driver = DRIVERS[host]
  const given = hostFolder(host)
  given.write('project/granted/open.txt', 'open text')
  given.write('project/granted/child/open.txt', 'open to children')
  given.write('project/closed.txt', 'secret text') // in the project, beyond which some hosts look at nothing anyway
  const children = child && { top: MESSAGE, calls: child(given) }
  const model = await startModelServer(callsFor(given), children)
  try {
    driver.prepare(given, model.url)
    await installHook(host, given, meddling)
    if (accepted) await driver.accept?.(given, words)
    takeDown(given)
    before(given)
    const ended = await runHostProgram(given, [...words, ...driver.words], driver.env(model.url))
    expect(ended.exit, ended.output).toBe(0)
    const { results, childResults } = model
    sent.set(host, [...(sent.get(host) ?? []), ...takenDown(given)])
    return { ...given, results: [...results], childResults: [...childResults], output: ended.output }
  } finally {
    await model.close()
  }
}

/** What each host has sent, in all its runs. */
const sent = new Map<CommandHost, readonly Recorded[]>()

/** What the log has of calls that were about to be made. */
const decided = ({ home }: HostFolder): readonly (readonly unknown[])[] =>
  home
    .records()
    .filter(
      ({ event, tool }) => /^(?:pre_?tool|beforetool)/i.test(String(event)) && tool !== 'warrant_canary',
    )
    .map(({ tool, verdict, code }) => [tool, verdict, code])

const PROGRAMS = COMMAND_HOSTS.map((host) => ({ host, ...hostProgram(host) }))

describe.each(PROGRAMS)('$host', ({ host, words, missing }) => {
  if (missing !== undefined) {
    test.skip(`not run: ${missing}`, () => {})
    return
  }
  const driver = DRIVERS[host]
  const seen: { -readonly [Column in keyof Seen]?: Seen[Column] } = {}

  /** A call whose mark is left in the project where it ran. */
  const marked = (given: HostFolder): ScriptedCall => driver.shell(`echo ran > ${given.project}/ran.txt`)
  const didRun = (given: HostFolder): boolean => existsSync(join(given.project, 'ran.txt'))

  test('runs what the warrant allows, and on our word does not run what it does not', async () => {
    const given = await runGuarded(host, words, (place) => [
      driver.read(join(place.project, 'granted', 'open.txt')),
      driver.read(join(place.project, 'closed.txt')),
      driver.write(join(place.project, 'new.txt')),
      marked(place),
      driver.shell(`cat ${place.home.path('hook.json')}`),
    ])
    const { names } = driver
    const shellCode = names.shell === names.read ? 'CONSTRAINT_VIOLATED' : 'TOOL_NOT_GRANTED'
    expect(given.results).toEqual([
      expect.stringContaining('open text'),
      expect.stringContaining(`warrant: CONSTRAINT_VIOLATED: ${names.read}: `),
      expect.stringContaining(`warrant: TOOL_NOT_GRANTED: ${names.write}: `),
      expect.stringContaining(`warrant: ${shellCode}: ${names.shell}: `),
      expect.stringContaining(`warrant: GUARD_PROTECTED: ${names.shell}: `),
    ])
    expect(given.results.join()).not.toContain('secret text')
    expect([didRun(given), existsSync(join(given.project, 'new.txt'))]).toEqual([false, false])
    expect(decided(given)).toEqual([
      [names.read, 'allow', undefined],
      [names.read, 'deny', 'CONSTRAINT_VIOLATED'],
      [names.write, 'deny', 'TOOL_NOT_GRANTED'],
      [names.shell, 'deny', shellCode],
      [names.shell, 'deny', 'GUARD_PROTECTED'],
    ])
    seen.allowed = 'runs'
    seen.denied = 'does not run; the model reads the reason'
  })

  test('where the program of the hook is gone, nothing runs', async () => {
    const given = await runGuarded(host, words, (place) => [marked(place)], {
      before: (place) => rmSync(warrantProgram(place)),
    })
    expect(given.results).toEqual([expect.stringContaining('warrant: the hook did not run to its end')])
    expect(didRun(given)).toBe(false)
    seen.gone = 'does not run'
  })

  test('a subagent has no part in the standing warrant, where the host tells it from others', async () => {
    const given = await runGuarded(host, words, () => driver.spawn, {
      tools: Object.fromEntries(driver.spawnTools.map((tool) => [tool, {}])),
      child: (place) => [
        driver.read(join(place.project, 'granted', 'open.txt')),
        driver.read(join(place.project, 'closed.txt')),
      ],
    })
    const { read } = driver.names
    const unknown = expect.stringContaining(`warrant: SESSION_UNKNOWN: ${read}: `)
    const asTheSession = [
      expect.stringContaining('open text'),
      expect.stringContaining(`warrant: CONSTRAINT_VIOLATED: ${read}: `),
    ]
    const isTold = host !== 'gemini'
    expect(given.childResults).toEqual(isTold ? [unknown, unknown] : asTheSession)
    seen.subagent = isTold ? 'nothing runs' : 'acts under the warrant of its session'
  })

  test.runIf(HOSTS.get(host)?.matchedBy !== undefined)(
    'a child that is granted a warrant acts under that one, and not under that of its parent',
    async () => {
      const { read } = driver.names
      const [argument = ''] = Object.keys(driver.read('').args)
      const given = await runGuarded(host, words, () => driver.spawn, {
        tools: Object.fromEntries(driver.spawnTools.map((tool) => [tool, {}])),
        delegation: ({ project }) => ({
          version: 1,
          tools: { [read]: { [argument]: join(project, 'granted', 'child') } },
        }),
        child: ({ project }) => [
          driver.read(join(project, 'granted', 'child', 'open.txt')),
          driver.read(join(project, 'granted', 'open.txt')),
        ],
      })
      expect(given.childResults).toEqual([
        expect.stringContaining('open to children'),
        expect.stringContaining(`warrant: CONSTRAINT_VIOLATED: ${read}: `),
      ])
      seen.subagent = 'nothing runs; with a grant, what that allows'
    },
  )

  test('a hook that takes longer than the host gives it', async () => {
    const given = await runGuarded(host, words, (place) => [marked(place)], {
      before: (place) => {
        const file = join(place.folder, CONFIGS[host])
        const text = readFileSync(file, 'utf8')
        expect(driver.hurried(text)).not.toBe(text)
        writeFileSync(file, driver.hurried(text))
        writeFileSync(warrantProgram(place), 'setTimeout(() => {}, 8_000)\n')
      },
    })
    expect(given.results.length).toBe(1)
    seen.slow = didRun(given) ? 'runs' : 'does not run'
  })

  test('what was seen is what the table says', () => {
    expectSeen(host, versionOf(words), seen)
  })

  test('what it sent is what the hook is tested with', () => {
    expectRecorded(host, versionOf(words), sent.get(host) ?? [])
  })
})

const codex = hostProgram('codex')

describe.skipIf(codex.missing !== undefined)('codex', () => {
  const driver = DRIVERS.codex

  test('a hook that its user has not trusted is not asked: everything runs, and the guard knows of nothing', async () => {
    const given = await runGuarded(
      'codex',
      codex.words,
      (place) => [driver.shell(`echo ran > ${place.project}/ran.txt`)],
      { accepted: false },
    )
    expect(existsSync(join(given.project, 'ran.txt'))).toBe(true)
    expect(decided(given)).toEqual([])
    const doctor = await runHostProgram(given, [
      ...[process.execPath, join(given.folder, 'node_modules', 'warrant', 'bin', 'itself.js')],
      ...['doctor', '--home', given.home.folder],
    ])
    expect([doctor.exit, doctor.output]).toEqual([1, expect.stringContaining('RED')])
  })

  test('what is written to a program that runs already, nobody is asked about', async () => {
    const given = await runGuarded(
      'codex',
      codex.words,
      (place) => [
        { tool: 'exec_command', args: { cmd: 'bash', tty: true, yield_time_ms: 500 } },
        {
          tool: 'write_stdin',
          args: ([told = '']) => ({
            session_id: Number(/session ID (\d+)/.exec(told)?.[1]),
            chars: `echo ran > ${place.project}/ran.txt\n`,
            yield_time_ms: 1_000,
          }),
        },
      ],
      { tools: { Bash: { command: 'bash' } } },
    )
    expect(existsSync(join(given.project, 'ran.txt'))).toBe(true)
    expect(decided(given)).toEqual([['Bash', 'allow', undefined]])
  })
})
