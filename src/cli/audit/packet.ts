/**
 * What helps to find out why calls were denied, without what nobody else should see: denials, versions, counts, and the
 * configuration by its shape. Sessions stand as a part of their digest, folders and arguments not at all.
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isFloat, isList, type Value, type ValueObject } from '../../encoding/value.js'
import type { Home } from '../../hook/home.js'
import type { DecisionRecord, LogEntry } from '../../node/log/entry.js'
import { redactText } from '../../node/log/redact.js'
import type { LogReport } from '../../node/log/verify.js'
import { readStateObject } from '../../node/stateFile.js'
import { placed } from '../failure.js'
import { packageVersion } from '../version.js'
import { plain } from './entryText.js'

export interface PacketSource {
  readonly entries: Iterable<LogEntry>
  readonly report: LogReport
  /** `hook.json`; undefined where there is none. */
  readonly configuration: ValueObject | undefined
  /** Unix seconds. */
  readonly now: number
}

const MAX_DENIALS = 200

/** The packet as one object. */
export const packetOf = ({ entries, report, configuration, now }: PacketSource): ValueObject => {
  const denials: object[] = []
  const counts = new Map<string, number>()
  for (const { seq, record } of entries) {
    if (record === undefined) continue
    const key = [record.host, record.verdict, record.code, record.mode]
      .flatMap((part) => (part === undefined ? [] : [nameOf(part)]))
      .join(' ')
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if (record.verdict === 'allow') continue
    denials.push(denialOf(seq, record))
    if (denials.length > MAX_DENIALS) denials.shift()
  }
  const { bad, first, last, torn, unfinished, checkpointed } = report
  return plain({
    packet: 1,
    made: now,
    versions: {
      warrant: packageVersion(),
      node: process.version,
      system: `${process.platform} ${process.arch}`,
    },
    log: {
      ...{ entries: report.entries, first, last, torn, unfinished, checkpointed },
      ...(bad !== undefined && { bad: { code: bad.code, seq: bad.seq, what: bad.what } }),
    },
    counts: Object.fromEntries([...counts].sort()),
    denials,
    configuration: configuration === undefined ? 'none' : shapeOf(configuration),
  })
}

/** `hook.json` of a home, where there is one. @throws CliFailure FILE_…, STATE_MALFORMED */
export const configurationOf = ({ configuration }: Home): ValueObject | undefined =>
  existsSync(configuration) ? placed(configuration, () => readStateObject(configuration)) : undefined

const denialOf = (seq: number, record: DecisionRecord): object => {
  const { time, host, event, tool, code, where, rule, mode, enforced, session, chain } = record
  const named = Object.entries({ host, event, tool, code, where, rule, mode })
    .filter(([, text]) => text !== undefined)
    .map(([field, text]) => [field, nameOf(String(text))])
  return {
    seq,
    time,
    ...Object.fromEntries(named),
    enforced,
    session: session === undefined ? undefined : digestOf(session),
    warrants: chain?.length,
    durationMicroseconds: record.durationMicroseconds,
  }
}

/** Names as programs have them; other text could be anything. */
const nameOf = (text: string): string =>
  /^[A-Za-z_$][A-Za-z0-9_$.:[\]-]{0,79}$/.test(text) && redactText(text) === text
    ? text
    : `text(${text.length})`

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** Words of the configuration that say how it is made up and nothing of whose it is. */
const WORDS: ReadonlySet<string> = new Set([
  ...[
    'version',
    'roots',
    'deadlineMilliseconds',
    'modes',
    'protect',
    'log',
    'revocation',
    'hosts',
    'default',
    'tools',
  ],
  ...['workspaces', 'standing', 'configFiles', 'command', 'chain', 'keyFile', 'durability', 'show', 'issuer'],
  ...[
    'maxAgeSeconds',
    'listFile',
    'block',
    'warn',
    'off',
    'process',
    'power',
    'observe',
    'session',
    'gateway',
  ],
  ...['hermes', 'claude', 'codex', 'gemini', 'cursor', 'copilot', 'opencode', 'openclaw', 'pi', 'delegation'],
])

/** Type and size of every value, and the names that are ours. */
const shapeOf = (value: Value): Value => {
  if (typeof value === 'string') return WORDS.has(value) ? value : `string(${value.length})`
  if (typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null || isFloat(value)) return value === null ? 'null' : 'number'
  if (isList(value)) return value.map(shapeOf)
  let others = 0
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [WORDS.has(name) ? name : `name ${++others}`, shapeOf(item)]),
  )
}
