/**
 * Runs each test once as it is, noting which mutants it reaches, and then once more for each of them that no test has
 * noticed yet. Modules stay loaded meanwhile: that is what makes it fast, and why a kill counts only where the same test
 * passes again afterwards without the mutant.
 */

import { type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest'
import { nameOf, QuietRunner } from './quietRunner.js'
import {
  beat,
  clock,
  gone,
  job,
  journal,
  type Outcome,
  readNews,
  settled,
  switches,
  within,
} from './worker.js'

/** Kills that wait for one run of the test without a mutant. */
const CHECKED_TOGETHER = 10
const SHORTEST_LIMIT = 2_000
const FRESH_LIMIT = 20_000

const suitesAround = (test: RunnerTestCase): RunnerTestSuite[] => {
  const suites: RunnerTestSuite[] = []
  for (
    let suite: RunnerTestSuite | undefined = test.suite ?? test.file;
    suite !== undefined;
    suite = suite.suite
  )
    suites.unshift(suite)
  return suites[0] === test.file ? suites : [test.file, ...suites]
}

const saidOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] as string // split gives one at least

/** What a test asked for by `onTestFinished`, which is kept on it without being part of its type. */
const finish = async (
  test: RunnerTestCase & { onFinished?: ((context: object) => unknown)[] },
): Promise<void> => {
  for (const finished of test.onFinished ?? []) await finished(test.context)
  delete test.onFinished
}

/** Thrown by `context.skip()`. */
const isSkipped = (thrown: unknown): boolean => thrown instanceof Error && 'note' in thrown

export default class MutationRunner extends TestRunner {
  /** State of the modules was changed by a mutant: nothing more is tried in this process. */
  #spoiled = false
  #tried = false
  #byTests = new Set<number>()
  #waiting = new Set<number>()
  #cleanups: (() => unknown)[] = []

