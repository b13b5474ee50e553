/**
 * Takes away one denial at a time and runs the tests that reach it. All are put under switches at once, so that a run
 * without any tells which tests reach which, and no source is written twice.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DENYING, type Denial, denialsOf, switchedSource } from './denials.js'
import { inParallel } from './parallel.js'
import { reasonFor, staleReasons } from './reasons.js'
import type { Scratch } from './scratch.js'

const REACHED = 'reached.jsonl'

/** Runs in every worker: the switches, and a record of which test asked which. */
const SETUP = `import { appendFileSync } from 'node:fs'
import { afterAll, beforeEach } from 'vitest'
const removed = Number(process.env.AUDIT_REMOVED ?? -1)
const reached = new Map()
let title = ''
let file = ''
globalThis.__live = (number) => {
  const titles = reached.get(number)
  if (titles === undefined) reached.set(number, new Set([title]))
  else titles.add(title)
  return number !== removed
}
beforeEach(({ task }) => {
  title = task.name
  file = task.file.filepath
})
afterAll(() => {
  if (removed >= 0) return
  for (const [number, titles] of reached)
    appendFileSync('${REACHED}', JSON.stringify({ number, file, titles: [...titles] }) + '\\n')
})
`

/** Tests of the tree alone; none that read its sources as text, or run what was built of them. */
const FOLDERS = ['attacks', 'faults', 'unit/enforce', 'unit/warrant', 'unit/statement']
const LEFT_OUT = ['attacks/catalogue.test.ts', 'faults/files.test.ts']

/** More names than this are not worth naming. */
const MOST_TITLES = 40

interface Reach {
  readonly number: number
  readonly file: string
  readonly titles: readonly string[]
}

/** Denials that no test misses, one line each. */
export const judgeDenials = async (
  scratches: readonly Scratch[],
  filters: readonly string[],
  say: (line: string) => void,
): Promise<readonly string[]> => {
  const [first] = scratches as readonly [Scratch, ...Scratch[]] // there is one at least
  const denials = sourcesOf(first).flatMap(({ file, source }) => denialsOf(file, source))
  for (const scratch of scratches) putSwitches(scratch, denials)
  const files = FOLDERS.flatMap((folder) => testsIn(first, folder)).filter((file) => !LEFT_OUT.includes(file))
  const unchanged = await first.run({ files, seconds: 900 })
  if (unchanged.hung || unchanged.broken.length > 0) return ['tests do not run', ...unchanged.broken]
  // What fails anyway would notice everything: its file has no say, and is a gap by itself.
  const failing = new Set(unchanged.failed.map(({ file }) => file))
  const reached = readReached(first, failing)
  const chosen = denials.filter(
    ({ file }) => filters.length === 0 || filters.some((each) => file.startsWith(each)),
  )
  const verdicts = await inParallel(scratches, chosen, async (scratch, denial) => {
    const number = denials.indexOf(denial)
    const verdict = await judge(scratch, number, reached.get(number) ?? [])
    const reason = reasonFor(denial)
    const place = `src/${denial.file}:${denial.line}`
    say(
      `${verdict.padEnd(12)} ${place}  ${denial.text.slice(0, 90)}${reason === undefined ? '' : `\n             because ${reason}`}`,
    )
    return { verdict, place, denial, reason }
  })
  const noticed = verdicts.filter(({ verdict }) => verdict === 'noticed')
  const lost = verdicts.filter(({ verdict, reason }) => verdict !== 'noticed' && reason === undefined)
  const excused = verdicts.length - noticed.length - lost.length
  say(
    `\n${verdicts.length} denials taken away: ${noticed.length} noticed, ${excused} that nothing can notice alone`,
  )
  return [
    ...lost.map(({ verdict, place, denial }) => `${place}: ${verdict}: ${denial.text.slice(0, 120)}`),
    ...noticed
      .filter(({ reason }) => reason !== undefined)
      .map(({ place }) => `${place}: noticed, so that its reason is stale`),
    ...staleReasons(denials),
    ...[...failing].map((file) => `test/${file} fails with nothing taken away`),
  ]
}

const sourcesOf = (scratch: Scratch): readonly { readonly file: string; readonly source: string }[] =>
  ['enforce', 'warrant', 'statement']
    .flatMap((folder) => readdirSync(join(scratch.root, 'src', folder)).map((name) => `${folder}/${name}`))
    .filter((file) => DENYING.test(file))
    .map((file) => ({ file, source: scratch.read(`src/${file}`) }))

const putSwitches = (scratch: Scratch, denials: readonly Denial[]): void => {
  for (const { file, source } of sourcesOf(scratch)) {
    const own = denials.filter((denial) => denial.file === file)
    scratch.write(
      `src/${file}`,
      switchedSource(source, own, (denial) => denials.indexOf(denial)),
    )
  }
  scratch.write('setup.ts', SETUP)
}

const testsIn = (scratch: Scratch, folder: string): readonly string[] =>
  readdirSync(join(scratch.root, 'test', folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)

const readReached = (
  scratch: Scratch,
  failing: ReadonlySet<string>,
): ReadonlyMap<number, readonly Reach[]> => {
  const path = join(scratch.root, REACHED)
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  const all = lines.map((line) => JSON.parse(line) as Reach) // as the setup writes it
  const byNumber = new Map<number, Reach[]>()
  for (const { number, file, titles } of all) {
    const reach = { number, file: file.slice(`${scratch.root}/test/`.length), titles }
    if (!failing.has(reach.file)) byNumber.set(number, [...(byNumber.get(number) ?? []), reach])
  }
  return byNumber
}

const judge = async (scratch: Scratch, number: number, reach: readonly Reach[]): Promise<string> => {
  if (reach.length === 0) return 'NOT REACHED'
  const titles = [...new Set(reach.flatMap((each) => each.titles))]
  const named = titles.length <= MOST_TITLES && !titles.includes('')
  const { failed, broken, hung } = await scratch.run({
    files: reach.map(({ file }) => file),
    ...(named && { titles }),
    bail: true,
    env: { AUDIT_REMOVED: String(number) },
  })
  return failed.length + broken.length > 0 || hung ? 'noticed' : 'SURVIVED'
}
