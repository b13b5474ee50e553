/** Events as hosts write them, as a rule with something wrong: fields, names, values, the text itself. */

import { damaged } from './byteEdits.js'
import type { Random } from './random.js'

/** The names of the fields of a call. */
export interface Fields {
  readonly session: string
  readonly tool: string
  readonly args: string
  /** Of who acts within a session, where the host says so. */
  readonly agent?: string
}

/** How a host words its events. */
export interface Wording {
  readonly fields: Fields
  /** The names of events of calls; a host that names none as a rule has `isUnnamed`. */
  readonly calls: readonly [string, ...string[]]
  readonly others: readonly string[]
  readonly isUnnamed?: true
}

const SNAKE: Fields = { session: 'session_id', tool: 'tool_name', args: 'tool_input' }
/** Those of Claude Code, and of an event of Copilot that has a name. */
export const LIKE_CLAUDE: Fields = { ...SNAKE, agent: 'agent_id' }

/** An event of Cursor's for one kind of call, whose argument stands beside its name. */
export const READS_FILE = 'beforeReadFile'

const SUBAGENTS = ['SubagentStart', 'SubagentStop']

/** By the name of the host. */
export const WORDINGS: Readonly<Record<string, Wording>> = {
  hermes: {
    fields: SNAKE,
    calls: ['pre_tool_call'],
    others: ['post_tool_call', 'on_session_finalize', 'pre_llm_call', 'subagent_start'],
  },
  claude: {
    fields: LIKE_CLAUDE,
    calls: ['PreToolUse'],
    others: ['PostToolUse', 'SessionStart', 'SessionEnd', 'UserPromptSubmit', ...SUBAGENTS],
  },
  codex: {
    fields: LIKE_CLAUDE,
    calls: ['PreToolUse'],
    others: ['PostToolUse', 'SessionStart', 'SubagentStart'],
  },
  gemini: {
    fields: LIKE_CLAUDE,
    calls: ['BeforeTool'],
    others: ['AfterTool', 'SessionStart', 'SessionEnd', 'BeforeAgent'],
  },
  cursor: {
    fields: { ...SNAKE, session: 'conversation_id' },
    calls: ['preToolUse', 'beforeShellExecution', READS_FILE, 'beforeMCPExecution'],
    others: ['postToolUse', 'sessionEnd'],
  },
  copilot: {
    fields: { session: 'sessionId', tool: 'toolName', args: 'toolArgs' },
    calls: ['PreToolUse'],
    others: ['PostToolUse', 'SessionEnd'],
    isUnnamed: true,
  },
}

/** The session that has a warrant, the tool that it may call, and the folder in which. */
export const GRANTED = { session: 's1', tool: 'Read', folder: '/data' } as const

const SESSIONS = ['s1', 's2', '', ' s1', 's1\\u0000', '../s1', '\\ud800', '__proto__']
const TOOLS = [
  ...['Read', 'Write', 'read', 'Read ', 'Rea\\u0064', 'mcp__fs__read', '*', ''],
  ...['tenuo:x', '\\u202e', 'constructor'],
]
const PATHS = [
  ...['/data/a', '/data', '/data/b/c.txt', '/data/./x', '/data//y', '/data/b/../c', '/data/a/'],
  ...['/data/../etc/passwd', '/etc/passwd', '/database/x', 'data/a', '', '/DATA/a', '~/x'],
  ...['/data/\\u0000', '/data/\\u2025/x', '/data/\\ud800', '/data\\\\..\\\\x', 'file:///data/a'],
  ...['/data/%2e%2e/x', `/data/${'d/'.repeat(200)}x`],
]
const VALUES = [
  ...['null', 'true', '1', '-0', '1e999', '9007199254740993', '0.1', '[]', '{}', '""', '[[[[]]]]', '{"":{}}'],
  ...['{"__proto__":{"x":1}}', '{"a":1,"a":2}', '"\\u001b[31m"', '[1,2', '{"a"}', '01', 'NaN', '"\\x"'],
  ...[
    'undefined',
    '"agent"',
    '{"toString":1}',
    `${'['.repeat(80)}${']'.repeat(80)}`,
    `"${'x '.repeat(900)}"`,
  ],
]
const EXTRAS = [
  ...['cwd', 'agent_id', 'agent_type', 'tool_use_id', 'permission_mode', 'extra', 'turn_id', 'toolResult'],
  ...['agentId', 'parentAgentId', 'workspace_roots', 'tool_response', 'command', 'file_path'],
  ...['hook_event_name', 'a'],
]

/** What the hook of a host is given. */
export interface EventInput {
  readonly host: string
  /** Some are no text. */
  readonly bytes: Uint8Array
}

const text = (written: string): string => `"${written}"`

const HOSTS = Object.keys(WORDINGS)

export const eventInput = (random: Random): EventInput => {
  const host = random.pick(HOSTS)
  const bytes = new TextEncoder().encode(eventText(WORDINGS[host] as Wording, random)) // a name of the table
  if (!random.oneIn(4)) return { host, bytes }
  const donor = new TextEncoder().encode(eventText(WORDINGS[random.pick(HOSTS)] as Wording, random)) // as above
  return { host, bytes: damaged(bytes, donor, [], 1 + random.size(4), random) }
}

/** Written by hand, since JSON.stringify would never say a name twice. */
const eventText = ({ fields: usualFields, calls, others, isUnnamed }: Wording, random: Random): string => {
  const odd = (times: number): boolean => random.oneIn(times)
  const fields: [string, string][] = []
  const usualName = isUnnamed === true ? undefined : calls[0]
  const name = odd(6) ? random.pick([...calls, ...others]) : usualName
  const known = isUnnamed === true && name !== undefined ? LIKE_CLAUDE : usualFields
  if (name !== undefined && !odd(40))
    fields.push(['hook_event_name', odd(40) ? random.pick(VALUES) : text(name)])
  fields.push([known.session, text(odd(8) ? random.pick(SESSIONS) : GRANTED.session)])
  fields.push([known.tool, odd(30) ? random.pick(VALUES) : text(odd(6) ? random.pick(TOOLS) : GRANTED.tool)])
  fields.push([known.args, argsText(random)])
  if (name === READS_FILE) fields.push(['file_path', text(random.pick(PATHS))])
  for (let more = random.size(4); more > 0; more--)
    fields.push([random.pick(EXTRAS), odd(3) ? random.pick(VALUES) : text(random.pick([...PATHS, 'x']))])
  if (odd(12)) fields.splice(random.below(fields.length), 1)
  if (odd(12)) fields.push(random.pick(fields))
  if (odd(12)) fields.push([random.pick([known.tool, known.args, known.session]), random.pick(VALUES)])
  const written = fields.map(([key, value]) => `${text(odd(40) ? escapedName(key) : key)}:${value}`).join()
  return odd(40)
    ? random.pick([...VALUES, `\ufeff{${written}}`, `{${written}} x`, `[{${written}}]`, ''])
    : `{${written}}`
}

const argsText = (random: Random): string => {
  if (random.oneIn(20)) return random.pick(VALUES)
  const path = random.oneIn(30) ? random.pick(VALUES) : text(random.pick(PATHS))
  const more = random.oneIn(10)
    ? `,${text(random.pick(['limit', 'file_path', '__proto__', '']))}:${random.pick(VALUES)}`
    : ''
  const args = `{"file_path":${path}${more}}`
  return random.oneIn(10) ? JSON.stringify(args) : args
}

/** Another way to write the same name. */
const escapedName = (name: string): string =>
  name.replace(/^./, (first) => `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}`)
