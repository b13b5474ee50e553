/**
 * The `--allow` language: one line that says which tool may be called with which arguments.
 *
 *     tool                       any arguments
 *     tool:arg=value,arg=value   these arguments and no others
 *     tool:arg=value,...         these arguments, and others that are not looked at
 *
 * What a value may be is in `allowValue.ts`. A line that hermes-tenuo's `mint --allow` takes means the same here.
 */

import { type Capability, capability, type Tools } from '../capability/capability.js'
import type { Constraint } from '../capability/kinds.js'
import { itemsOf, nameAndValue } from './allowItems.js'
import { type AllowOptions, parseAllowValue } from './allowValue.js'
import { findMark, refuseAt, type Span, sliceOf, spanOf, trimmed, unescaped } from './span.js'

/** A tool and what may be done with it. */
export interface Allowed {
  readonly tool: string
  readonly capability: Capability
}

/**
 * Reads one `--allow` text.
 * @throws FormatError SPEC_MALFORMED, with the place as `character N`, the first being 1.
 */
export const parseAllow = (text: string, options: AllowOptions = {}): Allowed =>
  parseWhole(spanOf(text), options)

/**
 * Reads several `--allow` texts into the tools of one warrant.
 * @throws FormatError SPEC_MALFORMED, with the place as `2, character N` for the second text.
 */
export const parseAllows = (texts: readonly string[], options: AllowOptions = {}): Tools => {
  const tools = new Map<string, Capability>()
  texts.forEach((text, i) => {
    const span = spanOf(text, `${i + 1}`)
    const allowed = parseWhole(span, options)
    if (tools.has(allowed.tool)) refuseAt(span, 'the same tool twice: a tool has one capability')
    tools.set(allowed.tool, allowed.capability)
  })
  return tools
}

/**
 * Reads the arguments alone, as they follow the colon: `arg=value,arg=value`.
 * @throws FormatError SPEC_MALFORMED
 */
export const parseAllowArguments = (text: string, options: AllowOptions = {}): Capability =>
  parseArguments(spanOf(text), options)

const parseWhole = (whole: Span, options: AllowOptions): Allowed => {
  const colon = findMark(whole, ':')
  const name = trimmed({ ...whole, end: colon ?? whole.end })
  for (const mark of [',', '=']) {
    const stray = findMark(name, mark)
    if (stray !== undefined) refuseAt({ ...whole, start: stray }, 'a constraint is written tool:arg=value')
  }
  if (name.start === name.end) refuseAt(name, 'the name of the tool is missing')
  const tool = unescaped(name, ':,=')
  if (colon === undefined) return { tool, capability: capability({}) }
  return { tool, capability: parseArguments({ ...whole, start: colon + 1 }, options) }
}

const parseArguments = (span: Span, options: AllowOptions): Capability => {
  const constraints = new Map<string, Constraint>()
  let allowUnknown = false
  for (const item of itemsOf(span)) {
    if (allowUnknown) refuseAt(item, '... comes last')
    if (sliceOf(item) === '...') {
      allowUnknown = true
      continue
    }
    const [argument, value] = nameAndValue(item)
    const name = unescaped(argument, ':,=')
    if (constraints.has(name)) refuseAt(item, 'the same argument twice')
    constraints.set(name, parseAllowValue(value, options))
  }
  // `tool:$UNSET` must not come to mean "any arguments".
  if (constraints.size === 0 && !allowUnknown)
    refuseAt(span, 'an argument is missing; the tool alone allows any arguments')
  return capability(Object.fromEntries(constraints), { allowUnknown })
}
