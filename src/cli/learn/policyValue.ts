/** Constraints in the words of policies, the other way round: what is written is read again, and must be the same. */

import type { Constraint } from '../../capability/kinds.js'
import { formatJson } from '../../encoding/json.js'
import { isFloat, numberOf, type Value, type ValueObject } from '../../encoding/value.js'
import { isWarrantError } from '../../errors.js'
import { parseAllowValue } from '../../schema/allowValue.js'
import { constraintFromJson, constraintToJson } from '../../schema/index.js'
import { spanOf } from '../../schema/span.js'

/** A constraint as it stands behind the name of an argument: a form in words where there is one, else its JSON. */
export const policyValue = (constraint: Constraint): Value => {
  if (constraint.kind === 'exact') {
    const { value } = constraint
    if (typeof value === 'boolean' || numberOf(value) !== undefined) return value
  }
  const text = inWords(constraint)
  return text !== undefined && isReadAs(text, constraint) ? text : inJson(constraint)
}

/** The JSON of a constraint without the fields that read the same where they are left out. */
const inJson = (constraint: Constraint): ValueObject => {
  const whole = constraintToJson(constraint)
  const inner = 'constraints' in constraint ? { constraints: constraint.constraints.map(inJson) } : {}
  let left: ValueObject = { ...whole, ...inner }
  for (const name of Object.keys(left)) {
    const { [name]: _, ...without } = left
    if (isSame(() => constraintFromJson(without), constraint)) left = without
  }
  return left
}

const isReadAs = (text: string, constraint: Constraint): boolean =>
  isSame(() => parseAllowValue(spanOf(text), {}), constraint)

const isSame = (read: () => Constraint, constraint: Constraint): boolean => {
  try {
    return formatJson(constraintToJson(read())) === formatJson(constraintToJson(constraint))
  } catch (thrown) {
    if (isWarrantError(thrown)) return false
    throw thrown
  }
}

const inWords = (constraint: Constraint): string | undefined => {
  switch (constraint.kind) {
    case 'wildcard':
      return '*'
    case 'exact':
      return typeof constraint.value === 'string' ? `exact:${escaped(constraint.value, ',')}` : undefined
    case 'oneOf':
      return membersOf('oneof', constraint.values)
    case 'subset':
      return membersOf('subset', constraint.allowed)
    case 'contains':
      return membersOf('contains', constraint.required)
    case 'range':
      return `range:${constraint.min ?? ''}..${constraint.max ?? ''}`
    case 'subpath':
      return `subpath:${escaped(constraint.root, ',')}`
    case 'shlex':
      return `shlex:${constraint.allow.map((program) => escaped(program, ',|')).join('|')}`
    case 'urlSafe':
      return urlSafeInWords(constraint)
    default:
      return undefined
  }
}

const membersOf = (form: string, values: readonly Value[]): string | undefined => {
  const members = values.map(memberOf)
  return members.includes(undefined) ? undefined : `${form}:${members.join('|')}`
}

const memberOf = (value: Value): string | undefined => {
  if (typeof value === 'string') {
    const text = escaped(value, ',|')
    return /^[a-z]+:/.test(text) ? `text:${text}` : text
  }
  if (typeof value === 'boolean') return `bool:${value}`
  if (value === null) return 'null:'
  if (numberOf(value) === undefined) return undefined
  return `${isFloat(value) || !Number.isInteger(Number(value)) ? 'float' : 'int'}:${formatJson(value)}`
}

/** What `schemes` is where nothing is said of it. */
const WEB = 'http,https'

const urlSafeInWords = (constraint: Extract<Constraint, { kind: 'urlSafe' }>): string => {
  const { schemes, allowDomains, denyDomains, allowPorts } = constraint
  const lifted = (['Private', 'Loopback', 'Metadata', 'Reserved'] as const).filter(
    (name) => !constraint[`block${name}`],
  )
  const listed = (name: string, list: readonly (string | number)[] | undefined): readonly string[] =>
    list === undefined ? [] : [`${name}=${list.map((item) => escaped(String(item), ',|;')).join('|')}`]
  return `urlsafe:${[
    ...listed('domains', allowDomains),
    ...listed('deny', denyDomains),
    ...listed('ports', allowPorts),
    ...(schemes.join() === WEB ? [] : listed('schemes', schemes)),
    ...(constraint.blockInternalTlds ? ['block=internal'] : []),
    ...(lifted.length === 0 ? [] : [`open=${lifted.join('|').toLowerCase()}`]),
  ].join(';')}`
}

const escaped = (text: string, marks: string): string =>
  [...text].map((character) => (marks.includes(character) ? `\\${character}` : character)).join('')
