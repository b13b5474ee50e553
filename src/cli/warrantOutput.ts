/** Where a new warrant goes: text on stdout, or a file that is there whole or not at all. */

import type { Command } from 'commander'
import { chainToJson } from '../schema/index.js'
import { type Chain, leafOf } from '../warrant/chain.js'
import { formatChain } from '../warrant/text.js'
import { display } from './display.js'
import { refuseOccupied, writeOutputFile } from './outputFile.js'
import type { Session } from './session.js'
import { timeText } from './timeText.js'

export interface OutputFlags {
  readonly out?: string
  readonly force?: boolean
  readonly pem?: boolean
}

export const outputFlags = (command: Command): Command =>
  command
    .option('-o, --out <file>', 'write the warrant to a new file (mode 0600) instead of stdout')
    .option('--force', 'replace the output file if it is there')
    .option('--pem', 'write the PEM form')

/** Refuses an output that cannot be written, before anything is signed for it. @throws CliFailure FILE_… */
export const refuseOutput = async ({ out, force }: OutputFlags): Promise<void> => {
  if (isFile(out)) await refuseOccupied(out, `--out ${out}`, force === true)
}

/** `-` is stdout, as it is stdin elsewhere. */
const isFile = (out: string | undefined): out is string => out !== undefined && out !== '-'

const WARRANT_MODE = 0o600

/** Hands a new warrant over. @throws CliFailure FILE_…, OUTPUT_CLOSED */
export const deliver = async (session: Session, chain: Chain, flags: OutputFlags): Promise<void> => {
  const { out } = flags
  const text = flags.pem === true ? formatChain(chain, 'pem') : `${formatChain(chain)}\n`
  if (isFile(out)) {
    await writeOutputFile(out, text, { force: flags.force === true, mode: WARRANT_MODE })
    const { id, expiresAt } = leafOf(chain).payload
    await session.remark(`wrote ${display(out)}: ${id}, expires ${timeText(expiresAt)}`)
  }
  if (session.json) return session.printJson(chainToJson(chain))
  if (!isFile(out)) return session.print(text)
}
