/** Standard input in every form that hosts give it, and whether or not Node lends its plain handle of a socket. */

import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type HookHome, hookHome } from '../support/hookHome.js'
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

interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The hook, started with the socket that Node gives to children, in which parts of the event arrive with pauses between. */
const bySocket = (
  home: HookHome,
  first: string,
  parts: readonly (string | Buffer)[],
  isEnded = true,
): Promise<Ended> =>
  new Promise((resolve) => {
    const argv = ['--require', first, PROGRAM, 'hook', 'claude', '--home', home.folder]
    const child = spawn(process.execPath, argv, { stdio: 'pipe' })
    const read = { stdout: '', stderr: '' }
    child.stdout.on('data', (part) => {
      read.stdout += String(part)
    })
    child.stderr.on('data', (part) => {
      read.stderr += String(part)
    })
    child.stdin.on('error', () => {}) // it need not be listened to
    child.on('close', (exit) => {
      child.stdin.destroy()
      resolve({ exit, ...read })
    })
    void (async () => {
      for (const part of parts) {
        child.stdin.write(part)
        await new Promise((next) => setTimeout(next, 120))
      }
      if (isEnded) child.stdin.end()
    })()
  })

const opened = (): HookHome => {
  const home = hookHome()
  home.open('claude', 's1')
  return home
}

const event = JSON.stringify(SHAPES.claude.call({}))
const halves = [event.slice(0, 40), event.slice(40)]

describe.each([
  ['lent', LENT, false],
  ['refused', REFUSED, true],
  ['gone', GONE, true],
  ['of no use', USELESS, true],
])('where the plain handle of a socket is %s', (_, first, isModuleLoaded) => {
  test.concurrent('an event is read, in one part or in several', async () => {
    for (const parts of [[event], halves]) {
      const ended = await bySocket(opened(), first, parts)
      expect(ended).toEqual({ exit: 0, stdout: '{}', stderr: `${isModuleLoaded}\n` })
    }
  })

  test.concurrent('so is one that fills the socket many times', async () => {
    const long = JSON.stringify({ ...SHAPES.claude.call({}), transcript: 'x'.repeat(1_000_000) })
    expect(await bySocket(opened(), first, [long])).toMatchObject({ exit: 0, stdout: '{}' })
  })

  test.concurrent('one whose end does not come is denied in time', async () => {
    const home = opened()
    home.configure({ deadlineMilliseconds: 900 })
    for (const parts of [[], halves.slice(0, 1), [event]]) {
      const { exit, stderr } = await bySocket(home, first, parts, false)
      expect([exit, stderr]).toEqual([2, expect.stringContaining('warrant: GUARD_DEADLINE: ')])
    }
  })
})

test.each([
  ['a file', `< ${join(folder, 'event.json')}`],
  ['a pipe', `${join(folder, 'event.json')} |`],
])('%s is read without any handle', async (kind, how) => {
  writeFileSync(join(folder, 'event.json'), event)
  const hook = `"${process.execPath}" --require "${REFUSED}" "${PROGRAM}" hook claude --home "${opened().folder}"`
  const line = kind === 'a pipe' ? `cat ${how} ${hook}` : `${hook} ${how}`
  const none = openSync('/dev/null', 'r')
  const child = spawn('/bin/sh', ['-c', line], { stdio: [none, 'pipe', 'pipe'] })
  const read: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      read.push(String(part))
    })
  const exit = await new Promise((resolve) => {
    child.on('close', resolve)
  })
  expect([exit, read.sort()]).toEqual([0, ['false\n', '{}']])
})
