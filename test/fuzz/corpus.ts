/** The corpus: for each sort of input and each outcome the shortest input that is known, a line each in a file a sort. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Inputs longer than this are left to the runs, which make them anew. */
const MOST_CHARACTERS = 6_000

/** Writes the shortest inputs, by keys of `sort outcome`. A line is the outcome and the input. */
export const writeCorpus = (folder: string, shortest: ReadonlyMap<string, string>): void => {
  const files = new Map<string, string[]>()
  for (const [key, line] of [...shortest].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const at = key.lastIndexOf(' ')
    const [sort, outcome] = [key.slice(0, at), key.slice(at + 1)]
    if (line.length > MOST_CHARACTERS || sort === 'call') continue
    files.set(sort, [...(files.get(sort) ?? []), `${outcome} ${line}`])
  }
  mkdirSync(folder, { recursive: true })
  for (const [sort, lines] of files) writeFileSync(join(folder, `${sort}.txt`), `${lines.join('\n')}\n`)
}
