/** A home of the guard whose Hermes is a gateway, installed by the command that operators use, and the events of its users. */

import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hookCommandFor } from '../../src/cli/hook/command.js'
import { generateKey, mint, type SecretKey } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/keyFile.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'
import { formatChain } from '../../src/warrant/text.js'
import { run, type Transcript } from '../cli/harness.js'
import { type HookHome, hookHome, nowInSeconds, runHost } from './hookHome.js'

/** What an event of Hermes can be told apart by. */
export interface Said {
  readonly session?: string
  readonly turn?: string
  readonly platform?: string
  readonly sender?: string
  readonly tool?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** The turn of a message, as Hermes 0.19 sends it. */
export const turnOf = (said: Said): Readonly<Record<string, unknown>> => ({
  hook_event_name: 'pre_llm_call',
  tool_name: null,
  tool_input: null,
  session_id: said.session ?? 's1',
  cwd: '/srv/agent',
  extra: {
    ...{ task_id: 't', turn_id: said.turn ?? 'turn-1' },
    ...{ user_message: 'hello', conversation_history: [], is_first_turn: true, model: 'm' },
    ...{ platform: said.platform ?? 'telegram', sender_id: said.sender ?? '' },
  },
})

/** A call within a turn. */
export const callIn = (said: Said): Readonly<Record<string, unknown>> => ({
  hook_event_name: 'pre_tool_call',
  tool_name: said.tool ?? 'read_file',
  tool_input: said.args ?? { path: '/srv/public/a' },
  session_id: said.session ?? 's1',
  cwd: '/srv/agent',
  extra: { task_id: 't', tool_call_id: 'c', turn_id: said.turn ?? 'turn-1', api_request_id: 'r' },
})

/** What became of an event: `ok`, or the code of the refusal. */
export const outcomeOf = async (home: HookHome, event: unknown): Promise<string> => {
  const { exit, stderr } = await runHost('hermes', home.folder, event)
  return exit === 0 ? 'ok' : (/^warrant: ([A-Z_]+): /.exec(stderr)?.[1] ?? `exit ${exit}`)
}

export const ROLES = `
version: 1
roles:
  owner: { inherit: true }
  trusted: { ttl: 5m, tools: { read_file: { path: /srv }, list: any } }
  guest: { ttl: 2m, tools: { read_file: { path: /srv/public } } }
members:
  telegram: { '1001': owner, '1002': trusted, '1003': guest }
  slack: { '1001': guest }
senderless: { cli: owner }
`

/** What the gateway may do at all. */
export const STANDING: Readonly<Record<string, CapabilityInput>> = {
  read_file: {},
  list: {},
  write_file: {},
}

export interface GatewayHome extends HookHome {
  readonly standingKey: SecretKey
  /** Installs again with these roles, or with other flags. */
  readonly install: (roles?: string, ...flags: readonly string[]) => Promise<Transcript>
  readonly warrant: (...argv: readonly string[]) => Promise<Transcript>
}

/** A home in which nothing is installed yet. */
export const emptyGatewayHome = (
  options: { readonly tools?: Readonly<Record<string, CapabilityInput>>; readonly ttlSeconds?: number } = {},
): GatewayHome => {
  const home = hookHome()
  home.configure({ deadlineMilliseconds: 60_000 }) // many processes, on few cores
  const user = join(home.folder, '..')
  const at = (name: string): string => join(user, name)
  const standingKey = generateKey()
  const { tools = STANDING, ttlSeconds = 86_400 } = options
  const chain = mint({ holder: standingKey.publicKey, tools, ttlSeconds, now: nowInSeconds() }, home.issuer)
  writeFileSync(at('gateway.warrant'), formatChain(chain))
  writeSecretKeyFile(at('gateway.key'), standingKey)
  mkdirSync(at('.hermes'))
  const warrant = (...argv: readonly string[]): Promise<Transcript> =>
    run(argv, { env: { HOME: user }, now: nowInSeconds() })
  return {
    ...home,
    standingKey,
    warrant,
    install: (roles = ROLES, ...flags) => {
      writeFileSync(at('roles.yaml'), roles)
      return warrant(
        ...['hook', 'hermes', 'install', '--yes', '--home', home.folder, '--gateway', at('roles.yaml')],
        ...['--standing', at('gateway.warrant'), '--holder-key', at('gateway.key'), ...flags],
      )
    },
  }
}

/** A home whose Hermes is a gateway. */
export const gatewayHome = async (
  roles: string = ROLES,
  options: Parameters<typeof emptyGatewayHome>[0] = {},
): Promise<GatewayHome> => {
  const home = emptyGatewayHome(options)
  const { exit, stderr } = await home.install(roles)
  if (exit !== 0) throw new Error(stderr)
  return home
}

/** Starts the hook on an event and kills it after some milliseconds, or as soon as it is there. */
export const killedAfter = (home: HookHome, event: unknown, milliseconds: number): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn('sh', ['-c', `exec ${hookCommandFor('hermes', home.folder)}`], { detached: true })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(event))
    setTimeout(() => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL') // it was started, or the test fails by itself
      } catch {
        // It had ended by itself.
      }
    }, milliseconds)
    child.on('close', resolve)
  })
