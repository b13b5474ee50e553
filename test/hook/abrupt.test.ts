/**
 * What hosts do to a hook besides asking it: they die in the middle, keep its input open, stop it before its time, stop
 * listening. Whatever it is, the call is not allowed by it. The command is the one that is installed, with its shell.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hookCommandFor } from '../../src/cli/hook/command.js'
import { type HookHome, hookHome, runHost } from '../support/hookHome.js'
import { HOST_NAMES, SHAPES } from '../support/hostEvents.js'

/** A home in which the call of every shape is allowed, so that nothing but what is done to the process denies it. */
const opened = (host: string, deadlineMilliseconds: number): HookHome => {
  const home = hookHome()
  home.open(host, 's1')
  home.configure({ deadlineMilliseconds })
  return home
}

interface Started {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

/** The installed command in a process group of its own, as hosts start it, with a part of an event. */
const start = (host: string, home: HookHome, input: string): Started => {
  const child = spawn('/bin/sh', ['-c', hookCommandFor(host, home.folder)], { detached: true })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => {
    said.stdout += String(part)
  })
  child.stderr.on('data', (part) => {
    said.stderr += String(part)
  })
  child.stdin.on('error', () => {}) // it need not be listened to
  child.stdin.write(input)
  const ended = new Promise<number | null>((resolve) => child.on('close', (exit) => resolve(exit)))
  return { child, stdout: () => said.stdout, stderr: () => said.stderr, ended }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

const argumentsOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return [] // it has ended
  }
}

/** Node, and not a shell around it, in which the home is a part of a longer word. */
const hookProcesses = (home: HookHome): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && argumentsOf(name).includes(home.folder))
    .map(Number)

const theHook = async (home: HookHome): Promise<number> => {
  for (;;) {
    const [pid] = hookProcesses(home)
    if (pid !== undefined) return pid
    await pause(5)
  }
}

const allowed = (home: HookHome): readonly unknown[] =>
  home.records().filter(({ verdict }) => verdict === 'allow')

const whole = (host: keyof typeof SHAPES): string => JSON.stringify(SHAPES[host].call({}))

describe.skipIf(!existsSync('/proc/self/cmdline')).each(HOST_NAMES)('%s', (host) => {
  const unfinished = whole(host).slice(0, -1)
  const { reason, silence } = SHAPES[host]

  test.concurrent('the same event, undisturbed, is allowed', async () => {
    const home = opened(host, 20_000)
    expect(await runHost(host, home.folder, whole(host))).toEqual({ exit: 0, stdout: silence, stderr: '' })
    expect(allowed(home).length).toBe(1)
  })

  test.concurrent('an event that is whole, on an input that stays open, is denied when the time is up', async () => {
    const home = opened(host, 1_000)
    const { child, ended, stdout } = start(host, home, whole(host))
    expect(await ended).toBe(2)
    child.stdin?.destroy()
    expect(reason(JSON.parse(stdout()))).toMatch(/^warrant: GUARD_DEADLINE: /)
    expect(allowed(home)).toEqual([])
  })

  test.concurrent('the hook is killed, and the shell around it denies', async () => {
    const home = opened(host, 20_000)
    const { child, ended, stdout, stderr } = start(host, home, unfinished)
    process.kill(await theHook(home), 'SIGKILL')
    expect(await ended).toBe(2)
    child.stdin?.destroy()
    expect(reason(JSON.parse(stdout()))).toBe('warrant: the hook did not run to its end')
    expect(stderr()).toContain('warrant: the hook did not run to its end')
    expect(allowed(home)).toEqual([])
  })

  test.concurrent('stopped before its time, the shell too, it does not end as if all were well', async () => {
    const home = opened(host, 20_000)
    const { child, ended } = start(host, home, unfinished)
    await theHook(home)
    process.kill(-(child.pid as number), 'SIGTERM')
    expect(await ended).not.toBe(0)
    child.stdin?.destroy()
    expect(allowed(home)).toEqual([])
  })

  test.concurrent('killed with its shell, it has said nothing and allowed nothing', async () => {
    const home = opened(host, 20_000)
    const { child, ended, stdout } = start(host, home, unfinished)
    await theHook(home)
    process.kill(-(child.pid as number), 'SIGKILL')
    expect(await ended).toBe(null)
    child.stdin?.destroy()
    expect([stdout(), allowed(home)]).toEqual(['', []])
  })

  test.concurrent('left behind by its shell, it ends by itself and allows nothing', async () => {
    const home = opened(host, 1_500)
    const { child, ended } = start(host, home, unfinished)
    await theHook(home)
    child.kill('SIGKILL')
    await ended // when nobody holds its output any more
    child.stdin?.destroy()
    expect([hookProcesses(home), allowed(home)]).toEqual([[], []])
  })

  test.concurrent('its host dies in the middle of the event, which then is none', async () => {
    const home = opened(host, 20_000)
    const { child, ended, stdout } = start(host, home, unfinished)
    await theHook(home)
    child.stdin?.end() // as the system closes it
    expect(await ended).toBe(2)
    expect(reason(JSON.parse(stdout()))).toMatch(/^warrant: JSON_MALFORMED: /)
    expect(allowed(home)).toEqual([])
  })

  test.concurrent('nobody listens any more, and a denial is an exit by 2 nevertheless', async () => {
    const home = opened(host, 20_000)
    const event = JSON.stringify(SHAPES[host].call({ tool: 'Bash' }))
    for (const closed of ['stdout', 'stderr'] as const) {
      const { child, ended } = start(host, home, '')
      child[closed]?.destroy()
      child.stdin?.end(event)
      expect(await ended).toBe(2)
    }
    expect(home.records().map(({ code }) => code)).toEqual(['TOOL_NOT_GRANTED', 'TOOL_NOT_GRANTED'])
  })

  test.concurrent('an event without end is denied once it is too long', async () => {
    const home = opened(host, 20_000)
    const { child, ended, stdout } = start(host, home, '{"padding":"')
    const part = 'A'.repeat(65_536)
    const pour = (): void => {
      while (child.stdin?.writable === true && child.stdin.write(part)) {}
    }
    child.stdin?.on('drain', pour)
    pour()
    expect(await ended).toBe(2)
    child.stdin?.destroy()
    expect(reason(JSON.parse(stdout()))).toMatch(/^warrant: JSON_TOO_LARGE: /)
    expect(allowed(home)).toEqual([])
  })
})
