/** Prepared rows about constraints, `[type id, body]` as JSON, turned into the bytes that the reference would read. */

import { decodeConstraint } from '../../src/capability/constraint.js'
import type { Constraint } from '../../src/capability/kinds.js'
import { fromHex } from '../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../src/encoding/cbor.js'
import { float, integer, type Value } from '../../src/encoding/value.js'
import { isWarrantError } from '../../src/errors.js'
import { objectOf } from './values.js'

/** JSON with `$float`, `$int` and `$bytes` for what JSON cannot say. */
export type RowJson =
  | string
  | number
  | boolean
  | null
  | readonly RowJson[]
  | { readonly [name: string]: RowJson }

const RANGE = 3

const isRecord = (json: RowJson): json is { readonly [name: string]: RowJson } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Floats of every kind, also those that the writer of the package refuses to write. */
const writeFloat = (writer: CborWriter, number: number): void => {
  if (Number.isNaN(number)) writer.encoded(fromHex('f97e00'))
  else if (number === Number.POSITIVE_INFINITY) writer.encoded(fromHex('f97c00'))
  else if (number === Number.NEGATIVE_INFINITY) writer.encoded(fromHex('f9fc00'))
  else writer.float(number)
}

const writeAny = (writer: CborWriter, json: RowJson): void => {
  if (isRecord(json) && typeof json['$bytes'] === 'string') {
    writer.bytes(fromHex(json['$bytes']))
  } else if (isRecord(json) && typeof json['$float'] === 'string') {
    writeFloat(writer, Number(json['$float']))
  } else if (Array.isArray(json)) {
    writer.array(json.length)
    for (const item of json as readonly RowJson[]) writeAny(writer, item)
  } else {
    writer.value(valueOfRow(json))
  }
}

const writeField = (writer: CborWriter, tag: RowJson, name: string, field: RowJson): void => {
  if (name === 'constraint') writeConstraint(writer, field)
  else if (name === 'constraints' && Array.isArray(field)) {
    writer.array(field.length)
    for (const each of field as readonly RowJson[]) writeConstraint(writer, each)
  } else if (tag === RANGE && typeof field === 'number') writeFloat(writer, field)
  else writeAny(writer, field)
}

const writeConstraint = (writer: CborWriter, json: RowJson): void => {
  const [tag, body] = Array.isArray(json) ? (json as readonly RowJson[]) : []
  if (!Array.isArray(json) || json.length !== 2 || tag === undefined || body === undefined) {
    writeAny(writer, json)
    return
  }
  writer.array(2)
  writeAny(writer, tag)
  if (!isRecord(body) || '$bytes' in body) {
    writeAny(writer, body)
    return
  }
  const names = Object.keys(body)
  writer.map(names.length)
  for (const name of names) {
    writer.text(name)
    writeField(writer, tag, name, body[name] as RowJson)
  }
}

/** The bytes of a constraint as the row has it, well formed or not. */
export const bytesOfRow = (json: RowJson): Uint8Array => {
  const writer = new CborWriter()
  writeConstraint(writer, json)
  return writer.finish()
}

/** The constraint of a row. @throws what the decoder throws. */
export const constraintOfRow = (json: RowJson): Constraint => {
  const reader = new CborReader(bytesOfRow(json))
  const constraint = decodeConstraint(reader)
  reader.end()
  return constraint
}

/** The value of a row. @throws FormatError VALUE_NUMBER for NaN and the infinities. */
export const valueOfRow = (json: RowJson): Value => {
  if (Array.isArray(json)) return Object.freeze((json as readonly RowJson[]).map(valueOfRow))
  if (!isRecord(json)) return json as Value // text, a flag, null, or a number as JSON has it
  if (typeof json['$float'] === 'string') return float(Number(json['$float']))
  if (typeof json['$int'] === 'string') return integer(BigInt(json['$int']))
  return objectOf(Object.entries(json).map(([name, item]) => [name, valueOfRow(item)]))
}

/** The stricter rule that a refusal names; NaN and the infinities, which are no values at all, are refused by one. */
export const ruleOf = (thrown: unknown): string | undefined => {
  if (!isWarrantError(thrown)) return undefined
  return thrown.code === 'VALUE_NUMBER' ? 'VALUE_NOT_FINITE' : thrown.rule
}

export interface MatchRow {
  readonly id: string
  readonly type: string
  readonly constraint: RowJson
  readonly value: RowJson
  readonly expect: boolean
  readonly error?: boolean
}

export interface AttenuateRow {
  readonly id: string
  readonly type: string
  readonly pair: string
  readonly parent: RowJson
  readonly child: RowJson
  readonly expect: 'ok' | 'reject'
  readonly unsound?: boolean
  readonly witness?: RowJson
}
