/** The figures of a run, and what is printed of them. */

import type { Mutant } from './mutants.js'
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

/** How a mutant is named in `survivors.json`, below its file: by the line, not by its number, which moves. */
export const nameOf = ({ source, mutator, original, replacement }: Mutant): string =>
  `${source} | ${mutator}: ${short(original)} → ${short(replacement)}`

export const lineOf = (mutant: Mutant): string => `${mutant.file}:${mutant.line} ${nameOf(mutant)}`

/** One reason, and the survivors of one file that have it. */
export interface Reason {
  readonly file: string
  readonly reason: string
  readonly mutants: readonly string[]
}

export interface Explained {
  readonly without: readonly string[]
  readonly withSeveral: readonly string[]
  /** Listed, and no survivor. */
  readonly idle: readonly string[]
}

/** Holds the survivors of some files against the reasons that are given. */
export const explain = (
  reasons: readonly Reason[],
  survivors: readonly Mutant[],
  files: ReadonlySet<string>,
): Explained => {
  const given = new Map<string, number>()
  for (const { file, mutants } of reasons)
    for (const name of mutants) given.set(`${file} ${name}`, (given.get(`${file} ${name}`) ?? 0) + 1)
  const keyOf = (mutant: Mutant): string => `${mutant.file} ${nameOf(mutant)}`
  const surviving = new Set(survivors.map(keyOf))
  return {
    without: survivors.filter((mutant) => !given.has(keyOf(mutant))).map(lineOf),
    withSeveral: survivors.filter((mutant) => (given.get(keyOf(mutant)) ?? 0) > 1).map(lineOf),
    idle: [...given.keys()].filter((key) => files.has(key.split(' ', 1)[0] as string) && !surviving.has(key)),
  }
}
