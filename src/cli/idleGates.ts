/** Gates that can never ask anybody, which whoever wrote them believes to be a protection. */

import type { ValueObject } from '../encoding/value.js'
import type { Chain, Payload } from '../warrant/chain.js'
import { display } from './display.js'

/**
 * The tools, by name, on which a chain has gates that no call can reach: a tool that the warrant with the gate does not
 * grant, or `*`, which names one tool of that name and not every tool. We make no such warrant, but others do. A gate that
 * a child keeps of its parent is the parent's, and idle only if it was idle there.
 */
const idleGates = ({ warrants }: Chain): readonly string[] => {
  const found = warrants.flatMap(({ payload }, i) => {
    const inherited = warrants[i - 1]?.payload.gates
    return [...(payload.gates?.keys() ?? [])].filter(
      (tool) => inherited?.has(tool) !== true && !canReach(payload, tool),
    )
  })
  return [...new Set(found)]
}

const canReach = ({ type, tools, issuableTools = [] }: Payload, tool: string): boolean => {
  if (tool === '*') return false
  const granted = type === 'execution' ? [...tools.keys()] : issuableTools
  return granted.includes(tool) || granted.includes('*')
}

/** The same in words, a line for each. */
export const idleGateLines = (chain: Chain): readonly string[] =>
  idleGates(chain).map((tool) =>
    tool === '*'
      ? 'the gate on * asks for no approval: a gate is on one tool by its name'
      : `the gate on ${display(tool)} asks for no approval: the warrant does not grant that tool`,
  )

/** The same for machines, where there are any. */
export const idleGatesJson = (chain: Chain): ValueObject => {
  const idle = idleGates(chain)
  return idle.length === 0 ? {} : { idleGates: idle }
}
