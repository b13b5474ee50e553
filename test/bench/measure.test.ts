/** How the benchmark measures, but for time: what it runs, in which order, and upon what. */

import { describe, expect, test } from 'vitest'
import { fresh, measure, measureAlone, type Work } from '../../bench/measure.js'

const PACE = { rounds: 11, roundMilliseconds: 0.2, warmMilliseconds: 0.2, isShort: false }

/** Work that writes down the indices it was prepared for and run with. */
const recording = (name: string, journal: string[] = []) => {
  const prepared: number[] = []
  const run: number[] = []
  const work: Work = {
    prepare: (from, count) => {
      for (let i = 0; i < count; i++) prepared.push(from + i)
    },
    run: (index) => {
      if (journal.at(-1) !== name) journal.push(name)
      run.push(index)
    },
  }
  return { work, prepared, run }
}

describe('measuring', () => {
  test('gives every call an index that never comes again, and prepares it before', async () => {
    const [ours, baseline] = [recording('ours'), recording('baseline')]
    await measure(ours.work, baseline.work, PACE)
    for (const { prepared, run } of [ours, baseline]) {
      expect(run).toEqual(run.map((_, i) => i))
      expect(prepared).toEqual(run)
    }
  })

  test('takes the two sides in turn, as many rounds as it is told', async () => {
    const journal: string[] = []
    await measure(recording('ours', journal).work, recording('baseline', journal).work, PACE)
    // Each warms up by itself; what follows is rounds.
    expect(journal).toEqual(Array.from({ length: 1 + PACE.rounds }, () => ['ours', 'baseline']).flat())
  })

  test('waits for work that promises', async () => {
    let [running, most] = [0, 0]
    const work: Work = {
      runAsync: async () => {
        most = Math.max(most, ++running)
        await Promise.resolve()
        running--
      },
    }
    expect(await measureAlone(work, PACE)).toBeGreaterThan(0)
    expect([running, most]).toEqual([0, 1])
  })

  test('prepares no more at once than a work asks for', async () => {
    const sizes: number[] = []
    const work: Work = { batch: 3, prepare: (_, count) => sizes.push(count), run: () => {} }
    await measureAlone(work, PACE)
    expect(Math.max(...sizes)).toBe(3)
  })
})

test('what is made fresh is made for its index, and used in its place', () => {
  const squares = fresh((index) => index * index)
  squares.prepare(5, 3)
  expect([5, 6, 7].map(squares.at)).toEqual([25, 36, 49])
  squares.prepare(8, 2)
  expect([8, 9].map(squares.at)).toEqual([64, 81])
})
