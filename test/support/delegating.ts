/** Parents that delegate and children that start, as Hermes and Claude Code tell of them. */

import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runHook } from '../../src/hook/main.js'
import { subpath } from '../../src/index.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'
import { run } from '../cli/harness.js'
import { type Ended, type HookHome, hookHome, nowInSeconds, runHost } from './hookHome.js'
import { SHAPES } from './hostEvents.js'

type Json = Readonly<Record<string, unknown>>

/** What the parents of these tests may do, unless told. */
export const PARENT: Readonly<Record<string, CapabilityInput>> = {
  delegate_task: {},
  Agent: {},
  Read: { file_path: subpath('/data') },
  Glob: {},
}

/** A home whose host has this delegation policy, put there by the command line. */
export const delegatingHome = async (host: 'hermes' | 'claude', policy: unknown): Promise<HookHome> => {
  const home = hookHome()
  await setDelegation(home, host, policy)
  return home
}

/** Another policy for a host of a home. */
export const setDelegation = async (home: HookHome, host: string, policy: unknown): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-delegation-'))
  const file = join(folder, 'delegation.json')
  writeFileSync(file, JSON.stringify(policy))
  const argv = ['hook', host, 'install', '--yes', '--home', home.folder, '--config', join(folder, 'config')]
  const { exit, stderr } = await run([...argv, '--delegation', file], { now: nowInSeconds() })
  if (exit !== 0) throw new Error(`not installed: ${stderr}`)
}

/** A child reads below `/data/NAME` for the goal `read NAME`. */
export const BY_GOAL: Json = {
  version: 1,
  children: ['a', 'b', 'c'].map((name) => ({
    goal: `read ${name}`,
    tools: { Read: { file_path: `/data/${name}` } },
  })),
}

/** The call by which a parent of Hermes delegates; goals alone stand for tasks. */
export const delegation = (session: string, args: Json | readonly string[]): Json =>
  SHAPES.hermes.call({
    session,
    tool: 'delegate_task',
    args: Array.isArray(args) ? { tasks: args.map((goal: unknown) => ({ goal, context: 'c' })) } : args,
  })

/** A child of Hermes starts. */
export const childStart = (parent: string, child: string, goal: string, role: string = 'leaf'): Json => ({
  hook_event_name: 'subagent_start',
  tool_name: null,
  tool_input: null,
  session_id: parent,
  cwd: '/srv',
  profile: 'default',
  extra: {
    ...{ parent_session_id: parent, child_session_id: child, child_subagent_id: `sa-${child}` },
    ...{ child_role: role, child_goal: goal, parent_turn_id: 't' },
  },
})

/** A child of Hermes is done. */
export const childStop = (parent: string, child: string): Json => ({
  ...childStart(parent, child, ''),
  hook_event_name: 'subagent_stop',
  extra: { parent_session_id: parent, child_session_id: child, child_status: 'completed', duration_ms: 5 },
})

/** A call that reads a file. */
export const reading = (session: string, path: string): Json =>
  SHAPES.hermes.call({ session, tool: 'Read', args: { file_path: path } })

/** What the host is told: `allowed`, or the code. */
const toldBy = ({ exit, stderr }: Ended): string =>
  exit === 0 ? 'allowed' : (/^warrant: ([A-Z_]+): /.exec(stderr)?.[1] ?? `exit ${exit}`)

/** Sends events to the hook, one after another, as the function that the program runs; what the last was told. */
export const tellAt = async (
  home: HookHome,
  host: 'hermes' | 'claude',
  now: number,
  ...events: readonly unknown[]
): Promise<string> => {
  let told = 'nothing'
  for (const event of events) {
    const { exit, stdout, stderr } = await runHook([host, '--home', home.folder], {
      read: async () => new TextEncoder().encode(JSON.stringify(event)),
      clock: () => now,
      elapsed: () => 1,
      program: [],
    })
    told = toldBy({ exit, stdout, stderr })
  }
  return told
}

/** The same to that of Hermes, now. */
export const tell = (home: HookHome, ...events: readonly unknown[]): Promise<string> =>
  tellAt(home, 'hermes', Date.now() / 1000, ...events)

/** The same to the program, started for each event as the host starts it. */
export const tellProgram = async (home: HookHome, ...events: readonly unknown[]): Promise<string> => {
  let told = 'nothing'
  for (const event of events) told = toldBy(await runHost('hermes', home.folder, event))
  return told
}

/** The records of an event, by what they say of children. */
export const childRecords = (home: HookHome, event: string): readonly Json[] =>
  home.records().filter((record) => record['event'] === event)

/** Every file below a folder of the home. */
export const filesIn = (home: HookHome, folder: string): readonly string[] =>
  statSync(home.path(folder), { throwIfNoEntry: false })?.isDirectory() === true
    ? readdirSync(home.path(folder), { recursive: true, withFileTypes: true }).flatMap((found) =>
        found.isFile() ? [join(found.parentPath, found.name)] : [],
      )
    : []
