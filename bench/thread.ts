/** A worker thread that decides for as long as it is told, and answers how many decisions that were a second. */

import { parentPort, workerData } from 'node:worker_threads'
import { single } from './fixtures.js'
import type { Work } from './measure.js'
import { rawWork } from './rows/bound.js'
import { coldWork } from './rows/cold.js'

/** What it can be told to do. */
export type Task = 'bound' | 'cold'

const WORKS: Readonly<Record<Task, () => Work>> = {
  bound: () => rawWork(single),
  cold: () => coldWork(3),
}

const BATCH = 64

const { prepare, run } = WORKS[workerData as Task]() as Work & { readonly run: (index: number) => unknown } // both are
let index = 0

const perSecond = (milliseconds: number): number => {
  const begun = performance.now()
  const from = index
  while (performance.now() - begun < milliseconds) {
    prepare?.(index, BATCH)
    for (let i = 0; i < BATCH; i++) run(index + i)
    index += BATCH
  }
  return ((index - from) * 1_000) / (performance.now() - begun)
}

parentPort?.on('message', (milliseconds: number) => parentPort?.postMessage(perSecond(milliseconds)))
parentPort?.postMessage('ready')
