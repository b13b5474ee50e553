/** The lines by which a run says who judged it; and that a long run is as long as it says. */

import { describe, expect, test } from 'vitest'
import { PLAN } from './interop/reference/cases.js'
import { VERSIONS } from './interop/reference/reference.js'
import { Tally } from './interop/reference/tally.js'
import { judgementLines } from './support/judgements.js'

const about = () => 'a case'
const denied = (rule?: 'ALL_EMPTY' | 'ALL_EXACT') => ({ code: 'CONSTRAINT_ERROR', rule })

describe('a tally', () => {
  test('excuses nothing but a rule of ours, and that only where we deny', () => {
    const tally = new Tally()
    tally.judge('allow', true, about)
    tally.judge(denied(), 'no', about)
    tally.judge(denied('ALL_EMPTY'), 'no', about)
    tally.judge(denied('ALL_EMPTY'), true, about)
    tally.judge(denied('ALL_EXACT'), true, about)
    expect(tally.unexplained).toEqual([])
    tally.judge('allow', 'no', about)
    tally.judge(denied(), true, about)
    expect(tally.unexplained).toEqual([
      { ours: 'allow', theirs: 'no', about: 'a case' },
      { ours: 'CONSTRAINT_ERROR', theirs: 'allow', about: 'a case' },
    ])
    expect(tally.judgement('0.3.3', 'all', [1, 2])).toEqual({
      ...{ version: '0.3.3', family: 'all', seeds: [1, 2], cases: 7, allowed: 1, denied: 2, unexplained: 2 },
      stricter: { ALL_EMPTY: 1, ALL_EXACT: 1 },
    })
  })
})

describe('the lines that close a run', () => {
  const judgement = { ...{ version: '0.3.3', family: 'matching', seeds: [7, 8], cases: 1_234 } }
  const counted = { ...judgement, allowed: 1_000, denied: 200, stricter: { A: 4, B: 30 }, unexplained: 0 }

  test('name the version, the seeds and the rules', () => {
    expect(judgementLines([counted], [])).toEqual([
      'judged by tenuo 0.3.3: 1,234 cases, 0 differences unexplained',
      '  matching: 1,234 cases of seeds 7 and 8: 1,000 allowed by both, 200 denied by both, 34 denied here alone (B 30, A 4), 0 unexplained',
    ])
  })

  test('say by whom the run was not judged, once, and why', () => {
    const skipped = [
      'chains, tenuo 0.3.3 (skipped: no python3) > one',
      'bytes, tenuo 0.3.3 (skipped: no python3) > two',
    ]
    expect(judgementLines([], [...skipped, 'something else'])).toEqual([
      'NOT judged by tenuo 0.3.3: no python3',
    ])
    expect(judgementLines([], [])).toEqual([])
  })
})

test('a long run puts 200,000 cases or more to each of two versions', () => {
  const long = Object.values(PLAN).map(([, cases]) => cases)
  expect(long.reduce((sum, cases) => sum + cases, 0)).toBeGreaterThanOrEqual(200_000)
  expect(VERSIONS.length).toBeGreaterThanOrEqual(2)
})
