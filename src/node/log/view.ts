/** What the log is told of arguments: a digest that binds the call, and a view by type and size. */

import { hash } from 'node:crypto'
import { encodeValue } from '../../encoding/cbor.js'
import { isFloat, isList, kindOf, type Value, type ValueObject } from '../../encoding/value.js'
import { isSecretName, REDACTED, redactForDigest, redactText } from './redact.js'

const MAX_NAMES = 64
const MAX_NAME = 64
const MAX_SHOWN = 1_024
const NOTHING: ReadonlySet<string> = new Set()

/**
 * Hexadecimal SHA-256 of the canonical CBOR of the arguments, secrets taken out; undefined for what has no such form.
 * Whoever has the arguments can make it again, with this version's {@link redactArgs}.
 */
export const digestOf = (args: ValueObject): string | undefined => {
  try {
    return hash('sha256', encodeValue(redactArgs(args)))
  } catch {
    return undefined
  }
}

/**
 * Arguments by type and size, as `string(12)`, in the order of the call. The text of an argument stands in it only where
 * `shown` names it, and then without secrets.
 */
export const viewOf = (
  args: ValueObject,
  shown: ReadonlySet<string> = NOTHING,
): Readonly<Record<string, string>> => {
  const view: Record<string, string> = Object.create(null) // an argument may be named __proto__
  for (const [name, value] of Object.entries(args).slice(0, MAX_NAMES)) {
    const isShown = shown.has(name) && !isSecretName(name)
    view[redactText(name).slice(0, MAX_NAME)] = isShown ? textOf(value) : sizeOf(value)
  }
  return view
}

/**
 * The arguments as they are hashed: `[redacted]` in the place of every secret, names included, and of a word that only
 * looks drawn by chance `[redacted` with the beginning of its digest.
 */
export const redactArgs = (args: ValueObject): ValueObject => {
  const redacted: Record<string, Value> = Object.create(null)
  for (const [name, value] of Object.entries(args))
    redacted[freeName(redacted, redactForDigest(name))] = isSecretName(name) ? REDACTED : redactValue(value)
  return redacted
}

const redactValue = (value: Value): Value => {
  if (typeof value === 'string') return redactForDigest(value)
  if (typeof value !== 'object' || value === null || isFloat(value)) return value
  return isList(value) ? value.map(redactValue) : redactArgs(value as ValueObject) // the one kind that is left
}

/** Two names that are redacted stay two arguments. */
const freeName = (taken: ValueObject, name: string): string => {
  let free = name
  for (let i = 2; Object.hasOwn(taken, free); i++) free = `${name}${i}`
  return free
}

const textOf = (value: Value): string =>
  typeof value === 'string'
    ? redactText(value).slice(0, MAX_SHOWN)
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : sizeOf(value)

const sizeOf = (value: Value): string => {
  const kind = kindOf(value)
  if (typeof value === 'string') return `${kind}(${value.length})`
  if (typeof value !== 'object' || value === null || isFloat(value)) return kind
  return `${kind}(${isList(value) ? value.length : Object.keys(value).length})`
}
