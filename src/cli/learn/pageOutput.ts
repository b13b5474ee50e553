/** Where a policy goes: YAML or JSON, on stdout or in a new file. */

import type { Command } from 'commander'
import type { ValueObject } from '../../encoding/value.js'
import { display } from '../display.js'
import { refuseOccupied, writeOutputFile } from '../outputFile.js'
import { jsonLine, type Session } from '../session.js'
import { type PageTool, policyJson, policyYaml } from './policyPage.js'

export interface PageFlags {
  readonly out?: string
  readonly force?: boolean
}

export const pageFlags = (command: Command): Command =>
  command
    .option('-o, --out <file>', 'write the policy to a new file (mode 0600) instead of stdout')
    .option('--force', 'replace the output file if it is there')

/** Refuses a file that is there before any work is done for it. @throws CliFailure FILE_EXISTS, FILE_NOT_PLAIN */
export const refusePage = async ({ out, force }: PageFlags): Promise<void> => {
  if (out !== undefined && out !== '-') await refuseOccupied(out, `--out ${out}`, force === true)
}

export interface Page {
  readonly head: readonly string[]
  readonly tools: readonly PageTool[]
  /** In place of the policy alone, for machines that asked for more. */
  readonly explained?: ValueObject | undefined
}

/** Hands a policy over. @throws CliFailure FILE_…, OUTPUT_CLOSED */
export const deliverPage = async (session: Session, page: Page, { out, force }: PageFlags): Promise<void> => {
  const { head, tools, explained } = page
  const text = session.json ? `${jsonLine(explained ?? policyJson(tools))}\n` : policyYaml(head, tools)
  if (out === undefined || out === '-') return session.print(text)
  await writeOutputFile(out, text, { force: force === true, mode: 0o600 })
  return session.remark(`wrote ${display(out)}`)
}
