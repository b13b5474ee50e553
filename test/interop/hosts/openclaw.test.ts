/**
 * The plugin in OpenClaw itself: WARRANT_OPENCLAW names the start of its command, words apart by blanks, as in
 * `node24 …/openclaw/openclaw.mjs` (2026.9.6 was run).
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { subpath, wildcard } from '../../../src/index.js'
import { type ScriptedCall, startModelServer } from '../../support/modelServer.js'
import { type HostFolder, hostFolder, runHostProgram } from './hostRun.js'
import { hostProgram, versionOf } from './packages.js'
import { ASKED, expectSeen } from './seen.js'

const program = hostProgram('openclaw')

const plugin = (options: string): string => `import { warrantPlugin } from 'warrant/openclaw'
export default warrantPlugin({ home: process.env.GUARD_HOME${options} })
`

/** A plugin as a folder, as OpenClaw wants it. */
const writePlugin = (given: HostFolder, id: string, text: string): string => {
  given.write(`${id}/package.json`, {
    name: id,
    version: '1.0.0',
    type: 'module',
    openclaw: { extensions: ['./index.js'] },
  })
  const configSchema = { type: 'object', additionalProperties: false }
  given.write(`${id}/openclaw.plugin.json`, { id, name: id, activation: { onStartup: true }, configSchema })
  given.write(`${id}/index.js`, text)
  return join(given.folder, id)
}

const runOpenclaw = async (
  given: HostFolder,
  calls: readonly ScriptedCall[],
  { key = 'agent:main:main', options = '', others = {} as Readonly<Record<string, string>> } = {},
): Promise<readonly string[]> => {
  const model = await startModelServer(calls)
  try {
    const plugins = { ...others, warrant: plugin(options) }
    const paths = Object.entries(plugins).map(([id, text]) => writePlugin(given, id, text))
    given.write('.openclaw/openclaw.json', {
      agents: {
        defaults: { workspace: given.project, model: { primary: 'scripted/scripted' }, skipBootstrap: true },
      },
      models: {
        mode: 'merge',
        providers: {
          scripted: {
            baseUrl: model.url,
            apiKey: 'none',
            api: 'openai-completions',
            models: [
              {
                id: 'scripted',
                name: 'scripted',
                reasoning: false,
                input: ['text'],
                cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
                contextWindow: 128_000,
                maxTokens: 8_192,
              },
            ],
          },
        },
      },
      tools: { toolSearch: false, exec: { security: 'full', ask: 'off' } },
      plugins: {
        load: { paths },
        allow: Object.keys(plugins),
        entries: Object.fromEntries(Object.keys(plugins).map((id) => [id, { enabled: true }])),
      },
    })
    const words = [...program.words, 'agent', '--local', '--session-key', key]
    const ended = await runHostProgram(given, [...words, '--message', 'go', '--timeout', '300'], {
      GUARD_HOME: given.home.folder,
      OPENCLAW_NO_AUTO_UPDATE: '1',
    })
    expect(ended.exit, ended.output).toBe(0)
    return [...model.results]
  } finally {
    await model.close()
  }
}

describe.skipIf(program.missing !== undefined)(`openclaw, ${program.missing ?? 'as published'}`, () => {
  test('runs what the warrant allows, and gives the model the denial of what it does not', async () => {
    const given = hostFolder('openclaw')
    const { project, folder, home } = given
    given.stand({ read: { path: subpath(project) }, exec: {} })
    const results = await runOpenclaw(given, [
      { tool: 'read', args: { path: join(project, 'open.txt') } },
      { tool: 'read', args: { path: join(folder, 'secret.txt') } },
      { tool: 'write', args: { path: join(project, 'new.txt'), content: 'x' } },
      { tool: 'exec', args: { command: `cat ${home.path('hook.json')}` } },
    ])
    expect(results).toEqual([
      expect.stringContaining('open text'),
      expect.stringContaining('warrant: CONSTRAINT_VIOLATED: read: '),
      expect.stringContaining('warrant: TOOL_NOT_GRANTED: write: '),
      expect.stringContaining('warrant: GUARD_PROTECTED: exec: '),
    ])
    expect(existsSync(join(project, 'new.txt'))).toBe(false)
    const records = home.records().filter(({ event }) => event === 'before_tool_call')
    expect(records.map(({ verdict, session }) => [verdict, session])).toEqual([
      ['allow', 'agent:main:main'],
      ['deny', 'agent:main:main'],
      ['deny', 'agent:main:main'],
      ['deny', 'agent:main:main'],
    ])
  })

  test('its own tools work with the arguments that were checked', async () => {
    const given = hostFolder('openclaw')
    const at = (name: string): string => join(given.project, name)
    given.stand({ '*': {} })
    const results = await runOpenclaw(given, [
      { tool: 'write', args: { path: at('new.txt'), content: 'one\n' } },
      { tool: 'edit', args: { path: at('new.txt'), edits: [{ oldText: 'one', newText: 'two' }] } },
      { tool: 'exec', args: { command: 'echo ran > ran.txt', workdir: given.project } },
    ])
    expect(results.length).toBe(3)
    expect([readFileSync(at('new.txt'), 'utf8'), readFileSync(at('ran.txt'), 'utf8')]).toEqual([
      'two\n',
      'ran\n',
    ])
  })

  test('what another plugin returned as arguments is not what runs', async () => {
    const given = hostFolder('openclaw')
    given.stand({ exec: { command: wildcard() }, '*': {} })
    const other = `export default { id: 'other', name: 'other', register: (api) => {
      api.on('before_tool_call', () => ({ params: { command: 'echo other' } }), { priority: -5 })
    } }`
    const results = await runOpenclaw(given, [{ tool: 'exec', args: { command: 'echo first' } }], {
      others: { other },
    })
    expect(results).toEqual([expect.stringContaining('first')])
    expect(results.join()).not.toContain('other')
  })

  test.each(['agent:main:subagent:0b5fbc1c', 'agent:main:cron:nightly:run:1'])(
    'the standing warrant is not for %s',
    async (key) => {
      const given = hostFolder('openclaw')
      given.stand({ '*': {} })
      const results = await runOpenclaw(given, [{ tool: 'exec', args: { command: 'echo ran' } }], { key })
      expect(results).toEqual([expect.stringContaining('warrant: SESSION_UNKNOWN: exec: ')])
    },
  )

  test('a cron job acts under the warrant that was put for the job', async () => {
    const given = hostFolder('openclaw')
    given.home.open('openclaw', 'agent:main:cron:nightly', { tools: { exec: {} } })
    const key = 'agent:main:cron:nightly:run:1'
    const results = await runOpenclaw(given, [{ tool: 'exec', args: { command: 'echo ran' } }], { key })
    expect(results).toEqual([expect.stringContaining('ran')])
  })

  test('what is to be asked of the user too does not run where there is nobody to ask', async () => {
    const given = hostFolder('openclaw')
    given.stand({ exec: {} })
    const results = await runOpenclaw(given, [{ tool: 'exec', args: { command: 'echo ran' } }], {
      options: ", ask: ['exec']",
    })
    expect(results.length).toBe(1)
    expect(results[0]).not.toMatch(/^ran/)
    expect(results[0]).toMatch(/approval/i)
  })

  test('the table says the same', () => {
    expectSeen('openclaw', versionOf(program.words), { ...ASKED, subagent: 'nothing runs' })
  })
})
