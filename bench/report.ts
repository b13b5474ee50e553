/** What people read: a table with a chart in a terminal, and a table in a page of the documentation. */

import { cpus } from 'node:os'
import { type Goal, type Outcome, type Part, shareOf, type Unit } from './figure.js'

const WIDTHS = { key: 13, what: 38, against: 27, side: 9, value: 9 } as const

const line = (cells: readonly [string, string, string, string, string, string, string, string]): string => {
  const [key, what, against, ours, baseline, value, goal, rest] = cells
  return [
    key.padEnd(WIDTHS.key),
    what.padEnd(WIDTHS.what),
    against.padEnd(WIDTHS.against),
    ours.padStart(WIDTHS.side),
    baseline.padStart(WIDTHS.side),
    value.padStart(WIDTHS.value),
    goal.padStart(WIDTHS.value + 2),
    ` ${rest}`,
  ]
    .join(' ')
    .trimEnd()
}

export const head = (): string =>
  line(['key', 'what', 'against', 'ours', 'baseline', 'ratio', 'goal', 'the mark is the goal'])

/** The lines of a row. */
export const linesOf = (key: string, goals: readonly Goal[], outcome: Outcome): readonly string[] => {
  if (outcome.kind === 'absent')
    return goals.map((goal) =>
      line([key, goal.what, goal.against ?? '', '-', '-', '-', shownGoal(goal), `ABSENT: ${outcome.why}`]),
    )
  return [
    ...outcome.parts.map((part) => partLine(key, part)),
    ...outcome.notes.map((note) => `${' '.repeat(14)}${note}`),
  ]
}

const partLine = (key: string, part: Part): string =>
  line([
    key,
    part.what,
    part.against ?? '',
    side(part, part.ours),
    side(part, part.baseline),
    figure(part.value, part.unit),
    shownGoal(part),
    `${bar(part)} ${verdict(part)}`,
  ])

const verdict = ({ met }: Part): string => (met ? 'met' : 'NOT MET')

const shownGoal = ({ goal, unit, atLeast }: Goal): string =>
  `${atLeast === true ? '≥' : '≤'} ${figure(goal, unit)}`

const figure = (value: number, unit: Unit): string => {
  if (unit === 'ns') return `${value.toFixed(0)} ns`
  if (unit === 'ratio') return value < 0.1 ? value.toFixed(4) : value.toFixed(2)
  return `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`
}

const side = ({ of = 'time' }: Goal, amount: number | undefined): string => {
  if (amount === undefined) return ''
  if (of === 'bytes') return `${(amount / 1e6).toFixed(1)} MB`
  if (of === 'rate')
    return `${amount >= 1e5 ? `${(amount / 1e6).toFixed(2)} M` : `${(amount / 1e3).toFixed(1)} k`}/s`
  if (amount < 1e4) return `${amount.toFixed(0)} ns`
  return amount < 1e7 ? `${(amount / 1e3).toFixed(1)} µs` : `${(amount / 1e6).toFixed(1)} ms`
}

const HALF = 10

/** How much of its goal a part takes: the bar ends at twice the goal, which stands in the middle. */
export const bar = (part: Part): string => {
  const share = shareOf(part, part)
  const cells = Number.isNaN(share) ? 2 * HALF : Math.min(2 * HALF, Math.max(1, Math.round(share * HALF)))
  const drawn = '█'.repeat(cells).padEnd(2 * HALF, '·')
  return `${drawn.slice(0, HALF)}|${drawn.slice(HALF)}`
}

/** A row of what was measured, for a page. */
export const markdownOf = (key: string, goals: readonly Goal[], outcome: Outcome): readonly string[] => {
  const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`
  if (outcome.kind === 'absent')
    return goals.map((goal) =>
      cells([`\`${key}\``, goal.what, goal.against ?? '', '', '', shownGoal(goal), 'absent']),
    )
  return outcome.parts.map((part) =>
    cells([
      ...[`\`${key}\``, part.what, part.against ?? '', side(part, part.ours)],
      ...[figure(part.value, part.unit), shownGoal(part), part.met ? 'met' : '**not met**'],
    ]),
  )
}

export const MARKDOWN_HEAD: readonly string[] = [
  '| key | what | against | ours | measured | goal | |',
  '| --- | --- | --- | --- | --- | --- | --- |',
]

/** The page with other text between the marks of a name; undefined where it has none. */
export const withText = (page: string, name: string, text: string): string | undefined => {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) return undefined
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}

/** What figures are of: the machine, and the day. */
export const measuredOn = (): string => {
  const [{ model } = { model: 'unknown' }, ...others] = cpus()
  const day = new Date().toISOString().slice(0, 10)
  return `${1 + others.length} × ${model.trim()}, Node ${process.versions.node}, ${day}`
}
