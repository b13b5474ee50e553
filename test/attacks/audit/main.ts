/**
 * `npm run test:attacks -- [--rows | --denials] [ID...]`: takes away, in a copy of the tree, each defence of the table
 * and then each place that denies, one at a time, and runs the tests that must notice. Exits 1 where one does not.
 */

import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { judgeDenials } from './denialRun.js'
import { gapsOfIds, gapsOfRows, idsOf, NOT_BUILT_YET, placeOf } from './gaps.js'
import { isHeld, type Judged, judgeRows } from './judge.js'
import { ROWS } from './rows/index.js'
import { Scratch } from './scratch.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'boolean' }, denials: { type: 'boolean' } },
})

const root = process.cwd()
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const idGaps = (): readonly string[] => {
  const catalogue = join(root, '..', 'shared', 'attacks.md')
  if (!existsSync(catalogue)) {
    say('the catalogue of attacks is not here: NOT compared with it')
    return []
  }
  const ids = idsOf(readFileSync(catalogue, 'utf8'))
  say(
    `${ids.length} attacks in the catalogue; not built yet, and without a row: ${NOT_BUILT_YET.join(', ') || 'none'}`,
  )
  return gapsOfIds(ids, ROWS)
}

const lineOf = ({ row, verdict, note }: Judged): string => {
  const places = row.without.map((removal) => placeOf(root, removal))
  const how = note === '' ? '' : ` (${note})`
  return `${row.id.padEnd(7)} ${verdict}${how}\n        ${row.file}: ${row.title}\n        without ${places.join(' and ')}`
}

const chosenRows = ROWS.filter(
  ({ id }) =>
    positionals.length === 0 || positionals.some((given) => id === given || id.startsWith(`${given}-`)),
)

const auditRows = async (scratches: readonly Scratch[]): Promise<number> => {
  const gaps = [...idGaps(), ...gapsOfRows(root, ROWS)]
  for (const gap of gaps) say(`GAP     ${gap}`)
  if (gaps.length > 0) return gaps.length
  const judged = await judgeRows(scratches, chosenRows, (each) => say(lineOf(each)))
  const lost = judged.filter((each) => !isHeld(each))
  const ids = new Set(judged.map(({ row }) => row.id))
  say(`\n${ids.size} attacks, ${judged.length} defences taken away: ${judged.length - lost.length} noticed`)
  for (const each of lost) say(`GAP     ${each.row.id}: ${each.verdict} ${each.note}`)
  return lost.length
}

const auditDenials = async (scratches: readonly Scratch[]): Promise<number> => {
  const lost = await judgeDenials(scratches, positionals, say)
  for (const each of lost) say(`GAP     ${each}`)
  return lost.length
}

const scratches = Array.from({ length: Math.min(4, availableParallelism()) }, () => new Scratch(root))
try {
  const rows = values.denials === true ? 0 : await auditRows(scratches)
  const denials = values.rows === true ? 0 : await auditDenials(scratches)
  process.exitCode = rows + denials === 0 ? 0 : 1
} finally {
  for (const scratch of scratches) scratch.dispose()
}
