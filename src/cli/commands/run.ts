/** `warrant run`: mints a warrant for one run of a command, hands it over in private files, and ends it with the run. */

import { appendFileSync, closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { generateKey, parseSecretKey, type SecretKey } from '../../crypto/signer.js'
import { writeSecretKeyFile } from '../../node/keyFile.js'
import { leafOf } from '../../warrant/chain.js'
import { mint } from '../../warrant/mint.js'
import { formatChain } from '../../warrant/text.js'
import { parseDuration } from '../../warrant/time.js'
import { type AuthorityFlags, authorityFlags, authorityOf, given } from '../authorityFlags.js'
import { type Outcome, runChild } from '../childProcess.js'
import { closeDescriptorsOf } from '../descriptors.js'
import { cliFailure, usage } from '../failure.js'
import { flagValue, required } from '../flags.js'
import { secretKeyOf } from '../keys.js'
import { writeOutputFile } from '../outputFile.js'
import type { Session } from '../session.js'

interface Flags extends AuthorityFlags {
  readonly issuerKey?: string
  readonly for?: string
  readonly home?: string
  readonly session?: string
  readonly agent?: string
  readonly atExpiry: 'kill' | 'finish'
  readonly grace: string
  readonly record?: string
}

export const addRun = (program: Command, session: Session): void => {
  const command = program
    .command('run')
    .description('run a command under a warrant of its own, minted for this run and gone with it')
    .argument('<command...>', 'after --: the command and its arguments')
    .option('--issuer-key <key>', 'secret key that signs it: a key file, - for stdin, fd:N or env:NAME')
    .option('--for <job>', 'cron:NAME: the policy warrants/cron/NAME.yaml, and a session named for this run')
  authorityFlags(command)
    .option('--home <folder>', 'where policies of jobs are; ~/.warrant unless told')
    .option('--session <id>', 'the one session in which it can be used')
    .option('--agent <id>', 'the agent that it is for, a note')
    .addOption(
      new Option('--at-expiry <what>', 'when the warrant expires before the command ends')
        .choices(['kill', 'finish'])
        .default('kill'),
    )
    .option('--grace <duration>', 'from asking the command to end to killing it', '10s')
    .option('--record <file>', 'append how it ended, as one line of JSON')
    .addHelpText('after', NOTE)
    .action((words: readonly string[], flags: Flags) => runUnder(session, words, flags))
}

const NOTE = `
The command finds its warrant and its key in files that are its user's alone, named by WARRANT_FILE and WARRANT_KEY_FILE,
the root in WARRANT_ROOT and the session in WARRANT_SESSION. The issuer's key is neither in its environment nor behind a
descriptor that it inherits: read from a file on standard input, it leaves the command none. The exit code is
that of the command, or 1 where it was stopped because the warrant had expired.
`

const WARRANT_MODE = 0o600

const runUnder = async (session: Session, words: readonly string[], flags: Flags): Promise<void> => {
  const keyName = required('--issuer-key', flags.issuerKey)
  const graceSeconds = flagValue('--grace', () => parseDuration(flags.grace))
  const { run, names } = runOf(session, flags)
  const authority = await authorityOf(session, run)
  const { tools, ttlSeconds, maxDepth, clearance, gates, approvers, minApprovals } = authority
  if (tools === undefined) throw usage('--allow or --policy is missing: which tools?')
  const issuer = await secretKeyOf(session, '--issuer-key', keyName)
  const stdin = closeDescriptorsOf(keyName)
  const holder = generateKey()
  const options = given({ ttlSeconds, maxDepth, clearance, gates, approvers, minApprovals, ...names })
  const startedAt = session.io.clock()
  const chain = mint({ ...options, tools, holder: holder.publicKey, now: startedAt }, issuer)
  const { id, issuedAt, expiresAt } = leafOf(chain).payload
  const folder = mkdtempSync(join(tmpdir(), 'warrant-run-')) // made with mode 0700
  let outcome: Outcome
  try {
    const files = { warrant: join(folder, 'warrant'), key: join(folder, 'holder.key') }
    await writeOutputFile(files.warrant, `${formatChain(chain)}\n`, { force: false, mode: WARRANT_MODE })
    writeSecretKeyFile(files.key, holder)
    const [command, ...args] = words
    outcome = await runChild({
      command: command as string, // one at least: the argument is required
      args,
      env: {
        ...withoutSecrets(session.io.env, issuer, keyName),
        WARRANT_FILE: files.warrant,
        WARRANT_KEY_FILE: files.key,
        WARRANT_ROOT: issuer.publicKey,
        ...(names.sessionId !== undefined && { WARRANT_SESSION: names.sessionId }),
      },
      seconds: expiresAt - issuedAt,
      atExpiry: flags.atExpiry,
      graceSeconds,
      stdin,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const endedAt = session.io.clock()
  if (flags.record !== undefined)
    appendRecord(flags.record, { warrantId: id, for: flags.for, ...names, startedAt, endedAt, ...outcome })
  if (outcome.expired) throw cliFailure('RUN_EXPIRED')
  session.exit = outcome.exit
}

interface Names {
  readonly sessionId: string | undefined
  readonly agentId: string | undefined
}

const JOB = /^cron:([A-Za-z0-9][A-Za-z0-9._-]{0,63})$/

/** What `--for` stands for where no other flag says it. */
const runOf = (session: Session, flags: Flags): { readonly run: AuthorityFlags; readonly names: Names } => {
  const { for: purpose, session: sessionId, agent: agentId } = flags
  if (purpose === undefined) return { run: flags, names: { sessionId, agentId } }
  const job = JOB.exec(purpose)?.[1]
  if (job === undefined) throw usage('expected cron:NAME', '--for')
  const home = flags.home ?? join(session.io.env['HOME'] ?? homedir(), '.warrant')
  const saysTools = flags.policy ?? flags.allow ?? flags.tools
  const run =
    saysTools === undefined ? { ...flags, policy: join(home, 'warrants', 'cron', `${job}.yaml`) } : flags
  const names = {
    sessionId: sessionId ?? `cron_${job}_${compactTime(session.now())}`,
    agentId: agentId ?? purpose,
  }
  return { run, names }
}

/** `20260101_093000`, in UTC. */
const compactTime = (now: number): string =>
  new Date(now * 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')

/** The environment without the issuer's key, under whatever name it stands there. */
const withoutSecrets = (
  env: Readonly<Record<string, string | undefined>>,
  issuer: SecretKey,
  keyName: string,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => keyName !== `env:${name}` && (value === undefined || !isKeyOf(value, issuer)),
    ),
  )

const isKeyOf = (text: string, { publicKey }: SecretKey): boolean => {
  try {
    return parseSecretKey(text.trim()).publicKey === publicKey
  } catch {
    return false
  }
}

/** @throws CliFailure FILE_NOT_WRITTEN; a symbolic link is not followed */
const appendRecord = (path: string, record: object): void => {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0), WARRANT_MODE)
    try {
      appendFileSync(file, `${JSON.stringify(record)}\n`)
    } finally {
      closeSync(file)
    }
  } catch {
    throw cliFailure('FILE_NOT_WRITTEN', '--record')
  }
}
