/** The CBOR profile of the protocol (format §2): the one form that is written, and a reader that takes that form alone. */

import { CborReader } from './cborReader.js'
import { CborWriter } from './cborWriter.js'
import type { Value } from './value.js'

export { CborReader } from './cborReader.js'
export { CborWriter } from './cborWriter.js'

/** The bytes of one canonical value. */
export const encodeValue = (value: Value): Uint8Array => {
  const writer = new CborWriter()
  writer.value(value)
  return writer.finish()
}

/** The value of bytes that hold exactly one, in the form that is written. @throws FormatError CBOR_… */
export const decodeValue = (bytes: Uint8Array): Value => {
  const reader = new CborReader(bytes)
  const value = reader.value()
  reader.end()
  return value
}
