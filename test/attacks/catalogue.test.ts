/** The catalogue of attacks has a test and a defence for each row; `npm run test:attacks` takes each defence away. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../support/shared.js'
import { gapsOfIds, gapsOfRows, idsOf, NOT_BUILT_YET } from './audit/gaps.js'
import { cut, row } from './audit/row.js'
import { ROWS } from './audit/rows/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('the catalogue of attacks', () => {
  test.skipIf(!hasShared)('has a row for every id', () => {
    const ids = hasShared ? idsOf(readFileSync(sharedPath('attacks.md'), 'utf8')) : []
    expect(ids.length).toBeGreaterThan(80)
    expect(NOT_BUILT_YET.filter((id) => !ids.includes(id))).toEqual([])
    expect(gapsOfIds(ids, ROWS)).toEqual([])
  })

  test('names tests that are there, and defences that stand where it says', () => {
    expect(gapsOfRows(root, ROWS)).toEqual([])
  })

  test('shows a gap where there is one', () => {
    const good = ROWS[0] as (typeof ROWS)[number] // there are many
    expect(gapsOfIds(['SIG-1', 'SIG-99'], [good])).toEqual(['SIG-99: no row'])
    expect(gapsOfIds([], [good])).toEqual(['SIG-1: no such attack'])
    const text = good.without[0]?.text ?? ''
    const gaps = gapsOfRows(root, [
      row('SIG-1', good.file, 'SIG-10: another', cut('warrant/verify.ts', text)),
      row('SIG-1', good.file, good.title),
      row('SIG-1', good.file, good.title, cut('warrant/verify.ts', 'not there')),
    ])
    expect(gaps.map((gap) => gap.split(': ')[1])).toEqual([
      'the title of its test begins otherwise',
      'no such title in test/attacks/sig.test.ts',
      'no defence',
      'stands 0 times in src/warrant/verify.ts',
    ])
  })
})
