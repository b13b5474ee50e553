/** A runner that loads a test file and all that it imports anew, and tells nobody but its caller how it went. */

import { join } from 'node:path'
import { type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite, TestRunner, vi } from 'vitest'
import { startTests } from 'vitest/internal/browser'
import { job } from './worker.js'

/** A test by the names of its suites and its own. */
export const nameOf = (test: RunnerTestCase): string =>
  test.suite === undefined || 'filepath' in test.suite ? test.name : `${suiteName(test.suite)} > ${test.name}`

const suiteName = (suite: RunnerTestSuite): string =>
  suite.suite === undefined || 'filepath' in suite.suite
    ? suite.name
    : `${suiteName(suite.suite)} > ${suite.name}`

export class QuietRunner extends TestRunner {
  failing: ReadonlySet<string> = new Set()
  #stopsAtFirst = false
  #stopped = false

  /** The names of the tests that failed; `''` never among them. */
  async failures(stopsAtFirst: boolean): Promise<ReadonlySet<string>> {
    this.#stopsAtFirst = stopsAtFirst
    this.#stopped = false
    vi.resetModules()
    const files = await startTests([join(this.config.root, job.file)], this)
    return new Set(files.flatMap((file) => failuresIn(file)))
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    if (this.#stopped || this.failing.has(nameOf(test))) test.mode = 'skip'
    await super.onBeforeRunTask(test)
  }

  override onAfterRunTask(test: RunnerTestCase): void {
    super.onAfterRunTask(test)
    if (this.#stopsAtFirst && test.result?.state === 'fail') this.#stopped = true
  }

  override async onAfterRunSuite(): Promise<void> {}
  override onCleanupWorkerContext(): void {}
}

const failuresIn = (suite: RunnerTestFile | RunnerTestSuite): string[] => {
  const below = suite.tasks.flatMap((task) =>
    task.type === 'suite' ? failuresIn(task) : task.result?.state === 'fail' ? [nameOf(task)] : [],
  )
  if (below.length > 0 || suite.result?.state !== 'fail') return below
  return [`loading of ${suite.name}`]
}
