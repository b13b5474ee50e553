/** What the long form says at its end: one row a target, the same for machines. */

import type { FoundInput, Tally } from './loop.js'

export interface Figures {
  readonly target: string
  readonly executions: number
  readonly accepted: number
  readonly refused: number
  readonly codes: Readonly<Record<string, number>>
  readonly slowestMilliseconds: number
  /** Bytes, the most of all parts. */
  readonly growth: number | undefined
  /** Of all parts together. */
  readonly seconds: number
  readonly findings: readonly FoundInput[]
}

/** The parts of each target together. */
export const figuresOf = (tallies: readonly Tally[]): readonly Figures[] =>
  [...new Set(tallies.map(({ target }) => target))].map((target) => {
    const parts = tallies.filter((tally) => tally.target === target)
    const sum = (of: (tally: Tally) => number): number => parts.reduce((total, tally) => total + of(tally), 0)
    const codes: Record<string, number> = {}
    for (const part of parts)
      for (const [code, times] of Object.entries(part.codes)) codes[code] = (codes[code] ?? 0) + times
    return {
      target,
      executions: sum(({ executions }) => executions),
      accepted: sum(({ accepted }) => accepted),
      refused: sum(({ refused }) => refused),
      codes,
      slowestMilliseconds: Math.max(...parts.map((part) => part.slowestMilliseconds)),
      growth: Math.max(...parts.map(({ growth = 0 }) => growth)),
      seconds: sum(({ seconds }) => seconds),
      findings: parts.flatMap(({ findings }) => findings),
    }
  })

const HEADS = [
  'target',
  'executions',
  'accepted',
  'refused',
  'codes',
  'slowest ms',
  'growth KiB',
  'seconds',
  'findings',
]

/** The same as a table. */
export const tableOf = (figures: readonly Figures[]): string => {
  const rows = figures.map((each) => [
    each.target,
    String(each.executions),
    String(each.accepted),
    String(each.refused),
    String(Object.keys(each.codes).length),
    each.slowestMilliseconds.toFixed(1),
    ((each.growth ?? 0) / 1_024).toFixed(0),
    each.seconds.toFixed(0),
    String(each.findings.length),
  ])
  const widths = HEADS.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return [line(HEADS), ...rows.map(line)].join('\n')
}
