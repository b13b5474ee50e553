/** What a log is verified against, and what is said of one that holds. */

import { existsSync } from 'node:fs'
import type { PublicKey } from '../../crypto/keys.js'
import { isWarrantError } from '../../errors.js'
import type { Home } from '../../hook/home.js'
import {
  checkpointFile,
  parseCheckpoint,
  readLogKey,
  type SignedCheckpoint,
} from '../../node/log/checkpoint.js'
import { readTextLines } from '../../node/log/read.js'
import type { LogReport } from '../../node/log/verify.js'
import { CliFailure, placed } from '../failure.js'
import { MAX_SMALL_INPUT } from '../input.js'
import { publicKeyOf } from '../keys.js'
import type { Session } from '../session.js'

export interface CheckpointFlags {
  readonly checkpoint?: readonly string[]
  readonly logKey?: string
}

/** Checkpoints, and who signs them. */
export interface Evidence {
  readonly checkpoints: readonly SignedCheckpoint[]
  readonly key: PublicKey | undefined
  /** How many of them were kept elsewhere. */
  readonly elsewhere: number
}

/** The checkpoints that stand beside the log, and those of the flags. @throws CliFailure FILE_…, LOG_MALFORMED, KEY_… */
export const evidenceOf = async (
  session: Session,
  { log }: Home,
  flags: CheckpointFlags,
): Promise<Evidence> => {
  const { logKey, checkpoint: files = [] } = flags
  const key =
    logKey === undefined
      ? placed(log, () => readLogKey(log))?.publicKey
      : await publicKeyOf(session, '--log-key', logKey)
  const elsewhere: SignedCheckpoint[] = []
  for (const file of files) {
    const what = `--checkpoint ${file}`
    const text = await session.inputs.text(file, what, MAX_SMALL_INPUT)
    const found = text.split('\n').filter((line) => line.trim() !== '')
    if (found.length === 0) throw new CliFailure('LOG_MALFORMED', 'no checkpoint', { place: what })
    elsewhere.push(...found.map((line) => placed(what, () => parseCheckpoint(line))))
  }
  const beside = placed(log, () => checkpointsBeside(log))
  return { checkpoints: [...elsewhere, ...beside], key, elsewhere: elsewhere.length }
}

/** Those that can be read: one that a crash cut short shows nothing, and removing it would show as little. */
const checkpointsBeside = (log: string): readonly SignedCheckpoint[] => {
  const file = checkpointFile(log)
  if (!existsSync(file)) return []
  return [...readTextLines(file)].flatMap(({ text }) => {
    try {
      return [parseCheckpoint(text)]
    } catch (thrown) {
      if (isWarrantError(thrown)) return []
      throw thrown
    }
  })
}

/** Of a log that holds: the one line, and what must be known besides. */
export const reportLines = (
  report: LogReport,
  { key, checkpoints, elsewhere }: Evidence,
): { readonly product: string; readonly remarks: readonly string[] } => {
  const { entries, first, last, head, torn, unfinished, checkpointed } = report
  if (entries === 0) return { product: 'verified: the log has no entry', remarks: [] }
  const remarks = [
    first === 1 ? undefined : `entries 1 to ${first - 1} are not here`,
    torn === 0 ? undefined : `${torn} torn by a crash, and marked so`,
    unfinished === 0
      ? undefined
      : `${unfinished} bytes behind the last entry are cut short, or being written now`,
    checkpointed === 0
      ? undefined
      : `checkpoints bear out entry ${checkpointed}${key === undefined ? ', by a key of their own word: --log-key' : ''}`,
    elsewhere > 0
      ? undefined
      : checkpoints.length > 0
        ? 'those checkpoints stand beside the log: whoever writes it can cut both. Keep one elsewhere: --checkpoint'
        : 'no checkpoint: a log that was cut, or written anew from some entry on, cannot be told from a whole one',
  ]
  return {
    product: `verified ${entries} entries, ${first} to ${last}, head ${head}`,
    remarks: remarks.filter((remark) => remark !== undefined),
  }
}
