/** How statements are read: bounded, to the last byte, and refused under the one code of their kind. */

import { CborReader } from '../encoding/cbor.js'
import { type FormatCode, FormatError } from '../errors.js'

/**
 * Reads bytes that hold exactly one statement. A refusal of the reader is given as `code` with the reader's own code as
 * detail, so that one kind of statement has one code; codes of that kind pass through.
 */
export const readStatement = <T>(
  bytes: Uint8Array,
  maxBytes: number,
  code: FormatCode,
  read: (reader: CborReader) => T,
): T => {
  if (bytes.length > maxBytes) throw new FormatError(code, 'too large')
  try {
    const reader = new CborReader(bytes)
    const statement = read(reader)
    reader.end()
    return statement
  } catch (thrown) {
    if (!(thrown instanceof FormatError) || thrown.code.startsWith(code.slice(0, code.lastIndexOf('_'))))
      throw thrown
    throw new FormatError(code, thrown.code, { cause: thrown })
  }
}

/** A value that a decoder must have read before it gets here. */
export const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new FormatError('CBOR_MISSING_FIELD')
  return value
}
