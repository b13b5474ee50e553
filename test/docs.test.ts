/** The reference pages say what the code says: error codes, stricter rules, doors, and links that lead somewhere. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES, STRICTER_RULES } from '../src/index.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The cells of the tables of a page, a row each; heads and rulers left out. */
const tableRows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )

describe('docs/reference/errors.md', () => {
  test('is the table of codes, no more and no less', () => {
    const written = tableRows(page('docs/reference/errors.md'))
    const coded = [...ERROR_CODES.values()].map(({ code, meaning, protocol }) => [
      `\`${code}\``,
      protocol === undefined ? '' : String(protocol),
      meaning,
    ])
    expect(written).toEqual(coded)
  })
})

describe('docs/reference/differences.md', () => {
  test('is the table of stricter rules, no more and no less', () => {
    const written = tableRows(page('docs/reference/differences.md'))
    expect(written.map(([rule, what]) => [rule, what]).sort()).toEqual(
      Object.entries(STRICTER_RULES)
        .map(([rule, what]) => [`\`${rule}\``, what])
        .sort(),
    )
    for (const [rule, , why, witness] of written) {
      expect(why?.length, `${rule} has a reason`).toBeGreaterThan(10)
      expect(witness?.length, `${rule} has a witness`).toBeGreaterThan(3)
    }
  })
})

describe('docs/reference/api.md', () => {
  test.each([
    ['warrant', () => import('../src/index.js')],
    ['warrant/schema', () => import('../src/schema/index.js')],
    ['warrant/node', () => import('../src/node/index.js')],
    ['warrant/redis', () => import('../src/redis/index.js')],
    ['warrant/regex', () => import('../src/regex/index.js')],
    ['warrant/cel', () => import('../src/cel/index.js')],
    ['warrant/extensions', () => import('../src/encoding/appValue.js')],
    ['warrant/opencode', () => import('../src/plugins/opencode.js')],
    ['warrant/openclaw', () => import('../src/plugins/openclaw.js')],
    ['warrant/pi', () => import('../src/plugins/pi.js')],
    ['warrant/croner', () => import('../src/schedule/croner.js')],
    ['warrant/bullmq', () => import('../src/schedule/bullmq.js')],
    ['warrant/testing', () => import('../src/testing/index.js')],
  ] as const)('names every value that %s exports, and says what it is', async (door, open) => {
    const [, section = ''] = page('docs/reference/api.md').split(`## \`${door}\`\n`)
    const rows = tableRows(section.split(/^## /m)[0] ?? '')
    const named = rows.map(([name]) => /`(.+?)`/.exec(name ?? '')?.[1])
    expect(named).toEqual(expect.arrayContaining(Object.keys(await open())))
    expect(rows.filter(([, what]) => what === undefined || what.length < 5)).toEqual([])
  })
})

describe('links between pages', () => {
  const pages = ['README.md', 'CHANGELOG.md', ...markdownBelow('docs')]
  test.each(pages)('%s', (path) => {
    const links = [...page(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] as string,
    )
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
  })
})

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((found) => {
    const path = join(folder, found.name)
    if (found.isDirectory()) return markdownBelow(path)
    return path.endsWith('.md') ? [path] : []
  })
}
