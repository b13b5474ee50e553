/** `warrant simulate`: what a policy would have said of past calls, and which of its authority none of them used. */

import type { Command } from 'commander'
import { describeConstraint } from '../../capability/constraint.js'
import type { ValueObject } from '../../encoding/value.js'
import { type Unused, unusedOf } from '../../learn/unused.js'
import { type Authority, authorityOf } from '../authorityFlags.js'
import { display } from '../display.js'
import { EXIT_REFUSED, placedAsync } from '../failure.js'
import { jsonFlag, required } from '../flags.js'
import { type CallsFlags, callsFlags, loggedCalls } from '../learn/calls.js'
import { groupJson, groupLine, groupsOf, type JudgedCall } from '../learn/groups.js'
import { type Judge, judgeOf } from '../learn/judge.js'
import { unusedInWords } from '../learn/policyPage.js'
import type { Session } from '../session.js'

interface Flags extends CallsFlags {
  readonly policy?: string
  readonly before?: string
}

export const addSimulate = (program: Command, session: Session): void => {
  const command = program
    .command('simulate')
    .description('say which past calls a policy would let pass, and what of it none of them needs')
  callsFlags(command)
    .option('--policy <file>', 'the policy that is asked about')
    .option('--before <file>', 'another, to say what would change')
  jsonFlag(command).action(async (log: string | undefined, flags: Flags) => {
    const { authority, judge, engines } = await judgedBy(session, required('--policy', flags.policy))
    const before = flags.before === undefined ? undefined : (await judgedBy(session, flags.before)).judge
    const calls = await loggedCalls(session, log, flags)
    const judged = calls.map((call) => ({ call, verdict: judge(call), before: before?.(call) }))
    const permitted = judged.filter(({ verdict }) => verdict.kind !== 'deny').map(({ call }) => call)
    const { tools = new Map() } = authority
    return tell(session, judged, unusedOf(tools, permitted, engines))
  })
}

const judgedBy = async (
  session: Session,
  policy: string,
): Promise<Judge & { readonly authority: Authority }> => {
  const authority = await authorityOf(session, { policy })
  return { authority, ...(await placedAsync('--policy', () => judgeOf(authority, session.now()))) }
}

const tell = async (
  session: Session,
  judged: readonly JudgedCall[],
  unused: readonly Unused[],
): Promise<void> => {
  const count = (kind: string): number => judged.filter(({ verdict }) => verdict.kind === kind).length
  const [allowed, denied, unknown] = [count('allow'), count('deny'), count('unknown')]
  if (denied > 0) session.exit = EXIT_REFUSED
  const groups = groupsOf(judged)
  if (session.json) {
    const lists = { groups: groups.map(groupJson), unused: unused.map(unusedJson) }
    return session.printJson({ calls: judged.length, allowed, denied, unknown, ...lists })
  }
  const shown = groups.filter(({ verdict, before }) => verdict.kind !== 'allow' || before?.kind === 'deny')
  const lines = [
    `${judged.length} calls: ${allowed} allowed, ${denied} denied, ${unknown} that hang on what was withheld`,
    ...shown.map(groupLine),
    ...unused.map((each) => `unused  ${display(unusedInWords(each))}`),
  ]
  return session.print(lines.map((line) => `${line}\n`).join(''))
}

const unusedJson = ({ tool, argument, entry }: Unused): ValueObject => ({
  tool,
  ...(argument !== undefined && { argument }),
  ...(entry !== undefined && { entry: describeConstraint(entry) }),
})
