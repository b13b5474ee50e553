/** The conformance runner: everything prepared passes, and nothing passes for the wrong reason. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { STRICTER_RULES } from '../../src/index.js'
import { hasShared, sharedPath } from '../support/shared.js'
import { run } from './harness.js'

interface Report {
  readonly failed: boolean
  readonly files: readonly {
    readonly name: string
    readonly passed: number
    readonly failed: number
    readonly skipped: number
    readonly differences: number
    readonly refused?: string
    readonly rows: readonly {
      readonly id: string
      readonly outcome: string
      readonly ours: string
      readonly rule?: string
    }[]
  }[]
}

const report = async (...paths: readonly string[]): Promise<Report & { readonly exit: number }> => {
  const { exit, stdout } = await run(['conformance', '--json', ...paths])
  return { exit, ...(JSON.parse(stdout) as Report) } // as the runner writes it
}

describe.skipIf(!hasShared)('prepared vectors', () => {
  test('all pass, and every difference is a denial under a documented rule', async () => {
    const { exit, files } = await report(sharedPath('vectors'))
    expect(files.filter(({ failed }) => failed > 0).map(({ name }) => name)).toEqual([])
    expect(exit).toBe(0)
    for (const { rows, differences } of files) {
      const different = rows.filter(({ outcome }) => outcome === 'difference')
      expect(different).toHaveLength(differences)
      for (const { rule, ours } of different) {
        expect(rule).toBeOneOf(Object.keys(STRICTER_RULES))
        expect(ours).toMatch(/^refuse/)
      }
    }
    const judged = files.reduce((sum, { passed, differences }) => sum + passed + differences, 0)
    expect(judged).toBeGreaterThan(6_000)
  })

  test('the formats of the protocol leave no row out but those without a verdict', async () => {
    const { files } = await report(sharedPath('vectors/tenuo-v1'), sharedPath('vectors/constraints'))
    expect(files.map(({ skipped }) => skipped)).toEqual(files.map(() => 0))
  })
})

describe('the runner judges by verdict and rule alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-conformance-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const matching = (expect: boolean, extra: object = {}): object => ({
    id: 'r1',
    type: 'Exact',
    constraint: [1, { value: 'a' }],
    value: expect ? 'b' : 'a',
    expect,
    why: 'a wrong verdict',
    ...extra,
  })

  test('a row that is wrong fails, either way round', async () => {
    const { exit, files } = await report(file('wrong.json', [matching(true), matching(false)]))
    expect(exit).toBe(1)
    expect(files[0]?.rows.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
  })

  test('marks of the row excuse nothing', async () => {
    const marks = { unsound: true, quirk: true, stricterThanReference: true }
    const { exit, files } = await report(file('marked.json', [matching(true, marks)]))
    expect(exit).toBe(1)
    expect(files[0]?.failed).toBe(1)
  })

  test('a stricter rule excuses a denial and names itself', async () => {
    const row = { ...matching(true), constraint: [18, {}], value: 'http://localhost./' }
    const { exit, files } = await report(file('stricter.json', [row]))
    expect(exit).toBe(0)
    expect(files[0]?.rows[0]).toMatchObject({ outcome: 'difference', rule: 'URL_SAFE_TRAILING_DOT' })
  })

  test('a row that lacks what its format promises fails', async () => {
    const rows = [matching(true), { id: 'r2', constraint: [77], value: 1, expect: true }]
    const { files } = await report(file('lacking.json', rows))
    expect(files[0]?.failed).toBe(2)
  })

  test('an unknown format fails when it is named and is skipped when it is met', async () => {
    const path = file('unknown.json', { something: 'else' })
    expect((await run(['conformance', path])).exit).toBe(1)
    const met = await report(folder)
    expect(met.files.find(({ name }) => name === 'unknown.json')).toMatchObject({ refused: 'unknown format' })
    expect((await run(['conformance', path])).stdout).toBe('unknown.json: failed: unknown format\n')
  })

  test('what is no JSON fails, and so does nothing at all', async () => {
    expect((await run(['conformance', file('broken.json', '{')])).exit).toBe(1)
    const empty = mkdtempSync(join(folder, 'empty-'))
    expect((await run(['conformance', empty])).exit).toBe(1)
  })

  test('a path that is not there is said so', async () => {
    const { exit, stderr } = await run(['conformance', join(folder, 'absent')])
    expect(exit).toBe(1)
    expect(stderr).toMatch(/^warrant: FILE_NOT_FOUND: [^\n]*\n$/)
  })

  test('one line per file', async () => {
    const path = file('line.json', [{ ...matching(true), value: 'a' }])
    expect((await run(['conformance', path])).stdout).toBe(
      'line.json: 1 passed, 0 failed, 0 skipped, 0 deliberate differences\n',
    )
  })
})
