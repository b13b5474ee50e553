/**
 * Hermes Agent, shell hooks. `session_id` is the parent's on `subagent_start`, and empty for the nested calls of
 * `execute_code`. `cwd` is that of the Hermes process and not of the session's terminal, so nothing is resolved by it.
 */

import type { ValueObject } from '../../encoding/value.js'
import {
  argsAt,
  type EventTable,
  type Host,
  kindIn,
  microsecondsAt,
  objectAt,
  optionalTextAt,
  textAt,
  wordOf,
} from '../event.js'

const EVENTS: EventTable = {
  pre_tool_call: 'tool',
  post_tool_call: 'after',
  on_session_start: 'session-start',
  on_session_end: 'note', // the end of a turn, not of the session
  on_session_finalize: 'session-end',
  on_session_reset: 'session-end',
  subagent_start: 'subagent-start',
  subagent_stop: 'subagent-end',
  pre_llm_call: 'turn',
  post_llm_call: 'note',
}

const read = (event: ValueObject): ReturnType<Host['read']> => {
  const name = textAt(event, 'hook_event_name')
  const kind = kindIn(EVENTS, name)
  const extra = objectAt(event, 'extra')
  const session = optionalTextAt(event, 'session_id') ?? ''
  const common = { kind, name, session, callId: wordOf(optionalTextAt(extra, 'tool_call_id')) }
  switch (kind) {
    case 'tool':
      return { ...common, tool: textAt(event, 'tool_name'), args: argsAt(event, 'tool_input') }
    case 'after':
      return {
        ...common,
        tool: textAt(event, 'tool_name'),
        status: wordOf(optionalTextAt(extra, 'status')),
        durationMicroseconds: microsecondsAt(extra, 'duration_ms'),
      }
    case 'session-end':
      return { ...common, session: optionalTextAt(extra, 'old_session_id') ?? session }
    case 'subagent-end':
      return { ...common, agent: optionalTextAt(extra, 'child_session_id') }
    default:
      return common
  }
}

export const hermes: Host = {
  name: 'hermes',
  read,
  deny: (message) => ({ action: 'block', message }),
  silent: () => '{}',
}
