/** Whether each row holds: its test passes, and fails once its defence is gone. */

import { inParallel } from './parallel.js'
import type { Row } from './row.js'
import type { Outcome, Ran, Scratch } from './scratch.js'

/** `killed` is what is wanted: the test noticed. `hung` counts as noticed: a bound was taken away, and it never ended. */
export type Verdict = 'killed' | 'hung' | 'SURVIVED' | 'NO SUCH TEST' | 'FAILS UNCHANGED' | 'DOES NOT LOAD'

export interface Judged {
  readonly row: Row
  readonly verdict: Verdict
  /** Tests of the row that failed, or what else there is to say. */
  readonly note: string
}

export const isHeld = ({ verdict }: Judged): boolean => verdict === 'killed' || verdict === 'hung'

const isOf = ({ file, title }: Row, ran: Ran): boolean => ran.file === file && ran.titles.includes(title)

/** Vitest fills in the names of a table of tests: the part before the first of them tells the test. */
const isNamed = (row: Row, ran: Ran): boolean => {
  const fixed = row.title.split('%')[0] as string // split gives one at least
  if (fixed === row.title) return isOf(row, ran)
  return ran.file === row.file && ran.titles.some((title) => title.startsWith(fixed))
}

/** The verdict on every row, each told as soon as it is known. */
export const judgeRows = async (
  scratches: readonly Scratch[],
  rows: readonly Row[],
  tell: (judged: Judged) => void,
): Promise<readonly Judged[]> => {
  const files = [...new Set(rows.map(({ file }) => file))]
  const unchanged = await (scratches[0] as Scratch).run({ files, seconds: 600 }) // there is one at least
  return inParallel(scratches, rows, async (scratch, row) => {
    const judged = await judge(scratch, row, unchanged)
    tell(judged)
    return judged
  })
}

const judge = async (scratch: Scratch, row: Row, unchanged: Outcome): Promise<Judged> => {
  if (unchanged.failed.some((ran) => isNamed(row, ran))) return { row, verdict: 'FAILS UNCHANGED', note: '' }
  if (!unchanged.passed.some((ran) => isNamed(row, ran))) return { row, verdict: 'NO SUCH TEST', note: '' }
  const putBack = scratch.remove(row.without)
  try {
    const outcome = await scratch.run({ files: [row.file], titles: [row.title.split('%')[0] as string] })
    if (outcome.hung) return { row, verdict: 'hung', note: 'did not end' }
    if (outcome.broken.length > 0) return { row, verdict: 'DOES NOT LOAD', note: outcome.broken.join('; ') }
    const failed = outcome.failed.filter((ran) => isNamed(row, ran))
    if (failed.length === 0)
      return { row, verdict: 'SURVIVED', note: `${outcome.passed.length} tests passed` }
    return {
      row,
      verdict: 'killed',
      note: `${failed.length} of ${failed.length + outcome.passed.length} tests`,
    }
  } finally {
    putBack()
  }
}
