/** `warrant audit`: the decision log listed, verified, exported, and packed for whoever helps. */

import { type Command, Option } from 'commander'
import type { Home } from '../../hook/home.js'
import { checkpointLog } from '../../node/decisionLog.js'
import { ensureLogKey, formatCheckpoint } from '../../node/log/checkpoint.js'
import type { LogEntry } from '../../node/log/entry.js'
import { readDecisions } from '../../node/log/read.js'
import { verifyLog } from '../../node/log/verify.js'
import { assertStateFolder } from '../../node/stateFile.js'
import { entryJson, entryLine, plain } from '../audit/entryText.js'
import { assertVerdict, type Filter, type FilterFlags, filterOf, newest } from '../audit/filter.js'
import { EXPORT_FORMATS, EXPORTS, type ExportFormat, type RecordedEntry } from '../audit/formats.js'
import { configurationOf, packetOf } from '../audit/packet.js'
import { type CheckpointFlags, evidenceOf, reportLines } from '../audit/report.js'
import { CliFailure, EXIT_REFUSED, placed, usage } from '../failure.js'
import { jsonFlag, repeated } from '../flags.js'
import { homeOf } from '../hook/homeFile.js'
import { writeOutputFile } from '../outputFile.js'
import { jsonLine, type Session } from '../session.js'

interface Flags extends FilterFlags, CheckpointFlags {
  readonly home?: string
  readonly log?: string
  readonly format?: ExportFormat
  readonly archived?: boolean
  readonly out?: string
  readonly force?: boolean
}

type Action = (session: Session, home: Home, flags: Flags) => Promise<void>

export const addAudit = (program: Command, session: Session): void => {
  const command = program
    .command('audit')
    .description('read the decision log: list, verify, checkpoint, export or packet')
    .argument('<action>', Object.keys(ACTIONS).join(', '))
    .option('--home <dir>', 'the home of the guard (default: ~/.warrant)')
    .option('--log <dir>', 'the folder of the log itself, as of a copy (default: log in the home)')
    .option('--since <time>', 'list, export: from this time, RFC 3339, Unix seconds, or so long ago as in 2h')
    .option('--until <time>', 'list, export: before this time')
    .option('--host <name>', 'list, export: of this host')
    .option('--session <id>', 'list, export: of this session')
    .option('--tool <name>', 'list, export: of this tool')
    .option('--verdict <verdict>', 'list, export: allow or deny')
    .option('--code <code>', 'list, export: of this code')
    .option('--last <n>', 'list, export: the newest so many of these')
    .addOption(new Option('--format <form>', 'export: the form').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--checkpoint <file>', 'verify: checkpoints that were kept elsewhere (repeatable)', repeated)
    .option('--log-key <key>', 'verify: the public key that signs the checkpoints')
    .option('--archived', 'verify: the oldest files were moved away')
    .option('-o, --out <file>', 'packet: write it to a new file (mode 0600) instead of stdout')
    .option('--force', 'packet: replace the output file if it is there')
  jsonFlag(command).action(async (action: string, flags: Flags) => {
    const run = ACTIONS[action]
    if (run === undefined || !Object.hasOwn(ACTIONS, action))
      throw usage(`expected one of ${Object.keys(ACTIONS).join(', ')}`, 'action')
    assertVerdict(flags.verdict)
    const home = homeOf(session, flags.home)
    return run(session, flags.log === undefined ? home : { ...home, log: flags.log }, flags)
  })
}

const list: Action = async (session, home, flags) => {
  const asked = newest(entriesOf(home, filterOf(flags, session.now())), flags.last)
  await printLines(session, asked, (entry) =>
    session.json ? jsonLine(entryJson(entry)) : entryLine(entry, session.paint),
  )
}

const exportLog: Action = async (session, home, flags) => {
  const asked = filterOf(flags, session.now())
  const recorded = newest(
    entriesOf(home, (entry) => entry.record !== undefined && asked(entry)),
    flags.last,
  )
  const write = EXPORTS[flags.format ?? 'jsonl']
  await printLines(session, recorded, (entry) => jsonLine(write(entry as RecordedEntry))) // asked for above
}

const verify: Action = async (session, home, flags) => {
  const evidence = await evidenceOf(session, home, flags)
  const archived = flags.archived === true
  const report = placed(home.log, () => verifyLog(home.log, { ...evidence, archived }))
  if (report.bad !== undefined) session.exit = EXIT_REFUSED
  if (session.json) return session.printJson(plain({ verified: report.bad === undefined, ...report }))
  const { bad } = report
  if (bad !== undefined) {
    const place = bad.file === undefined ? home.log : `${bad.file} line ${bad.line}`
    throw new CliFailure(bad.code, `entry ${bad.seq}: ${bad.what}`, { place })
  }
  const { product, remarks } = reportLines(report, evidence)
  await session.print(`${product}\n`)
  for (const remark of remarks) await session.remark(remark)
}

const checkpoint: Action = async (session, home) => {
  const made = placed(home.log, () => {
    assertStateFolder(home.log)
    return checkpointLog(home.log, ensureLogKey(home.log), session.now())
  })
  if (made === undefined)
    throw new CliFailure('LOG_MALFORMED', 'the log has no entry yet', { place: home.log })
  await session.print(`${formatCheckpoint(made)}\n`)
  await session.remark('keep this line where neither the agent nor whoever can write the log can reach it')
}

const packet: Action = async (session, home, flags) => {
  const report = placed(home.log, () => verifyLog(home.log, { archived: true }))
  const made = packetOf({
    entries: entriesOf(home, () => true),
    report,
    configuration: configurationOf(home),
    now: session.now(),
  })
  const text = `${jsonLine(made)}\n`
  if (flags.out === undefined || flags.out === '-') return session.print(text)
  await writeOutputFile(flags.out, text, { force: flags.force === true, mode: 0o600 })
}

const ACTIONS: Readonly<Record<string, Action>> = { list, verify, checkpoint, export: exportLog, packet }

/** The entries that are asked for, read one by one. */
function* entriesOf(home: Home, asked: Filter): Generator<LogEntry> {
  placed(home.log, () => assertStateFolder(home.log))
  const entries = readDecisions(home.log)
  for (;;) {
    const { done, value } = placed(home.log, () => entries.next())
    if (done === true) return
    if (asked(value)) yield value
  }
}

/** Lines are written many at a time: a log may have millions. */
const printLines = async (
  session: Session,
  entries: Iterable<LogEntry>,
  lineOf: (entry: LogEntry) => string,
): Promise<void> => {
  let text = ''
  for (const entry of entries) {
    text += `${lineOf(entry)}\n`
    if (text.length < PRINTED_AT_ONCE) continue
    await session.print(text)
    text = ''
  }
  if (text !== '') await session.print(text)
}

const PRINTED_AT_ONCE = 65_536
