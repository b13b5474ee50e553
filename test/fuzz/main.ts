/** `npm run test:fuzz -- [TARGET...] [--seed N] [--share F] [--json FILE] [--corpus FOLDER]`: the long form. */

import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { writeCorpus } from './corpus.js'
import type { FoundInput, Tally } from './loop.js'
import { figuresOf, tableOf } from './report.js'
import type { Job, TargetName, Told } from './worker.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    seed: { type: 'string' },
    share: { type: 'string', default: '1' },
    corpus: { type: 'string' },
  },
})

/** Executions of a whole run; those of the guided part among them. */
const PLAN: Readonly<Record<TargetName, { readonly guided: number; readonly all: number }>> = {
  decoders: { guided: 1_000_000, all: 10_000_000 },
  chains: { guided: 100_000, all: 1_000_000 },
  enforce: { guided: 0, all: 400_000 },
  guard: { guided: 0, all: 100_000 },
  commands: { guided: 0, all: 20_000 },
  events: { guided: 0, all: 100_000 },
}

const SEED = 20_260_301
const SILENCE_MILLISECONDS = 120_000
const PARTS = Math.min(2, availableParallelism())

const names = Object.keys(PLAN) as TargetName[] // the keys of a record by name
const chosen = positionals.length === 0 ? names : names.filter((name) => positionals.includes(name))
const share = Number(values.share)
const freshSeed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
if (chosen.length === 0 || !(share > 0) || !Number.isSafeInteger(freshSeed)) {
  process.stderr.write(
    `fuzz: the targets are ${names.join(', ')}; --share is above 0, --seed a whole number\n`,
  )
  process.exit(2)
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

interface Ended {
  readonly tally: Tally
  readonly kept: readonly string[]
  readonly shortest: readonly (readonly [string, string])[]
}

/** Runs a job in a process of its own; one that ends, hangs or says nothing is a finding. */
const ran = (job: Job): Promise<Ended> =>
  new Promise((resolve) => {
    const child = fork(new URL('./worker.js', import.meta.url), { execArgv: ['--expose-gc'] })
    let last: Tally | undefined
    let timer: NodeJS.Timeout | undefined
    const failed = (what: string): void => {
      const { target, seed } = job
      const finding: FoundInput = { target, what, seed, execution: last?.executions ?? 0, input: '' }
      const base = last ?? {
        target,
        seed,
        executions: 0,
        accepted: 0,
        refused: 0,
        codes: {},
        slowestMilliseconds: 0,
        growth: undefined,
        seconds: 0,
        findings: [],
      }
      resolve({ tally: { ...base, findings: [...base.findings, finding] }, kept: [], shortest: [] })
    }
    const listen = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        failed('nothing was heard of it for two minutes: one execution hangs')
        child.kill('SIGKILL')
      }, SILENCE_MILLISECONDS)
    }
    child.on('message', (told: Told) => {
      listen()
      for (const { what, execution } of told.tally.findings.slice(last?.findings.length ?? 0))
        say(`  ${job.target}: FINDING at execution ${execution}: ${what}`)
      last = told.tally
      if (told.kind === 'progress')
        say(
          `  ${job.target}: ${told.tally.executions} of ${job.executions}, ${told.tally.findings.length} findings`,
        )
      else resolve(told)
    })
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      failed(`the process ended by itself (${signal ?? code})`) // nothing, where it was done
    })
    listen()
    child.send(job)
  })

const tallies: Tally[] = []
const shortest = new Map<string, string>()

const gather = (ended: Ended): void => {
  tallies.push(ended.tally)
  for (const [key, line] of ended.shortest) {
    const known = shortest.get(key)
    if (known === undefined || line.length < known.length) shortest.set(key, line)
  }
}

const scaled = (executions: number): number => Math.max(1, Math.round(executions * share))

for (const target of chosen) {
  const { guided, all } = PLAN[target]
  const collects = values.corpus !== undefined
  let kept: readonly string[] = []
  if (guided > 0) {
    say(`${target}: ${scaled(guided)} executions guided by coverage, seed ${SEED}`)
    const ended = await ran({ target, executions: scaled(guided), seed: SEED, guided: true, kept, collects })
    gather(ended)
    kept = ended.kept
  }
  const seeds = [SEED + 1, freshSeed].slice(0, PARTS)
  say(
    `${target}: ${scaled(all - guided)} executions from ${kept.length} kept inputs, seeds ${seeds.join(' and ')}`,
  )
  const executions = Math.ceil(scaled(all - guided) / PARTS)
  const parts = seeds.map((seed) => ran({ target, executions, seed, guided: false, kept, collects }))
  for (const ended of await Promise.all(parts)) gather(ended)
}

const figures = figuresOf(tallies)
say(`\n${tableOf(figures)}\n\nseeds ${SEED} and ${freshSeed}; share ${share}`)
for (const { target, what, seed, execution, input } of figures.flatMap(({ findings }) => findings))
  say(`FINDING ${target} (seed ${seed}, execution ${execution}): ${what}\n  ${input}`)
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ seeds: [SEED, freshSeed], share, node: process.version, targets: figures }, null, 2)}\n`,
  )
if (values.corpus !== undefined) writeCorpus(values.corpus, shortest)
process.exitCode = figures.some(({ findings }) => findings.length > 0) ? 1 : 0
