/**
 * Codex CLI: the shape of Claude Code, less forgiving. An exit 2 without a word on stderr lets the call pass, and so does
 * whatever it does not expect on stdout; nothing at all is the one way to be silent that every version takes.
 */

import type { Host } from '../event.js'
import { denyLikeClaude, readLikeClaude } from './claude.js'

export const codex: Host = {
  name: 'codex',
  read: readLikeClaude({
    PreToolUse: 'tool',
    PostToolUse: 'after',
    SessionStart: 'session-start',
    SubagentStart: 'subagent-start',
    SubagentStop: 'subagent-end',
  }),
  deny: denyLikeClaude,
  silent: () => '',
}
