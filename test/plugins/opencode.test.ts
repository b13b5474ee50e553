/** What is of opencode alone: who began a session is asked of the host, and its tool that runs other tools. */

import { describe, expect, test } from 'vitest'
import { formatChain } from '../../src/index.js'
import { writeSecretKeyFile } from '../../src/node/index.js'
import type { OpencodeInput } from '../../src/plugins/opencode.js'
import { type HookHome, hookHome } from '../support/hookHome.js'
import { clientOf, loadOpencode } from '../support/pluginHosts.js'

const standing = (fields: object = {}): HookHome => {
  const home = hookHome()
  const { chain, holderKey } = home.open('other', 'unused')
  const keyFile = `${home.folder}.key`
  writeSecretKeyFile(keyFile, holderKey)
  home.configure({ hosts: { opencode: { standing: { chain: formatChain(chain), keyFile } } }, ...fields })
  return home
}

const load = (home: HookHome, get?: OpencodeInput['client']['session']['get']) =>
  loadOpencode({ home: home.folder }, clientOf(get))

const denial = (code: string) => ({ denied: expect.stringMatching(new RegExp(`^warrant: ${code}: `)) })

describe('who began a session', () => {
  test.each([
    ['names a parent', async () => ({ data: { id: 's1', parentID: 's0' } }), 'SESSION_UNKNOWN'],
    ['does not show it', async () => ({ error: {} }), 'ENFORCE_INTERNAL'],
    ['answers nothing', async () => undefined, 'ENFORCE_INTERNAL'],
    ['fails', () => Promise.reject(new Error('planted')), 'ENFORCE_INTERNAL'],
  ])('a host that %s gives no standing warrant', async (_, get, code) => {
    const outcome = await (await load(standing(), get)).call()
    expect(outcome).toEqual(denial(code))
    expect(JSON.stringify(outcome)).not.toContain('planted')
  })

  test('a host that never answers is not waited for longer than there is time', async () => {
    const home = standing({ deadlineMilliseconds: 50 })
    const { call } = await load(home, () => new Promise(() => {}))
    expect(await call()).toEqual(denial('GUARD_DEADLINE'))
  })

  test('the host is asked once for a session, and not at all where it does not matter', async () => {
    const asked: string[] = []
    const get = async ({ path: { id } }: { path: { id: string } }) => {
      asked.push(id)
      return { data: { id } }
    }
    const home = standing()
    const { call } = await load(home, get)
    await Promise.all([call(), call({ session: 's2' })])
    expect(await call()).toHaveProperty('ran')
    expect(asked.sort()).toEqual(['s1', 's2'])
    home.configure()
    expect(await call({ session: 's3' })).toEqual(denial('SESSION_UNKNOWN'))
    expect(asked.length).toBe(2)
  })
})

describe('batch', () => {
  test('is not meant by a warrant for any tool, but by its name', async () => {
    const home = hookHome()
    home.open('opencode', 's1', { tools: { '*': {} } })
    const { call } = await load(home)
    expect(await call({ tool: 'bash', args: {} })).toHaveProperty('ran')
    expect(await call({ tool: 'batch', args: { tool_calls: [] } })).toEqual(denial('TOOL_NOT_GRANTED'))
    home.open('opencode', 's1', { tools: { '*': {}, batch: {} } })
    expect(await call({ tool: 'batch', args: { tool_calls: [] } })).toHaveProperty('ran')
  })
})

describe('the project', () => {
  test('its files that say which plugins there are cannot be written by a tool', async () => {
    const home = hookHome()
    home.open('opencode', 's1', { tools: { '*': {} } })
    const { call } = await load(home)
    for (const filePath of ['opencode.json', './.opencode/plugins/warrant.js', '/srv/agent/opencode.jsonc'])
      expect(await call({ tool: 'write', args: { filePath, content: '' } })).toEqual(
        denial('GUARD_PROTECTED'),
      )
    const command = 'cd .opencode && rm plugins/warrant.js'
    expect(await call({ tool: 'bash', args: { command } })).toEqual(denial('GUARD_PROTECTED'))
    expect(await call({ tool: 'write', args: { filePath: 'src/a.ts', content: '' } })).toHaveProperty('ran')
  })

  test('a host that does not say where it is guards all the same', async () => {
    const home = hookHome()
    home.open('opencode', 's1')
    const nowhere = { ...clientOf(), directory: undefined } as unknown as OpencodeInput
    const { call } = await loadOpencode({ home: home.folder }, nowhere)
    expect(await call()).toHaveProperty('ran')
    expect(await call({ args: { file_path: home.path('hook.json') } })).toEqual(denial('GUARD_PROTECTED'))
  })
})
