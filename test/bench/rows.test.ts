/** The words of the benchmark: its keys, its options, its tables, and that its page knows every row. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Goal, partOf } from '../../bench/figure.js'
import { readOptions, UsageError } from '../../bench/options.js'
import { bar, linesOf, markdownOf, withText } from '../../bench/report.js'
import { ROWS } from '../../bench/rows/index.js'

const KEYS = ROWS.map(({ key }) => key)
const file = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

describe('rows', () => {
  test('are those that the goals of the project name, and some more', () => {
    expect(KEYS).toEqual([
      ...['cold', 'cold-new-keys', 'warm-proof', 'warm-bound', 'warm-bytes', 'deny', 'wrong-proof', 'depth'],
      ...['width', 'mint', 'decode', 'biscuit', 'ucan', 'cedar', 'casbin', 'sodium', 'hook', 'hook-memory'],
      ...['size', 'threads', 'heap', 'attacker'],
    ])
    for (const { goals } of ROWS) expect(goals.length).toBeGreaterThan(0)
  })

  test('are all in the page of the benchmark, and only they', () => {
    const named = [...file('bench/README.md').matchAll(/^\| `([\w-]+)` /gm)].map(([, key]) => key)
    expect(named).toEqual(KEYS)
  })

  test('compare with packages of exact versions, which bring no script to an installation', () => {
    const { dependencies } = JSON.parse(file('bench/peers/package.json')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(file('package.json')).toMatch(/"bench:install": "npm ci --ignore-scripts /)
    expect(file('bench/peers.ts')).toContain("['ci', '--ignore-scripts', ")
  })
})

describe('options', () => {
  test('choose keys, in the order of the rows', () => {
    expect(readOptions(['mint', 'cold'], KEYS).keys).toEqual(['cold', 'mint'])
    expect(readOptions([], KEYS).keys).toEqual(KEYS)
    expect(readOptions(['--json', 'a.json', 'cold'], KEYS)).toMatchObject({ json: 'a.json', keys: ['cold'] })
  })

  test('never measure in fewer than 11 rounds', () => {
    expect(readOptions([], KEYS).pace.rounds).toBeGreaterThanOrEqual(11)
    expect(readOptions(['--short'], KEYS).pace).toMatchObject({ rounds: 11, isShort: true })
    expect(readOptions(['--rounds', '31'], KEYS).pace.rounds).toBe(31)
  })

  test.each([[['colder']], [['--rounds', '10']], [['--rounds', 'many']], [['--fast']]])(
    'refuse %j',
    (argv) => {
      expect(() => readOptions(argv, KEYS)).toThrow(UsageError)
    },
  )
})

describe('tables', () => {
  const goals: readonly Goal[] = [{ what: 'it', against: 'that', goal: 2, unit: 'ratio' }]
  const outcome = (value: number) =>
    ({ kind: 'measured', parts: goals.map((goal) => partOf(goal, { value })), notes: ['a note'] }) as const
  const absent = { kind: 'absent', why: 'not installed' } as const

  test('show a bar that ends at twice the goal', () => {
    const [none, half, exact, over] = [0, 1, 2, 9].map((value) => bar(partOf(goals[0] as Goal, { value })))
    expect([none, half]).toEqual(['█·········|··········', '█████·····|··········'])
    expect([exact, over]).toEqual(['██████████|··········', '██████████|██████████'])
  })

  test('say of each part whether it is met, and of what is absent that it is', () => {
    expect(linesOf('k', goals, outcome(1))).toEqual([
      expect.stringMatching(/^k .* it .* that .* 1\.00 .* 2\.00 .* met$/),
      expect.stringMatching(/^ +a note$/),
    ])
    expect(linesOf('k', goals, outcome(3))[0]).toMatch(/NOT MET$/)
    expect(linesOf('k', goals, absent)).toEqual([expect.stringMatching(/ABSENT: not installed$/)])
    expect(markdownOf('k', goals, outcome(3))[0]).toMatch(/^\| `k` .*\*\*not met\*\* \|$/)
    expect(markdownOf('k', goals, absent)[0]).toMatch(/ absent \|$/)
  })

  test('replace what stands between the marks of a page, and nothing else', () => {
    const page = 'before\n<!-- some -->\nold\n<!-- /some -->\nafter\n'
    expect(withText(page, 'some', 'new')).toBe('before\n<!-- some -->\n\nnew\n\n<!-- /some -->\nafter\n')
    expect(withText(page, 'other', 'new')).toBeUndefined()
    for (const name of ['figures', 'growth'])
      expect(withText(file('docs/explanation/performance.md'), name, 'new')).toBeDefined()
  })
})
