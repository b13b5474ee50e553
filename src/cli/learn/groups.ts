/** Calls with the same outcome for the same reason, told together. */

import type { ValueObject } from '../../encoding/value.js'
import { display } from '../display.js'
import type { LoggedCall } from './calls.js'
import type { Verdict } from './judge.js'

/** Calls of one tool that came to the same, now and before. */
export interface Group {
  readonly tool: string
  readonly verdict: Verdict
  /** What another policy said of them. */
  readonly before: Verdict | undefined
  readonly lines: readonly number[]
}

export interface JudgedCall {
  readonly call: LoggedCall
  readonly verdict: Verdict
  readonly before?: Verdict | undefined
}

const reasonOf = (verdict: Verdict): string => {
  if (verdict.kind === 'allow') return 'allow'
  const place = verdict.where === undefined ? '' : ` at ${verdict.where}`
  return verdict.kind === 'deny' ? `${verdict.code}${place}` : `withheld${place}`
}

/** The groups, in the order of their first call. */
export const groupsOf = (judged: readonly JudgedCall[]): readonly Group[] => {
  const groups = new Map<string, Group & { readonly lines: number[] }>()
  for (const { call, verdict, before } of judged) {
    const key = JSON.stringify([call.tool, reasonOf(verdict), before && reasonOf(before)])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { tool: call.tool, verdict, before, lines: [call.line] })
    else known.lines.push(call.line)
  }
  return [...groups.values()]
}

const MAX_LINES = 5

/** `deny  Read  CONSTRAINT_VIOLATED at file_path  2 calls, lines 3 and 7  was allowed`. */
export const groupLine = ({ tool, verdict, before, lines }: Group): string => {
  const shown = lines.slice(0, MAX_LINES).join(', ')
  const more = lines.length > MAX_LINES ? ' …' : ''
  const count = lines.length === 1 ? `1 call, line ${shown}` : `${lines.length} calls, lines ${shown}${more}`
  const was =
    before === undefined || reasonOf(before) === reasonOf(verdict) ? '' : `  was ${reasonOf(before)}`
  const reason = verdict.kind === 'allow' ? '' : `  ${reasonOf(verdict)}`
  return `${verdict.kind.padEnd(7)} ${display(tool)}${display(reason)}  ${count}${display(was)}`
}

/** The same for machines. */
export const groupJson = ({ tool, verdict, before, lines }: Group): ValueObject => ({
  tool,
  ...verdictJson(verdict),
  ...(before && { before: verdictJson(before) }),
  lines,
})

const verdictJson = (verdict: Verdict): ValueObject => ({
  decision: verdict.kind,
  ...(verdict.kind === 'deny' && { code: verdict.code }),
  ...(verdict.kind !== 'allow' && verdict.where !== undefined && { where: verdict.where }),
})
