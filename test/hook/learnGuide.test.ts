/** The walk-through of docs/how-to/learn-a-policy.md, run as it stands there: watched, learned, minted, blocked. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs', 'how-to', 'learn-a-policy.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text as string, // the one group
  )

test('from an agent that is watched to one that is stopped', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-learn-'))
  writeFileSync(
    join(folder, 'warrant'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin', 'warrant.cjs')}" "$@"\n`,
  )
  chmodSync(join(folder, 'warrant'), 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, HOME: folder }
  const sh = (script: string | undefined): SpawnSyncReturns<string> =>
    spawnSync('sh', ['-c', script as string], { cwd: folder, env, encoding: 'utf8' }) // there are as many

  const [watch, work, learn, simulate, block, allowed, denied, ...more] = blocks('sh')
  const [policy] = blocks('yaml')
  const [denial] = blocks('text')
  expect(more).toEqual([])

  expect(sh(watch)).toMatchObject({ status: 0, stdout: expect.stringContaining('canary denied') })
  expect(sh(work)).toMatchObject({ status: 0, stdout: '{}{}{}', stderr: '' })
  expect(sh('warrant doctor --home "$PWD/guard"').stdout).toMatch(/^note {2}observe: .*observed\.jsonl/m)

  expect(sh(learn)).toMatchObject({ status: 0, stdout: '', stderr: 'wrote learned.yaml\n' })
  expect(readFileSync(join(folder, 'learned.yaml'), 'utf8')).toBe(policy)
  expect(sh(simulate)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 calls: 3 allowed, 0 denied/),
  })

  expect(sh(block)).toMatchObject({ status: 0, stdout: expect.stringContaining('canary denied') })
  expect(sh(allowed)).toMatchObject({ status: 0, stdout: '{}', stderr: '' })
  expect(sh(denied)).toMatchObject({ status: 2, stderr: denial })
  const doctor = sh('warrant doctor --home "$PWD/guard"')
  expect([doctor.status, doctor.stdout.trim().split('\n').at(-1)]).toEqual([0, 'green'])
  expect(doctor.stdout).not.toContain('observe')
})
