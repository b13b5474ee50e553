/** `npm run bench -- [--json FILE] [--rounds N] [KEY...]`: measures, and prints a table and a chart. */

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Part, ROWS } from './rows.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '11' } },
})

const chosen = positionals.length === 0 ? ROWS : ROWS.filter(({ key }) => positionals.includes(key))
if (chosen.length === 0) {
  process.stderr.write(`bench: no such key; there are ${ROWS.map(({ key }) => key).join(', ')}\n`)
  process.exit(2)
}

const share = ({ value, goal }: Part): number => value / goal
const met = (part: Part): boolean => part.value <= part.goal
const shown = ({ value, unit }: Part): string => (unit === 'ns' ? `${value.toFixed(0)} ns` : value.toFixed(2))
const shownGoal = ({ goal, unit }: Part): string => (unit === 'ns' ? `${goal} ns` : goal.toFixed(2))

/** How much of its goal a part takes: the bar ends at twice the goal, which stands in the middle. */
const bar = (part: Part): string => {
  const cells = Math.min(20, Math.max(1, Math.round(share(part) * 10)))
  const drawn = '█'.repeat(cells).padEnd(20, '·')
  return `${drawn.slice(0, 10)}|${drawn.slice(10)}`
}

const results: Record<string, unknown> = {}
for (const { key, run } of chosen) {
  if (process.stderr.isTTY) process.stderr.write(`measuring ${key} …\r`)
  const parts = run(Number(values.rounds))
  const worst = parts.reduce((a, b) => (share(b) > share(a) ? b : a))
  results[key] = {
    ratio: worst.value,
    goal: worst.goal,
    met: parts.every(met),
    parts: parts.map((part) => ({ ...part, met: met(part) })),
  }
  for (const part of parts) {
    const verdict = met(part) ? 'met' : 'not met'
    process.stdout.write(
      `${key.padEnd(12)} ${part.what.padEnd(52)} ${shown(part).padStart(9)}  goal ${shownGoal(part).padStart(7)}  ${bar(part)}  ${verdict}\n`,
    )
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
