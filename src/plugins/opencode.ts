/**
 * The guard as a plugin of opencode. What it throws from `tool.execute.before` stops the call. The tool is run with the
 * object that stood in `output.args` at first, whatever is put in its place: so that object is what is written into.
 */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { createHostGuard, type PluginOptions } from './hostGuard.js'
import { SameArgs } from './sameArgs.js'

export type { PluginOptions } from './hostGuard.js'

/** What the host gives to a plugin, as far as it is used. */
export interface OpencodeInput {
  /** Where the tools resolve relative paths. */
  readonly directory: string
  readonly client: {
    readonly session: {
      get(options: { readonly path: { readonly id: string } }): Promise<unknown>
    }
  }
}

/** The hooks of the plugin. */
export interface OpencodeHooks {
  /** Rejects where the call is refused, with words that the model may read; else the arguments are the checked ones. */
  'tool.execute.before'(
    input: { tool: string; sessionID: string; callID: string },
    output: { args: unknown },
  ): Promise<void>
  'tool.execute.after'(
    input: { tool: string; sessionID: string; callID: string; args: unknown },
    output: unknown,
  ): Promise<void>
  event(input: { event: unknown }): Promise<void>
}

/** A plugin of opencode. */
export type OpencodePlugin = (input: OpencodeInput) => Promise<OpencodeHooks>

/** It was reported to run other tools without a hook for each, so a warrant for any tool is not for it. */
const BATCH: ReadonlySet<string> = new Set(['batch'])

/**
 * The guard as a plugin, for a file in `.opencode/plugins/`:
 *
 *     import { warrantPlugin } from 'warrant/opencode'
 *     export const Warrant = warrantPlugin()
 *
 * Sessions are named by opencode's id. Those that another began (subagents) never act under the standing warrant.
 * Never throws: whatever is wrong with the options or the home refuses each call.
 */
export const warrantPlugin =
  (options: PluginOptions = {}): OpencodePlugin =>
  async (input) => {
    const directory = textOf(() => input.directory)
    const configuration = configurationAt(directory)
    const guard = createHostGuard('opencode', options, { byNameAlone: BATCH, configuration })
    const same = new SameArgs()
    const parents = new Map<string, boolean>()
    const isSubordinate = async (session: string): Promise<boolean> => {
      const known = parents.get(session)
      if (known !== undefined) return known
      const found = hasParent(await input.client.session.get({ path: { id: session } }))
      if (parents.size >= MAX_KNOWN) parents.clear()
      parents.set(session, found)
      return found
    }
    return {
      'tool.execute.before': async (call, output) => {
        let args: unknown
        const ruling = await guard.decide(() => {
          args = output.args
          return {
            event: 'tool.execute.before',
            session: call.sessionID,
            tool: call.tool,
            args,
            cwd: directory,
            callId: call.callID,
            isSubordinate: () => isSubordinate(call.sessionID),
            runsWithSameArgs: true,
          }
        })
        const refusal = same.settle(ruling, args)
        if (refusal !== undefined) throw new Error(refusal)
      },
      'tool.execute.after': (call) =>
        guard.tell(() => ({
          kind: 'after',
          name: 'tool.execute.after',
          session: call.sessionID,
          tool: call.tool,
          callId: call.callID,
          status: same.wasSame(call.args) ? 'ok' : 'unchecked',
        })),
      event: ({ event }) =>
        guard.tell(() => {
          const { type, properties } = event as SessionEvent // read as unknown
          if (type !== 'session.deleted') return undefined
          return { kind: 'session-end', name: 'session.deleted', session: properties?.info?.id }
        }),
    }
  }

/** Sessions whose parent is remembered. */
const MAX_KNOWN = 1_024

interface SessionEvent {
  readonly type?: unknown
  readonly properties?: { readonly info?: { readonly id?: unknown } }
}

/** Only a session that the host shows, and that names no parent, was begun by nobody else. */
const hasParent = (answer: unknown): boolean => {
  const { data } = answer as { readonly data?: { readonly id?: unknown; readonly parentID?: unknown } }
  if (typeof data?.id !== 'string') throw new TypeError('the host does not show the session')
  return data.parentID !== undefined && data.parentID !== null
}

/** Where opencode is told which plugins it has. */
const configurationAt = (directory: string | undefined): readonly string[] => {
  const user = join(homedir(), '.config', 'opencode')
  const project = directory === undefined ? [] : [directory]
  return [user, ...project.flatMap((folder) => CONFIGURATION.map((name) => join(folder, name)))]
}

const CONFIGURATION = ['.opencode', 'opencode.json', 'opencode.jsonc']

const textOf = (read: () => unknown): string | undefined => {
  try {
    const text = read()
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
