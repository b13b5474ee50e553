/** `npm run bench:growth -- [PAGE]`: how cost grows with depth, tools, constraints and arguments. No goals, and no peers. */

import { readFileSync, writeFileSync } from 'node:fs'
import { oneOf, type ToolsInput } from 'warrant'
import { chainOf, enforcer } from './fixtures.js'
import { fresh, measureAlone, type Pace, type Work } from './measure.js'
import { measuredOn, withText } from './report.js'
import { must } from './row.js'
import { coldWork } from './rows/cold.js'

/** By processor time: a curve is wanted, and not what else the machine does. */
const PACE: Pace = { rounds: 11, roundMilliseconds: 15, warmMilliseconds: 150, isShort: true }

/** One way to grow: the sizes, and the work at each. */
interface Growth {
  readonly what: string
  readonly sizes: readonly number[]
  readonly workAt: (size: number) => Work
}

/** A bound call of `read_file` with raw arguments. */
const boundWork = (tools: ToolsInput, argsAt: (index: number) => unknown): Work => {
  const { chain, holder } = chainOf(1, { tools })
  const bound = enforcer().bind(chain, holder)
  const args = fresh((index) => JSON.parse(JSON.stringify(argsAt(index))) as unknown) // as they arrive
  return {
    batch: 16,
    prepare: args.prepare,
    run: (i) => must(bound.enforce('read_file', args.at(i)).kind === 'allow'),
  }
}

const named = <T>(count: number, valueAt: (place: number) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Array.from({ length: count }, (_, place) => [`name-${place}`, valueAt(place)]))

const GROWTHS: readonly Growth[] = [
  { what: 'cold chain, by depth', sizes: [1, 2, 4, 8, 16, 32, 64], workAt: (depth) => coldWork(depth) },
  {
    what: 'bound call, by tools of the warrant',
    sizes: [1, 16, 64, 256],
    workAt: (count) =>
      boundWork(
        { read_file: { mode: oneOf(['a', 'b']) }, ...named(count - 1, () => ({ mode: oneOf(['a']) })) },
        () => ({ mode: 'a' }),
      ),
  },
  {
    what: 'bound call, by constraints, an argument each',
    sizes: [1, 2, 4, 8, 16, 32, 64],
    workAt: (count) =>
      boundWork({ read_file: named(count, () => oneOf(['a', 'b'])) }, (i) =>
        named(count, (place) => ((i + place) % 2 === 0 ? 'a' : 'b')),
      ),
  },
  {
    what: 'bound call, by characters of one argument',
    sizes: [16, 256, 4_096, 65_536],
    workAt: (length) => boundWork({ read_file: {} }, (i) => ({ text: `${i}`.padStart(length, 'x') })),
  },
  {
    what: 'bound call, by numbers in one list',
    sizes: [1, 10, 100, 1_000],
    workAt: (count) =>
      boundWork({ read_file: {} }, (i) => ({ list: Array.from({ length: count }, (_, place) => i + place) })),
  },
]

const shown = (nanoseconds: number): string =>
  nanoseconds < 1e4
    ? `${nanoseconds.toFixed(nanoseconds < 10 ? 2 : 0)} ns`
    : `${(nanoseconds / 1e3).toFixed(1)} µs`

const lines = [
  `${measuredOn()}.`,
  '',
  '| what | size | a call | of that, for each |',
  '| --- | --- | --- | --- |',
]
for (const { what, sizes, workAt } of GROWTHS) {
  for (const size of sizes) {
    const took = await measureAlone(workAt(size), PACE)
    const line = `| ${what} | ${size} | ${shown(took)} | ${shown(took / size)} |`
    process.stdout.write(`${line}\n`)
    lines.push(line)
  }
}
const [page] = process.argv.slice(2)
if (page !== undefined) {
  const written = withText(readFileSync(page, 'utf8'), 'growth', lines.join('\n'))
  if (written === undefined) throw new Error(`${page} has no marks for growth`)
  writeFileSync(page, written)
}
