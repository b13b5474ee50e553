/** The conformance runner: everything prepared passes, and nothing passes for the wrong reason. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

  test.each([
    ['tenuo-v1/warrants.json', 'envelope_decode'],
    ['tenuo-v1/chains.json', 'reference_code'],
    ['tenuo-v1/pop.json', 'reference_code'],
    ['tenuo-v1/approvals.json', 'reference_code'],
    ['tenuo-v1/approvals.json', 'result'],
    ['tenuo-v1/revocation.json', 'reference_code'],
    ['tenuo-v1/encoding.json', 'expected'],
    ['ed25519/verdicts.json', 'expect'],
    ['ed25519/verdicts.json', 'keyImport'],
    ['constraints/attenuate.json', 'expect'],
  ])('a refusal misspelt is no refusal: %s, %s', async (name, verdict) => {
    const text = readFileSync(sharedPath(`vectors/${name}`), 'utf8')
    const misspelt = text.replace(new RegExp(`("${verdict}": ?")reject"`), '$1Reject"')
    expect(misspelt).not.toBe(text)
    const path = join(mkdtempSync(join(tmpdir(), 'warrant-misspelt-')), 'vectors.json')
    writeFileSync(path, misspelt)
    expect(await report(path)).toMatchObject({ exit: 1, failed: true })
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

  test.each<readonly [string, string, object]>([
    ['match', 'expect', matching(false, { value: 'b' })],
    ['attenuate', 'expect', { parent: [1, { value: 1 }], child: [1, { value: 2 }], pair: '', id: '1' }],
    ['construct', 'expect', { type: 'Cidr', stage: 'construct', input: 'x', id: '1' }],
    [
      'set-match',
      'expect',
      { kind: 'set-match', set: { constraints: { a: [1, { value: 1 }] } }, args: {}, id: '1' },
    ],
    ['tool-authorize', 'expect', { kind: 'tool-authorize', tools: {}, tool: 't', args: {}, id: '1' }],
    [
      'tools-attenuate',
      'expect',
      { kind: 'tools-attenuate', parent_tools: {}, child_tools: { t: { constraints: {} } }, id: '1' },
    ],
  ])('a word that is no verdict of its format is not taken for a refusal: %s', async (kind, name, row) => {
    for (const word of ['ALLOW', 'Accept', 'accept', 'ok ', 'true', '', 5, 1, null, [], {}]) {
      const { exit, files } = await report(file(`verdict-${kind}.json`, [{ ...row, [name]: word }]))
      expect([word, exit, files[0]?.rows[0]?.outcome]).toEqual([word, 1, 'failed'])
    }
  })

  const attack = (constraint: object, more: object = {}): object => ({
    cases: [{ id: '1', input: 'http://10.0.0.1/', constraint, expect: 'block', ...more }],
  })

  test.each<readonly [string, object]>([
    ['an attack', attack({ type: 'UrlSafe' }, { expect: 'BLOCK' })],
    ['an attack that has a number', attack({ type: 'UrlSafe' }, { expect: 0 })],
    [
      'a signature',
      { cases: [{ source: 's', id: '1', pk: '', msg: '', sig: '', expect: 'REJECT', keyImport: 'no' }] },
    ],
    [
      'an item of CBOR',
      {
        cases: [
          { hex: 'ff', wellFormed: false },
          { hex: 'ff', wellFormed: 'yes' },
        ],
      },
    ],
  ])('nor in other formats: %s', async (what, data) => {
    const { exit } = await report(file(`${what.replaceAll(' ', '-')}.json`, data))
    expect(exit).toBe(1)
  })

  test('the options of a constraint under attack are honoured, and unknown ones fail the row', async () => {
    const outcome = async (constraint: object, more: object = {}): Promise<string | undefined> => {
      const { files } = await report(file('options.json', attack(constraint, more)))
      return files[0]?.rows[0]?.outcome
    }
    const url = { type: 'UrlSafe' }
    expect(await outcome(url)).toBe('passed')
    expect(await outcome({ ...url, allow_domains: null })).toBe('passed')
    expect(await outcome({ ...url, block_private: false })).toBe('failed')
    expect(await outcome({ ...url, block_private: false, deny_domains: ['10.0.0.1'] })).toBe('passed')
    expect(await outcome({ ...url, block_private: false, allow_ports: [443] })).toBe('passed')
    expect(await outcome({ ...url, block_private: false, schemes: ['https'] })).toBe('passed')
    const path = { type: 'Subpath', root: '/data' }
    expect(await outcome({ ...path, allow_equal: false }, { input: '/data' })).toBe('passed')
    expect(await outcome({ ...path, case_sensitive: false }, { input: '/DATA/x' })).toBe('failed')
    for (const wrong of [
      { ...url, blockPrivate: true },
      { ...url, block_private: 'yes' },
      { ...url, allow_ports: ['443'] },
      { ...path, root: '/elsewhere', allow_eqaul: false },
      { type: 'Shlex', allow: ['ls'], deny: ['x'] },
    ]) {
      expect(await outcome(wrong)).toBe('failed')
    }
  })

  test('a capability with an unknown field fails its row', async () => {
    const row = {
      id: '1',
      kind: 'set-match',
      set: { constraints: {}, allow_unknwon: true },
      args: {},
      expect: true,
    }
    expect((await report(file('field.json', [row]))).files[0]?.failed).toBe(1)
  })

  test('a file without a row fails, and so does a run in which nothing was judged', async () => {
    for (const [name, data] of [
      ['index', { format: 'tenuo-v1-vectors/index', files: [] }],
      ['none', { format: 'tenuo-v1-vectors/warrants', warrants: [] }],
    ] as const) {
      const { exit, failed, files } = await report(file(`${name}.json`, data))
      expect([exit, failed, files[0]?.refused]).toEqual([1, true, 'no row at all'])
    }
    const unjudged = file('unjudged.json', attack({ type: 'UrlSafe' }, { expect: null }))
    expect(await report(unjudged)).toMatchObject({ exit: 1, failed: true })
    expect((await run(['conformance', unjudged])).stdout).toMatch(/\nfailed: nothing was judged\n$/)
    const judged = file('judged.json', attack({ type: 'UrlSafe' }))
    expect(await report(unjudged, judged)).toMatchObject({ exit: 0, failed: false })
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
