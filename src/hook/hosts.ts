/** The hosts that there is a table for. */

import type { Host } from './event.js'
import { claude } from './hosts/claude.js'
import { codex } from './hosts/codex.js'
import { copilot } from './hosts/copilot.js'
import { cursor } from './hosts/cursor.js'
import { gemini } from './hosts/gemini.js'
import { hermes } from './hosts/hermes.js'

export const HOSTS: ReadonlyMap<string, Host> = new Map(
  [hermes, claude, codex, gemini, cursor, copilot].map((host) => [host.name, host]),
)
