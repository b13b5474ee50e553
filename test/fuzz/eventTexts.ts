/** Events as hosts write them, as a rule with something wrong: fields, names, values, the text itself. */

import { damaged } from './byteEdits.js'
import type { Random } from './random.js'

/** How a host words a call: the names of its fields, and of its events. */
export interface Wording {
  readonly session: string
  readonly tool: string
  readonly args: string
  /** Of who acts within a session, where the host says so. */
  readonly agent?: string
  /** The name of the event of a call; undefined where the host gives it none. */
  readonly call: string | undefined
  readonly others: readonly string[]
}

const SNAKE = { session: 'session_id', tool: 'tool_name', args: 'tool_input' }
export const LIKE_CLAUDE = { ...SNAKE, agent: 'agent_id' } as const

/** By the name of the host. */
export const WORDINGS: Readonly<Record<string, Wording>> = {
  hermes: {
    ...SNAKE,
    call: 'pre_tool_call',
    others: ['post_tool_call', 'on_session_finalize', 'pre_llm_call', 'subagent_start'],
  },
  claude: {
    ...LIKE_CLAUDE,
    call: 'PreToolUse',
    others: [
      'PostToolUse',
      'SessionStart',
      'SessionEnd',
      'UserPromptSubmit',
      'SubagentStart',
      'SubagentStop',
    ],
  },
  codex: { ...LIKE_CLAUDE, call: 'PreToolUse', others: ['PostToolUse', 'SessionStart', 'SubagentStart'] },
  gemini: {
    ...LIKE_CLAUDE,
    call: 'BeforeTool',
    others: ['AfterTool', 'SessionStart', 'SessionEnd', 'BeforeAgent'],
  },
  cursor: {
    ...SNAKE,
    session: 'conversation_id',
    call: 'preToolUse',
    others: ['postToolUse', 'sessionEnd', 'beforeShellExecution', 'beforeReadFile', 'beforeMCPExecution'],
  },
  copilot: {
    ...{ session: 'sessionId', tool: 'toolName', args: 'toolArgs' },
    ...{ call: undefined, others: ['PreToolUse', 'PostToolUse', 'SessionEnd'] },
  },
}

/** The session that has a warrant, the tool that it may call, and the folder in which. */
export const GRANTED = { session: 's1', tool: 'Read', folder: '/data' } as const

const SESSIONS = ['s1', 's2', '', ' s1', 's1\\u0000', '../s1', '\\ud800', '__proto__']
const TOOLS = [
  'Read',
  'Write',
  'read',
  'Read ',
  'mcp__fs__read',
  '*',
  '',
  'Rea\\u0064',
  'tenuo:x',
  '\\u202e',
  'constructor',
]
const PATHS = [
  ...['/data/a', '/data', '/data/b/c.txt', '/data/./x', '/data//y', '/data/b/../c'],
  ...[
    '/data/../etc/passwd',
    '/etc/passwd',
    '/database/x',
    'data/a',
    '',
    '/data/\\u0000',
    '/data/\\u2025/x',
    '/DATA/a',
  ],
  ...[
    '/data\\\\..\\\\x',
    'file:///data/a',
    '~/x',
    '/data/%2e%2e/x',
    '/data/\\ud800',
    '/data/a/',
    `/data/${'d/'.repeat(200)}x`,
  ],
]
const VALUES = [
  ...['null', 'true', '1', '-0', '1e999', '9007199254740993', '0.1', '[]', '{}', '""', '[[[[]]]]', '{"":{}}'],
  ...[
    '{"__proto__":{"x":1}}',
    '{"a":1,"a":2}',
    '"\\u001b[31m"',
    '[1,2',
    '{"a"}',
    '01',
    'NaN',
    '"\\x"',
    'undefined',
  ],
  ...[`${'['.repeat(80)}${']'.repeat(80)}`, `"${'long '.repeat(400)}"`, '"agent"', '{"toString":1}'],
]
const EXTRAS = [
  ...['cwd', 'agent_id', 'agent_type', 'tool_use_id', 'permission_mode', 'extra', 'turn_id', 'toolResult'],
  ...[
    'agentId',
    'parentAgentId',
    'workspace_roots',
    'tool_response',
    'command',
    'file_path',
    'hook_event_name',
    'a',
  ],
]

/** What the hook of a host is given. */
export interface EventInput {
  readonly host: string
  /** In hexadecimal, for some are no text. */
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
const eventText = (wording: Wording, random: Random): string => {
  const odd = (times: number): boolean => random.oneIn(times)
  const fields: [string, string][] = []
  const name = odd(6) ? random.pick(wording.others) : wording.call
  if (name !== undefined && !odd(40))
    fields.push(['hook_event_name', odd(40) ? random.pick(VALUES) : text(name)])
  fields.push([wording.session, text(odd(8) ? random.pick(SESSIONS) : GRANTED.session)])
  fields.push([
    wording.tool,
    odd(30) ? random.pick(VALUES) : text(odd(6) ? random.pick(TOOLS) : GRANTED.tool),
  ])
  fields.push([wording.args, argsText(random)])
  for (let more = random.size(4); more > 0; more--)
    fields.push([random.pick(EXTRAS), odd(3) ? random.pick(VALUES) : text(random.pick([...PATHS, 'x']))])
  if (odd(12)) fields.splice(random.below(fields.length), 1)
  if (odd(12)) fields.push(random.pick(fields))
  if (odd(12)) fields.push([random.pick([wording.tool, wording.args, wording.session]), random.pick(VALUES)])
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
