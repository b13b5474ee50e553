/**
 * GitHub Copilot, CLI and cloud agent. An event named in PascalCase has the shape of Claude Code; one in camelCase has its
 * own, without a name, and arguments that older builds send as a JSON text.
 */

import type { ValueObject } from '../../encoding/value.js'
import { FormatError } from '../../errors.js'
import { argsAt, type HookEvent, type Host, optionalTextAt, textAt } from '../event.js'
import { readLikeClaude } from './claude.js'

const readNamed = readLikeClaude({
  PreToolUse: 'tool',
  PostToolUse: 'after',
  PostToolUseFailure: 'after',
  SessionStart: 'session-start',
  SessionEnd: 'session-end',
  SubagentStart: 'subagent-start',
  SubagentStop: 'subagent-end',
})

/**
 * Without a name, what an event is about is told by what it has: a tool and no result yet is a call. A subagent has a session
 * of its own, and is told from others by the agent that the event names (1.0.102).
 */
const readUnnamed = (event: ValueObject): HookEvent => {
  const agents = [optionalTextAt(event, 'agentId'), optionalTextAt(event, 'parentAgentId')]
  const common = {
    session: optionalTextAt(event, 'sessionId') ?? '',
    subordinate: agents.some((agent) => agent !== undefined),
    cwd: optionalTextAt(event, 'cwd'),
  }
  if (!Object.hasOwn(event, 'toolName')) throw new FormatError('EVENT_UNKNOWN')
  const tool = textAt(event, 'toolName')
  if (Object.hasOwn(event, 'toolResult')) return { ...common, kind: 'after', name: 'postToolUse', tool }
  return { ...common, kind: 'tool', name: 'preToolUse', tool, args: argsAt(event, 'toolArgs') }
}

export const copilot: Host = {
  name: 'copilot',
  read: (event) => (Object.hasOwn(event, 'hook_event_name') ? readNamed(event) : readUnnamed(event)),
  deny: (message) => ({ permissionDecision: 'deny', permissionDecisionReason: message }),
  silent: () => '',
}
