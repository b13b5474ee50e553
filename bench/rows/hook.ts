/** `warrant hook` as a host starts it, against Node that does nothing: whole processes, in turn. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Found, median } from '../figure.js'
import { type GuardedHost, guardedHost, peakReporter } from '../hookFixture.js'
import type { Pace } from '../measure.js'
import { must, type Row } from '../row.js'

/** Node that does nothing: N. */
const NOTHING: readonly string[] = ['-e', '0']

/** Runs Node to its end with an event on standard input, and gives what was asked of that run. */
type Probe = (argv: readonly string[], input: string) => { readonly figure: number; readonly stdout: string }

const inTurn = (probe: Probe, { argv, eventAt }: GuardedHost, { rounds, isShort }: Pace): Found => {
  const pairs: (readonly [number, number])[] = []
  const warmUp = isShort ? 1 : 3
  // Processes differ more from one another than calls do.
  const count = warmUp + (isShort ? rounds : 2 * rounds)
  for (let i = 0; i < count; i++) {
    const input = eventAt(1 + i)
    const ours = probe(argv, input)
    must(ours.stdout === '{}')
    const nothing = probe(NOTHING, input)
    if (i >= warmUp) pairs.push([ours.figure, nothing.figure])
  }
  return {
    value: median(pairs.map(([ours, nothing]) => ours / nothing)),
    ours: median(pairs.map(([ours]) => ours)),
    baseline: median(pairs.map(([, nothing]) => nothing)),
  }
}

const withHost = (probe: Probe, pace: Pace): Found => {
  const host = guardedHost()
  try {
    return inTurn(probe, host, pace)
  } finally {
    host.remove()
  }
}

/** Nanoseconds from the start of a process until its end is known. */
const timed: Probe = (argv, input) => {
  const begun = process.hrtime.bigint()
  const { stdout, status } = spawnSync(process.execPath, argv, { input, encoding: 'utf8' })
  const figure = Number(process.hrtime.bigint() - begun)
  must(status === 0)
  return { figure, stdout }
}

export const hook: Row = {
  key: 'hook',
  goals: [{ what: 'hook claude, chain of 3, one call', against: 'N, node -e 0', goal: 1.2, unit: 'ratio' }],
  measure: async (pace) => ({ found: [withHost(timed, pace)] }),
}

/**
 * Bytes that a process had in memory at most, as the kernel counts them for what runs after exec: what getrusage says
 * begins with the size of whoever started the process.
 */
const peakBy =
  (reporter: string): Probe =>
  (argv, input) => {
    const { stdout, output, status } = spawnSync(process.execPath, ['--require', reporter, ...argv], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    })
    const figure = Number(output[3]) * 1_024
    must(status === 0 && figure > 0)
    return { figure, stdout }
  }

export const hookMemory: Row = {
  key: 'hook-memory',
  goals: [
    {
      what: 'peak memory of the same',
      against: "N's",
      goal: 1.1,
      unit: 'ratio',
      of: 'bytes',
    },
  ],
  measure: async (pace) => {
    if (!existsSync('/proc/self/status')) return { absent: 'needs /proc/self/status' }
    const folder = mkdtempSync(join(tmpdir(), 'warrant-peak-'))
    try {
      return { found: [withHost(peakBy(peakReporter(folder)), pace)] }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
