/** Calls as JSON, one object a line: `{"tool":"read_file","args":{"path":"/data/a"}}`. */

import { z } from 'zod'
import { parseJson } from '../encoding/json.js'
import { isObject, type Value, type ValueObject } from '../encoding/value.js'
import { FormatError } from '../errors.js'
import { readShape } from './shape.js'

/** A call as it was written, with what the caller brings to it. Not yet checked in any way but its shape. */
export interface WrittenCall {
  readonly tool: string
  readonly args: ValueObject
  /** Text of a proof of possession. */
  readonly proof?: string | undefined
  /** Texts of signed approvals. */
  readonly approvals?: readonly string[] | undefined
  readonly session?: string | undefined
}

const CALL = z.strictObject({
  tool: z.string(),
  args: z.custom<ValueObject>((input) => isObject(input as Value)).default(() => Object.freeze({})), // a JSON value
  proof: z.string().optional(),
  approvals: z.array(z.string()).optional(),
  session: z.string().optional(),
})

/**
 * Reads a call. Arguments keep `1` and `1.0` apart; left out, they are none.
 * @throws FormatError JSON_…, JSON_SHAPE with the field that is wrong.
 */
export const parseCall = (text: string): WrittenCall => readShape(CALL, parseJson(text))

/** Reads arguments alone: a JSON object. @throws FormatError JSON_…, JSON_SHAPE */
export const parseArgs = (text: string): ValueObject => {
  const args = parseJson(text)
  if (!isObject(args)) throw new FormatError('JSON_SHAPE', 'expected object')
  return args
}
