/** A policy as a page: YAML with what is known of every line above it, or plain JSON. Both are read by `mint --policy`. */

import type { Capability } from '../../capability/capability.js'
import { describeConstraint } from '../../capability/constraint.js'
import { valueInWords } from '../../capability/words.js'
import type { Value, ValueObject } from '../../encoding/value.js'
import type { Unused } from '../../learn/unused.js'
import { display } from '../display.js'
import { jsonLine } from '../session.js'
import { policyValue } from './policyValue.js'

/** One tool of a page, with remarks on it and on its arguments. */
export interface PageTool {
  readonly tool: string
  readonly capability: Capability
  readonly remarks: readonly string[]
  readonly argumentRemarks: ReadonlyMap<string, readonly string[]>
}

/** Values by example, in words. */
export const examplesOf = (values: readonly Value[]): string => values.map(valueInWords).join(', ')

/** An entry of a constraint that nothing used, in words. */
export const unusedInWords = ({ tool, argument, entry }: Unused): string =>
  argument === undefined || entry === undefined
    ? `${tool}: no call`
    : `${tool}.${argument}: ${describeConstraint(entry)}`

/** The policy as JSON. */
export const policyJson = (tools: readonly PageTool[]): ValueObject => ({
  version: 1,
  tools: objectOf(tools.map(({ tool, capability }) => [tool, capabilityValue(capability)])),
})

const capabilityValue = ({ constraints, allowUnknown }: Capability): Value =>
  constraints.size === 0
    ? 'any'
    : objectOf([
        ...[...constraints].map(([name, constraint]) => [name, policyValue(constraint)] as const),
        ...(allowUnknown ? [OTHERS] : []),
      ])

const OTHERS = ['...', 'any'] as const

const objectOf = (entries: readonly (readonly [string, Value])[]): ValueObject => {
  const object: Record<string, Value> = Object.create(null) // an argument may be named __proto__
  for (const [name, value] of entries) object[name] = value
  return object
}

/** The policy as YAML. */
export const policyYaml = (head: readonly string[], tools: readonly PageTool[]): string =>
  [
    ...head.map(comment('')),
    'version: 1',
    tools.length === 0 ? 'tools: {}' : 'tools:',
    ...tools.flatMap(toolLines),
    '',
  ].join('\n')

const toolLines = ({ tool, capability, remarks, argumentRemarks }: PageTool): readonly string[] => {
  const { constraints, allowUnknown } = capability
  const above = remarks.map(comment('  '))
  if (constraints.size === 0) return [...above, `  ${scalar(tool)}: any`]
  return [
    ...above,
    `  ${scalar(tool)}:`,
    ...[...constraints].flatMap(([name, constraint]) => [
      ...(argumentRemarks.get(name) ?? []).map(comment('    ')),
      `    ${scalar(name)}: ${scalar(policyValue(constraint))}`,
    ]),
    ...(allowUnknown ? ['    ...: any'] : []),
  ]
}

/** Text from outside cannot end its line: what would is escaped. */
const comment =
  (indent: string) =>
  (text: string): string =>
    `${indent}# ${display(text)}`

const PLAIN_NAME = /^(?!(?:true|false|null)$)[A-Za-z_][\w-]*$/i
const PLAIN_FORM = /^[a-z]+:[\w./|=;*@%+~-]+(?: [\w./|=;*@%+~-]+)*$/

/** JSON is YAML; what needs no quotes has none. */
const scalar = (value: Value): string =>
  typeof value === 'string' && (PLAIN_NAME.test(value) || PLAIN_FORM.test(value)) ? value : jsonLine(value)
