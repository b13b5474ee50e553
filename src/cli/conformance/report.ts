/** What a run of conformance says: a line per file, the differences by rule, the failures row by row. */

import { STRICTER_RULES, type StricterRule } from '../../rules.js'
import { display } from '../display.js'
import type { Row, RowOutcome } from './row.js'

export interface FileReport {
  readonly name: string
  readonly rows: readonly Row[]
  /** Why a file was not run at all. */
  readonly refused?: string
  /** Whether that fails the run: it does for a file that was named. */
  readonly failed?: boolean
}

export const countOf = (report: FileReport, outcome: RowOutcome): number =>
  report.rows.filter((row) => row.outcome === outcome).length

const hasFailed = (report: FileReport): boolean => report.failed === true || countOf(report, 'failed') > 0

/** Whether any row has been held against a verdict. */
const hasJudged = (reports: readonly FileReport[]): boolean =>
  reports.some(({ rows }) => rows.some(({ outcome }) => outcome !== 'skipped'))

/** A run that judged nothing has shown nothing. */
export const hasRunFailed = (reports: readonly FileReport[]): boolean =>
  reports.some(hasFailed) || !hasJudged(reports)

/** Rule to the ids of the rows where it fired. */
const byRule = (reports: readonly FileReport[]): ReadonlyMap<StricterRule, readonly string[]> => {
  const found = new Map<StricterRule, string[]>()
  for (const { name, rows } of reports) {
    for (const { rule, id, outcome } of rows) {
      if (outcome !== 'difference' || rule === undefined) continue
      found.set(rule, [...(found.get(rule) ?? []), `${name}:${id}`])
    }
  }
  return found
}

const fileLine = (report: FileReport): string => {
  if (report.refused !== undefined) {
    return `${display(report.name)}: ${report.failed ? 'failed' : 'skipped'}: ${report.refused}`
  }
  const [passed, failed, skipped, different] = (['passed', 'failed', 'skipped', 'difference'] as const).map(
    (outcome) => countOf(report, outcome),
  )
  return `${display(report.name)}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${different} deliberate differences`
}

const failureLines = ({ name, rows }: FileReport): readonly string[] =>
  rows
    .filter(({ outcome }) => outcome === 'failed')
    .map(
      ({ id, expected, ours }) =>
        `  ${display(name)} ${display(id)}: expected ${display(expected)}, ours ${display(ours)}`,
    )

export const textReport = (reports: readonly FileReport[]): string => {
  const rules = byRule(reports)
  const lines = [
    ...reports.map(fileLine),
    ...reports.flatMap(failureLines),
    ...(hasJudged(reports) || reports.some(hasFailed) ? [] : ['failed: nothing was judged']),
    ...(rules.size === 0 ? [] : ['', 'Deliberate differences, each a denial, by the rule that fired:']),
    ...[...rules].map(
      ([rule, ids]) => `  ${rule}: ${STRICTER_RULES[rule]}\n    ${ids.map(display).join(' ')}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** The same for machines, with our own verdict on every row. */
export const jsonReport = (reports: readonly FileReport[]): string =>
  `${JSON.stringify({
    files: reports.map((report) => ({
      name: report.name,
      passed: countOf(report, 'passed'),
      failed: countOf(report, 'failed'),
      skipped: countOf(report, 'skipped'),
      differences: countOf(report, 'difference'),
      ...(report.refused === undefined ? {} : { refused: report.refused }),
      rows: report.rows,
    })),
    failed: hasRunFailed(reports),
  })}\n`
