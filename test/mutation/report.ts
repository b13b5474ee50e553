/** The figures of a run, and what is printed of them. */

import type { Mutant } from './mutants.js'
import { REASONS, type Reason } from './reasons.js'
import type { State, Status } from './state.js'

export type Figures = Record<Status | 'mutants', number> & { score: number }

const none = (): Figures => ({
  mutants: 0,
  killed: 0,
  timedOut: 0,
  survived: 0,
  notCovered: 0,
  ignored: 0,
  score: 0,
})

/** Killed and timed out, of all that are not ignored: Stryker's mutation score. In percent. */
const scoreOf = ({ mutants, killed, timedOut, ignored }: Figures): number =>
  mutants === ignored ? 100 : (100 * (killed + timedOut)) / (mutants - ignored)

export const figuresOf = (mutants: readonly Mutant[], known: State): Record<string, Figures> => {
  const folders: Record<string, Figures> = {}
  for (const mutant of mutants) {
    const folder = mutant.file.split('/')[1] as string // src/FOLDER/...
    folders[folder] ??= none()
    folders[folder].mutants++
    folders[folder][known.statusOf(mutant)]++
  }
  for (const figures of Object.values(folders)) figures.score = scoreOf(figures)
  return folders
}

const COLUMNS = ['mutants', 'killed', 'timedOut', 'survived', 'notCovered', 'ignored'] as const

export const tableOf = (folders: Readonly<Record<string, Figures>>): string => {
  const rows = Object.entries(folders).map(([name, figures]) => [
    name,
    ...COLUMNS.map((column) => String(figures[column])),
    `${figures.score.toFixed(1)} %`,
  ])
  const all = [
    ['folder', 'mutants', 'killed', 'timed out', 'survived', 'not covered', 'ignored', 'score'],
    ...rows,
  ]
  const widths = (all[0] as string[]).map((_, i) => Math.max(...all.map((row) => (row[i] as string).length))) // rows of one length
  return all.map((row) => row.map((cell, i) => cell.padStart(widths[i] as number)).join('  ')).join('\n')
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line
}

export const lineOf = ({ file, line, mutator, original, replacement }: Mutant): string =>
  `${file}:${line} ${mutator} ${short(original)} → ${short(replacement)}`

const among = (wanted: string | readonly string[] | undefined, given: string): boolean =>
  wanted === undefined || (typeof wanted === 'string' ? wanted === given : wanted.includes(given))

const isWithin = (beginnings: string | readonly string[], mutant: Mutant): boolean =>
  [beginnings]
    .flat()
    .some((begins) => [mutant.source, ...mutant.around].some((line) => line.startsWith(begins)))

const matches = (reason: Reason, mutant: Mutant): boolean =>
  reason.file === mutant.file &&
  (reason.within === undefined || isWithin(reason.within, mutant)) &&
  among(reason.source, mutant.source) &&
  among(reason.mutator, mutant.mutator) &&
  among(reason.original, mutant.original) &&
  among(reason.replacement, mutant.replacement)

export interface Explained {
  readonly without: readonly Mutant[]
  readonly withSeveral: readonly Mutant[]
  readonly idle: readonly Reason[]
}

/** Survivors without a reason, or with more than one; reasons that explain none. */
export const explain = (survivors: readonly Mutant[], files: ReadonlySet<string>): Explained => {
  const used = new Set<Reason>()
  const without: Mutant[] = []
  const withSeveral: Mutant[] = []
  for (const mutant of survivors) {
    const reasons = REASONS.filter((reason) => matches(reason, mutant))
    for (const reason of reasons) used.add(reason)
    if (reasons.length === 0) without.push(mutant)
    if (reasons.length > 1) withSeveral.push(mutant)
  }
  return {
    without,
    withSeveral,
    idle: REASONS.filter((reason) => files.has(reason.file) && !used.has(reason)),
  }
}
