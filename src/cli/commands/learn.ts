/** `warrant learn`: from calls that were seen to the tightest policy that admits them. */

import { type Command, Option } from 'commander'
import { type Learned, learn, toolsOf } from '../../learn/learn.js'
import { SLACKS, type Slack } from '../../learn/rung.js'
import { display } from '../display.js'
import { cliFailure } from '../failure.js'
import { jsonFlag } from '../flags.js'
import { type CallsFlags, callsFlags, type LoggedCall, loggedCalls } from '../learn/calls.js'
import type { Group } from '../learn/groups.js'
import { beyondLines, counted, learnedJson, learnedTools } from '../learn/learnedPage.js'
import { deliverPage, type PageFlags, pageFlags, refusePage } from '../learn/pageOutput.js'
import { assertFollows, dividedBy, type Parent, parentOf } from '../learn/under.js'
import type { Session } from '../session.js'

export interface LearnFlags extends CallsFlags, PageFlags {
  readonly slack?: string
  readonly parent?: string
  readonly explain?: boolean
}

/** By name, or by its number. */
const CHOICES = SLACKS.flatMap((slack, i) => [slack, String(i)])

export const slackFlag = (command: Command): Command =>
  command.addOption(
    new Option('--slack <level>', 'how far to go beyond what was seen (default: tight)').choices(CHOICES),
  )

export const slackOf = ({ slack = 'tight' }: LearnFlags): Slack =>
  SLACKS[Math.floor(CHOICES.indexOf(slack) / 2)] as Slack // one of the choices, two for each

export const addLearn = (program: Command, session: Session): void => {
  const command = program
    .command('learn')
    .description('propose the tightest policy that admits the calls that were seen')
  slackFlag(callsFlags(command))
    .option('--parent <warrant>', 'what the policy must be covered by: it is refused where it is not')
    .option(
      '--explain',
      'say what it would allow beyond what was seen: on stderr, with --json beside the policy',
    )
  jsonFlag(pageFlags(command)).action(async (log: string | undefined, flags: LearnFlags) => {
    await refusePage(flags)
    const parent = flags.parent === undefined ? undefined : await parentOf(session, flags.parent)
    const calls = await loggedCalls(session, log, flags)
    const learned =
      parent === undefined
        ? learn(calls, { slack: slackOf(flags) })
        : await learnUnder(session, parent, calls, slackOf(flags))
    return deliverLearned(session, { learned, calls: calls.length, lost: [] }, flags)
  })
}

/** Where a call is beyond the parent, what was learned of all of them is refused for what it is. */
const learnUnder = async (
  session: Session,
  parent: Parent,
  calls: readonly LoggedCall[],
  slack: Slack,
): Promise<Learned> => {
  const { beyond } = await dividedBy(session, parent, calls)
  const { engines } = parent
  const learned = learn(calls, { slack, engines, within: beyond.length === 0 ? parent.tools : undefined })
  await assertFollows(session, parent, toolsOf(learned))
  return learned
}

/** What is handed over. */
interface Proposal {
  readonly learned: Learned
  /** How many it was learned of. */
  readonly calls: number
  /** Calls that it does not admit. */
  readonly lost: readonly Group[]
}

/** Hands over what was learned, and says what was left out. @throws CliFailure INPUT_EMPTY where nothing is left */
export const deliverLearned = async (
  session: Session,
  { learned, calls, lost }: Proposal,
  flags: LearnFlags,
): Promise<void> => {
  for (const { tool, calls: count } of learned.leftOut)
    await session.remark(`left out, since no policy may name such a tool: ${count} calls of ${display(tool)}`)
  if (learned.tools.length === 0)
    throw cliFailure('INPUT_EMPTY', undefined, 'no call that a policy could admit')
  const slack = slackOf(flags)
  const explained = flags.explain === true
  const head = [
    `Learned from ${counted(calls, 'call')} of ${counted(learned.tools.length, 'tool')}; slack: ${slack}. Read it before it is minted.`,
    'Each argument is judged by itself: any value of one goes with any of another.',
  ]
  if (explained && !session.json) for (const line of beyondLines(learned)) await session.remark(line)
  return deliverPage(
    session,
    {
      head,
      tools: learnedTools(learned),
      explained: explained ? learnedJson(learned, { calls, slack, lost }) : undefined,
    },
    flags,
  )
}
