/** The reference page says what the program has: flags, codes, forms of constraints. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { KINDS } from '../../src/capability/kinds.js'
import { CLI_CODES } from '../../src/cli/failure.js'
import { run } from './harness.js'

const page = readFileSync(fileURLToPath(new URL('../../docs/reference/cli.md', import.meta.url)), 'utf8')

const commandsOf = async (): Promise<string[]> => {
  const { stdout } = await run(['--help'])
  const listed = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('A first warrant:'))
  return [...listed.matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name as string)
    .filter((name) => name !== 'help')
}

test('every command and every flag is on the page', async () => {
  const commands = await commandsOf()
  expect(commands).toEqual(
    'keygen mint attenuate inspect verify prove enforce run hook cron session doctor init approve approvals audit learn fit simulate conformance demo'.split(
      ' ',
    ),
  )
  for (const command of commands) {
    expect(page).toContain(`warrant ${command}`)
    const { stdout } = await run(['help', command])
    const options = stdout.slice(stdout.indexOf('Options:'))
    const flags = [...options.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag as string)
    expect(flags.length).toBeGreaterThan(1)
    for (const flag of flags)
      if (flag !== '--help') expect([command, flag, page.includes(flag)]).toEqual([command, flag, true])
  }
})

test('no flag on the page is made up', async () => {
  const help = await Promise.all(
    (await commandsOf()).map(async (command) => (await run(['help', command])).stdout),
  )
  const known = new Set(help.join('\n').match(/--[a-z-]+/g))
  const named = new Set(page.match(/--[a-z][a-z-]+/g))
  expect([...named].filter((flag) => !known.has(flag))).toEqual([])
})

test('every code of the command line is on the page, and no other', () => {
  const section = page.slice(page.indexOf('| code |'), page.indexOf('**`--json`**'))
  const listed = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code)
  expect(listed.sort()).toEqual(Object.keys(CLI_CODES).sort())
})

test('every kind of constraint has its JSON fields on the page', () => {
  const section = page.slice(page.indexOf('## Constraints as JSON'))
  for (const kind of Object.keys(KINDS)) expect(section).toContain(`\`${kind}\``)
})
