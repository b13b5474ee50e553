/** One row, measured in a process of its own, so that no row runs code that another has shaped. */

import { type Outcome, partOf } from './figure.js'
import type { Pace } from './measure.js'
import { arePeersInstalled, NOT_INSTALLED } from './peers.js'
import type { Row } from './row.js'
import { ROWS } from './rows/index.js'

/** What this process is asked, once. */
export interface Question {
  readonly key: string
  readonly pace: Pace
}

const outcomeOf = async ({ goals, needsPeers, measure }: Row, pace: Pace): Promise<Outcome> => {
  if (needsPeers === true && !arePeersInstalled()) return { kind: 'absent', why: NOT_INSTALLED }
  const measured = await measure(pace)
  if ('absent' in measured) return { kind: 'absent', why: measured.absent }
  const { found, notes = [] } = measured
  if (found.length !== goals.length) throw new Error('a goal without a figure')
  return {
    kind: 'measured',
    parts: goals.map((goal, i) => partOf(goal, found[i] ?? { value: Number.NaN })),
    notes,
  }
}

process.once('message', async ({ key, pace }: Question) => {
  const row = ROWS.find((each) => each.key === key)
  if (row === undefined) throw new Error(`no row ${key}`)
  const outcome = await outcomeOf(row, pace)
  process.send?.(outcome, () => process.exit(0)) // of peers, some keep the process
})
