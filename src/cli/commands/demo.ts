/** `warrant demo`: three stories, run with real keys, chains and enforcement. */

import type { Command } from 'commander'
import { jsonFlag } from '../flags.js'
import type { Session } from '../session.js'

export const addDemo = (program: Command, session: Session): void => {
  const command = program
    .command('demo')
    .description('watch warrants at work: a nightly job, an orchestrator with three children, a gateway')
  jsonFlag(command).action(async () => {
    // Loaded when it is asked for: no other command needs any of it.
    const { runDemo } = await import('../demo/index.js')
    session.exit = await runDemo({ json: session.json }, session.io)
  })
}
