/**
 * The extension in pi itself: WARRANT_PI names the start of its command, words apart by blanks, as in
 * `node …/pi-coding-agent/dist/cli.js` (0.73.1 of @mariozechner and 0.87.1 of @earendil-works were run).
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { subpath } from '../../../src/index.js'
import { type ScriptedCall, startModelServer } from '../../support/modelServer.js'
import { type HostFolder, hostFolder, runHostProgram } from './hostRun.js'
import { hostProgram, versionOf } from './packages.js'
import { ASKED, expectSeen } from './seen.js'

const program = hostProgram('pi')

const GUARD = `import { warrantPlugin } from 'warrant/pi'
export default warrantPlugin({ home: process.env.GUARD_HOME })
`

const runPi = async (
  given: HostFolder,
  calls: readonly ScriptedCall[],
  extensions: Readonly<Record<string, string>> = { 'guard.js': GUARD },
): Promise<readonly string[]> => {
  const model = await startModelServer(calls)
  try {
    given.write('.pi/agent/models.json', {
      providers: {
        scripted: {
          baseUrl: model.url,
          api: 'openai-completions',
          apiKey: 'none',
          compat: { supportsDeveloperRole: false, supportsReasoningEffort: false },
          models: [{ id: 'scripted' }],
        },
      },
    })
    const named = Object.entries(extensions).flatMap(([name, text]) => ['-e', given.write(name, text)])
    const words = [...program.words, '--print', '--offline', ...named]
    const ended = await runHostProgram(
      given,
      [...words, '--provider', 'scripted', '--model', 'scripted', 'go'],
      { GUARD_HOME: given.home.folder },
    )
    expect(ended.exit, ended.output).toBe(0)
    return [...model.results]
  } finally {
    await model.close()
  }
}

describe.skipIf(program.missing !== undefined)(`pi, ${program.missing ?? 'as published'}`, () => {
  test('runs what the warrant allows, and gives the model the denial of what it does not', async () => {
    const given = hostFolder('pi')
    const { project, folder, home } = given
    given.stand({ read: { path: subpath(project) }, bash: {} })
    const results = await runPi(given, [
      { tool: 'read', args: { path: join(project, 'open.txt') } },
      { tool: 'read', args: { path: join(folder, 'secret.txt') } },
      { tool: 'write', args: { path: join(project, 'new.txt'), content: 'x' } },
      { tool: 'read', args: { path: `@${home.path('hook.json')}` } },
      { tool: 'bash', args: { command: `cat ${home.path('hook.json')}` } },
    ])
    expect(results).toEqual([
      expect.stringContaining('open text'),
      expect.stringMatching(/^warrant: CONSTRAINT_VIOLATED: read: /),
      expect.stringMatching(/^warrant: TOOL_NOT_GRANTED: write: /),
      expect.stringMatching(/^warrant: GUARD_PROTECTED: read: /),
      expect.stringMatching(/^warrant: GUARD_PROTECTED: bash: /),
    ])
    expect(existsSync(join(project, 'new.txt'))).toBe(false)
    const calls = home.records().filter(({ event }) => event === 'tool_call')
    expect(calls.map(({ verdict }) => verdict)).toEqual(['allow', 'deny', 'deny', 'deny', 'deny'])
  })

  test('its own tools work with arguments that nobody can change any more', async () => {
    const given = hostFolder('pi')
    const at = (name: string): string => join(given.project, name)
    given.stand({ '*': {} })
    const results = await runPi(given, [
      { tool: 'write', args: { path: at('new.txt'), content: 'one\n' } },
      { tool: 'edit', args: { path: at('new.txt'), edits: [{ oldText: 'one', newText: 'two' }] } },
      { tool: 'bash', args: { command: 'echo ran > ran.txt' } },
    ])
    expect(results.length).toBe(3)
    expect([readFileSync(at('new.txt'), 'utf8'), readFileSync(at('ran.txt'), 'utf8')]).toEqual([
      'two\n',
      'ran\n',
    ])
  })

  test('an extension that changes the arguments after the check stops the call', async () => {
    const given = hostFolder('pi')
    given.stand({ '*': {} })
    const later = `export default (pi) => pi.on('tool_call', (event) => { event.input.command = 'echo other' })`
    const results = await runPi(given, [{ tool: 'bash', args: { command: 'echo first' } }], {
      'guard.js': GUARD,
      'later.js': later,
    })
    expect(results.length).toBe(1)
    expect(results[0]).not.toMatch(/^(?:other|first)/)
  })

  test('the object that an extension puts in the place of the arguments is not what runs, which ends the guard', async () => {
    const given = hostFolder('pi')
    given.stand({ '*': {} })
    const earlier = `export default (pi) => pi.on('tool_call', (event) => { event.input = { command: 'echo other' } })`
    const bash = { tool: 'bash', args: { command: 'echo first' } }
    const results = await runPi(given, [bash, bash], { 'earlier.js': earlier, 'guard.js': GUARD })
    expect(results).toEqual([
      expect.stringContaining('first'), // and not `other`: the host holds on to its own object
      expect.stringMatching(/^warrant: ENFORCE_INTERNAL: .* load this one first$/),
    ])
  })

  test('without a home, nothing runs', async () => {
    const given = hostFolder('pi')
    const guard = GUARD.replace('process.env.GUARD_HOME', "'/nowhere/warrant'")
    const results = await runPi(given, [{ tool: 'bash', args: { command: 'echo ran' } }], {
      'guard.js': guard,
    })
    expect(results).toEqual([expect.stringMatching(/^warrant: FILE_NOT_FOUND: /)])
  })

  test('the table says the same', () => {
    expectSeen('pi', versionOf(program.words), ASKED)
  })
})
