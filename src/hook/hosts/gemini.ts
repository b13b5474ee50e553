/** Gemini CLI. */

import type { Host } from '../event.js'
import { readLikeClaude } from './claude.js'

export const gemini: Host = {
  name: 'gemini',
  read: readLikeClaude({
    BeforeTool: 'tool',
    AfterTool: 'after',
    SessionStart: 'session-start',
    SessionEnd: 'session-end',
  }),
  deny: (message) => ({ decision: 'deny', reason: message }),
  silent: () => '{}',
}
