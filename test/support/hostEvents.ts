/** Events as each host sends them, made from its contract (docs/reference/hook.md), and its ways of saying no. */

export const HOST_NAMES = ['hermes', 'claude', 'codex', 'gemini', 'cursor', 'copilot'] as const
export type HostName = (typeof HOST_NAMES)[number]

type Json = Readonly<Record<string, unknown>>

export interface Asked {
  readonly session?: string
  readonly tool?: string | undefined
  readonly args?: unknown
  readonly cwd?: string
  readonly agent?: string
}

/** What a test can ask for of any host. */
export interface HostShape {
  /** A call that is about to be made. */
  readonly call: (asked: Asked) => Json
  /** The same call once it was made. */
  readonly after: (asked: Asked) => Json
  /** The end of a session; undefined where the host tells of none. */
  readonly ended: ((session: string) => Json) | undefined
  /** What stdout holds where the hook has nothing against the call. */
  readonly silence: string
  /** The reason of a denial on stdout; undefined where stdout is no denial of this host. */
  readonly reason: (stdout: Json) => unknown
}

const CWD = '/srv/agent'

const likeClaude = (before: string, after: string, end: string | undefined, silence: string): HostShape => {
  const common = ({ session = 's1', cwd = CWD, agent }: Asked): Json => ({
    session_id: session,
    transcript_path: '/tmp/transcript.jsonl',
    cwd,
    permission_mode: 'default',
    ...(agent !== undefined && { agent_id: agent, agent_type: 'general-purpose' }),
  })
  const call = (name: string, asked: Asked): Json => ({
    ...common(asked),
    hook_event_name: name,
    ...('tool' in asked
      ? asked.tool === undefined
        ? {}
        : { tool_name: asked.tool }
      : { tool_name: 'Read' }),
    tool_input: asked.args ?? { file_path: '/data/a' },
    tool_use_id: 'toolu_01',
  })
  return {
    call: (asked) => call(before, asked),
    after: (asked) => ({ ...call(after, asked), tool_response: { ok: true }, duration_ms: 12 }),
    ended:
      end === undefined
        ? undefined
        : (session) => ({ ...common({ session }), hook_event_name: end, reason: 'clear' }),
    silence,
    reason: ({ hookSpecificOutput: output, decision, reason }) => {
      if (decision === 'deny') return reason
      const { permissionDecision, permissionDecisionReason } = (output ?? {}) as Json // an object, if it is there
      return permissionDecision === 'deny' ? permissionDecisionReason : undefined
    },
  }
}

const hermes: HostShape = {
  call: (asked) => ({
    hook_event_name: 'pre_tool_call',
    tool_name: 'tool' in asked ? (asked.tool ?? null) : 'Read',
    tool_input: asked.args ?? { file_path: '/data/a' },
    session_id: asked.session ?? 's1',
    cwd: asked.cwd ?? CWD,
    profile: 'default',
    extra: { task_id: 't', tool_call_id: 'call_1', turn_id: 'u', api_request_id: 'r' },
  }),
  after: (asked) => ({
    ...hermes.call(asked),
    hook_event_name: 'post_tool_call',
    extra: { tool_call_id: 'call_1', result: '{"secret":"planted"}', status: 'ok', duration_ms: 12 },
  }),
  ended: (session) => ({
    hook_event_name: 'on_session_finalize',
    tool_name: null,
    tool_input: null,
    session_id: session,
    cwd: CWD,
    profile: 'default',
    extra: {},
  }),
  silence: '{}',
  reason: ({ action, message }) => (action === 'block' ? message : undefined),
}

const cursor: HostShape = {
  call: (asked) => ({
    conversation_id: asked.session ?? 's1',
    generation_id: 'g',
    hook_event_name: 'preToolUse',
    workspace_roots: [asked.cwd ?? CWD],
    cursor_version: '2.0.77',
    ...('tool' in asked
      ? asked.tool === undefined
        ? {}
        : { tool_name: asked.tool }
      : { tool_name: 'Read' }),
    tool_input: asked.args ?? { file_path: '/data/a' },
  }),
  after: (asked) => ({
    ...cursor.call(asked),
    hook_event_name: 'postToolUse',
    tool_output: 'planted',
    duration: 12,
  }),
  ended: (session) => ({ conversation_id: session, hook_event_name: 'sessionEnd', workspace_roots: [CWD] }),
  silence: '{"permission":"allow"}',
  reason: ({ permission, agent_message }) => (permission === 'deny' ? agent_message : undefined),
}

const copilot: HostShape = {
  call: (asked) => ({
    sessionId: asked.session ?? 's1',
    timestamp: 1_700_000_000_000,
    cwd: asked.cwd ?? CWD,
    ...('tool' in asked ? { toolName: asked.tool ?? '' } : { toolName: 'Read' }),
    toolArgs: asked.args ?? { file_path: '/data/a' },
  }),
  after: (asked) => ({
    ...copilot.call(asked),
    toolResult: { resultType: 'success', textResultForLlm: 'planted' },
  }),
  ended: undefined,
  silence: '',
  reason: ({ permissionDecision, permissionDecisionReason }) =>
    permissionDecision === 'deny' ? permissionDecisionReason : undefined,
}

export const SHAPES: Readonly<Record<HostName, HostShape>> = {
  hermes,
  claude: likeClaude('PreToolUse', 'PostToolUse', 'SessionEnd', '{}'),
  codex: likeClaude('PreToolUse', 'PostToolUse', undefined, ''),
  gemini: likeClaude('BeforeTool', 'AfterTool', 'SessionEnd', '{}'),
  cursor,
  copilot,
}
