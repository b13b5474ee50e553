/** The one place where zod's verdicts become errors of this package. */

import type { z } from 'zod'
import { ownOptions } from '../encoding/options.js'
import { FormatError } from '../errors.js'

/**
 * The value of a schema.
 * @param where what is read, as the first part of the place: `line 3`, `tools.read_file`.
 * @throws FormatError JSON_SHAPE, with the path of the field that is wrong. The message holds no value.
 */
export const readShape = <T>(schema: z.ZodType<T>, value: unknown, where: string = ''): T => {
  const result = schema.safeParse(ownFields(value))
  if (result.success) return ownFields(result.data)
  const issue = result.error.issues[0] // zod lists them in the order of the fields
  const path = [where, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.')
  throw new FormatError('JSON_SHAPE', issue && expectation(issue), path === '' ? {} : { where: path })
}

/** Runs `read`; what it refuses is about a part of `where`. */
export const readAt = <T>(where: string, read: () => T): T => {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof FormatError)) throw thrown
    const place = thrown.where === undefined ? where : `${where}.${thrown.where}`
    throw new FormatError(thrown.code, undefined, { where: place, cause: thrown })
  }
}

/**
 * An object without what it inherits, other things as they are. Zod reads fields and builds results by plain property
 * access, and what a polluted `Object.prototype` lends either was never written.
 */
const ownFields = <T>(value: T): T =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? ownOptions(value) : value

/** What was expected, in our words: zod's own would repeat text from outside. */
const expectation = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'missing' : `expected ${issue.expected}`
    case 'unrecognized_keys':
      return 'unknown field'
    case 'invalid_union':
      return issue.discriminator === undefined ? 'none of the accepted shapes' : 'unknown kind'
    case 'too_small':
      return 'too small or too short'
    case 'too_big':
      return 'too large or too long'
    default:
      return 'not an accepted value'
  }
}
