/**
 * Entries in the forms that collectors of logs read: OCSF (API Activity, class 6003), the Elastic Common Schema, and
 * OpenTelemetry logs as lines of OTLP JSON. What a form has no field for stands under `unmapped`, `warrant`, or attributes
 * of our own, and nothing of an entry is left out.
 */

import type { ValueObject } from '../../encoding/value.js'
import type { DecisionRecord, LogEntry } from '../../node/log/entry.js'
import { packageVersion } from '../version.js'
import { entryJson, plain } from './entryText.js'

/** An entry with a record. Marks of torn lines tell of the log, not of a call, and are not exported. */
export interface RecordedEntry extends LogEntry {
  readonly record: DecisionRecord
}

export type ExportFormat = 'jsonl' | 'ocsf' | 'ecs' | 'otel'

/** Form to writer. */
export const EXPORTS: Readonly<Record<ExportFormat, (entry: RecordedEntry) => ValueObject>> = {
  jsonl: (entry) => entryJson(entry),
  ocsf: (entry) => plain(ocsf(entry)),
  ecs: (entry) => plain(ecs(entry)),
  otel: (entry) => plain(otel(entry)),
}

/** Their names. */
export const EXPORT_FORMATS: readonly string[] = Object.keys(EXPORTS)

const VERSION = packageVersion()
const OCSF_VERSION = '1.3.0'
const ECS_VERSION = '8.11.0'

const isDenied = ({ verdict }: DecisionRecord): boolean => verdict === 'deny'

/** What the tool did in the end: whatever was denied and enforced did not run. */
const outcomeOf = (record: DecisionRecord): 'success' | 'failure' | 'unknown' => {
  if (isDenied(record) && record.enforced) return 'failure'
  return record.status === undefined ? 'unknown' : record.status === 'ok' ? 'success' : 'failure'
}

/** Fields that the forms have no place for. */
const restOf = ({ prev, record }: RecordedEntry): object => {
  const { warrantId, chain, mode, enforced, where, rule, argsDigest, view, event } = record
  return plain({ prev, event, warrantId, chain, mode, enforced, where, rule, argsDigest, view })
}

const ocsf = (entry: RecordedEntry): object => {
  const { seq, record } = entry
  const { host, tool, event, session, callId, code, durationMicroseconds, status } = record
  const denied = isDenied(record)
  return {
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    activity_id: 99,
    activity_name: 'Tool Call',
    type_uid: 600_399,
    type_name: 'API Activity: Other',
    time: Math.floor(record.time * 1000),
    severity_id: denied ? 3 : 1,
    severity: denied ? 'Medium' : 'Informational',
    action_id: denied && record.enforced ? 2 : 1,
    action: denied && record.enforced ? 'Denied' : 'Allowed',
    disposition_id: denied ? (record.enforced ? 2 : 17) : 1,
    status_id: { success: 1, failure: 2, unknown: 0 }[outcomeOf(record)],
    status_code: code,
    status_detail: status,
    duration: durationMicroseconds === undefined ? undefined : Math.floor(durationMicroseconds / 1000),
    metadata: {
      version: OCSF_VERSION,
      profiles: ['security_control'],
      product: { name: 'warrant', vendor_name: 'warrant', version: VERSION },
      sequence: seq,
    },
    actor: { app_name: host, ...(session !== undefined && { session: { uid: session } }) },
    api: {
      operation: tool ?? event,
      service: { name: host },
      ...(callId !== undefined && { request: { uid: callId } }),
    },
    src_endpoint: { name: host },
    unmapped: restOf(entry),
  }
}

const ecs = (entry: RecordedEntry): object => {
  const { seq, record } = entry
  const { host, tool, event, session, callId, code, durationMicroseconds, status } = record
  const denied = isDenied(record)
  return {
    '@timestamp': new Date(Math.floor(record.time * 1000)).toISOString(),
    ecs: { version: ECS_VERSION },
    event: {
      kind: 'event',
      category: ['api'],
      type: ['access', denied ? 'denied' : 'allowed'],
      action: tool ?? event,
      outcome: outcomeOf(record),
      code,
      id: callId,
      sequence: seq,
      duration: durationMicroseconds === undefined ? undefined : durationMicroseconds * 1000,
      module: 'warrant',
      dataset: 'warrant.decisions',
    },
    service: { name: host },
    observer: { vendor: 'warrant', product: 'warrant', version: VERSION },
    warrant: { ...restOf(entry), session, status },
  }
}

const otel = (entry: RecordedEntry): object => {
  const { seq, record } = entry
  const { host, tool, event, session, callId, code, durationMicroseconds, status, verdict } = record
  const denied = isDenied(record)
  const nanoseconds = String(BigInt(Math.floor(record.time * 1000)) * 1_000_000n)
  const attributes = {
    'warrant.sequence': seq,
    'warrant.verdict': verdict,
    'warrant.code': code,
    'warrant.session': session,
    'warrant.call_id': callId,
    'warrant.duration_us': durationMicroseconds,
    'warrant.status': status,
    'gen_ai.tool.name': tool,
    ...Object.fromEntries(
      Object.entries(restOf(entry)).map(([name, value]) => [`warrant.${snake(name)}`, value]),
    ),
  }
  return {
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ 'service.name': host }) },
        scopeLogs: [
          {
            scope: { name: 'warrant', version: VERSION },
            logRecords: [
              {
                timeUnixNano: nanoseconds,
                observedTimeUnixNano: nanoseconds,
                severityNumber: denied ? 13 : 9,
                severityText: denied ? 'WARN' : 'INFO',
                eventName: 'warrant.decision',
                body: { stringValue: `${verdict} ${tool ?? event}${code === undefined ? '' : ` ${code}`}` },
                attributes: attributesOf(attributes),
              },
            ],
          },
        ],
      },
    ],
  }
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Attributes of OTLP JSON, where an integer stands as text. */
const attributesOf = (fields: object): readonly object[] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValue(value) }))

const anyValue = (value: unknown): object => {
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  if (typeof value === 'object' && value !== null) return { kvlistValue: { values: attributesOf(value) } }
  return { stringValue: String(value) }
}
