/**
 * `npm run test:mutation -- [--folder NAME]... [--json FILE] [--confirm N] [--processes N] [--state FOLDER] [--suite FILE]...`
 *
 * Mutation testing of the folders that decide: every small change that Stryker's mutators know is made to the sources,
 * one at a time, and some test of the project must fail under it. The score of a folder is that of Stryker: the mutants
 * that a test noticed (killed, or timed out), of all that are counted. Mutants that no test reaches count as survivors;
 * the words of messages are not counted (`messages.ts`). The command ends with 1 when a score is below 90 %, when a
 * survivor has no reason in `survivors.json` or more than one. One that is listed there and did not survive is told: on a
 * slow machine a mutant can run out of time that elsewhere does not.
 *
 * What makes mutants is Stryker's; what runs them is not, since it would take hours:
 * 1. All mutants are in the sources at once, each behind a switch. A test runs once as it is, and then again at once for
 *    each mutant that it reaches and that lives (`runner.ts`). A kill counts where the same test passes again without it.
 * 2. What is left is tried on the nearest test files with all modules loaded under the mutant (`fresh.ts`): it may be in
 *    what runs while they load, or hidden by something that a module remembers, or a kill that was in doubt. A test file
 *    that does not load under a mutant has noticed it. Then it is the turn of slow tests, again in place.
 * 3. Some kills, drawn evenly, are tried again that way (`--confirm`, 200 unless told); one that cannot be repeated counts
 *    as a survivor.
 * A process that falls silent is ended and started again without the mutant that was on, which then has timed out.
 *
 * It errs towards survivors: properties have few runs of one fixed seed, tests of commands and of other processes are left
 * out, a slow test has a bound on its time, and data beside the project counts as absent, so that figures are the same
 * everywhere. Where stock Stryker was run beside it (9.6.1 on `base64url.ts` and `halfFloat.ts`), every mutant that it
 * killed was killed here; it let those pass under which the test file did not even load.
 *
 * `--state` keeps what a run found, and goes on from it for every source that is still the same; `--suite` names the test
 * files to run in place of all. Both are for working on survivors: figures are those of a run without them.
 */

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawnKills, roundOf } from './fresh.js'
import { FOLDERS, type Mutant, mutantsOf } from './mutants.js'
import { explain, figuresOf, lineOf, type Reason, tableOf } from './report.js'
import { layOut, State } from './state.js'
import { testFiles } from './suites.js'
import { type Run, runAll, type Task } from './supervisor.js'

const LOWEST_SCORE = 90

const root = fileURLToPath(new URL('../../..', import.meta.url))
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const { values } = parseArgs({
  options: {
    folder: { type: 'string', multiple: true },
    suite: { type: 'string', multiple: true },
    json: { type: 'string' },
    state: { type: 'string' },
    confirm: { type: 'string', default: '200' },
    processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
})

const folders = values.folder ?? FOLDERS
const state = values.state ?? mkdtempSync(join(tmpdir(), 'warrant-mutation-'))
mkdirSync(state, { recursive: true })
const made = await mutantsOf(root, folders)
const { mutants } = made
const journal = layOut(state, made)
const known = new State()
const listen = (): State => {
  for (const entry of journal.news()) known.take(entry)
  return known
}
const run: Run = {
  root,
  state,
  count: mutants.length,
  processes: Number(values.processes),
  journal,
  say,
  isDone: (task) => listen().done.has(task),
  findings: () => listen().entries,
}
const alive = (): Mutant[] =>
  mutants.filter((mutant) => ['survived', 'notCovered'].includes(listen().statusOf(mutant)))
const counted = (): string => `${alive().length} of ${mutants.length} mutants are left`
say(`${mutants.length} mutants, of which ${listen().kills.size} were killed before; state in ${state}`)

const suites = values.suite ?? testFiles(root)
let tasks = 0
const task = (file: string, given: Partial<Task>): Task => ({
  name: `task-${tasks++}`,
  mode: 'inPlace',
  file,
  slowestMilliseconds: 60,
  budgetMilliseconds: 60_000,
  runsOfProperties: 20,
  mutants: [],
  ...given,
})

const started = Date.now()
const minutes = (): string => `${((Date.now() - started) / 60_000).toFixed(1)} min`

await runAll(
  run,
  suites.map((file) => task(file, {})),
)
say(`quick tests: ${counted()}, ${minutes()}`)

for (let round = 0; ; round++) {
  const left = new Set(alive())
  const work = roundOf(listen(), mutants, (mutant) => left.has(mutant), round)
  if (work === undefined) break
  await runAll(
    run,
    [...work].map(([file, ids]) => task(file, { mode: 'fresh', mutants: ids })),
  )
  say(`modules loaded anew, round ${round + 1}: ${counted()}, ${minutes()}`)
}

const left = new Set(alive().map(({ id }) => id))
const slow = suites.filter((file) => [...(known.waiting.get(file) ?? [])].some((id) => left.has(id)))
const unhurried = { slowestMilliseconds: Number.MAX_SAFE_INTEGER, budgetMilliseconds: 120_000 }
await runAll(
  run,
  slow.map((file) => task(file, unhurried)),
)
say(`slow tests: ${counted()}, ${minutes()}`)

const drawn = drawnKills(listen(), Number(values.confirm))
await runAll(
  run,
  [...drawn].map(([file, ids]) => task(file, { mode: 'confirm', mutants: ids })),
)

const survivors = alive()
const figures = figuresOf(mutants, known)
const reasons = JSON.parse(
  readFileSync(join(root, 'test/mutation/survivors.json'), 'utf8'),
) as readonly Reason[] // its form
const { without, withSeveral, idle } = explain(reasons, survivors, new Set(mutants.map(({ file }) => file)))
for (const line of without) say(`NO REASON ${line}`)
for (const line of withSeveral) say(`SEVERAL REASONS ${line}`)
for (const line of idle) say(`NO SURVIVOR ${line}`)
for (const [test, why] of known.unusable) say(`not used: ${test}: ${why}`)
say(`\n${tableOf(figures)}\n`)
say(
  `${known.confirmed.size} kills tried again with modules loaded anew; ${known.unconfirmed.size} not confirmed`,
)
say(`${minutes()}; state in ${state}`)
writeFileSync(join(state, 'left.json'), `${JSON.stringify(survivors, null, 1)}\n`)
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ node: process.version, minutes: minutes(), folders: figures, confirmed: known.confirmed.size, unconfirmed: known.unconfirmed.size, survivors: survivors.map(lineOf) }, null, 2)}\n`,
  )
const low = Object.entries(figures).filter(([, { score }]) => score < LOWEST_SCORE)
for (const [folder, { score }] of low) say(`${folder}: ${score.toFixed(1)} % is below ${LOWEST_SCORE} %`)
process.exitCode = low.length + without.length + withSeveral.length > 0 ? 1 : 0
