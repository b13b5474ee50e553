/**
 * The canary: a call that must be denied whatever the warrant, the mode or the session, sent through the command that was
 * installed, started as the host starts it. What counts is that it was refused, and that its record is in the log.
 */

import { spawnSync } from 'node:child_process'
import { randomBytes } from '../../crypto/random.js'
import { toHex } from '../../encoding/bytes.js'
import type { Home } from '../../hook/home.js'
import { CANARY, isRecorded } from './lastCall.js'
import type { HostPlan } from './plans.js'

export interface CanaryResult {
  readonly denied: boolean
  readonly recorded: boolean
  readonly exit: number | null
  /** The code that it was denied by, where there is one. */
  readonly code: string | undefined
}

const TIMEOUT_MILLISECONDS = 15_000

/** Sends one canary. */
export const sendCanary = (plan: HostPlan, command: string, home: Home): CanaryResult => {
  const session = `${CANARY}${toHex(randomBytes(8))}`
  const input = JSON.stringify(plan.call(session, 'warrant_canary', { path: home.configuration }))
  const [file, ...words] = plan.starts === 'words' ? wordsOf(command) : ['sh', '-c', command]
  const { status, stderr } = spawnSync(file as string, words, {
    input,
    cwd: '/',
    encoding: 'utf8',
    timeout: TIMEOUT_MILLISECONDS,
  })
  const code = /^warrant: ([A-Z_]+): /.exec(stderr ?? '')?.[1]
  const denied = status === 2 && code === 'GUARD_PROTECTED'
  return { denied, recorded: isRecorded(home, session), exit: status, code }
}

/** Words as `shlex.split` makes them of the command that we install: blanks, and two kinds of quotes. */
const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
