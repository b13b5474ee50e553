/** `npm run bench -- [KEY...] [--short] [--rounds N] [--json FILE] [--markdown FILE]`: measures, and shows a table. */

import { fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Question } from './child.js'
import { isFarOff, type JsonRow, jsonOf, type Outcome, slownessBy } from './figure.js'
import { measureAlone, type Pace } from './measure.js'
import { type Options, readOptions, UsageError } from './options.js'
import { arePeersInstalled, installPeers } from './peers.js'
import { head, linesOf, MARKDOWN_HEAD, markdownOf, measuredOn, withText } from './report.js'
import { bareVerify, type Row } from './row.js'
import { ROWS } from './rows/index.js'

const print = (text: string): boolean => process.stdout.write(`${text}\n`)

/** For people who wait; what is measured goes to standard output. */
const remark = (text: string): void => {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
}

const cleared = (): void => {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}

const CHILD = new URL('./child.js', import.meta.url)

/** Measures one row in a process of its own. Rejects where that ends without an outcome. */
const measured = ({ key, flags = [] }: Row, pace: Pace): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    // JSON has no NaN, which a figure may be.
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const
    const child = fork(CHILD, { execArgv: [...flags], stdio: [...stdio], serialization: 'advanced' })
    let outcome: Outcome | undefined
    child.once('message', (message) => {
      outcome = message as Outcome // of child.ts
    })
    child.once('exit', () =>
      outcome === undefined ? reject(new Error(`${key}: no outcome`)) : resolve(outcome),
    )
    child.send({ key, pace } satisfies Question)
  })

interface Settled {
  readonly row: Row
  readonly outcome: Outcome
  /** Past its goal by more than the tolerance, in the short form. */
  readonly isFarOff: boolean
}

/** A row, and B on both sides of it: a machine that is shared is not as fast now as it was a minute ago. */
const settled = async (row: Row, pace: Pace): Promise<Settled> => {
  const before = await measureAlone(bareVerify(), pace)
  const outcome = await measured(row, pace)
  const slowness = slownessBy(Math.max(before, await measureAlone(bareVerify(), pace)))
  const isJudged = pace.isShort && row.unjudged === undefined
  return { row, outcome, isFarOff: isJudged && isFarOff(outcome, slowness) }
}

const measureAll = async (rows: readonly Row[], { pace }: Options): Promise<readonly Settled[]> => {
  const all: Settled[] = []
  for (const [i, row] of rows.entries()) {
    remark(`measuring ${row.key} (${i + 1} of ${rows.length})`)
    const found = await settled(row, pace)
    cleared()
    for (const line of linesOf(row.key, row.goals, found.outcome)) print(line)
    all.push(found)
  }
  return all
}

/** Rows that are far off are measured once more, after all others: a machine has bad moments, and some last. */
const measureTwice = async (rows: readonly Row[], options: Options): Promise<readonly Settled[]> => {
  const first = await measureAll(rows, options)
  const doubted = first.filter((each) => each.isFarOff).map(({ row }) => row)
  if (doubted.length === 0) return first
  print(`once more: ${doubted.map(({ key }) => key).join(', ')}`)
  const second = await measureAll(doubted, options)
  return first.map((each) => second.find(({ row }) => row === each.row) ?? each)
}

const write = (all: readonly Settled[], { json, markdown }: Options): void => {
  if (json !== undefined) {
    const rows: Record<string, JsonRow> = {}
    for (const { row, outcome } of all) rows[row.key] = jsonOf(row.goals, outcome)
    writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`)
  }
  if (markdown !== undefined) {
    const body = all.flatMap(({ row, outcome }) => markdownOf(row.key, row.goals, outcome))
    const figures = [`${measuredOn()}.`, '', ...MARKDOWN_HEAD, ...body].join('\n')
    const page = withText(readFileSync(markdown, 'utf8'), 'figures', figures)
    if (page === undefined) throw new UsageError(`${markdown} has no marks for figures`)
    writeFileSync(markdown, page)
  }
}

const main = async (): Promise<number> => {
  const options = readOptions(
    process.argv.slice(2),
    ROWS.map(({ key }) => key),
  )
  const rows = ROWS.filter(({ key }) => options.keys.includes(key))
  if (rows.some(({ needsPeers }) => needsPeers === true) && !arePeersInstalled()) {
    remark('installing what is compared with, in bench/peers')
    installPeers()
  }
  print(measuredOn())
  print(head())
  const all = await measureTwice(rows, options)
  write(all, options)
  const missed = all.filter(({ row, outcome }) => !jsonOf(row.goals, outcome).met).map(({ row }) => row.key)
  print(missed.length === 0 ? 'every goal is met' : `not met: ${missed.join(', ')}`)
  const farOff = all.filter((each) => each.isFarOff).map(({ row }) => row.key)
  if (farOff.length === 0) return 0
  print(`past its goal by half or more, twice: ${farOff.join(', ')}`)
  return 1
}

main().then(
  (exit) => {
    process.exitCode = exit
  },
  (thrown: unknown) => {
    process.stderr.write(`bench: ${thrown instanceof UsageError ? thrown.message : String(thrown)}\n`)
    process.exitCode = thrown instanceof UsageError ? 2 : 1
  },
)
