/** The one call of a command line: `--tool T --args JSON`, or `--call FILE` with both in one JSON object. */

import type { Command } from 'commander'
import { MAX_JSON_TEXT } from '../encoding/limits.js'
import { parseArgs, parseCall, type WrittenCall } from '../schema/index.js'
import { placed, usage } from './failure.js'
import { flagValue } from './flags.js'
import { placeOf } from './input.js'
import type { Session } from './session.js'

export interface CallFlags {
  readonly tool?: string
  readonly args?: string
  readonly call?: string
}

export const callFlags = (command: Command): Command =>
  command
    .option('--tool <name>', 'the tool that is called')
    .option('--args <json>', 'its arguments, a JSON object; - reads standard input (default: {})')
    .option('--call <file>', 'or the call as one JSON object, {"tool":…,"args":{…}}; - reads standard input')

/** Whether any of the flags stands. */
export const hasCall = ({ tool, args, call }: CallFlags): boolean => (tool ?? args ?? call) !== undefined

/** @throws CliFailure USAGE, FILE_…, INPUT_…, JSON_… */
export const callInput = async (session: Session, flags: CallFlags): Promise<WrittenCall> => {
  const { tool, args = '{}', call } = flags
  if (call !== undefined) {
    if (tool !== undefined || flags.args !== undefined)
      throw usage('--call stands in place of --tool and --args')
    const what = placeOf('--call', call)
    const text = await session.inputs.text(call, what, MAX_JSON_TEXT)
    return placed(what, () => parseCall(text))
  }
  if (tool === undefined) throw usage('--tool is missing')
  if (args !== '-') return { tool, args: flagValue('--args', () => parseArgs(args)) }
  const what = '--args (standard input)'
  const text = await session.inputs.text('-', what, MAX_JSON_TEXT)
  return { tool, args: placed(what, () => parseArgs(text)) }
}
