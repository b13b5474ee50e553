/** `warrant fit`: a policy, or what was seen, narrowed to what a parent's warrant permits; what is lost is said. */

import type { Command } from 'commander'
import { valueInWords } from '../../capability/words.js'
import type { ValueObject } from '../../encoding/value.js'
import { type Change, type Fitted, fitTools } from '../../learn/fit.js'
import { learn, toolsOf } from '../../learn/learn.js'
import { authorityOf } from '../authorityFlags.js'
import { display } from '../display.js'
import { enginesFor } from '../engines.js'
import { cliFailure, usage } from '../failure.js'
import { jsonFlag, required } from '../flags.js'
import { callsFlags, loggedCalls } from '../learn/calls.js'
import { groupLine, groupsOf } from '../learn/groups.js'
import { deliverPage, pageFlags, refusePage } from '../learn/pageOutput.js'
import { type PageTool, policyJson } from '../learn/policyPage.js'
import { assertFollows, dividedBy, type Parent, parentOf } from '../learn/under.js'
import type { Session } from '../session.js'
import { deliverLearned, type LearnFlags, slackFlag, slackOf } from './learn.js'

interface Flags extends LearnFlags {
  readonly policy?: string
}

export const addFit = (program: Command, session: Session): void => {
  const command = program
    .command('fit')
    .description('narrow a policy, or what was seen, to what a warrant permits')
  slackFlag(callsFlags(command))
    .option('--policy <file>', 'the policy to narrow, in place of calls')
    .option('--parent <warrant>', 'the warrant that it is to follow from')
    .option('--explain', 'say more, as for learn; of a policy, with --json what was changed')
  jsonFlag(pageFlags(command)).action(async (log: string | undefined, flags: Flags) => {
    if (flags.policy !== undefined && isOfCalls(log, flags))
      throw usage('--policy stands in place of calls, and of every flag that is about them')
    await refusePage(flags)
    const parent = await parentOf(session, required('--parent', flags.parent))
    return flags.policy === undefined
      ? fitCalls(session, parent, log, flags)
      : fitPolicy(session, parent, flags.policy, flags)
  })
}

const isOfCalls = (log: string | undefined, { slack, tool, refused, home }: Flags): boolean =>
  [log, slack, tool, refused, home].some((given) => given !== undefined)

const fitCalls = async (
  session: Session,
  parent: Parent,
  log: string | undefined,
  flags: Flags,
): Promise<void> => {
  const calls = await loggedCalls(session, log, flags)
  const { within, beyond } = await dividedBy(session, parent, calls)
  const lost = groupsOf(beyond)
  for (const group of lost) await session.remark(`lost: ${groupLine(group)}`)
  const learned = learn(within, {
    slack: slackOf(flags),
    engines: parent.engines,
    within: parent.tools,
  })
  if (learned.tools.length > 0) await assertFollows(session, parent, toolsOf(learned))
  return deliverLearned(session, { learned, calls: within.length, lost }, flags)
}

const fitPolicy = async (session: Session, parent: Parent, policy: string, flags: Flags): Promise<void> => {
  const { tools: proposal } = await authorityOf(session, { policy })
  if (proposal === undefined) throw usage('the policy grants no tools')
  const fitted = fitTools(parent.tools, proposal, await enginesFor(parent.chain, { tools: proposal }))
  for (const change of fitted.changes) await session.remark(display(inWords(change)))
  if (fitted.tools.size === 0)
    throw cliFailure('INPUT_EMPTY', '--policy', 'nothing that the parent permits too')
  await assertFollows(session, parent, fitted.tools)
  const tools = pageTools(fitted)
  const explained =
    flags.explain === true
      ? { policy: policyJson(tools), changes: fitted.changes.map(changeJson) }
      : undefined
  const head = ['Fitted under its parent: what both permit, as far as it can be said.']
  return deliverPage(session, { head, tools, explained }, flags)
}

const pageTools = ({ tools, changes }: Fitted): readonly PageTool[] =>
  [...tools].map(([tool, capability]) => {
    const ours = changes.filter((change) => change.tool === tool)
    const remarks = ours.filter(
      ({ argument }) => argument === undefined || !capability.constraints.has(argument),
    )
    return {
      tool,
      capability,
      remarks: remarks.map(whatInWords),
      argumentRemarks: new Map(
        ours.flatMap((change) =>
          change.argument === undefined ? [] : [[change.argument, [whatInWords(change)]] as const],
        ),
      ),
    }
  })

const WHAT: Readonly<Record<Change['what'], string>> = {
  'tool-not-granted': 'gone: the parent does not grant this tool',
  'nothing-in-common': 'gone: no call was found that both permit',
  closed: 'other arguments are refused, as by the parent',
  opened: 'other arguments are let through, as by the parent',
  'argument-added': 'the parent asks for this argument',
  'argument-dropped': 'the parent does not name this argument, so nothing is asked of it',
  narrowed: 'narrowed',
}

const whatInWords = ({ argument, what, lost, added }: Change): string =>
  [
    what === 'argument-dropped' && argument !== undefined ? `${argument}: ${WHAT[what]}` : WHAT[what],
    ...(lost === undefined ? [] : [`lost, for example ${valueInWords(lost)}`]),
    ...(added === undefined
      ? []
      : [`! wider than the policy, since nothing narrower can be said: for example ${valueInWords(added)}`]),
  ].join('; ')

const inWords = (change: Change): string => {
  const { tool, argument, what } = change
  const place = argument === undefined || what === 'argument-dropped' ? tool : `${tool}.${argument}`
  return `${place}: ${whatInWords(change)}`
}

const changeJson = ({ tool, argument, what, lost, added }: Change): ValueObject => ({
  tool,
  what,
  ...(argument !== undefined && { argument }),
  ...(lost !== undefined && { lost }),
  ...(added !== undefined && { added }),
})
