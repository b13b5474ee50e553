/** `warrant conformance`: other people's test data against this implementation. */

import type { Command } from 'commander'
import { jsonFlag } from '../flags.js'
import type { Session } from '../session.js'

export const addConformance = (program: Command, session: Session): void => {
  const command = program
    .command('conformance')
    .description('run conformance vectors: files or folders in any of the known formats')
    .argument('<path...>', 'vector files, or folders that hold them')
  jsonFlag(command).action(async (paths: readonly string[]) => {
    // Loaded when it is asked for: no other command needs any of it.
    const { runConformance } = await import('../conformance/index.js')
    session.exit = await runConformance(paths, { json: session.json }, session.io)
  })
}
