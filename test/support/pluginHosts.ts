/**
 * Hosts that load the guard, as their published programs treat a plugin (docs/reference/hook.md; test/interop/hosts runs
 * the programs themselves): which objects they show, which they run a tool with, and what they take for a no.
 */

import { warrantPlugin as openclawPlugin, type PluginOptions } from '../../src/plugins/openclaw.js'
import { type OpencodeInput, warrantPlugin as opencodePlugin } from '../../src/plugins/opencode.js'
import { warrantPlugin as piPlugin } from '../../src/plugins/pi.js'

export const CWD = '/srv/agent'

/** What became of a call: the arguments that the tool was run with, or what the model was told in place of its result. */
export type Outcome = { readonly ran: unknown } | { readonly denied: string }

export interface AskedOfHost {
  readonly session?: unknown
  readonly tool?: unknown
  readonly args?: unknown
  readonly callId?: unknown
}

export interface LoadedHost {
  readonly call: (asked?: AskedOfHost) => Promise<Outcome>
  readonly ended: (session: string) => Promise<void>
}

export interface HostUnderTest {
  readonly name: 'opencode' | 'openclaw' | 'pi'
  /** A name for a session of the user's own. */
  readonly session: string
  /** A name for one that is not. */
  readonly subordinate: string | undefined
  /** Whether the tool is run with the object that was shown. */
  readonly runsWithSameArgs: boolean
  /** The hook that says the same of the same call: whether the folder of the agent is known is what tells. */
  readonly hook: 'claude' | 'hermes'
  readonly load: (options: PluginOptions) => Promise<LoadedHost>
}

const given = (asked: AskedOfHost, session: string): Required<AskedOfHost> => ({
  session,
  tool: 'Read',
  args: { file_path: '/data/a' },
  callId: 'call_1',
  ...asked,
})

const CHILD = 'ses_child'

/** Sessions as opencode shows them: the child has a parent, and every other is the user's. */
export const clientOf = (
  get: OpencodeInput['client']['session']['get'] = async ({ path: { id } }) => ({
    data: { id, ...(id === CHILD && { parentID: 's1' }) },
  }),
): OpencodeInput => ({ directory: CWD, client: { session: { get } } })

export const opencode: HostUnderTest = {
  name: 'opencode',
  session: 's1',
  subordinate: CHILD,
  runsWithSameArgs: true,
  hook: 'claude',
  load: (options) => loadOpencode(options, clientOf()),
}

export const loadOpencode = async (options: PluginOptions, input: OpencodeInput): Promise<LoadedHost> => {
  const hooks = await opencodePlugin(options)(input)
  return {
    call: async (asked = {}) => {
      const { session, tool, args, callId } = given(asked, 's1')
      const call = { tool, sessionID: session, callID: callId } as {
        tool: string
        sessionID: string
        callID: string
      }
      try {
        await hooks['tool.execute.before'](call, { args })
      } catch (thrown) {
        return { denied: (thrown as Error).message }
      }
      await hooks['tool.execute.after']({ ...call, args }, { title: '', output: '', metadata: {} })
      return { ran: args }
    },
    ended: (session) =>
      hooks.event({ event: { type: 'session.deleted', properties: { info: { id: session } } } }),
  }
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>

const pi: HostUnderTest = {
  name: 'pi',
  session: 's1',
  subordinate: undefined, // what an extension calls a subagent is a pi of its own
  runsWithSameArgs: true,
  hook: 'claude',
  load: async (options) => {
    const handlers = new Map<string, Handler>()
    piPlugin(options)({ on: (name: string, handler: unknown) => handlers.set(name, handler as Handler) })
    const emit = (name: string, event: unknown, session: unknown): unknown =>
      handlers.get(name)?.(event, { cwd: CWD, sessionManager: { getSessionId: () => session } })
    return {
      call: async (asked = {}) => {
        const { session, tool, args, callId } = given(asked, 's1')
        const event = { type: 'tool_call', toolName: tool, toolCallId: callId, input: args }
        try {
          const result = (await emit('tool_call', event, session)) as
            | { block?: boolean; reason?: string }
            | undefined
          if (result?.block === true) return { denied: String(result.reason) }
        } catch (thrown) {
          return { denied: (thrown as Error).message }
        }
        await emit('tool_result', { ...event, type: 'tool_result', input: args, isError: false }, session)
        return { ran: args }
      },
      ended: async (session) => void (await emit('session_shutdown', { reason: 'quit' }, session)),
    }
  },
}

const openclaw: HostUnderTest = {
  name: 'openclaw',
  session: 'agent:main:s1',
  subordinate: 'agent:main:subagent:s2',
  runsWithSameArgs: false,
  hook: 'hermes',
  load: async (options) => {
    const handlers = new Map<string, Handler>()
    openclawPlugin(options).register({
      on: (name: string, handler: unknown) => void handlers.set(name, handler as Handler),
    })
    return {
      call: async (asked = {}) => {
        const { session, tool, args, callId } = given(asked, 'agent:main:s1')
        try {
          const shown = structuredClone(isRecord(args) ? args : {}) // throws for what has no copy, which blocks
          const context = session === undefined ? {} : { sessionKey: session }
          const event = { toolName: tool, params: shown, toolCallId: callId }
          const result = (await handlers.get('before_tool_call')?.(event, context)) as {
            block?: boolean
            blockReason?: string
            params?: Record<string, unknown>
          }
          if (result?.block === true) return { denied: String(result.blockReason) }
          return { ran: isRecord(args) ? { ...args, ...result.params } : result.params }
        } catch (thrown) {
          return { denied: (thrown as Error).message }
        }
      },
      ended: async (session) =>
        void (await handlers.get('session_end')?.({ sessionKey: session, reason: 'reset' }, {})),
    }
  },
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === '[object Object]'

export const PLUGIN_HOSTS_UNDER_TEST: readonly HostUnderTest[] = [opencode, openclaw, pi]
