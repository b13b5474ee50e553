/** How the hook is put into each host's own configuration: where, under which events, and with which fail-closed switch. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** JSON as configurations have it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

/** `guard` may refuse; `watch` is told. */
export type Role = 'guard' | 'watch'

/** Where things of the user lie. */
export interface Place {
  readonly userHome: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface HostPlan {
  readonly name: string
  readonly format: 'json' | 'yaml'
  /** Configuration files that are written unless others are named. */
  readonly files: (place: Place) => readonly string[]
  /** What a new file begins with. */
  readonly top: JsonObject
  readonly events: Readonly<Record<string, Role>>
  /** One item of the list of an event. */
  readonly item: (command: string, role: Role) => JsonObject
  /** How the host starts a command: by a shell, or split into words and started as they are. */
  readonly starts: 'shell' | 'words'
  /** A call as the host would send it. */
  readonly call: (session: string, tool: string, args: JsonObject) => JsonObject
  /** What the operator must know or do besides. */
  readonly remark?: string
}

/** The shape that Claude Code gave to hooks. */
const grouped =
  (matcher: string, entry: (role: Role) => JsonObject) =>
  (command: string, role: Role): JsonObject => ({
    matcher,
    hooks: [{ type: 'command', command, ...entry(role) }],
  })

const claudeCall =
  (event: string): HostPlan['call'] =>
  (session, tool, args) => ({
    session_id: session,
    cwd: '/',
    hook_event_name: event,
    tool_name: tool,
    tool_input: args,
    tool_use_id: session,
  })

const claude: HostPlan = {
  name: 'claude',
  format: 'json',
  files: ({ userHome }) => [join(userHome, '.claude', 'settings.json')],
  top: {},
  events: {
    PreToolUse: 'guard',
    PostToolUse: 'watch',
    SubagentStart: 'watch',
    SubagentStop: 'watch',
    SessionEnd: 'watch',
  },
  item: grouped('*', (role) => ({ timeout: 30, ...(role === 'guard' && { onFailure: 'block' }) })),
  starts: 'shell',
  call: claudeCall('PreToolUse'),
}

const codex: HostPlan = {
  name: 'codex',
  format: 'json',
  files: ({ userHome }) => [join(userHome, '.codex', 'hooks.json')],
  top: {},
  events: { PreToolUse: 'guard', PostToolUse: 'watch' },
  item: grouped('.*', () => ({ timeout: 30 })),
  starts: 'shell',
  call: claudeCall('PreToolUse'),
  remark: 'Codex skips a hook until it is trusted: review it in /hooks, and again after every change',
}

const gemini: HostPlan = {
  name: 'gemini',
  format: 'json',
  files: ({ userHome }) => [join(userHome, '.gemini', 'settings.json')],
  top: {},
  events: { BeforeTool: 'guard', AfterTool: 'watch', SessionEnd: 'watch' },
  item: (command, role) => ({
    matcher: '.*',
    ...(role === 'guard' && { sequential: true }),
    hooks: [{ type: 'command', name: 'warrant', command, timeout: 15_000 }],
  }),
  starts: 'shell',
  call: claudeCall('BeforeTool'),
  remark: 'Gemini CLI has no fail-closed switch: a hook that it cannot start is a warning there',
}

const cursor: HostPlan = {
  name: 'cursor',
  format: 'json',
  files: ({ userHome }) => [join(userHome, '.cursor', 'hooks.json')],
  top: { version: 1 },
  events: {
    preToolUse: 'guard',
    beforeShellExecution: 'guard',
    beforeMCPExecution: 'guard',
    beforeReadFile: 'guard',
    postToolUse: 'watch',
    sessionEnd: 'watch',
  },
  item: (command, role) => ({ command, timeout: 15, ...(role === 'guard' && { failClosed: true }) }),
  starts: 'shell',
  call: (session, tool, args) => ({
    conversation_id: session,
    generation_id: session,
    hook_event_name: 'preToolUse',
    workspace_roots: ['/'],
    tool_name: tool,
    tool_input: args,
  }),
}

const copilot: HostPlan = {
  name: 'copilot',
  format: 'json',
  files: ({ userHome }) => [join(userHome, '.copilot', 'hooks', 'warrant.json')],
  top: { version: 1 },
  events: { preToolUse: 'guard', postToolUse: 'watch' },
  item: (command) => ({ type: 'command', bash: command, timeoutSec: 20 }),
  starts: 'shell',
  call: (session, tool, args) => ({
    sessionId: session,
    timestamp: 0,
    cwd: '/',
    toolName: tool,
    toolArgs: args,
  }),
  remark:
    'Copilot allows a call whose hook runs out of time, whatever is configured; this hook ends long before',
}

/** The home of Hermes and of each of its profiles: every one has a configuration and a list of consents of its own. */
const hermesHomes = ({ userHome, env }: Place): readonly string[] => {
  const home = env['HERMES_HOME'] ?? join(userHome, '.hermes')
  const profiles = join(home, 'profiles')
  const names = existsSync(profiles) ? readdirSync(profiles, { withFileTypes: true }) : []
  return [home, ...names.filter((found) => found.isDirectory()).map(({ name }) => join(profiles, name))]
}

const hermes: HostPlan = {
  name: 'hermes',
  format: 'yaml',
  files: (place) => hermesHomes(place).map((home) => join(home, 'config.yaml')),
  top: {},
  events: {
    pre_tool_call: 'guard',
    post_tool_call: 'watch',
    subagent_start: 'watch',
    subagent_stop: 'watch',
    pre_llm_call: 'watch',
    on_session_finalize: 'watch',
    on_session_reset: 'watch',
  },
  item: (command, role) => ({ command, timeout: 15, ...(role === 'guard' && { fail_closed: true }) }),
  starts: 'words',
  call: (session, tool, args) => ({
    hook_event_name: 'pre_tool_call',
    tool_name: tool,
    tool_input: args,
    session_id: session,
    cwd: '/',
    profile: 'default',
    extra: { tool_call_id: session },
  }),
  remark: 'HERMES_SAFE_MODE=1 registers no hooks at all: a Hermes that is started with it is not guarded',
}

export const PLANS: ReadonlyMap<string, HostPlan> = new Map(
  [hermes, claude, codex, gemini, cursor, copilot].map((plan) => [plan.name, plan]),
)
