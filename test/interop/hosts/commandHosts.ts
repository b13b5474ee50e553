/** The hosts that start the hook as a command: how each is told of its model, and what its own tools are called. */

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pattern, subpath } from '../../../src/index.js'
import type { CapabilityInput } from '../../../src/warrant/fields.js'
import type { ScriptedCall } from '../../support/modelServer.js'
import type { HostFolder } from './hostRun.js'

export const COMMAND_HOSTS = ['claude', 'codex', 'gemini', 'copilot', 'hermes'] as const
export type CommandHost = (typeof COMMAND_HOSTS)[number]

/** What its user writes to each host. */
export const MESSAGE = 'do what the script says'

/** A host as a test drives it. */
export interface CommandHostDriver {
  /** Tells the host of its model, before the hook is put in. */
  readonly prepare: (given: HostFolder, url: string) => void
  /** What its user has to do after the hook was put in. */
  readonly accept?: (given: HostFolder, words: readonly string[]) => Promise<void>
  /** What follows the words that start it, so that it takes one message and runs to its end. */
  readonly words: readonly string[]
  readonly env: (url: string) => Readonly<Record<string, string>>
  /** A warrant that grants to read in a folder, in whatever way the host reads. */
  readonly reading: (folder: string) => Readonly<Record<string, CapabilityInput>>
  readonly read: (file: string) => ScriptedCall
  readonly write: (file: string) => ScriptedCall
  readonly shell: (command: string) => ScriptedCall
  /** Starts a subagent and waits for it. */
  readonly spawn: readonly ScriptedCall[]
  /** What events and warrants call the tools that this takes. */
  readonly spawnTools: readonly string[]
  /** How the three tools are called in events and in warrants. */
  readonly names: { readonly read: string; readonly write: string; readonly shell: string }
  /** The configuration with a hook that has one second. */
  readonly hurried: (configuration: string) => string
}

const originOf = (url: string): string => new URL(url).origin

