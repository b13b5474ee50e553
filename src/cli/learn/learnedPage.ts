/** What was learned, as a page and as JSON: every line with its reason, and with what it permits besides. */

import { describeConstraint } from '../../capability/constraint.js'
import { kindOf } from '../../capability/kinds.js'
import type { Value, ValueObject } from '../../encoding/value.js'
import type { Learned, LearnedArgument, LearnedTool } from '../../learn/learn.js'
import { display } from '../display.js'
import { type Group, groupJson } from './groups.js'
import { examplesOf, type PageTool, policyJson } from './policyPage.js'

/** `1 call`, `2 calls`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const argumentRemarks = ({ why, warnings, calls, different, beyond }: LearnedArgument): readonly string[] => [
  `${why}: ${counted(different, 'value')} in ${counted(calls, 'call')}`,
  ...warnings.map((warning) => `! ${warning}`),
  ...(beyond.length === 0 ? [] : [`besides: ${examplesOf(beyond)}`]),
]

const toolRemarks = ({ calls, warnings, sometimes }: LearnedTool): readonly string[] => [
  counted(calls, 'call'),
  ...warnings.map((warning) => `! ${warning}`),
  ...(sometimes.length === 0 ? [] : [`seen now and then: ${sometimes.join(', ')}`]),
]

/** The tools of a page. */
export const learnedTools = ({ tools }: Learned): readonly PageTool[] =>
  tools.map((learned) => ({
    tool: learned.tool,
    capability: learned.capability,
    remarks: toolRemarks(learned),
    argumentRemarks: new Map(learned.arguments.map((each) => [each.name, argumentRemarks(each)])),
  }))

/** What the policy would allow beyond what was seen, a line for each argument and tool. */
export const beyondLines = ({ tools }: Learned): readonly string[] =>
  tools.flatMap((learned) => [
    ...learned.arguments
      .filter(({ beyond, constraint }) => beyond.length > 0 || kindOf(constraint).coversAll === true)
      .map(({ name, constraint, beyond }) => {
        const examples = beyond.length === 0 ? '' : `; for example ${examplesOf(beyond)}`
        return display(`${learned.tool}.${name}: ${describeConstraint(constraint)}${examples}`)
      }),
    ...learned.warnings.map((warning) => display(`${learned.tool}: ${warning}`)),
  ])

/** Policy, reasons and examples, for machines. */
export const learnedJson = (
  learned: Learned,
  { calls, slack, lost }: { readonly calls: number; readonly slack: string; readonly lost: readonly Group[] },
): ValueObject => ({
  policy: policyJson(learnedTools(learned)),
  calls,
  slack,
  tools: learned.tools.map(toolJson),
  leftOut: learned.leftOut.map(({ tool, calls: count }) => ({ tool, calls: count })),
  ...(lost.length > 0 && { lost: lost.map(groupJson) }),
})

const toolJson = ({ tool, calls, arguments: learned, sometimes, warnings }: LearnedTool): Value => ({
  tool,
  calls,
  arguments: learned.map(({ name, constraint, why, warnings: more, different, beyond }) => ({
    argument: name,
    allows: describeConstraint(constraint),
    why,
    warnings: more,
    values: different,
    beyond,
  })),
  sometimes,
  warnings,
})
