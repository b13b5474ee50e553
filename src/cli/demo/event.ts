/** A tool call as Hermes hands it to a `pre_tool_call` hook. */
export interface ToolCallEvent {
  readonly hook_event_name: 'pre_tool_call'
  readonly tool_name: string
  readonly tool_input: Readonly<Record<string, unknown>>
  readonly session_id: string
  readonly cwd: string
  readonly profile: string
  readonly extra: { readonly task_id: string; readonly tool_call_id: string; readonly sender_id?: string }
}

/** What the stories show being refused. */
export const ATTACKS = ['traversal', 'SSRF', 'expired TTL', 'stolen warrant', 'widened child'] as const
export type Attack = (typeof ATTACKS)[number]

/** One moment of a story: when it happens, what is asked, and whether it is meant as an attack. */
export interface Moment {
  /** Seconds since the story began. */
  readonly at: number
  readonly event: ToolCallEvent
  readonly attack: Attack | undefined
}

/** A moment in one short line. */
export type CallLine = readonly [
  at: number,
  tool: string,
  input: Readonly<Record<string, unknown>>,
  attack?: Attack | undefined,
]

/** The moments of one session, their events in the shape of the host. */
export const momentsOf = (session: string, lines: readonly CallLine[], sender?: string): readonly Moment[] =>
  lines.map(([at, tool, input, attack], index) => ({
    at,
    attack,
    event: {
      hook_event_name: 'pre_tool_call',
      tool_name: tool,
      tool_input: input,
      session_id: session,
      cwd: '/srv/agent',
      profile: 'default',
      extra: {
        task_id: `task_${session}`,
        tool_call_id: `call_${session}_${index + 1}`,
        ...(sender === undefined ? {} : { sender_id: sender }),
      },
    },
  }))
