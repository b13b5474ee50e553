/** The hosts that there is a table for. */

import type { Host } from './event.js'
import { claude } from './hosts/claude.js'
import { codex } from './hosts/codex.js'
import { copilot } from './hosts/copilot.js'
import { cursor } from './hosts/cursor.js'
import { gemini } from './hosts/gemini.js'
import { hermes } from './hosts/hermes.js'

/** Those that load the guard into their own process: see src/plugins. */
export const PLUGIN_HOSTS = ['opencode', 'openclaw', 'pi'] as const

export type PluginHost = (typeof PLUGIN_HOSTS)[number]

/** Those that start it anew for each event. */
export const HOSTS: ReadonlyMap<string, Host> = new Map(
  [hermes, claude, codex, gemini, cursor, copilot].map((host) => [host.name, host]),
)

/** All of them. */
export const HOST_NAMES: readonly string[] = [...HOSTS.keys(), ...PLUGIN_HOSTS]
