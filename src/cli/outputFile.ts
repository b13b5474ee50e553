/** Writing a file so that it is there whole or not at all, and that nothing is followed or replaced by surprise. */

import { link, lstat, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { randomBytes } from '../crypto/random.js'
import { toHex } from '../encoding/bytes.js'
import { cliFailure } from './failure.js'
import { systemCode } from './input.js'

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
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${toHex(randomBytes(8))}`)
  try {
    await writeNew(beside, text, options.mode)
    if (options.force) await rename(beside, path)
    else await link(beside, path) // fails where something has come to lie there since we looked
  } catch (thrown) {
    const errno = systemCode(thrown)
    if (errno === 'EEXIST') throw cliFailure('FILE_EXISTS', what)
    throw cliFailure('FILE_NOT_WRITTEN', what, errno)
  } finally {
    await unlink(beside).catch(() => {}) // gone already after a rename
  }
}

/** Refuses a place that is taken, before any work is done for it. @throws CliFailure FILE_EXISTS, FILE_NOT_PLAIN */
export const refuseOccupied = async (path: string, what: string, force: boolean): Promise<void> => {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isFile()) throw cliFailure('FILE_NOT_PLAIN', what)
  if (!force) throw cliFailure('FILE_EXISTS', what)
}

const writeNew = async (path: string, text: string, mode: number): Promise<void> => {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(text, 'utf8')
    await file.chmod(mode) // whatever the umask took away or left
    await file.sync()
  } finally {
    await file.close()
  }
}
