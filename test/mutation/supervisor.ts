/** Starts a process per test file, listens to its heartbeat, and starts it again without the mutant that stopped it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from './job.js'
import type { Journal } from './journal.js'

export type Task = Omit<Job, 'beat' | 'state' | 'count'>

export interface Run {
  readonly root: string
  readonly state: string
  readonly count: number
  readonly processes: number
  readonly journal: Journal
  readonly say: (line: string) => void
  readonly isDone: (task: string) => boolean
  /** How many entries there are: a process that adds none has not come further. */
  readonly findings: () => number
}

const SILENCE_MILLISECONDS = 25_000
const STARTING_MILLISECONDS = 120_000
const MOST_STARTS = 60

const end = (child: ChildProcess): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL') // its own group: the process and the worker it made
  } catch {
    // It has ended by itself.
  }
}

/** Runs it once; the mutant that was on when it fell silent or died or ended; -1 for none. */
const once = ({ root, state, count }: Run, task: Task): Promise<number> =>
  new Promise((resolve) => {
    const job = { ...task, state, count, beat: join(state, `${task.name}.beat`) }
    const path = join(state, `${task.name}.json`)
    writeFileSync(path, JSON.stringify(job))
    writeFileSync(job.beat, 'starting')
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.ts'],
      {
        cwd: root,
        env: { ...process.env, MUTATION_JOB: path },
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000)
    })
    const onNow = (): number => {
      const text = readFileSync(job.beat, 'utf8')
      return text === 'starting' || text === '' ? -1 : Number(text)
    }
    const watch = setInterval(() => {
      const allowed =
        readFileSync(job.beat, 'utf8') === 'starting' ? STARTING_MILLISECONDS : SILENCE_MILLISECONDS
      const slow = onNow() === -1 ? STARTING_MILLISECONDS : allowed
      if (Date.now() - statSync(job.beat).mtimeMs > slow) end(child)
    }, 1_000)
    child.on('exit', () => {
      clearInterval(watch)
      end(child)
      if (said !== '') writeFileSync(join(state, `${task.name}.stderr`), said)
      resolve(onNow())
    })
  })

const whole = async (run: Run, task: Task): Promise<void> => {
  let idle = 0
  for (let start = 0; start < MOST_STARTS && idle < 3; start++) {
    const known = run.findings()
    const active = await once(run, task)
    if (run.isDone(task.name)) return
    if (active >= 0)
      run.journal.write({
        kind: 'timedOut',
        id: active,
        file: task.file,
        test: '',
        fresh: task.mode === 'fresh',
      })
    idle = run.findings() > known ? 0 : idle + 1
  }
  run.journal.write({ kind: 'unusable', file: task.file, test: '', why: 'the file did not come to its end' })
}

/** All tasks, so many at a time, in their order. */
export const runAll = async (run: Run, tasks: readonly Task[]): Promise<void> => {
  const queue = tasks.entries()
  const worker = async (): Promise<void> => {
    for (const [i, task] of queue) {
      const started = Date.now()
      await whole(run, task)
      run.say(
        `  ${i + 1}/${tasks.length} ${task.mode} ${task.file} ${((Date.now() - started) / 1000).toFixed(0)} s`,
      )
    }
  }
  await Promise.all(Array.from({ length: run.processes }, worker))
}
