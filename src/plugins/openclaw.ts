/**
 * The guard as a plugin of OpenClaw. `{ block: true }` stops a call, and so does what is thrown. The tool is run with the
 * host's arguments and, over them, the `params` that the last handler returned: so this handler runs last, and returns them.
 */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { argsForTool } from './hostArguments.js'
import { createHostGuard, type PluginOptions } from './hostGuard.js'

export type { PluginOptions } from './hostGuard.js'

/** What the operator tells this plugin. */
export interface OpenclawPluginOptions extends PluginOptions {
  /**
   * Tools whose calls are put to the host's own approval too, once the warrant allows them. It is asked after the
   * warrant and never in place of it: whoever answers there has signed nothing.
   */
  readonly ask?: readonly string[] | undefined
}

/** A call that is about to be made: a copy of the host's. */
export interface OpenclawToolCall {
  readonly toolName: string
  readonly params: Record<string, unknown>
  readonly toolCallId?: string
}

/** Where it is made. */
export interface OpenclawContext {
  readonly sessionKey?: string
}

/** What becomes of it. */
export interface OpenclawRuling {
  block?: boolean
  blockReason?: string
  params?: Record<string, unknown>
  requireApproval?: {
    title: string
    description: string
    severity: 'warning'
    timeoutBehavior: 'deny'
    allowedDecisions: ('allow-once' | 'deny')[]
  }
}

/** A call that was made. */
export interface OpenclawToolResult extends OpenclawToolCall {
  readonly error?: string
  readonly durationMs?: number
}

/** What the host gives to a plugin, as far as it is used. */
export interface OpenclawApi {
  on(
    event: 'before_tool_call',
    handler: (event: OpenclawToolCall, context: OpenclawContext) => Promise<OpenclawRuling>,
    options: { priority: number },
  ): void
  on(
    event: 'after_tool_call',
    handler: (event: OpenclawToolResult, context: OpenclawContext) => Promise<void>,
  ): void
  on(
    event: 'session_end',
    handler: (event: { readonly sessionKey?: string; readonly reason?: string }) => Promise<void>,
  ): void
  on(event: 'subagent_ended', handler: (event: { readonly targetSessionKey: string }) => Promise<void>): void
}

/** A plugin of OpenClaw. */
export interface OpenclawPlugin {
  id: string
  name: string
  description: string
  register(api: OpenclawApi): void
}

/** After every other: of several rewritten arguments the last are run. */
const LAST = -1_000_000_000

/** After these the conversation goes on under the same key. */
const GOES_ON: ReadonlySet<unknown> = new Set(['compaction', 'shutdown', 'restart'])

/**
 * The guard as a plugin, for the entry of a plugin folder:
 *
 *     import { warrantPlugin } from 'warrant/openclaw'
 *     export default warrantPlugin()
 *
 * Sessions are named by OpenClaw's session key; those of a cron job by the key without the part of the run. Subagents
 * and cron jobs never act under the standing warrant. Whatever is wrong with the options or the home refuses each call.
 */
export const warrantPlugin = (options: OpenclawPluginOptions = {}): OpenclawPlugin => ({
  id: 'warrant',
  name: 'Warrant',
  description: 'Decides every call of a tool by the warrant of its session.',
  register: (api) => {
    const configuration = [join(homedir(), '.openclaw')].flatMap((folder) =>
      ['openclaw.json', 'extensions', 'plugins'].map((name) => join(folder, name)),
    )
    const guard = createHostGuard('openclaw', options, { configuration })
    api.on(
      'before_tool_call',
      async (event, context) => {
        let tool: unknown
        const ruling = await guard.decide(() => {
          tool = event.toolName
          const key: unknown = context.sessionKey
          return {
            event: 'before_tool_call',
            session: sessionOf(key),
            tool,
            args: event.params,
            callId: event.toolCallId,
            isSubordinate: () => isSubordinate(key),
          }
        })
        if (ruling.kind === 'refuse') return { block: true, blockReason: ruling.message }
        return { params: argsForTool(ruling.args), ...(asksFor(options, tool) && approvalOf(String(tool))) }
      },
      { priority: LAST },
    )
    api.on('after_tool_call', (event, context) =>
      guard.tell(() => ({
        kind: 'after',
        name: 'after_tool_call',
        session: sessionOf(context.sessionKey),
        tool: event.toolName,
        callId: event.toolCallId,
        status: event.error === undefined ? 'ok' : 'error',
        durationMicroseconds:
          event.durationMs === undefined ? undefined : Math.round(event.durationMs * 1000),
      })),
    )
    api.on('session_end', ({ sessionKey, reason }) =>
      guard.tell(() =>
        GOES_ON.has(reason)
          ? undefined
          : { kind: 'session-end', name: 'session_end', session: sessionOf(sessionKey) },
      ),
    )
    api.on('subagent_ended', ({ targetSessionKey }) =>
      guard.tell(() => ({ kind: 'session-end', name: 'subagent_ended', session: targetSessionKey })),
    )
  },
})

/** `agent:AGENT:cron:JOB:run:RUN`, of which the run is not known to whoever mints for the job. */
const sessionOf = (key: unknown): unknown =>
  typeof key === 'string' ? key.replace(/^(agent:[^:]+:cron:[^:]+):run:[^:]+$/, '$1') : key

/** Subagents and cron jobs, by their keys; a key of another form is nobody's own conversation either. */
const isSubordinate = (key: unknown): boolean =>
  typeof key !== 'string' || !/^agent:[^:]+:/.test(key) || /(?:^|:)(?:subagent|cron|acp):/.test(key)

/** A list that is none asks for every tool. */
const asksFor = ({ ask }: OpenclawPluginOptions, tool: unknown): boolean =>
  ask !== undefined && (!Array.isArray(ask) || ask.includes(tool))

const approvalOf = (tool: string): Pick<OpenclawRuling, 'requireApproval'> => ({
  requireApproval: {
    title: 'Warrant: a tool call',
    description: `The warrant allows this call of ${/^[\w.:-]{1,64}$/.test(tool) ? tool : 'a tool'}; the operator wants it approved as well.`,
    severity: 'warning',
    timeoutBehavior: 'deny',
    allowedDecisions: ['allow-once', 'deny'],
  },
})