  constructor(config: TestRunner['config']) {
    super(config)
    readNews()
    beat(-1)
    switches.covering = true
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const body = TestRunner.getTestFn(test)
    if (job.mode !== 'inPlace') return void (await body())
    const loading = switches.counts
    const counts = new Uint32Array(job.count)
    switches.counts = counts
    try {
      await body()
    } catch (thrown) {
      // After mutants ran here it may be their doing; in a new process it is the test's.
      if (this.#tried) this.#spoiled = true
      else if (!isSkipped(thrown)) this.#unusable(test, saidOf(thrown))
      throw thrown
    } finally {
      switches.counts = loading
    }
    if (test.fails === true) return
    switches.covering = false
    const reached: number[] = []
    for (const [id, times] of counts.entries()) if (times > 0) reached.push(id)
    for (const id of reached) this.#byTests.add(id)
    if (!this.#spoiled && !gone.has(test.id)) await this.#tryAll(test, reached, counts)
    switches.covering = true
  }

  #unusable(test: RunnerTestCase, why: string): void {
    journal.write({ kind: 'unusable', file: job.file, test: nameOf(test), why })
  }

  async #tryAll(test: RunnerTestCase, reached: readonly number[], counts: Uint32Array): Promise<void> {
    readNews()
    const alive = reached.filter((id) => settled[id] === 0)
    if (alive.length > 0) {
      const started = clock()
      if ((await this.#attempt(test, -1, 0, 60_000)) !== 'passed') {
        this.#unusable(test, 'it fails when it is run again')
        journal.write({ kind: 'through', job: job.name, test: test.id })
        this.#spoiled = true
        return
      }
      const took = clock() - started
      const untried = took > job.slowestMilliseconds ? alive : await this.#tryEach(test, alive, counts, took)
      for (const id of untried) this.#waiting.add(id)
    }
    if (!this.#spoiled) journal.write({ kind: 'through', job: job.name, test: test.id })
  }

  /** Returns those for which there was no time. */
  async #tryEach(
    test: RunnerTestCase,
    alive: readonly number[],
    counts: Uint32Array,
    took: number,
  ): Promise<readonly number[]> {
    const limit = SHORTEST_LIMIT + 10 * took
    const end = clock() + job.budgetMilliseconds
    let killed: (readonly [id: number, kind: 'killed' | 'timedOut'])[] = []
    /** Kills count where the test passes again; else something that a mutant did lasts, and nobody knows which. */
    const check = async (): Promise<void> => {
      if (killed.length === 0) return
      if ((await this.#attempt(test, -1, 0, 60_000)) === 'passed')
        for (const [id, kind] of killed)
          journal.write({ kind, id, file: job.file, test: nameOf(test), fresh: false })
      else {
        for (const [id] of killed) journal.write({ kind: 'suspect', id, file: job.file })
        this.#spoiled = true
      }
      killed = []
    }
    for (const [i, id] of alive.entries()) {
      if (this.#spoiled) return []
      if (clock() > end) {
        await check()
        return alive.slice(i)
      }
      if ((i & 31) === 31) readNews()
      if (settled[id] === 1) continue
      beat(id)
      this.#tried = true
      const outcome = await this.#attempt(test, id, 100 * (counts[id] as number) + 1_000, limit)
      if (outcome === 'passed') continue
      settled[id] = 1
      if (outcome === 'abandoned') {
        // It may still go on, beside whatever would come next.
        journal.write({ kind: 'timedOut', id, file: job.file, test: nameOf(test), fresh: false })
        this.#spoiled = true
      } else killed.push([id, outcome === 'failed' ? 'killed' : 'timedOut'])
      if (killed.length === CHECKED_TOGETHER) await check()
    }
    await check()
    beat(-1)
    return []
  }

  /** The test once more, with what goes before and after each. */
  async #attempt(test: RunnerTestCase, id: number, hitLimit: number, milliseconds: number): Promise<Outcome> {
    const suites = suitesAround(test)
    for (const suite of [...suites].reverse())
      for (const hook of TestRunner.getSuiteHooks(suite).afterEach) await hook(test.context, suite)
    for (const cleanup of this.#cleanups) await cleanup()
    this.#cleanups = []
    await finish(test)
    this.onBeforeTryTask(test)
    const run = async (): Promise<Outcome> => {
      switches.turnOn(id, hitLimit, milliseconds)
      try {
        for (const suite of suites)
          for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) {
            const cleanup: unknown = await hook(test.context, suite)
            if (typeof cleanup === 'function') this.#cleanups.push(() => cleanup())
          }
        await TestRunner.getTestFn(test)()
        this.onAfterTryTask(test)
        return switches.tooLong ? 'timedOut' : 'passed'
      } catch {
        return switches.tooLong ? 'timedOut' : 'failed'
      }
    }
    const outcome = await within(milliseconds, run)
    switches.turnOn(-1, 0, 0)
    return outcome
  }

  override async onAfterRunFiles(): Promise<void> {
    switches.covering = false
    super.onAfterRunFiles()
    if (job.mode !== 'inPlace') await this.#tryFresh()
    else {
      const byLoading: number[] = []
      for (const [id, times] of switches.counts.entries()) if (times > 0) byLoading.push(id)
      journal.write({ kind: 'covered', file: job.file, byTests: [...this.#byTests], byLoading })
      journal.write({ kind: 'waiting', file: job.file, ids: [...this.#waiting] })
    }
    beat(-1)
    if (!this.#spoiled) journal.write({ kind: 'done', job: job.name })
  }

  async #tryFresh(): Promise<void> {
    const quiet = new QuietRunner(this.config)
    Object.defineProperty(quiet, 'moduleRunner', { value: Reflect.get(this, 'moduleRunner') })
    quiet.__setTraces(Reflect.get(this, '_otel'))
    beat(-1)
    quiet.failing = await quiet.failures(false)
    for (const test of quiet.failing)
      journal.write({ kind: 'unusable', file: job.file, test, why: 'it fails when modules are loaded anew' })
    for (const id of job.mutants) {
      readNews()
      if (settled[id] === 1 || gone.has(String(id))) continue
      beat(id)
      let test = ''
      switches.turnOn(id, Number.POSITIVE_INFINITY, FRESH_LIMIT / 2)
      const outcome = await within(FRESH_LIMIT, async () => {
        test = [...(await quiet.failures(true))].find((name) => !quiet.failing.has(name)) ?? ''
        return switches.tooLong ? 'timedOut' : test === '' ? 'passed' : 'failed'
      })
      switches.turnOn(-1, 0, 0)
      if (job.mode === 'confirm')
        journal.write({ kind: outcome === 'passed' ? 'unconfirmed' : 'confirmed', id, file: job.file })
      else if (outcome === 'passed') journal.write({ kind: 'outlived', id, file: job.file })
      else
        journal.write({
          kind: outcome === 'failed' ? 'killed' : 'timedOut',
          id,
          file: job.file,
          test,
          fresh: true,
        })
      journal.write({ kind: 'through', job: job.name, test: String(id) })
      if (outcome === 'abandoned') {
        this.#spoiled = true
        return
      }
    }
    beat(-1)
  }
}
