/** One run in a process of its own: told what to do by its parent, tells how it goes. */

import { register } from 'node:module'
import { chains } from './chains.js'
import { commands } from './commands.js'
import { decoders } from './decoders.js'
import { enforcing } from './enforcing.js'
import { events } from './events.js'
import { guarding } from './guarding.js'
import { builtLibrary, type Library } from './library.js'
import { fuzz, type Tally } from './loop.js'
import { countNovelty } from './novelty.js'
import type { Target } from './target.js'

/** What a worker is told. */
export interface Job {
  readonly target: TargetName
  readonly executions: number
  readonly seed: number
  /** Keep what does something new; otherwise begin with what others kept. */
  readonly guided: boolean
  readonly kept: readonly string[]
  /** Whether to tell the shortest input of each sort and outcome. */
  readonly collects: boolean
}

/** What a worker tells. */
export type Told =
  | { readonly kind: 'progress'; readonly tally: Tally }
  | {
      readonly kind: 'done'
      readonly tally: Tally
      readonly kept: readonly string[]
      readonly shortest: readonly (readonly [string, string])[]
    }

export type TargetName = 'decoders' | 'chains' | 'enforce' | 'guard' | 'commands' | 'events'

type AnyTarget = Target<unknown> & { readonly end?: () => void }

const TARGETS: Readonly<Record<TargetName, (library: Library) => AnyTarget>> = {
  decoders: decoders as (library: Library) => AnyTarget, // each target meets inputs of its own alone
  chains: chains as (library: Library) => AnyTarget, // as above
  enforce: enforcing as (library: Library) => AnyTarget, // as above
  guard: guarding as (library: Library) => AnyTarget, // as above
  commands: commands as (library: Library) => AnyTarget, // as above
  events: events as (library: Library) => AnyTarget, // as above
}

const tell = (told: Told): void => {
  process.send?.(told)
}

const work = async (job: Job): Promise<void> => {
  const novelty = job.guided ? countNovelty() : undefined
  if (job.guided) register('./instrument.js', import.meta.url)
  const target = TARGETS[job.target](await builtLibrary())
  for (const line of job.kept) target.keep(target.read(line))
  // Millions of refusals are made; where each was thrown is not asked.
  if (job.target === 'decoders' || job.target === 'chains') Error.stackTraceLimit = 0
  const kept: string[] = []
  const shortest = new Map<string, string>()
  const unhandled: string[] = []
  process.on('unhandledRejection', (reason) => unhandled.push(String(reason)))
  const tally = await fuzz({
    target,
    executions: job.executions,
    seed: job.seed,
    onKept: (line) => kept.push(line),
    onProgress: (now) => tell({ kind: 'progress', tally: now }),
    ...(novelty !== undefined && { novelty }),
    ...(job.collects && { shortest }),
  })
  for (const what of new Set(unhandled))
    tally.findings.push({
      target: job.target,
      what: `nobody waits for a rejection: ${what}`,
      seed: job.seed,
      execution: -1,
      input: '',
    })
  target.end?.()
  process.send?.({ kind: 'done', tally, kept, shortest: [...shortest] } satisfies Told, () =>
    process.disconnect(),
  )
}

process.once('message', (job: Job) => {
  work(job).catch((fault: unknown) => {
    process.stderr.write(`fuzz: ${fault instanceof Error ? fault.stack : String(fault)}\n`)
    process.exit(1)
  })
})
