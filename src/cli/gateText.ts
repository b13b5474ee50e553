/** Approval gates as people read them. */

import { describeConstraint } from '../capability/constraint.js'
import type { Gate, Gates, ToolGate } from '../warrant/gates.js'
import { display, type Paint } from './display.js'

/** A section on what needs approval; nothing where there are no gates. */
export const gateLines = (gates: Gates | undefined, paint: Paint): string[] =>
  gates === undefined || gates.size === 0
    ? []
    : ['', paint.bold('needs approval'), ...[...gates].flatMap(([tool, gate]) => toolLines(tool, gate))]

const toolLines = (tool: string, gate: ToolGate): string[] =>
  gate === 'whole'
    ? [`  ${display(tool)}  every call`]
    : [...gate].map(([argument, each]) => `  ${display(tool)}  ${display(argument)} ${gateText(each)}`)

const gateText = (gate: Gate): string => {
  if (gate.kind === 'all') return 'whatever it is'
  const words = display(describeConstraint(gate.constraint))
  return gate.kind === 'when' ? `when it is ${words}` : `unless it is ${words}`
}
