/** Which mutants are tried with modules loaded under them, and on which test files. */

import type { Mutant } from './mutants.js'
import type { State } from './state.js'
import { distance } from './suites.js'

/** How many of the nearest test files each is tried on. */
const FILES_FOR_LOADED = 6
const FILES_FOR_REACHED = 3

/** Mutants of what runs while modules load, and those of which a kill is in doubt: they are not judged in place. */
export const isLoaded = (known: State, { id }: Mutant): boolean =>
  known.byLoading.has(id) || known.suspects.has(id)

/** The files for one mutant, nearest first; those where it was suspected before all. */
const filesFor = (known: State, mutant: Mutant): readonly string[] => {
  const { id, file } = mutant
  const reaching = [...(known.byLoading.get(id) ?? []), ...(known.byTests.get(id) ?? [])]
  const near = [...new Set(reaching)].sort((a, b) => distance(file, a) - distance(file, b))
  const most = isLoaded(known, mutant) ? FILES_FOR_LOADED : FILES_FOR_REACHED
  return [...new Set([...(known.suspects.get(id) ?? []), ...near.slice(0, most)])]
}

/** The work of one round: each mutant on the next of its files. Undefined when there are no more. */
export const roundOf = (
  known: State,
  mutants: readonly Mutant[],
  round: number,
): ReadonlyMap<string, number[]> | undefined => {
  const work = new Map<string, number[]>()
  let isOver = true
  for (const mutant of mutants) {
    const file = filesFor(known, mutant)[round]
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
