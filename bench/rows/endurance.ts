/** What shows only over many calls: threads side by side, memory that must not grow, and a cache under attack. */

import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { callOf, type Enforcer, prove } from 'warrant'
import { type Found, median } from '../figure.js'
import { argsOf, chainOf, chainsOf, clock, enforcer, keyOf, single } from '../fixtures.js'
import { fresh, type Pace, type Work } from '../measure.js'
import { must, type Row, ratio } from '../row.js'
import type { Task } from '../thread.js'

const workerOf = async (task: Task): Promise<Worker> => {
  const worker = new Worker(new URL('../thread.js', import.meta.url), { workerData: task })
  await once(worker, 'message')
  return worker
}

const rateOf = async (worker: Worker, milliseconds: number): Promise<number> => {
  worker.postMessage(milliseconds)
  const [rate] = (await once(worker, 'message')) as [number] // of thread.ts
  return rate
}

const twoAgainstOne = async (
  task: Task,
  { rounds, roundMilliseconds, warmMilliseconds }: Pace,
): Promise<Found> => {
  const workers = [await workerOf(task), await workerOf(task)] as const
  const both = async (milliseconds: number): Promise<number> => {
    const [first, second] = await Promise.all(workers.map((worker) => rateOf(worker, milliseconds)))
    return (first as number) + (second as number) // of two
  }
  await both(warmMilliseconds)
  const pairs: (readonly [number, number])[] = []
  for (let round = 0; round < rounds; round++) {
    // Long enough that starting them one after the other does not count.
    pairs.push([await both(4 * roundMilliseconds), await rateOf(workers[0], 4 * roundMilliseconds)])
  }
  await Promise.all(workers.map((worker) => worker.terminate()))
  return {
    value: median(pairs.map(([two, one]) => two / one)),
    ours: median(pairs.map(([two]) => two)),
    baseline: median(pairs.map(([, one]) => one)),
  }
}

const TASKS = [
  { task: 'bound', what: 'bound calls on two threads' },
  { task: 'cold', what: 'cold chains of 3 on two threads' },
] as const

export const threads: Row = {
  key: 'threads',
  unjudged: 'it needs every core to itself',
  goals: TASKS.map(({ what }) => ({
    what,
    against: 'on one',
    goal: 1.8,
    unit: 'ratio',
    atLeast: true,
    of: 'rate',
  })),
  measure: async (pace) => {
    const found = []
    for (const { task } of TASKS) found.push(await twoAgainstOne(task, pace))
    return { found }
  },
}

/** Megabytes in use once everything that can be collected is. */
const heapMegabytes = (): number => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed / 1e6
}

/** Allowed and denied calls, bound and from bytes, with other arguments each. */
const mixed = (guard: Enforcer): ((index: number) => void) => {
  const bound = guard.bind(single.chain, single.holder)
  const { bytes } = single.chain
  return (i) => {
    const args = { path: i % 8 === 0 ? `/etc/secret-${i}` : `/data/report-${i}.csv`, limit: i % 1_000 }
    if (i % 16 === 1) guard.enforce({ chain: bytes, tool: 'read_file', args })
    else bound.enforce(i % 16 === 2 ? `tool-${i}` : 'read_file', args)
  }
}

const MILLION = 1_000_000

export const heap: Row = {
  key: 'heap',
  goals: [{ what: 'heap growth, 10 million enforcements', goal: 0.25, unit: 'MB' }],
  measure: async ({ isShort }) => {
    const call = mixed(enforcer())
    const run = (from: number, to: number): void => {
      for (let i = from; i < to; i++) call(i)
    }
    // What is compiled and remembered once is there after these.
    run(0, MILLION / 4)
    const before = heapMegabytes()
    run(MILLION / 4, MILLION / 4 + (isShort ? 1 : 10) * MILLION)
    const notes = isShort ? ['in the short form after 1 million'] : []
    return { found: [{ value: Math.max(0, heapMegabytes() - before) }], notes }
  },
}

/** Chains that an attacker sends, more than anything remembers: each from a holder of its own. */
const HOSTILE = 2_200
const HONEST = 16
/** How many hostile chains arrive for each honest call. */
const FLOOD = 4

const hostileChains = (): readonly Uint8Array[] =>
  Array.from({ length: HOSTILE }, (_, i) => {
    const keyAt = (place: number) => keyOf(place === 2 ? 900_000 + i : 1 + place)
    return chainOf(2, { firstId: 0x10_0000 + 2 * i, keyAt }).chain.bytes
  })

const honestWork = (guard: Enforcer, before: (count: number) => void): Work => {
  const holdings = chainsOf(HONEST, 1)
  const calls = fresh((i) => {
    const { chain, holder } = holdings[i % HONEST] as (typeof holdings)[number] // within the length
    const args = argsOf(i)
    const proof = prove(chain, callOf('read_file', args), holder, { now: clock() })
    return { chain: chain.bytes, args, proof }
  })
  return {
    batch: HONEST,
    prepare: (from, count) => {
      calls.prepare(from, count)
      before(count)
    },
    run: (i) => {
      const { chain, args, proof } = calls.at(i)
      must(guard.enforce({ chain, tool: 'read_file', args, proof }).kind === 'allow')
    },
  }
}

export const attacker: Row = {
  key: 'attacker',
  goals: [
    { what: 'an honest call, 4 new chains before it', against: 'left in peace', goal: 1.2, unit: 'ratio' },
    { what: 'heap growth, 20,000 ever-new chains', goal: 1, unit: 'MB' },
  ],
  measure: async (pace) => {
    const chains = hostileChains()
    let sent = 0
    const flood = (guard: Enforcer, count: number): void => {
      for (let i = 0; i < count; i++) {
        const chain = chains[sent++ % HOSTILE] as Uint8Array // within the length
        const decision = guard.enforce({ chain, tool: 'read_file', args: { path: '/data/a', limit: 1 } })
        must(decision.kind === 'deny' && decision.code === 'PROOF_MISSING')
      }
    }
    const [attacked, quiet] = [enforcer(), enforcer()]
    const slowed = await ratio(
      honestWork(attacked, (count) => flood(attacked, FLOOD * count)),
      honestWork(quiet, () => {}),
      pace,
    )
    flood(attacked, 2 * HOSTILE) // every cache is full
    const before = heapMegabytes()
    flood(attacked, pace.isShort ? 2_000 : 20_000)
    const notes = pace.isShort ? ['in the short form after 2,000'] : []
    return { found: [slowed, { value: Math.max(0, heapMegabytes() - before) }], notes }
  },
}
