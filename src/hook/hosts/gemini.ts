/**
 * Gemini CLI. The calls of a subagent look like those of its session (0.61.0), and are decided as such; so a warrant for any
 * tool does not start one.
 */

import type { Host } from '../event.js'
import { readLikeClaude } from './claude.js'

export const gemini: Host = {
  name: 'gemini',
  byNameAlone: new Set(['invoke_agent']),
  read: readLikeClaude({
    BeforeTool: 'tool',
    AfterTool: 'after',
    SessionStart: 'session-start',
    SessionEnd: 'session-end',
  }),
  deny: (message) => ({ decision: 'deny', reason: message }),
  silent: () => '{}',
}
