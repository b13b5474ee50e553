/** Decision logs for tests: a folder with a log of numbered records, and its files as texts. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type AppendOptions, appendDecision, type DecisionRecord } from '../../src/node/decisionLog.js'
import { type BadEntry, type LogVerifyOptions, verifyLog } from '../../src/node/log/verify.js'

/** 2026-01-01T00:00:00Z */
const START = 1_767_225_600

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder for a log, which is not there yet. */
export const newLog = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'warrant-log-'))
  made.push(folder)
  return join(folder, 'log')
}

/** The n-th record; its `callId` is `call-n`. */
export const recordOf = (n: number, fields: Partial<DecisionRecord> = {}): DecisionRecord => ({
  time: START + n,
  host: 'claude',
  event: 'PreToolUse',
  session: 'session-1',
  tool: 'Read',
  verdict: 'allow',
  mode: 'block',
  enforced: true,
  callId: `call-${n}`,
  ...fields,
})

/** A log with the records from 1 to `count`. */
export const logOf = (count: number, options: AppendOptions = {}): string => {
  const log = newLog()
  for (let n = 1; n <= count; n++) appendDecision(log, recordOf(n), options)
  return log
}

const fileOf = (log: string, name: string): string => join(log, name)

/** The lines of a file of a log, without their ends. */
export const linesOf = (log: string, name = 'decisions.jsonl'): string[] =>
  readFileSync(fileOf(log, name), 'latin1').split('\n').slice(0, -1)

/** Writes a file of a log by hand. */
export const setLines = (log: string, lines: readonly string[], name = 'decisions.jsonl'): void =>
  writeFileSync(fileOf(log, name), lines.map((line) => `${line}\n`).join(''), 'latin1')

/** What verifying finds, in short: `CODE entry`, or `holds`. */
export const findingOf = (log: string, options: LogVerifyOptions = {}): string => {
  const { bad } = verifyLog(log, options)
  return bad === undefined ? 'holds' : shortOf(bad)
}

const shortOf = ({ code, seq }: BadEntry): string => `${code} ${seq}`
