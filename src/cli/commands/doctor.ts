/** `warrant doctor`: whether the guard guards. */

import type { Command } from 'commander'
import { display } from '../display.js'
import { EXIT_REFUSED } from '../failure.js'
import { jsonFlag } from '../flags.js'
import { examine, type Finding } from '../hook/examine.js'
import { homeOf, userHomeOf } from '../hook/homeFile.js'
import type { Session } from '../session.js'
import { examineWorkspace, guardOf } from '../workspace/examine.js'

interface Flags {
  readonly home?: string
  readonly workspace?: string
}

export const addDoctor = (program: Command, session: Session): void => {
  const command = program
    .command('doctor')
    .description('show whether the guard guards: by what it decided lately, and by what could be wrong')
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant, or that of the workspace)')
    .option('--workspace <dir>', 'look at a workspace too: its manifests, jobs, credentials and keys')
  jsonFlag(command).action(async (flags: Flags) => {
    const { workspace } = flags
    const home = flags.home ?? (workspace === undefined ? undefined : guardOf(workspace))
    const findings = [
      ...(workspace === undefined ? [] : await examineWorkspace(workspace, userHomeOf(session))),
      ...(await examine(session, homeOf(session, home))),
    ]
    const isGreen = findings.every(({ state }) => state !== 'red')
    if (!isGreen) session.exit = EXIT_REFUSED
    if (session.json) {
      const plain = findings.map(({ state, about, what }) => ({ state, about, what }))
      return session.printJson({ green: isGreen, findings: plain })
    }
    const lines = findings.map((finding) => line(session, finding))
    return session.print([...lines, isGreen ? 'green' : 'RED'].map((each) => `${each}\n`).join(''))
  })
}

const line = (_session: Session, { state, about, what }: Finding): string =>
  `${state.padEnd(5)} ${display(about)}: ${display(what)}`
