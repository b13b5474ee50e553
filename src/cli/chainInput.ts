/** Warrants named on the command line: a file, `-` for standard input, or the text itself. */

import { MAX_CHAIN_TEXT } from '../encoding/limits.js'
import { type Chain, decodeChain } from '../warrant/chain.js'
import { decodeChainFile, isChainFile } from '../warrant/chainFile.js'
import { parseChain } from '../warrant/text.js'
import { cliFailure, placed, usage } from './failure.js'
import { placeOf, textOf } from './input.js'
import type { Session } from './session.js'

/**
 * Reads the chain of the argument `[warrant]`. Without one it is standard input, unless that is a terminal.
 * What is read is still a claim.
 * @throws CliFailure USAGE, FILE_…, INPUT_…; FormatError of the decoder
 */
export const chainOf = async (session: Session, argument: string | undefined): Promise<Chain> => {
  if (argument === undefined && session.inputs.stdinIsTTY) {
    throw usage('a warrant is missing: name a file, or - to read standard input')
  }
  const name = argument ?? '-'
  if (isWarrantText(name)) return placed('warrant', () => parseChain(name))
  const what = placeOf('warrant', name)
  const bytes = await session.inputs.bytes(name, what, MAX_CHAIN_TEXT)
  if (bytes.length === 0) throw cliFailure('INPUT_EMPTY', what)
  return placed(what, () => chainOfBytes(bytes, what))
}

/** The shortest warrant has two keys and a signature: in base64, more than any sensible file name. */
const isWarrantText = (text: string): boolean =>
  text.startsWith('-----BEGIN TENUO ') || (text.length > 200 && /^[A-Za-z0-9+/_=-]+$/.test(text))

const chainOfBytes = (bytes: Uint8Array, what: string): Chain => {
  if (isChainFile(bytes)) return decodeChainFile(bytes)
  // An array of CBOR: no text form begins so.
  if ((bytes[0] as number) >= 0x80) return decodeChain(bytes)
  return parseChain(textOf(bytes, what))
}
