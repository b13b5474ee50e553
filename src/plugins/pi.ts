/**
 * The guard as an extension of pi. `{ block: true }` stops a call, and so does what is thrown. The tool is run with the
 * object that stands in `event.input`: so that object is what is written into.
 */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { createHostGuard, type PluginOptions } from './hostGuard.js'
import { SameArgs } from './sameArgs.js'

export type { PluginOptions } from './hostGuard.js'

/** A call that is about to be made. */
export interface PiToolCall {
  readonly toolName: string
  readonly toolCallId: string
  readonly input: unknown
}

/** Where an event happens. */
export interface PiContext {
  readonly cwd: string
  readonly sessionManager: { getSessionId(): string }
}

/** What stops a call. */
export interface PiBlock {
  readonly block: true
  readonly reason: string
}

/** What the host gives to an extension, as far as it is used. */
export interface PiApi {
  on(
    event: 'tool_call',
    handler: (event: PiToolCall, context: PiContext) => Promise<PiBlock | undefined>,
  ): unknown
  on(
    event: 'tool_result',
    handler: (event: PiToolCall & { readonly isError: boolean }, context: PiContext) => Promise<undefined>,
  ): unknown
  on(
    event: 'session_shutdown',
    handler: (event: { readonly reason?: string }, context: PiContext) => Promise<void>,
  ): unknown
}

/** An extension of pi. */
export type PiExtension = (pi: PiApi) => void

/**
 * The guard as an extension, for a file in `~/.pi/agent/extensions/`:
 *
 *     import { warrantPlugin } from 'warrant/pi'
 *     export default warrantPlugin()
 *
 * Sessions are named by pi's id. Whatever is wrong with the options or the home refuses each call.
 */
export const warrantPlugin =
  (options: PluginOptions = {}): PiExtension =>
  (pi) => {
    const user = join(homedir(), '.pi', 'agent')
    const configuration = [join(user, 'extensions'), join(user, 'settings.json')]
    const guard = createHostGuard('pi', options, { configuration })
    const same = new SameArgs()
    pi.on('tool_call', async (event, context) => {
      let args: unknown
      const ruling = await guard.decide(() => {
        args = event.input
        return {
          event: 'tool_call',
          session: context.sessionManager.getSessionId(),
          tool: event.toolName,
          args,
          cwd: context.cwd,
          callId: event.toolCallId,
          runsWithSameArgs: true,
        }
      })
      const reason = same.settle(ruling, args)
      return reason === undefined ? undefined : { block: true, reason }
    })
    pi.on('tool_result', async (event, context) => {
      await guard.tell(() => ({
        kind: 'after',
        name: 'tool_result',
        session: context.sessionManager.getSessionId(),
        tool: event.toolName,
        callId: event.toolCallId,
        status: same.wasSame(event.input) ? (event.isError ? 'error' : 'ok') : 'unchecked',
      }))
      return undefined
    })
    pi.on('session_shutdown', ({ reason }, context) =>
      // The extension is loaded anew, and the session goes on.
      guard.tell(() =>
        reason === 'reload'
          ? undefined
          : { kind: 'session-end', name: 'session_shutdown', session: context.sessionManager.getSessionId() },
      ),
    )
  }
