/** The file form of chains (format §13): a magic number, then the stack. */

import { concatBytes, equalBytes } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'
import { type Chain, decodeChain, stackBytes } from './chain.js'

/** `TENU` and the version of the form. */
const MAGIC: Uint8Array = Uint8Array.of(0x54, 0x45, 0x4e, 0x55, 0x01)

/** Whether bytes begin as the file form does. */
export const isChainFile = (bytes: Uint8Array): boolean => equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)

/** The bytes of a file. */
export const encodeChainFile = ({ warrants }: Chain): Uint8Array => concatBytes(MAGIC, stackBytes(warrants))

/** The chain of a file. @throws FormatError ENVELOPE_MALFORMED without the magic number, and those of `decodeChain`. */
export const decodeChainFile = (bytes: Uint8Array): Chain => {
  if (!isChainFile(bytes)) throw new FormatError('ENVELOPE_MALFORMED', 'no magic number')
  return decodeChain(bytes.subarray(MAGIC.length))
}
