/** Text forms of chains (format §13). */

import { fromBase64, fromBase64Url, toBase64, toBase64Url } from '../encoding/base64url.js'
import { MAX_CHAIN_LENGTH, MAX_CHAIN_TEXT } from '../encoding/limits.js'
import { trimSpace } from '../encoding/space.js'
import { FormatError } from '../errors.js'
import { type Chain, chainOf, decodeChain, stackBytes } from './chain.js'
import type { Warrant } from './envelope.js'

/** `plain`: base64url of one warrant, padded standard base64 of a longer chain, which is what other verifiers read. */
export type ChainTextForm = 'plain' | 'pem'

const WARRANT_LABEL = 'TENUO WARRANT'
const CHAIN_LABEL = 'TENUO WARRANT CHAIN'
const LINE = 64

/** A chain as text. A PEM ends with a line end, the plain form does not. */
export const formatChain = (chain: Chain, form: ChainTextForm = 'plain'): string => {
  // Not the bytes of the chain: one warrant may have been read from an array of one.
  const [first, ...others] = chain.warrants
  if (first !== undefined && others.length === 0)
    return form === 'pem' ? pem(WARRANT_LABEL, first.bytes) : toBase64Url(first.bytes)
  const stack = stackBytes(chain.warrants)
  return form === 'pem' ? pem(CHAIN_LABEL, stack) : toBase64(stack)
}

const pem = (label: string, bytes: Uint8Array): string => {
  const lines = toBase64Url(bytes).match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`
}

/**
 * The chain of a text: a PEM of a chain, PEMs of single warrants in order, or base64, url-safe without padding or
 * standard with it. White space may stand around the text and between PEM blocks, and nowhere else but at line ends
 * of a PEM.
 * @throws FormatError TEXT_TOO_LARGE, TEXT_PEM_MALFORMED, TEXT_NOT_BASE64, and those of `decodeChain`.
 */
export const parseChain = (text: string): Chain => {
  if (text.length > MAX_CHAIN_TEXT) throw new FormatError('TEXT_TOO_LARGE')
  const trimmed = trimSpace(text)
  return trimmed.startsWith('-----') ? parsePem(trimmed) : decodeChain(fromPlain(trimmed))
}

/** Standard base64 says so by its alphabet, its padding, or a length that has no need of any. */
const fromPlain = (text: string): Uint8Array =>
  text.includes('+') || text.includes('/') || text.includes('=') ? fromBase64(text) : fromBase64Url(text)

const BLOCK =
  /-----BEGIN (TENUO WARRANT(?: CHAIN)?)-----\r?\n([A-Za-z0-9_\-\r\n]*?)\r?\n-----END \1-----[ \t\r\n]*/y

interface Block {
  readonly label: string
  readonly chain: Chain
}

const parsePem = (text: string): Chain => {
  const blocks: Block[] = []
  const pattern = new RegExp(BLOCK)
  while (pattern.lastIndex < text.length) {
    if (blocks.length === MAX_CHAIN_LENGTH) throw new FormatError('CHAIN_TOO_LONG')
    const found = pattern.exec(text)
    if (found === null) throw new FormatError('TEXT_PEM_MALFORMED')
    const [, label, body] = found as unknown as [string, string, string] // the pattern has both groups
    blocks.push({ label, chain: decodeChain(fromBase64Url(body.replace(/\r?\n/g, ''))) })
  }
  return joined(blocks)
}

/** One block of a chain, or one block and more of single warrants; each holds what its label says. */
const joined = (blocks: readonly Block[]): Chain => {
  const [first] = blocks
  if (first === undefined) throw new FormatError('TEXT_PEM_MALFORMED')
  if (blocks.length === 1 && first.label === CHAIN_LABEL) {
    if (isEnvelope(first.chain)) throw new FormatError('TEXT_PEM_MALFORMED', 'a warrant labelled as a chain')
    return first.chain
  }
  const warrants = blocks.map(({ label, chain }) => {
    if (label !== WARRANT_LABEL) throw new FormatError('TEXT_PEM_MALFORMED', 'blocks of both labels')
    if (!isEnvelope(chain)) throw new FormatError('CHAIN_NOT_SINGLE')
    return chain.warrants[0] as Warrant // one, as just asked
  })
  return chainOf(warrants)
}

/** Whether a chain was read from a bare envelope, and not from an array. */
const isEnvelope = ({ warrants: [first], bytes }: Chain): boolean => bytes.length === first?.bytes.length
