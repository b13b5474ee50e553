/** Calls that were seen, as `learn`, `fit` and `simulate` read them: lines of JSON, or what the hook has kept. */

import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { fromUtf8 } from '../../encoding/bytes.js'
import { MAX_JSON_TEXT } from '../../encoding/limits.js'
import type { SeenCall } from '../../learn/seen.js'
import { observedFiles, parseObservation } from '../../node/observation.js'
import { cliFailure } from '../failure.js'
import { repeated } from '../flags.js'
import { homeOf } from '../hook/homeFile.js'
import { placeOf } from '../input.js'
import { linesOf } from '../lines.js'
import type { Session } from '../session.js'

export interface CallsFlags {
  readonly home?: string
  readonly tool?: readonly string[]
  readonly refused?: boolean
}

export const callsFlags = (command: Command): Command =>
  command
    .argument('[log]', 'lines of JSON with a call each, or - for stdin (default: what the hook has kept)')
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option('--tool <name>', 'only calls of this tool (repeatable)', repeated)
    .option('--refused', 'also calls that the guard refused')

/** A call, and the line that it stands in, counted over all files. */
export interface LoggedCall extends SeenCall {
  readonly line: number
}

/**
 * The calls of a log, or of the home. Lines that are no calls are passed over with a remark: a crash may have cut one short.
 * @throws CliFailure FILE_…, INPUT_TOO_LARGE; INPUT_EMPTY where there is no call
 */
export const loggedCalls = async (
  session: Session,
  log: string | undefined,
  flags: CallsFlags,
): Promise<readonly LoggedCall[]> => {
  const files = log === undefined ? keptFiles(session, flags) : [log]
  const what = log === undefined ? files.at(-1) : placeOf('log', log)
  const calls: LoggedCall[] = []
  const count = { line: 0, strange: 0, refused: 0 }
  for (const file of files) {
    const chunks = session.inputs.chunks(file, placeOf('log', file))
    for await (const bytes of linesOf(chunks, placeOf('log', file), MAX_JSON_TEXT)) {
      count.line++
      if (bytes.length === 0) continue
      const call = callOf(bytes)
      if (call === undefined) count.strange++
      else if (flags.tool !== undefined && !flags.tool.includes(call.tool)) continue
      else if (call.refused && flags.refused !== true) count.refused++
      else calls.push({ ...call, line: count.line })
    }
  }
  if (count.strange > 0)
    await session.remark(`passed over, since they are no calls: ${count.strange} of ${count.line} lines`)
  if (count.refused > 0)
    await session.remark(
      `left out, since the guard refused them: ${count.refused} calls; --refused takes them in`,
    )
  if (calls.length === 0) throw cliFailure('INPUT_EMPTY', what, 'no call in it')
  return calls
}

const keptFiles = (session: Session, { home }: CallsFlags): readonly string[] => {
  const files = observedFiles(homeOf(session, home).log)
  const found = files.filter((file) => existsSync(file))
  return found.length === 0 ? files.slice(-1) : found
}

const callOf = (bytes: Uint8Array): ReturnType<typeof parseObservation> => {
  try {
    return parseObservation(fromUtf8(bytes))
  } catch {
    return undefined // not UTF-8
  }
}
