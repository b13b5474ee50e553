/** Writing a file so that it is there whole or not at all, and that nothing is followed or replaced by surprise. */

import { lstat } from 'node:fs/promises'
import { writeWholeFile } from '../node/wholeFile.js'
import { cliFailure, placed } from './failure.js'

export interface OutputOptions {
  /** Replace a plain file that is there. */
  readonly force: boolean
  readonly mode: number
}

/**
 * Writes a text: to a new file beside the target, made by this call alone, then put in its place in one step.
 * A symbolic link, device or folder at the target is refused, also with `force`.
 * @throws CliFailure FILE_EXISTS, FILE_NOT_PLAIN, FILE_NOT_WRITTEN
 */
export const writeOutputFile = async (path: string, text: string, options: OutputOptions): Promise<void> => {
  const what = `--out ${path}`
  await refuseOccupied(path, what, options.force)
  placed(what, () => writeWholeFile(path, text, { mode: options.mode, overwrite: options.force }))
}

/** Refuses a place that is taken, before any work is done for it. @throws CliFailure FILE_EXISTS, FILE_NOT_PLAIN */
export const refuseOccupied = async (path: string, what: string, force: boolean): Promise<void> => {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isFile()) throw cliFailure('FILE_NOT_PLAIN', what)
  if (!force) throw cliFailure('FILE_EXISTS', what)
}
