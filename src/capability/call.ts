/** Calls: what the agent asks to do, as an inert copy that nothing outside can change or imitate. */

import { toUtf8 } from '../encoding/bytes.js'
import { MAX_TOOL_NAME_BYTES } from '../encoding/limits.js'
import { isFloat, isList, type Value, type ValueObject } from '../encoding/value.js'
import { type DenialCode, DenialError, type FormatError } from '../errors.js'
import { copyArgs, emptyObject } from './inert.js'

/** A tool and its arguments, copied once and frozen. Made by {@link callOf} alone; {@link isCall} tells. */
export interface Call {
  readonly tool: string
  readonly args: ValueObject
}

/** Only this module has it: whoever reaches the class through a call of ours makes none with it. */
const MAKER: unique symbol = Symbol('maker')

let isMade: (thing: object) => boolean

class CheckedCall implements Call {
  readonly tool: string
  readonly args: ValueObject
  /** A private field cannot be inherited, or seen through a Proxy. */
  readonly #made = true

  static {
    isMade = (thing) => #made in thing && thing.#made
  }

  constructor(maker: typeof MAKER, tool: string, args: ValueObject) {
    if (maker !== MAKER) throw new TypeError('a call is made by callOf() alone')
    this.tool = tool
    this.args = args
    Object.freeze(this)
  }
}
Object.freeze(CheckedCall)
Object.freeze(CheckedCall.prototype)

/**
 * The inert copy of a call.
 * @throws DenialError CALL_MALFORMED, CALL_TOO_LARGE, CALL_TOO_DEEP, CALL_NUMBER, CALL_TEXT; `where` is `tool` or the
 * name of an argument.
 */
export const callOf = (tool: unknown, args: unknown): Call =>
  new CheckedCall(MAKER, toolName(tool), callArgs(args))

/** Whether this is a call that {@link callOf} of this copy of the package made. Never throws. */
export const isCall = (thing: unknown): thing is Call =>
  typeof thing === 'object' && thing !== null && isMade(thing)

/**
 * Arguments as a tool expects them: a Float is a plain number again, an Integer beyond 2^53 stays a `bigint`.
 * What holds no Float is returned as it is, frozen; otherwise a frozen copy.
 */
export function toPlain(value: ValueObject): Readonly<Record<string, unknown>>
export function toPlain(value: Value): unknown
export function toPlain(value: Value): unknown {
  if (isFloat(value)) return value.float
  if (!holdsFloat(value)) return value
  if (isList(value)) return Object.freeze(value.map((item) => toPlain(item)))
  const plain: Record<string, unknown> = emptyObject()
  const object = value as ValueObject // it holds something, and is no list
  for (const name of Object.keys(object)) plain[name] = toPlain(object[name] as Value)
  return Object.freeze(plain)
}

const holdsFloat = (value: Value): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return isFloat(value) || Object.values(value).some(holdsFloat)
}

const toolName = (tool: unknown): string => {
  if (typeof tool !== 'string' || tool === '')
    throw new DenialError('CALL_MALFORMED', undefined, { where: 'tool' })
  if (tool.length > MAX_TOOL_NAME_BYTES) throw new DenialError('CALL_TOO_LARGE', undefined, TOOL_BOUND)
  if (!tool.isWellFormed()) throw new DenialError('CALL_TEXT', undefined, { where: 'tool' })
  // A name of n units has at most 3n bytes: only a long one is worth encoding.
  if (tool.length * 3 > MAX_TOOL_NAME_BYTES && toUtf8(tool).length > MAX_TOOL_NAME_BYTES) {
    throw new DenialError('CALL_TOO_LARGE', undefined, TOOL_BOUND)
  }
  return tool
}

const TOOL_BOUND = { where: 'tool', rule: 'CALL_BOUNDS' } as const

const callArgs = (args: unknown): ValueObject => {
  try {
    return copyArgs(args)
  } catch (refusal) {
    const { code, where } = refusal as FormatError // copyArgs throws nothing else
    const denial = CALL_CODES.get(code) ?? 'CALL_MALFORMED'
    const isBound = denial === 'CALL_TOO_LARGE' || denial === 'CALL_TOO_DEEP'
    throw new DenialError(denial, undefined, {
      ...(where !== undefined && { where }),
      ...(isBound && { rule: 'CALL_BOUNDS' }),
    })
  }
}

const CALL_CODES: ReadonlyMap<string, DenialCode> = new Map([
  ['VALUE_NUMBER', 'CALL_NUMBER'],
  ['VALUE_TOO_LARGE', 'CALL_TOO_LARGE'],
  ['VALUE_TOO_DEEP', 'CALL_TOO_DEEP'],
  ['TEXT_SURROGATE', 'CALL_TEXT'],
] as const)
