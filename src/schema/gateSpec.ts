/**
 * The `--gate` language: which calls need approval, in the words of `--allow`.
 *
 *     tool                every call
 *     tool:arg            every call that the tool gets that argument in, or lacks it in
 *     tool:arg=value      calls whose argument the value permits
 *     tool:arg!=value     calls whose argument it does not permit
 */

import type { Gates, GatesInput } from '../warrant/gates.js'
import { gatesOf } from '../warrant/gates.js'
import { itemsOf, nameAndValue } from './allowItems.js'
import { type AllowOptions, parseAllowValue } from './allowValue.js'
import { findMark, refuseAt, type Span, sliceOf, spanOf, trimmed, unescaped, within } from './span.js'

type ToolGateInput = GatesInput[string]
type GateInput = Exclude<ToolGateInput, 'whole'>[string]

/**
 * Reads the `--gate` texts of one warrant.
 * @throws FormatError SPEC_MALFORMED, with the place as `2, character N` for the second text.
 */
export const parseGates = (texts: readonly string[], options: AllowOptions = {}): Gates => {
  const gates = new Map<string, ToolGateInput>()
  texts.forEach((text, i) => {
    const whole = spanOf(text, `${i + 1}`)
    const colon = findMark(whole, ':')
    const name = trimmed({ ...whole, end: colon ?? whole.end })
    const tool = unescaped(name, ':,=')
    if (tool === '') refuseAt(name, 'the name of the tool is missing')
    if (gates.has(tool)) refuseAt(whole, 'the same tool twice')
    const gate = colon === undefined ? 'whole' : argumentGates({ ...whole, start: colon + 1 }, options)
    within(whole, () => gatesOf({ [tool]: gate })) // an exemption of a kind that cannot be one
    gates.set(tool, gate)
  })
  return gatesOf(Object.fromEntries(gates))
}

const argumentGates = (span: Span, options: AllowOptions): ToolGateInput => {
  const gates = new Map<string, GateInput>()
  for (const item of itemsOf(span)) {
    const [argument, gate] = argumentGate(item, options)
    if (gates.has(argument)) refuseAt(item, 'the same argument twice')
    gates.set(argument, gate)
  }
  if (gates.size === 0) refuseAt(span, 'an argument is missing; the tool alone gates every call')
  return Object.fromEntries(gates)
}

const argumentGate = (item: Span, options: AllowOptions): [argument: string, gate: GateInput] => {
  if (findMark(item, '=') === undefined) return [unescaped(item, ':,='), 'all']
  const [name, value] = nameAndValue(item)
  const constraint = parseAllowValue(value, options)
  if (!sliceOf(name).endsWith('!')) return [unescaped(name, ':,='), constraint]
  const bare = trimmed({ ...name, end: name.end - 1 })
  if (bare.start === bare.end) refuseAt(item, 'the name of the argument is missing')
  return [unescaped(bare, ':,='), { unless: constraint }]
}
