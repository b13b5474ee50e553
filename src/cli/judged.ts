/** A decision as the command line tells it: one line for people, one object for machines. */

import type { Value, ValueObject } from '../encoding/value.js'
import type { SettledDecision } from '../enforce/decision.js'
import type { CheckResult } from '../enforce/explain.js'
import { decisionToJson } from '../schema/index.js'
import { display, type Paint } from './display.js'

/** A decision, and how it came about where that was asked. */
export interface Judged {
  readonly decision: SettledDecision
  readonly checks: readonly CheckResult[]
}

/** `allow read_file`, or `deny read_file CODE`. */
export const judgedLine = ({ decision }: Judged, paint: Paint): string =>
  decision.kind === 'allow'
    ? `${paint.green('allow')} ${display(decision.call.tool)}`
    : `${paint.red('deny')} ${display(decision.tool ?? '?')} ${decision.code}`

/** Each check with its outcome. */
export const checkLines = ({ checks }: Judged, paint: Paint): string[] =>
  checks.map(({ check, outcome, code }) => {
    const text = `  ${outcome.padEnd(12)}${check}`
    if (outcome === 'failed') return paint.red(`${text}: ${code}`)
    return outcome === 'passed' ? text : paint.dim(text)
  })

/** The decision, with the checks where they were asked for. */
export const judgedJson = ({ decision, checks }: Judged, more: ValueObject = {}): ValueObject => {
  const told = checks.map(
    ({ check, outcome, code }): Value => (code === undefined ? { check, outcome } : { check, outcome, code }),
  )
  return { ...more, ...decisionToJson(decision), ...(told.length > 0 && { checks: told }) }
}
