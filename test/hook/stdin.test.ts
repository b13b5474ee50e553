/** Standard input in every form that hosts give it, and whether or not Node lends its plain handle of a socket. */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type HookHome, hookHome, spawnCommand } from '../support/hookHome.js'
import { SHAPES } from '../support/hostEvents.js'

const PROGRAM = fileURLToPath(new URL('../../bin/warrant.cjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'warrant-stdin-'))

/** What Node runs first, and what is said then of the handle that the hook asks for, and of the module that it falls back to. */
const preload = (name: string, lines: string): string => {
  const file = join(folder, `${name}.cjs`)
  const report = `process.on('exit', () => process._rawDebug(process.moduleLoadList.includes('NativeModule net')))`
  writeFileSync(file, `${report}\n${lines}\n`)
  return file
}
const LENT = preload('lent', '')
const REFUSED = preload('refused', `process.binding = () => { throw new Error('refused') }`)
const GONE = preload('gone', 'delete process.binding')
const USELESS = preload(
  'useless',
  `process.binding = () => ({ Pipe: class { open() { return -22 } }, constants: {} })`,
)

/** The command of a hook that another file is run before. It is started with the socket that Node gives to children. */
const commandAfter = (first: string, home: HookHome): string =>
  `"${process.execPath}" --require "${first}" "${PROGRAM}" hook claude --home "${home.folder}"`

const opened = (): HookHome => {
  const home = hookHome()
  home.open('claude', 's1')
  return home
}

const event = JSON.stringify(SHAPES.claude.call({}))
const [half, rest] = [event.slice(0, 40), event.slice(40)]

describe.each([
  ['lent', LENT, false],
  ['refused', REFUSED, true],
  ['gone', GONE, true],
  ['of no use', USELESS, true],
])('where the plain handle of a socket is %s', (_, first, isModuleLoaded) => {
  test.concurrent('an event is read, in one part or in several', async () => {
    for (const given of [
      { input: event },
      { parts: [half], input: rest },
      { parts: [half, rest], input: '' },
    ]) {
      const ended = await spawnCommand(commandAfter(first, opened()), given)
      expect(ended).toEqual({ exit: 0, stdout: '{}', stderr: `${isModuleLoaded}\n` })
    }
  })

  test.concurrent('so is one that fills the socket many times', async () => {
    const input = JSON.stringify({ ...SHAPES.claude.call({}), transcript: 'x'.repeat(1_000_000) })
    expect(await spawnCommand(commandAfter(first, opened()), { input })).toMatchObject({
      exit: 0,
      stdout: '{}',
    })
  })

  test.concurrent('one whose end does not come is denied in time', async () => {
    const home = opened()
    home.configure({ deadlineMilliseconds: 900 })
    for (const parts of [[], [half], [event]]) {
      const { exit, stderr } = await spawnCommand(commandAfter(first, home), { parts })
      expect([exit, stderr]).toEqual([2, expect.stringContaining('warrant: GUARD_DEADLINE: ')])
    }
  })
})

test.each([
  ['a file', (hook: string, file: string) => `${hook} < "${file}"`],
  ['a pipe', (hook: string, file: string) => `cat "${file}" | ${hook}`],
])('%s is read without any handle', async (_, lineOf) => {
  const file = join(folder, 'event.json')
  writeFileSync(file, event)
  const ended = await spawnCommand(lineOf(commandAfter(REFUSED, opened()), file))
  expect(ended).toEqual({ exit: 0, stdout: '{}', stderr: 'false\n' })
})
