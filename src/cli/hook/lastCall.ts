/** What the log shows of a host: the evidence that it runs the hook. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from '../../hook/home.js'
import type { DecisionRecord } from '../../node/decisionLog.js'
import { parseLine } from '../../node/log/entry.js'
import { logFiles } from '../../node/log/files.js'

/** How the sessions of canaries begin. */
export const CANARY = 'warrant-canary-'

/** Files of the log that are looked at: the newest, and one more where it has just begun. */
const NEWEST = 2

/** The newest records, oldest first, without those of canaries. That nobody changed them is for `audit verify`. */
export const recordsOf = (home: Home): readonly DecisionRecord[] =>
  newestFiles(home).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => parseLine(line)?.record ?? [])
      .filter(({ session }) => session?.startsWith(CANARY) !== true),
  )

/** Whether a record of this session is there. */
export const isRecorded = (home: Home, session: string): boolean =>
  newestFiles(home).some((file) => readFileSync(file, 'utf8').includes(session))

const newestFiles = (home: Home): readonly string[] =>
  existsSync(home.log)
    ? logFiles(home.log)
        .slice(-NEWEST)
        .map((name) => join(home.log, name))
    : []

/** When a call of this host was last decided: Unix seconds. */
export const lastCallOf = (home: Home, host: string): number | undefined =>
  recordsOf(home)
    .filter((record) => record.host === host && record.argsDigest !== undefined)
    .at(-1)?.time
