/** Which mutants are tried with modules loaded under them, and on which test files. */

import type { Mutant } from './mutants.js'
import type { State } from './state.js'
import { nearness } from './suites.js'

/** How many of the nearest test files each is tried on. */
const FILES_FOR_LOADED = 5
const FILES_FOR_REACHED = 1

/** Mutants of what runs while modules load, and those of which a kill is in doubt: they are not judged in place. */
const isLoaded = (known: State, { id }: Mutant): boolean => known.byLoading.has(id) || known.suspects.has(id)

/** To load a source is little, but all that there is where nothing of it but constants and functions can be changed. */
const BY_LOADING = 0.001

/** For each source, the test files that reach anything in it, those that reach most of it first; near ones count twice. */
const nearest = (known: State, mutants: readonly Mutant[]): ReadonlyMap<string, readonly string[]> => {
  const reached = new Map<string, Map<string, number>>()
  for (const { id, file } of mutants) {
    const counts = reached.get(file) ?? new Map<string, number>()
    reached.set(file, counts)
    const count = (test: string, weight: number): void =>
      void counts.set(test, (counts.get(test) ?? 0) + weight)
    for (const test of known.byTests.get(id) ?? []) count(test, 1)
    for (const test of known.byLoading.get(id) ?? []) count(test, BY_LOADING)
  }
  return new Map(
    [...reached].map(([file, counts]) => {
      const weight = (test: string): number => nearness(file, test) * (counts.get(test) ?? 0)
      return [file, [...counts.keys()].sort((one, other) => weight(other) - weight(one))]
    }),
  )
}

/** The files for one mutant, nearest first; those where it was suspected before all. */
const filesFor = (
  known: State,
  mutant: Mutant,
  near: ReadonlyMap<string, readonly string[]>,
): readonly string[] => {
  const { id, file } = mutant
  const isReached = (test: string): boolean =>
    known.byLoading.get(id)?.has(test) === true || known.byTests.get(id)?.has(test) === true
  const most = isLoaded(known, mutant) ? FILES_FOR_LOADED : FILES_FOR_REACHED
  const files = (near.get(file) ?? []).filter(isReached).slice(0, most)
  return [...new Set([...(known.suspects.get(id) ?? []), ...files])]
}

/** The work of one round: each mutant that is left, on the next of its files. Undefined when there are no more. */
export const roundOf = (
  known: State,
  mutants: readonly Mutant[],
  isLeft: (mutant: Mutant) => boolean,
  round: number,
): ReadonlyMap<string, number[]> | undefined => {
  const near = nearest(known, mutants)
  const work = new Map<string, number[]>()
  let isOver = true
  for (const mutant of mutants.filter(isLeft)) {
    const file = filesFor(known, mutant, near)[round]
    if (file === undefined) continue
    isOver = false
    if (known.outlived.get(mutant.id)?.has(file) === true) continue
    const ids = work.get(file)
    if (ids === undefined) work.set(file, [mutant.id])
    else ids.push(mutant.id)
  }
  return isOver ? undefined : work
}

/** Kills in place, drawn evenly, by the file whose test noticed them. */
export const drawnKills = (known: State, count: number): ReadonlyMap<string, number[]> => {
  const kills = [...known.kills].filter(([, { fresh, kind }]) => !fresh && kind === 'killed')
  const step = Math.max(1, kills.length / count)
  const work = new Map<string, number[]>()
  for (let at = step / 2; at < kills.length; at += step) {
    const [id, { file }] = kills[Math.floor(at)] as (typeof kills)[number] // below the length
    const ids = work.get(file)
    if (ids === undefined) work.set(file, [id])
    else ids.push(id)
  }
  return work
}
