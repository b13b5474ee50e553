/** The walk-through of docs/how-to/guard-an-agent.md, run as it stands there. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/encoding/json.js'
import type { ValueObject } from '../../src/encoding/value.js'
import { parseSettings } from '../../src/hook/settings.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs', 'how-to', 'guard-an-agent.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text as string,
  )

/** A folder with `warrant` on the path of searches, as after an installation. */
const shell = (): ((script: string) => SpawnSyncReturns<string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-guide-'))
  writeFileSync(
    join(folder, 'warrant'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin', 'warrant.cjs')}" "$@"\n`,
  )
  chmodSync(join(folder, 'warrant'), 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, HOME: folder }
  return (script) => spawnSync('sh', ['-c', script], { cwd: folder, env, encoding: 'utf8' })
}

describe('the walk-through', () => {
  test('ends in the denial that it shows, by the command that it installed, and in a green doctor', () => {
    const sh = shell()
    const [begin, allowed, denied, doctor, ...more] = blocks('sh')
    const [canary, denial] = blocks('text')
    expect(more).toEqual([])
    expect((begin as string).trim().split('\n').length).toBeLessThan(10)

    const installed = sh(begin as string)
    expect([installed.status, installed.stderr]).toEqual([0, expect.not.stringMatching(/^warrant: /m)])
    expect(installed.stdout).toContain((canary as string).trim())
    expect(sh(allowed as string)).toMatchObject({ status: 0, stdout: '{}', stderr: '' })
    expect(sh(denied as string)).toMatchObject({ status: 2, stderr: denial })
    const seen = sh(doctor as string)
    expect([seen.status, seen.stdout.trim().split('\n').at(-1)]).toEqual([0, 'green'])
  })

  test('shows a configuration that is one', () => {
    const [config] = blocks('json')
    const { modes } = parseSettings(parseJson(config as string) as ValueObject) // an object
    expect([...modes.workspaces.keys()]).toEqual(['/srv/sandbox', '/srv/tenant'])
  })
})
