/**
 * Hermes Agent, shell hooks. `session_id` is the parent's on `subagent_start`, and empty for the nested calls of
 * `execute_code`. `cwd` is that of the Hermes process and not of the session's terminal, so nothing is resolved by it.
 */

import { isList, isObject, type Value, type ValueObject } from '../../encoding/value.js'
import {
  type AskedChild,
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
  const turn = saidAt(extra, 'turn_id')
  const common = { kind, name, session, turn, callId: wordOf(optionalTextAt(extra, 'tool_call_id')) }
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
    case 'turn':
      return { ...common, platform: saidAt(extra, 'platform'), sender: saidAt(extra, 'sender_id') }
    case 'session-end':
      return { ...common, session: optionalTextAt(extra, 'old_session_id') ?? session }
    case 'subagent-start':
      return {
        ...common,
        agent: optionalTextAt(extra, 'child_session_id'),
        child: {
          session: optionalTextAt(extra, 'child_session_id'),
          goal: filled(extra['child_goal']),
          role: filled(extra['child_role']),
        },
      }
    case 'subagent-end':
      return { ...common, agent: optionalTextAt(extra, 'child_session_id') }
    default:
      return common
  }
}

/** `goal` by itself, or `tasks`, which then count alone; a role is that of the task, or else that of the call. */
const children = (tool: string, args: ValueObject): readonly AskedChild[] | undefined => {
  if (tool !== 'delegate_task') return undefined
  const { tasks } = args
  const role = filled(args['role']) ?? 'leaf'
  if (tasks === undefined || tasks === null || !isList(tasks) || tasks.length === 0)
    return [{ where: '', goal: filled(args['goal']), role }]
  return tasks.map((task, i) => {
    const fields = isObject(task) ? task : {}
    return { where: `tasks[${i}]`, goal: filled(fields['goal']), role: filled(fields['role']) ?? role }
  })
}

/** Without the white space around it, which Hermes may take off a goal between the call and the start. */
const filled = (value: Value | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** Hermes says nothing by an empty text. */
const saidAt = (extra: ValueObject, name: string): string | undefined =>
  optionalTextAt(extra, name) || undefined

export const hermes: Host = {
  name: 'hermes',
  read,
  children,
  matchedBy: 'goal',
  namesSenders: true,
  deny: (message) => ({ action: 'block', message }),
  silent: () => '{}',
}
