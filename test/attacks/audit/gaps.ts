/** What can be found wrong with the audit without running anything: attacks, tests and defences that are not there. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Removal, Row } from './row.js'

/** Attacks on what does not exist yet; a row for one of them is a row too many here. */
export const NOT_BUILT_YET: readonly string[] = []

/** The ids of a catalogue: the first cells of its tables. */
export const idsOf = (catalogue: string): readonly string[] =>
  [...catalogue.matchAll(/^\| ([A-Z]{2,4}-[0-9]+) \|/gm)].map(([, id]) => id as string) // the one group

/** Ids that have no row, and rows whose id is in no catalogue. */
export const gapsOfIds = (ids: readonly string[], rows: readonly Row[]): readonly string[] => {
  const known = new Set(rows.map(({ id }) => id))
  const expected = ids.filter((id) => !NOT_BUILT_YET.includes(id))
  return [
    ...expected.filter((id) => !known.has(id)).map((id) => `${id}: no row`),
    ...[...known].filter((id) => !expected.includes(id)).map((id) => `${id}: no such attack`),
  ]
}

const isNamedFor = ({ id, title }: Row): boolean =>
  title.startsWith(id) && !/^[0-9]/.test(title.slice(id.length))

/** Whether the source of a test has the title, between quotes of any sort. */
const hasTitle = (source: string, title: string): boolean => {
  const written = title.replaceAll("'", "\\'")
  return [`'${written}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted))
}

const count = (text: string, part: string): number => text.split(part).length - 1

/** Tests without their title, and defences that do not stand where the rows say, in the tree below `root`. */
export const gapsOfRows = (root: string, rows: readonly Row[]): readonly string[] => {
  const read = (path: string): string =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
  return rows.flatMap((row) => {
    const gaps: string[] = []
    if (!isNamedFor(row)) gaps.push(`${row.id}: the title of its test begins otherwise`)
    if (!hasTitle(read(`test/${row.file}`), row.title))
      gaps.push(`${row.id}: no such title in test/${row.file}`)
    if (row.without.length === 0) gaps.push(`${row.id}: no defence`)
    for (const { file, text } of row.without) {
      const found = count(read(`src/${file}`), text)
      if (found !== 1) gaps.push(`${row.id}: stands ${found} times in src/${file}: ${text}`)
    }
    return gaps
  })
}

/** The place of a defence: `src/file.ts:line`. */
export const placeOf = (root: string, { file, text }: Removal): string => {
  const source = readFileSync(join(root, 'src', file), 'utf8')
  return `src/${file}:${source.slice(0, source.indexOf(text)).split('\n').length}`
}
