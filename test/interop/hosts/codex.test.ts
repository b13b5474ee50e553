/** What Codex asks nobody about. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DRIVERS } from './commandHosts.js'
import { decided, runGuarded } from './guardedRun.js'
import { runHostProgram } from './hostRun.js'
import { hostProgram } from './packages.js'

const codex = hostProgram('codex')

describe.skipIf(codex.missing !== undefined)(`codex, ${codex.missing ?? 'as published'}`, () => {
  test('a hook that its user has not trusted is not asked: everything runs, and the guard knows of nothing', async () => {
    const given = await runGuarded(
      'codex',
      codex.words,
      (place) => [DRIVERS.codex.shell(`echo ran > ${place.project}/ran.txt`)],
      { accepted: false },
    )
    expect(existsSync(join(given.project, 'ran.txt'))).toBe(true)
    expect(decided(given)).toEqual([])
    const doctor = await runHostProgram(given, [
      ...[process.execPath, join(given.folder, 'node_modules', 'warrant', 'bin', 'itself.cjs')],
      ...['doctor', '--home', given.home.folder],
    ])
    expect([doctor.exit, doctor.output]).toEqual([1, expect.stringContaining('RED')])
  })

  test('what is written to a program that runs already, nobody is asked about', async () => {
    const given = await runGuarded(
      'codex',
      codex.words,
      (place) => [
        { tool: 'exec_command', args: { cmd: 'bash', tty: true, yield_time_ms: 500 } },
        {
          tool: 'write_stdin',
          args: ([told = '']) => ({
            session_id: Number(/session ID (\d+)/.exec(told)?.[1]),
            chars: `echo ran > ${place.project}/ran.txt\n`,
            yield_time_ms: 1_000,
          }),
        },
      ],
      { tools: { Bash: { command: 'bash' } } },
    )
    expect(existsSync(join(given.project, 'ran.txt'))).toBe(true)
    expect(decided(given)).toEqual([['Bash', 'allow', undefined]])
  })
})
