/** Claude Code. Inside a subagent, and there alone, `agent_id` names it: a session of its own within the session. */

import type { ValueObject } from '../../encoding/value.js'
import {
  type AskedChild,
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
  PreToolUse: 'tool',
  PostToolUse: 'after',
  PostToolUseFailure: 'after',
  SessionStart: 'session-start',
  SessionEnd: 'session-end',
  SubagentStart: 'subagent-start',
  SubagentStop: 'subagent-end',
}

/** The reader of the shape that Claude Code gave to hooks, and others took over. */
export const readLikeClaude =
  (table: EventTable): Host['read'] =>
  (event: ValueObject): HookEvent => {
    const name = textAt(event, 'hook_event_name')
    const kind = kindIn(table, name)
    const common = {
      kind,
      name,
      session: optionalTextAt(event, 'session_id') ?? '',
      agent: optionalTextAt(event, 'agent_id'),
      cwd: optionalTextAt(event, 'cwd'),
      callId: wordOf(optionalTextAt(event, 'tool_use_id')),
    }
    if (kind === 'tool')
      return { ...common, tool: textAt(event, 'tool_name'), args: argsAt(event, 'tool_input') }
    if (kind === 'subagent-start')
      return { ...common, child: { agent: common.agent, role: optionalTextAt(event, 'agent_type') } }
    if (kind !== 'after') return common
    return {
      ...common,
      tool: textAt(event, 'tool_name'),
      status: name.endsWith('Failure') ? 'error' : 'ok',
      durationMicroseconds: microsecondsAt(event, 'duration_ms'),
    }
  }

/** The denial in that shape. Only a call that is about to be made has one; elsewhere exit 2 and stderr say it. */
export const denyLikeClaude: Host['deny'] = (message, event) =>
  event !== undefined && event.kind !== 'tool'
    ? {}
    : {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: message,
        },
      }

/** One child a call. Its start tells the type alone, and not the description. */
const children = (tool: string, args: ValueObject): readonly AskedChild[] | undefined => {
  if (tool !== 'Agent' && tool !== 'Task') return undefined
  const { subagent_type: type, description } = args
  const role = typeof type === 'string' && type !== '' ? type : 'general-purpose'
  return [{ where: '', goal: typeof description === 'string' ? description : undefined, role }]
}

export const claude: Host = {
  name: 'claude',
  read: readLikeClaude(EVENTS),
  children,
  matchedBy: 'role',
  deny: denyLikeClaude,
  silent: () => '{}',
}
