/** A page of docs/how-to, and a shell in which its blocks are typed one after another. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The blocks of a page in one language, in order. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  [
    ...readFileSync(join(root, 'docs', 'how-to', page), 'utf8').matchAll(
      new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'),
    ),
  ].map(([, text]) => text as string) // the pattern has one group

/** A folder with `warrant` on the path of searches, as after an installation. */
export const guideShell = (): ((script: string) => SpawnSyncReturns<string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-guide-'))
  writeFileSync(
    join(folder, 'warrant'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin', 'warrant.cjs')}" "$@"\n`,
  )
  chmodSync(join(folder, 'warrant'), 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, HOME: folder }
  return (script) => spawnSync('sh', ['-c', script], { cwd: folder, env, encoding: 'utf8' })
}
