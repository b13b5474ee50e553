/**
 * Cursor. The conversation is the session. Besides `preToolUse` there are older events for single kinds of calls, which are
 * given the tool names that `preToolUse` has for them. A permission hook that answers `{}` counts as failed there, so the
 * silent answer is `permission: allow`: the one host where silence has to be said.
 */

import type { ValueObject } from '../../encoding/value.js'
import {
  argsAt,
  type EventTable,
  type HookEvent,
  type Host,
  kindIn,
  microsecondsAt,
  optionalTextAt,
  textAt,
  wordOf,
} from '../event.js'

const EVENTS: EventTable = {
  preToolUse: 'tool',
  beforeShellExecution: 'tool',
  beforeMCPExecution: 'tool',
  beforeReadFile: 'tool',
  postToolUse: 'after',
  postToolUseFailure: 'after',
  afterShellExecution: 'after',
  afterMCPExecution: 'after',
  afterFileEdit: 'after',
  sessionStart: 'session-start',
  sessionEnd: 'session-end',
  subagentStart: 'subagent-start',
  subagentStop: 'subagent-end',
}

/** What each older event would be called by `preToolUse`. */
const TOOLS: ReadonlyMap<string, string> = new Map([
  ['beforeShellExecution', 'Shell'],
  ['afterShellExecution', 'Shell'],
  ['beforeReadFile', 'Read'],
  ['afterFileEdit', 'Write'],
])

const toolOf = (event: ValueObject, name: string): string => {
  const tool = TOOLS.get(name)
  if (tool !== undefined) return tool
  const named = textAt(event, 'tool_name')
  return name.includes('MCP') && !named.startsWith('MCP:') ? `MCP:${named}` : named
}

const argsOf = (event: ValueObject, name: string): ValueObject => {
  if (name === 'beforeShellExecution') return { command: textAt(event, 'command') }
  if (name === 'beforeReadFile') return { file_path: textAt(event, 'file_path') }
  return argsAt(event, 'tool_input')
}

const read = (event: ValueObject): HookEvent => {
  const name = textAt(event, 'hook_event_name')
  const kind = kindIn(EVENTS, name)
  const common = {
    kind,
    name,
    session: optionalTextAt(event, 'conversation_id') ?? '',
    cwd: optionalTextAt(event, 'cwd') ?? firstRoot(event),
    callId: wordOf(optionalTextAt(event, 'tool_use_id')),
  }
  if (kind === 'tool') return { ...common, tool: toolOf(event, name), args: argsOf(event, name) }
  if (kind !== 'after') return common
  return {
    ...common,
    tool: toolOf(event, name),
    status: name.endsWith('Failure') ? 'error' : 'ok',
    durationMicroseconds: microsecondsAt(event, 'duration'),
  }
}

const firstRoot = (event: ValueObject): string | undefined => {
  const roots = Object.hasOwn(event, 'workspace_roots') ? event['workspace_roots'] : undefined
  const [first] = Array.isArray(roots) ? roots : []
  return typeof first === 'string' ? first : undefined
}

export const cursor: Host = {
  name: 'cursor',
  read,
  deny: (message, event) =>
    event?.name === 'beforeReadFile'
      ? { permission: 'deny' }
      : { permission: 'deny', user_message: message, agent_message: message },
  silent: ({ kind }) => (kind === 'tool' ? '{"permission":"allow"}' : '{}'),
}
