/** The command line: `main(argv, io)` reads arguments and streams, and returns the exit code. It never exits itself. */

import { Command, CommanderError } from 'commander'
import { addApprovals } from './commands/approvals.js'
import { addApprove } from './commands/approve.js'
import { addAttenuate } from './commands/attenuate.js'
import { addAudit } from './commands/audit.js'
import { addConformance } from './commands/conformance.js'
import { addCron } from './commands/cron.js'
import { addDemo } from './commands/demo.js'
import { addDoctor } from './commands/doctor.js'
import { addEnforce } from './commands/enforce.js'
import { addFit } from './commands/fit.js'
import { addHook } from './commands/hook.js'
import { addInit } from './commands/init.js'
import { addInspect } from './commands/inspect.js'
import { addKeygen } from './commands/keygen.js'
import { addLearn } from './commands/learn.js'
import { addMint } from './commands/mint.js'
import { addProve } from './commands/prove.js'
import { addRun } from './commands/run.js'
import { addSession } from './commands/session.js'
import { addSimulate } from './commands/simulate.js'
import { addVerify } from './commands/verify.js'
import { EXIT_DONE, failureOf, usage } from './failure.js'
import { repeated } from './flags.js'
import type { Io } from './io.js'
import { refuseSecrets } from './secrets.js'
import { Session } from './session.js'
import { packageVersion } from './version.js'

/**
 * Runs one command.
 * @param argv the arguments after the name of the program.
 * @returns 0 done or allowed, 1 denied, invalid or failed, 2 the command line cannot be understood. Never rejects.
 */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  const session = new Session(io, asksForJson(argv))
  const help: string[] = []
  try {
    refuseSecrets(argv)
    await programFor(session, help).parseAsync([...argv], { from: 'user' })
  } catch (thrown) {
    await end(session, thrown, help.join(''), argv)
  }
  return session.exit
}

const programFor = (session: Session, help: string[]): Command => {
  const program = new Command('warrant')
    .description('Signed, expiring permission slips for AI agents, checked before every tool call.')
    .configureOutput({
      writeOut: (text) => help.push(text),
      writeErr: (text) => help.push(text),
      outputError: () => {}, // said once, by us
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
  const commands = [
    addKeygen,
    addMint,
    addAttenuate,
    addInspect,
    addVerify,
    addProve,
    addEnforce,
    addRun,
    addHook,
    addCron,
    addSession,
    addDoctor,
    addInit,
    addApprove,
    addApprovals,
    addAudit,
    addLearn,
    addFit,
    addSimulate,
    addConformance,
    addDemo,
  ]
  for (const add of commands) add(program, session)
  for (const command of program.commands) refuseTwice(command)
  return program
}

/** Of two values one would be dropped without a word, and nobody could say which was meant. */
const refuseTwice = (command: Command): void => {
  for (const option of command.options) {
    if (!option.required || option.parseArg === repeated) continue
    let seen = 0
    command.on(`option:${option.name()}`, () => {
      if (seen++ > 0) throw usage('a flag that has one value stands twice', `--${option.name()}`)
    })
  }
}

const EXAMPLES = `
A first warrant:
  warrant keygen issuer && warrant keygen agent
  warrant mint --issuer-key issuer.key --holder agent.pub --allow 'read_file:path=/data' --ttl 30m \\
    | warrant inspect - --root issuer.pub

Exit codes: 0 done or allowed, 1 denied, invalid or failed, 2 the command line cannot be understood.
`

/** Known before the arguments are read, so that a fault in them is told in the form that was asked for. */
const asksForJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}

const end = async (
  session: Session,
  thrown: unknown,
  help: string,
  argv: readonly string[],
): Promise<void> => {
  if (!(thrown instanceof CommanderError)) return session.fail(failureOf(thrown))
  if (thrown.exitCode === EXIT_DONE) return session.print(help).catch((gone) => session.fail(failureOf(gone)))
  if (thrown.code !== 'commander.help') return session.fail(usage(plainly(thrown.message)))
  // The help says more than any line.
  await session.remark(help.trimEnd())
  return session.fail(usage(argv.length === 0 ? 'a command is missing' : 'there is no such command'))
}

/** Commander's sentence on one line, without its prefix; `display` does the rest. */
const plainly = (message: string): string => message.replace(/^error: /, '').replaceAll('\n', ' ')
