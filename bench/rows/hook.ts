/** `warrant hook` as a host starts it, against Node that does nothing: whole processes, in turn. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Found, median } from '../figure.js'
import { type GuardedHost, guardedHost, peakReporter } from '../hookFixture.js'
import type { Pace } from '../measure.js'
import { must, type Row } from '../row.js'

/** A process: a program and its words. */
type Started = readonly [program: string, ...words: string[]]

/** Node that does nothing: N. */
const NOTHING: Started = [process.execPath, '-e', '0']

/** Runs a process to its end with an event on standard input, and gives what was asked of that run. */
type Probe = (
  started: Started,
  input: string,
  env: NodeJS.ProcessEnv,
) => { readonly figure: number; readonly stdout: string }

/** How a host starts the hook. */
const installed = ({ command }: GuardedHost): Started => ['/bin/sh', '-c', command]
/** The program by itself, which is given the same environment as N. */
const alone = ({ argv }: GuardedHost): Started => [process.execPath, ...argv]

/** What most machines have not, and what makes a start of Node several times as long. */
const CERTIFICATES = 'NODE_EXTRA_CA_CERTS'
const { [CERTIFICATES]: certificates, ...plain } = process.env

interface Compared {
  readonly host: GuardedHost
  readonly started: Started
  readonly probe: Probe
  readonly pace: Pace
  readonly env?: NodeJS.ProcessEnv
}

const inTurn = ({ host, started, probe, pace, env = process.env }: Compared): Found => {
  const pairs: (readonly [number, number])[] = []
  const warmUp = pace.isShort ? 1 : 3
  // Processes differ more from one another than calls do.
  const count = warmUp + (pace.isShort ? pace.rounds : 2 * pace.rounds)
  for (let i = 0; i < count; i++) {
    const input = host.eventAt(1 + i)
    const ours = probe(started, input, env)
    must(ours.stdout === '{}')
    const nothing = probe(NOTHING, input, env)
    if (i >= warmUp) pairs.push([ours.figure, nothing.figure])
  }
  return {
    value: median(pairs.map(([ours, nothing]) => ours / nothing)),
    ours: median(pairs.map(([ours]) => ours)),
    baseline: median(pairs.map(([, nothing]) => nothing)),
  }
}

/** Nanoseconds from the start of a process until its end is known. */
const timed: Probe = ([program, ...words], input, env) => {
  const begun = process.hrtime.bigint()
  const { stdout, status } = spawnSync(program, words, { input, env, encoding: 'utf8' })
  const figure = Number(process.hrtime.bigint() - begun)
  must(status === 0)
  return { figure, stdout }
}

export const hook: Row = {
  key: 'hook',
  goals: [
    { what: 'hook claude as installed, chain of 3', against: 'N, node -e 0', goal: 1.2, unit: 'ratio' },
    { what: 'the same without its command', against: 'N, node -e 0', goal: 1.2, unit: 'ratio' },
  ],
  measure: async (pace) => {
    const host = guardedHost()
    try {
      const compared = { host, probe: timed, pace }
      const found = [installed, alone].map((how) => inTurn({ ...compared, started: how(host) }))
      if (certificates === undefined) return { found }
      const { value, ours, baseline } = inTurn({ ...compared, started: alone(host), env: plain })
      const [hook, nothing] = [ours, baseline].map((taken) => `${((taken ?? 0) / 1e6).toFixed(1)} ms`)
      const note = `without ${CERTIFICATES} on either side: ${hook} against ${nothing}, ${value.toFixed(2)}`
      return { found, notes: [note] }
    } finally {
      host.remove()
    }
  },
}

/**
 * Bytes that a process had in memory at most, as the kernel counts them for what runs after exec: what getrusage says
 * begins with the size of whoever started the process.
 */
const peakBy =
  (reporter: string): Probe =>
  ([program, ...words], input, env) => {
    const { stdout, output, status } = spawnSync(program, ['--require', reporter, ...words], {
      input,
      env,
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
    const host = guardedHost()
    try {
      return { found: [inTurn({ host, started: alone(host), probe: peakBy(peakReporter(folder)), pace })] }
    } finally {
      host.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
