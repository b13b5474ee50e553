/** What is known of each mutant: the journal read together, and kept from run to run for sources that stayed the same. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Entry, Journal } from './journal.js'
import type { Instrumented, Mutant } from './mutants.js'

export type Status = 'killed' | 'timedOut' | 'survived' | 'notCovered' | 'ignored'

export interface Kill {
  readonly kind: 'killed' | 'timedOut'
  readonly file: string
  readonly test: string
  readonly fresh: boolean
}

export class State {
  readonly kills = new Map<number, Kill>()
  readonly suspects = new Map<number, Set<string>>()
  readonly confirmed = new Set<number>()
  readonly unconfirmed = new Set<number>()
  readonly outlived = new Map<number, Set<string>>()
  /** By mutant: the test files that reach it in tests, and while they load. */
  readonly byTests = new Map<number, Set<string>>()
  readonly byLoading = new Map<number, Set<string>>()
  /** By test file: what its slow tests have not tried. */
  readonly waiting = new Map<string, ReadonlySet<number>>()
  readonly unusable = new Map<string, string>()
  readonly done = new Set<string>()
  entries = 0

  take(entry: Entry): void {
    this.entries++
    switch (entry.kind) {
      case 'killed':
      case 'timedOut':
        if (!this.kills.has(entry.id)) this.kills.set(entry.id, entry)
        return
      case 'suspect':
        add(this.suspects, entry.id, entry.file)
        return
      case 'outlived':
        add(this.outlived, entry.id, entry.file)
        return
      case 'confirmed':
        this.confirmed.add(entry.id)
        return
      case 'unconfirmed':
        this.unconfirmed.add(entry.id)
        return
      case 'covered':
        for (const id of entry.byTests) add(this.byTests, id, entry.file)
        for (const id of entry.byLoading) add(this.byLoading, id, entry.file)
        return
      case 'waiting':
        this.waiting.set(entry.file, new Set(entry.ids))
        return
      case 'unusable':
        this.unusable.set(`${entry.file} > ${entry.test}`, entry.why)
        return
      case 'done':
        this.done.add(entry.job)
    }
  }

  statusOf({ id, ignored }: Mutant): Status {
    if (ignored !== undefined) return 'ignored'
    const kill = this.kills.get(id)
    if (kill !== undefined && !this.unconfirmed.has(id)) return kill.kind
    return this.byTests.has(id) || this.byLoading.has(id) ? 'survived' : 'notCovered'
  }
}

const add = (map: Map<number, Set<string>>, id: number, file: string): void => {
  const files = map.get(id)
  if (files === undefined) map.set(id, new Set([file]))
  else files.add(file)
}

/** Where a mutant is found again in another run: the same place of the same text. */
const placesOf = (mutants: readonly Mutant[]): Map<string, number> => {
  const perFile = new Map<string, number>()
  return new Map(
    mutants.map(({ file, digest, id }) => {
      const place = perFile.get(file) ?? 0
      perFile.set(file, place + 1)
      return [`${file} ${digest} ${place}`, id]
    }),
  )
}

/** What an earlier run found of sources that are still the same, as entries of this one. */
const keptEntries = (state: string, mutants: readonly Mutant[]): Entry[] => {
  if (!existsSync(join(state, 'journal.jsonl'))) return []
  const earlier = JSON.parse(readFileSync(join(state, 'mutants.json'), 'utf8')) as readonly Mutant[] // written below
  const now = placesOf(mutants)
  const idNow = new Map([...placesOf(earlier)].map(([place, id]) => [id, now.get(place)]))
  const still = (ids: readonly number[]): number[] => ids.flatMap((id) => idNow.get(id) ?? [])
  const journal = new Journal(join(state, 'journal.jsonl'))
  const entries = journal.news().flatMap((entry): Entry[] => {
    if (entry.kind === 'covered')
      return [{ ...entry, byTests: still(entry.byTests), byLoading: still(entry.byLoading) }]
    return entry.kind === 'killed' || entry.kind === 'timedOut'
      ? still([entry.id]).map((id) => ({ ...entry, id }))
      : []
  })
  journal.close()
  return entries
}

/** Lays out the folder of a run: instrumented sources, the list of mutants, and a journal with what is kept. */
export const layOut = (state: string, { mutants, files }: Instrumented): Journal => {
  const kept = keptEntries(state, mutants)
  for (const stale of ['sources', 'transformed']) rmSync(join(state, stale), { recursive: true, force: true })
  rmSync(join(state, 'journal.jsonl'), { force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(state, 'sources', path)), { recursive: true })
    writeFileSync(join(state, 'sources', path), text)
  }
  writeFileSync(join(state, 'mutants.json'), JSON.stringify(mutants))
  const journal = new Journal(join(state, 'journal.jsonl'))
  for (const entry of kept) journal.write(entry)
  return journal
}
