/** The published Python package `tenuo`, where its environment is at hand: its own figures for the same chains. */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { callOf, formatProof, prove } from 'warrant'
import { argsOf, chainOf, issuer } from './fixtures.js'
import type { Pace } from './measure.js'

const VERSION = '0.3.3'

/** Where the tests against the published package keep theirs (`npm run test:interop` makes it). */
const PYTHON = join(tmpdir(), `warrant-interop-tenuo-${VERSION}`, 'bin', 'python')

const SCRIPT = fileURLToPath(new URL('../reference.py', import.meta.url))

interface Answer {
  /** Nanoseconds of one call each: the chain decoded and verified; and with a call and its proof. */
  readonly verified: number
  readonly authorized: number
}

/** A line for each depth; or one line that says why there is none. Its clock is the real one, so are these chains'. */
export const referenceFigures = (depths: readonly number[], { rounds }: Pace): readonly string[] => {
  if (!existsSync(PYTHON))
    return [`tenuo ${VERSION} (Python) is not at hand: npm run test:interop installs it`]
  const args = argsOf(1)
  const now = Math.floor(Date.now() / 1000)
  const questions = depths.map((depth) => {
    const { chain, holder } = chainOf(depth, { now })
    return {
      chain: Buffer.from(chain.bytes).toString('base64'),
      isStack: chain.warrants.length > 1,
      root: issuer.publicKey,
      args,
      proof: formatProof(prove(chain, callOf('read_file', args), holder, { now })),
    }
  })
  const { stdout, status } = spawnSync(PYTHON, [SCRIPT], {
    input: JSON.stringify({ rounds, questions }),
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (status !== 0) return [`tenuo ${VERSION} (Python) gave no figures`]
  const answers = JSON.parse(stdout) as readonly Answer[] // of the script
  return answers.map(({ verified, authorized }, i) => {
    const micro = (nanoseconds: number): string => `${(nanoseconds / 1_000).toFixed(0)} µs`
    return `tenuo ${VERSION} (Python), chain of ${depths[i]}: read and verified in ${micro(verified)}, with a call and its proof ${micro(authorized)}`
  })
}
