/** What the README and the how-to pages show is run as it stands there: the JavaScript blocks and the shell blocks. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs', 'how-to'), { withFileTypes: true })
    .filter((found) => found.isFile() && found.name.endsWith('.md'))
    .map((found) => join('docs', 'how-to', found.name)),
]

interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly text: string
}

const blocksOf = (page: string): Block[] => {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] as string, // the pattern has both groups
    text: match[2] as string,
  }))
}

const blocks = pages.flatMap(blocksOf)

describe('JavaScript in the documentation', () => {
  // Its schedules go on for ever: they are started, fired and stopped in test/schedule.
  const played = join('docs', 'how-to', 'schedule-with-node.md')
  const scripts = blocks.filter(({ page, language }) => language === 'js' && page !== played)
  test('is there', () => expect(scripts.length).toBeGreaterThan(2))

  test.each(scripts)('$page:$line runs', ({ text, page, line }) => {
    // Inside the package, so that `import 'warrant'` means this package by its exports.
    const file = join(root, 'dist', `readme-${process.pid}-${page.replaceAll(/\W/g, '-')}-${line}.mjs`)
    writeFileSync(file, text)
    try {
      const printed = execFileSync(process.execPath, [file], { encoding: 'utf8', cwd: root })
      // `// prints: …` says what a block prints, line by line.
      const promised = [...text.matchAll(/\/\/ prints: (.*)$/gm)].map((match) => match[1])
      if (promised.length > 0) expect(printed.trim().split('\n')).toEqual(promised)
    } finally {
      rmSync(file)
    }
  })
})

describe('shell in the documentation', () => {
  // These pages are played step by step, with what each must answer, in test/hook.
  const played = [
    'guard-an-agent.md',
    'guard-a-gateway.md',
    'guard-a-cron-job.md',
    'delegate.md',
    'learn-a-policy.md',
    'come-from-hermes-tenuo.md',
  ].map((page) => join('docs', 'how-to', page))
  const scripts = blocks.filter(
    ({ page, language, text }) =>
      language === 'sh' && !played.includes(page) && !/npm (install|test)/.test(text),
  )
  const folder = mkdtempSync(join(tmpdir(), 'warrant-readme-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(scripts)('$page:$line runs', ({ text, page, line }) => {
    const bin = join(folder, 'bin')
    execFileSync('mkdir', ['-p', bin, join(folder, 'work')])
    writeFileSync(
      join(bin, 'warrant'),
      `#!/bin/sh\nexec "${process.execPath}" "${root}/bin/warrant.cjs" "$@"\n`,
      {
        mode: 0o755,
      },
    )
    const script = join(folder, `block-${page.replaceAll(/\W/g, '-')}-${line}.sh`)
    // A line that ends in `# denied` must be refused: everything else must succeed.
    const checked = text
      .split('\n')
      .map((row) =>
        /#\s*denied\b/.test(row) ? `if ${row.replace(/\s*#\s*denied.*$/, '')}; then exit 99; fi` : row,
      )
      .join('\n')
    writeFileSync(script, `set -eu\n${checked}`)
    execFileSync('sh', [script], {
      cwd: join(folder, 'work'),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, HOME: folder },
    })
  })
})
