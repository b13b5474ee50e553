/**
 * The JSON notation of vectors, as bytes: constraints in the wire's own form `[type, body]`, and values in which a
 * fraction or `{"$float"}` is a Float, a whole number or `{"$int"}` an Integer, `{"$bytes"}` a byte string.
 *
 * Everything goes through the shipped decoder, so that a row is judged by what a warrant with those bytes would mean.
 * NaN and the infinities have bytes too, which our own writer refuses to write: they are spelled out here.
 */

import { type Capability, decodeCapability, type Tools } from '../../capability/capability.js'
import { type Constraint, decodeConstraint } from '../../capability/constraint.js'
import { fromHex } from '../../encoding/bytes.js'
import { CborReader, CborWriter } from '../../encoding/cbor.js'
import type { Value, ValueObject } from '../../encoding/value.js'
import {
  BadRow,
  booleanOf,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  objectOf,
  onlyFields,
  optional,
  textOf,
} from './json.js'

const RANGE_TAG = 3

/** Half-precision bytes of the three floats that are not finite. */
const NOT_FINITE: Readonly<Record<string, string>> = {
  NaN: 'f97e00',
  Infinity: 'f97c00',
  '-Infinity': 'f9fc00',
}

const writeFloat = (writer: CborWriter, text: string): void => {
  const hex = NOT_FINITE[text]
  if (hex === undefined) writer.float(Number(text))
  else writer.encoded(fromHex(hex))
}

const writeNumber = (writer: CborWriter, number: number): void => {
  if (Number.isInteger(number)) writer.int(number)
  else writer.float(number)
}

const writeObject = (writer: CborWriter, object: JsonObject): void => {
  if (Object.hasOwn(object, '$float')) writeFloat(writer, textOf(object, '$float'))
  else if (Object.hasOwn(object, '$int')) writer.int(BigInt(textOf(object, '$int')))
  else if (Object.hasOwn(object, '$bytes')) writer.bytes(fromHex(textOf(object, '$bytes')))
  else writer.named(new Map(Object.entries(object)), (inner) => writeAny(writer, inner))
}

const writeAny = (writer: CborWriter, json: Json): void => {
  if (json === null) writer.null()
  else if (typeof json === 'string') writer.text(json)
  else if (typeof json === 'number') writeNumber(writer, json)
  else if (typeof json === 'boolean') writer.boolean(json)
  else if (isJsonObject(json)) writeObject(writer, json)
  else {
    writer.array(json.length)
    for (const item of json) writeAny(writer, item)
  }
}

/** Bounds of a range are floats even where the notation has a plain whole number. */
const writeBound = (writer: CborWriter, bound: Json): void => {
  if (typeof bound === 'number') writer.float(bound)
  else writeAny(writer, bound)
}

const INNER_LIST = 'constraints'
const INNER_ONE = 'constraint'

/** A constraint body: a struct in the order given, whose inner constraints are constraints again. */
const writeBody = (writer: CborWriter, tag: Json, body: Json): void => {
  if (!isJsonObject(body) || Object.hasOwn(body, '$bytes')) {
    writeAny(writer, body)
    return
  }
  const fields = Object.entries(body)
  writer.map(fields.length)
  for (const [name, value] of fields) {
    writer.text(name)
    if (tag === RANGE_TAG && (name === 'min' || name === 'max')) writeBound(writer, value)
    else if (name === INNER_ONE) writeConstraint(writer, value)
    else if (name === INNER_LIST && isJsonList(value)) writeConstraints(writer, value)
    else writeAny(writer, value)
  }
}

const writeConstraints = (writer: CborWriter, list: readonly Json[]): void => {
  writer.array(list.length)
  for (const item of list) writeConstraint(writer, item)
}

const writeConstraint = (writer: CborWriter, json: Json): void => {
  if (!isJsonList(json) || json.length !== 2) {
    writeAny(writer, json)
    return
  }
  writer.array(2)
  writeAny(writer, json[0] as Json) // of two
  writeBody(writer, json[0] as Json, json[1] as Json) // of two
}

const decoded = <T>(write: (writer: CborWriter) => void, decode: (reader: CborReader) => T): T => {
  const writer = new CborWriter()
  write(writer)
  const reader = new CborReader(writer.finish())
  const result = decode(reader)
  reader.end()
  return result
}

/** @throws FormatError as the decoder of warrants. */
export const constraintOf = (json: Json): Constraint =>
  decoded((w) => writeConstraint(w, json), decodeConstraint)

/** @throws FormatError as the decoder of warrants: for NaN and the infinities, under the rule that refuses them. */
export const valueFrom = (json: Json): Value =>
  decoded(
    (w) => writeAny(w, json),
    (r) => r.value(),
  )

/** @throws FormatError as the decoder of warrants. */
export const argumentsOf = (json: JsonObject): ValueObject => valueFrom(json) as ValueObject // an object gives an object

const writeCapability = (writer: CborWriter, json: JsonObject): void => {
  const open =
    optional(onlyFields(json, ['constraints', 'allow_unknown']), 'allow_unknown') !== undefined &&
    booleanOf(json, 'allow_unknown')
  writer.map(open ? 2 : 1)
  writer.text('constraints')
  writer.named(new Map(Object.entries(objectOf(json, 'constraints'))), (c) => writeConstraint(writer, c))
  if (!open) return
  writer.text('allow_unknown')
  writer.boolean(true)
}

export const capabilityOf = (json: JsonObject): Capability =>
  decoded((w) => writeCapability(w, json), decodeCapability)

export const toolsOf = (json: JsonObject): Tools =>
  new Map(
    Object.entries(json).map(([tool, set]) => {
      if (!isJsonObject(set)) throw new BadRow('a tool without a constraint set')
      return [tool, capabilityOf(set)]
    }),
  )

/** Values in the other notation, `{"String": …}`, `{"Integer": "1"}`, `{"Float": 1}`, `{"List": […]}`. */
const plainNotation = (json: Json): Json => {
  if (!isJsonObject(json)) return json === 'Null' ? null : json
  const [kind, inner] = Object.entries(json)[0] ?? []
  if (inner === undefined) throw new BadRow('a value without a kind')
  switch (kind) {
    case 'Integer':
      return { $int: String(inner) }
    case 'Float':
      return { $float: String(inner) }
    case 'Null':
      return null
    case 'List':
      return isJsonList(inner) ? inner.map(plainNotation) : inner
    case 'Object':
      return isJsonObject(inner)
        ? Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, plainNotation(each)]))
        : inner
    default:
      return inner
  }
}

export const taggedArguments = (json: JsonObject): ValueObject =>
  valueFrom(
    Object.fromEntries(Object.entries(json).map(([name, each]) => [name, plainNotation(each)])),
  ) as ValueObject // an object gives an object
