/** Subagents under a standing warrant, as each host tells of them: they have no part in it. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatChain, generateKey, mint } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/index.js'
import type { CapabilityInput } from '../../src/warrant/fields.js'
import { type HookHome, hookHome, nowInSeconds, READ_DATA, runHost } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

/** A home in which every session at the top of the host may do this. */
const standing = (host: string, tools: Readonly<Record<string, CapabilityInput>> = READ_DATA): HookHome => {
  const home = hookHome()
  const holder = generateKey()
  const keyFile = join(home.folder, 'holder.key')
  writeSecretKeyFile(keyFile, holder)
  const chain = mint({ holder: holder.publicKey, tools, ttlSeconds: 600, now: nowInSeconds() }, home.issuer)
  home.configure({ hosts: { [host]: { standing: { chain: formatChain(chain), keyFile } } } })
  return home
}

/** The fields by which a call is a subagent's. */
const OF_A_SUBAGENT = [
  ['claude', { agent_id: 'a1', agent_type: 'general-purpose' }],
  ['codex', { agent_id: 'a1', agent_type: 'default' }],
  ['copilot', { sessionId: 's2', agentId: 's2', agentType: 'explore', parentAgentId: 's1' }],
  ['copilot', { agentId: 's1' }],
  ['copilot', { parentAgentId: 's0' }],
] as const

describe.each(OF_A_SUBAGENT)('%s, %j', (host, fields) => {
  test('is denied, where the session at the top is not', async () => {
    const home = standing(host)
    const call = SHAPES[host].call({})
    expect((await runHost(host, home.folder, call)).exit).toBe(0)
    const { exit, stderr } = await runHost(host, home.folder, { ...call, ...fields })
    expect([exit, stderr]).toEqual([2, expect.stringContaining('warrant: SESSION_UNKNOWN: ')])
  })

  test('acts under a warrant of its own', async () => {
    const home = standing(host, { Other: {} })
    const event = { ...SHAPES[host].call({}), ...fields }
    const { sessionId = 's1' } = event as { sessionId?: string } // by its own name for it, or as in the shape
    home.open(host, sessionId, 'agent_id' in fields ? { agent: fields.agent_id } : {})
    expect((await runHost(host, home.folder, event)).exit).toBe(0)
  })
})

test('gemini does not tell them apart, so what starts one is granted by its name alone', async () => {
  const call = SHAPES.gemini.call({ tool: 'invoke_agent', args: { agent_name: 'generalist', prompt: 'go' } })
  const { stderr } = await runHost('gemini', standing('gemini', { '*': {} }).folder, call)
  expect(stderr).toContain('warrant: TOOL_NOT_GRANTED: invoke_agent: ')
  const named = standing('gemini', { '*': {}, invoke_agent: {} })
  expect((await runHost('gemini', named.folder, call)).exit).toBe(0)
})