const claude: CommandHostDriver = {
  prepare: () => {},
  words: ['-p', MESSAGE, '--allowedTools', 'Read', 'Write', 'Bash', 'Agent'],
  env: (url) => ({
    ANTHROPIC_BASE_URL: originOf(url),
    ANTHROPIC_API_KEY: 'none',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
  reading: (folder) => ({ Read: { file_path: subpath(folder) } }),
  read: (file) => ({ tool: 'Read', args: { file_path: file } }),
  write: (file) => ({ tool: 'Write', args: { file_path: file, content: 'x' } }),
  shell: (command) => ({ tool: 'Bash', args: { command, description: 'go' } }),
  spawn: [
    {
      tool: 'Agent',
      args: { description: 'go', prompt: 'go', subagent_type: 'general-purpose', run_in_background: false },
    },
  ],
  spawnTools: ['Agent'],
  names: { read: 'Read', write: 'Write', shell: 'Bash' },
  hurried: (text) => text.replaceAll('"timeout": 30', '"timeout": 1'),
}

/** Asks Codex for its hooks, and writes down what its user says yes to in `/hooks`: the hash of each. */
const trustHooks = async (given: HostFolder, words: readonly string[]): Promise<void> => {
  const [program, ...args] = [...words, 'app-server']
  const server = spawn(program as string, args, {
    cwd: given.project,
    env: { PATH: process.env['PATH'] ?? '', HOME: given.folder },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const send = (message: object): boolean => server.stdin.write(`${JSON.stringify(message)}\n`)
  send({ id: 1, method: 'initialize', params: { clientInfo: { name: 'test', version: '1' } } })
  send({ method: 'initialized' })
  send({ id: 2, method: 'hooks/list', params: { cwds: [given.project] } })
  for await (const line of createInterface({ input: server.stdout })) {
    const { id, result } = JSON.parse(line) as {
      id?: number
      result?: { data: { hooks: { key: string; currentHash: string }[] }[] }
    }
    if (id !== 2) continue
    const file = join(given.folder, '.codex', 'config.toml')
    const trusted = (result?.data ?? []).flatMap(({ hooks }) =>
      hooks.map(({ key, currentHash }) => `[hooks.state."${key}"]\ntrusted_hash = "${currentHash}"\n`),
    )
    writeFileSync(file, `${readFileSync(file, 'utf8')}${trusted.join('')}`)
    break
  }
  server.kill()
}

const codex: CommandHostDriver = {
  prepare: (given, url) => {
    const provider = `[model_providers.scripted]\nname = "scripted"\nbase_url = "${url}"\nwire_api = "responses"\n`
    const model = 'model = "scripted"\nmodel_provider = "scripted"\n'
    const free = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"\n'
    given.write('.codex/config.toml', `${model}${free}${provider}`)
  },
  accept: trustHooks,
  words: ['exec', '--skip-git-repo-check', MESSAGE],
  env: () => ({}),
  // It reads by commands, and has no tool to write but patches, which some of its models are not offered.
  reading: (folder) => ({ Bash: { command: pattern(`cat ${folder}/*`) } }),
  read: (file) => ({ tool: 'exec_command', args: { cmd: `cat ${file}` } }),
  write: (file) => ({ tool: 'view_image', args: { path: file } }),
  shell: (command) => ({ tool: 'exec_command', args: { cmd: command } }),
  spawn: [
    { tool: 'spawn_agent', namespace: 'multi_agent_v1', args: { message: 'go' } },
    {
      tool: 'wait_agent',
      namespace: 'multi_agent_v1',
      args: ([told = '']) => ({ targets: [/[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}/.exec(told)?.[0]] }),
    },
  ],
  spawnTools: ['spawn_agent', 'multi_agent_v1wait_agent'],
  names: { read: 'Bash', write: 'view_image', shell: 'Bash' },
  hurried: (text) => text.replaceAll('"timeout": 30', '"timeout": 1'),
}

const gemini: CommandHostDriver = {
  prepare: (given) => {
    given.write('.gemini/settings.json', {
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    })
  },
  words: ['-p', MESSAGE, '--yolo', '--skip-trust', '-m', 'gemini-2.5-pro'],
  env: (url) => ({ GOOGLE_GEMINI_BASE_URL: originOf(url), GEMINI_API_KEY: 'none' }),
  reading: (folder) => ({ read_file: { file_path: subpath(folder) } }),
  read: (file) => ({ tool: 'read_file', args: { file_path: file } }),
  write: (file) => ({ tool: 'write_file', args: { file_path: file, content: 'x' } }),
  shell: (command) => ({ tool: 'run_shell_command', args: { command } }),
  spawn: [{ tool: 'invoke_agent', args: { agent_name: 'generalist', prompt: 'go' } }],
  spawnTools: ['invoke_agent'],
  names: { read: 'read_file', write: 'write_file', shell: 'run_shell_command' },
  hurried: (text) => text.replaceAll('"timeout": 15000', '"timeout": 1000'),
}

const copilot: CommandHostDriver = {
  prepare: () => {},
  words: ['-p', MESSAGE, '--allow-all-tools', '--allow-all-paths'],
  env: (url) => ({
    COPILOT_OFFLINE: 'true',
    COPILOT_PROVIDER_BASE_URL: url,
    COPILOT_MODEL: 'scripted',
    COPILOT_AUTO_UPDATE: 'false',
  }),
  reading: (folder) => ({ view: { path: subpath(folder) } }),
  read: (file) => ({ tool: 'view', args: { path: file } }),
  write: (file) => ({ tool: 'create', args: { path: file, file_text: 'x' } }),
  shell: (command) => ({ tool: 'bash', args: { command, description: 'go' } }),
  spawn: [
    {
      tool: 'task',
      args: { description: 'go', prompt: 'go', agent_type: 'general-purpose', name: 'kid', mode: 'sync' },
    },
  ],
  spawnTools: ['task'],
  names: { read: 'view', write: 'create', shell: 'bash' },
  hurried: (text) => text.replaceAll('"timeoutSec": 20', '"timeoutSec": 1'),
}

const hermes: CommandHostDriver = {
  prepare: (given, url) => {
    given.write(
      '.hermes/config.yaml',
      `model:\n  default: scripted\n  provider: custom\n  base_url: ${url}\n  api_key: none\n`,
    )
  },
  words: ['chat', '--quiet', '--yolo', '--ignore-rules', '--query', MESSAGE],
  env: () => ({}),
  reading: (folder) => ({ read_file: { path: subpath(folder) } }),
  read: (file) => ({ tool: 'read_file', args: { path: file } }),
  write: (file) => ({ tool: 'write_file', args: { path: file, content: 'x' } }),
  shell: (command) => ({ tool: 'terminal', args: { command } }),
  // Children run in the background, and end with it.
  spawn: [
    { tool: 'delegate_task', args: { goal: 'go' } },
    { tool: 'terminal', args: { command: 'sleep 20' } },
  ],
  spawnTools: ['delegate_task', 'terminal'],
  names: { read: 'read_file', write: 'write_file', shell: 'terminal' },
  hurried: (text) => text.replaceAll('timeout: 15', 'timeout: 1'),
}

export const DRIVERS: Readonly<Record<CommandHost, CommandHostDriver>> = {
  claude,
  codex,
  gemini,
  copilot,
  hermes,
}
