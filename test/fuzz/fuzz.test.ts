/**
 * The short form of the fuzzing (the long one is `npm run test:fuzz`): a few seconds of every target over the sources, half of
 * it from a seed of its own. How long an execution takes and how memory grows is asked in the long form alone.
 */

import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freshSeed } from '../support/scale.js'
import { chains } from './chains.js'
import { commands } from './commands.js'
import { decoders } from './decoders.js'
import { enforcing } from './enforcing.js'
import { events } from './events.js'
import { guarding } from './guarding.js'
import { fuzz, type Tally } from './loop.js'
import { sources } from './sources.js'
import type { Target } from './target.js'

/** For machines that have much else to do; it says nothing of how long anything takes. */
vi.setConfig({ testTimeout: 600_000 })

const FIXED = 20_260_301
const FRESH = freshSeed()
const commandTarget = commands(sources)
const eventTarget = events(sources)

// Many thousands of refusals are thrown; where is not asked.
const { stackTraceLimit } = Error
beforeAll(() => {
  Error.stackTraceLimit = 0
})
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit
  commandTarget.end()
  eventTarget.end()
})

interface Counts {
  readonly executions: number
  /** So many different outcomes at least, or the target has not been near what it is meant for. */
  readonly codes: number
}

const holds = async <Input>(target: Target<Input>, { executions, codes }: Counts): Promise<void> => {
  const tallies: Tally[] = []
  for (const seed of [FIXED, FRESH]) {
    const run = { target, executions: executions / 2, seed, limitMilliseconds: Number.POSITIVE_INFINITY }
    tallies.push(await fuzz(run))
  }
  expect(
    tallies.flatMap(({ findings }) => findings),
    `WARRANT_SEED=${FRESH}`,
  ).toEqual([])
  expect(tallies[0]?.accepted).toBeGreaterThan(0)
  expect(Object.keys(tallies[0]?.codes ?? {}).length).toBeGreaterThanOrEqual(codes)
}

test(`seed ${FRESH}: every door refuses with its codes, and what it reads is what is written`, async () => {
  await holds(decoders(sources), { executions: 20_000, codes: 40 })
})

test(`seed ${FRESH}: a chain that is accepted was signed by whoever may, and breaks no law`, async () => {
  await holds(chains(sources), { executions: 2_000, codes: 20 })
})

test(`seed ${FRESH}: hostile arguments and requests give a decision, and run nothing`, async () => {
  await holds(enforcing(sources), { executions: 1_500, codes: 8 })
})

test(`seed ${FRESH}: a guarded tool runs once with the copy, or not at all`, async () => {
  await holds(guarding(sources), { executions: 2_000, codes: 8 })
})

test(`seed ${FRESH}: a command ends with a documented exit code and one typed line, and shows no secret`, async () => {
  await holds(commandTarget, { executions: 300, codes: 10 })
})

test(`seed ${FRESH}: an event of a host passes where it is no call, or one that was granted`, async () => {
  await holds(eventTarget, { executions: 1_500, codes: 10 })
})
