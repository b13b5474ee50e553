/** Faults of text: chains, keys, JSON, durations and the language of `--allow`. */

import fc from 'fast-check'
import {
  type Chain,
  formatChain,
  formatMcpMeta,
  type PublicKey,
  parseChain,
  parseDuration,
  parseJson,
  parseMcpCall,
  parseMcpMeta,
  parseProof,
  parsePublicKey,
  parseSecretKey,
  parseWarrantId,
  publicKeyToBytes,
  publicKeyToPem,
  secretKeyToPem,
} from '../../../src/index.js'
import { capabilityFromJson, parseAllow } from '../../../src/schema/index.js'
import { anyChain, testKey } from '../../../src/testing/index.js'
import type { Case } from './case.js'

const words = fc.stringMatching(/^[a-z]{1,12}$/)
const refusing = <T>(parse: (text: T) => unknown, ...texts: readonly T[]): fc.Arbitrary<Case> =>
  fc.constantFrom(...texts).map((text) => () => parse(text))

const LABEL = 'TENUO WARRANT'
const pemOf = (chain: Chain): string => formatChain(chain, 'pem')

/** A secret key that carries another's public key. */
const mixedKey = (): string => {
  const derOf = (pem: string): string => atob(pem.replace(/-----[^-]+-----|\s/g, ''))
  const [seed, other] = [derOf(secretKeyToPem(testKey(1))), derOf(publicKeyToPem(testKey(2).publicKey))]
  // The same structure with room for a public key, in its field [1] of 33 bytes.
  const body = `\x02\x01\x01${seed.slice(5)}\x81\x21\0${other.slice(-32)}`
  const der = `\x30${String.fromCharCode(body.length)}${body}`
  return `-----BEGIN PRIVATE KEY-----\n${btoa(der)}\n-----END PRIVATE KEY-----\n`
}

export const TEXT_FAULTS = {
  TEXT_NOT_BASE64: words.map((word) => () => parseChain(`${word}*`)),
  TEXT_NOT_HEX: words.map((word) => () => publicKeyToBytes(word.padEnd(64, 'z') as PublicKey)), // no key at all
  TEXT_PEM_MALFORMED: words.map(
    (word) => () => parseChain(`-----BEGIN ${word}-----\nAAAA\n-----END ${word}-----\n`),
  ),
  TEXT_TOO_LARGE: fc
    .integer({ min: 400_001, max: 500_000 })
    .map((length) => () => parseChain('A'.repeat(length))),
  CHAIN_NOT_SINGLE: anyChain({ minLength: 2 }).map(({ chain }) => () => {
    const label = pemOf(chain).replaceAll(`${LABEL} CHAIN`, LABEL)
    return parseChain(label)
  }),

  JSON_MALFORMED: refusing(parseJson, '', '{', '[1,]', 'NaN', "{'a':1}", '01', '1 2'),
  JSON_DUPLICATE_KEY: words.map((word) => () => parseJson(`{"${word}":1,"${word}":2}`)),
  JSON_NUMBER_INEXACT: refusing(parseJson, '9223372036854775808', '1e999', '-9223372036854775809', '1e-999'),
  JSON_TOO_DEEP: fc.integer({ min: 129, max: 5_000 }).map((depth) => () => parseJson('['.repeat(depth))),
  JSON_TOO_LARGE: fc
    .integer({ min: 4_194_305, max: 4_200_000 })
    .map((length) => () => parseJson(' '.repeat(length))),
  JSON_SHAPE: refusing(capabilityFromJson as (json: unknown) => unknown, null, 1, [], 'x'),

  TRANSPORT_MALFORMED: fc
    .tuple(words, fc.constantFrom<unknown>(1, [], 'text', { warrant: 1 }, { other: 1 }))
    .map(
      ([word, envelope]) =>
        () =>
          parseMcpMeta({ [word]: envelope, tenuo: envelope }),
    ),
  TRANSPORT_DUPLICATE: anyChain({ maxLength: 2 }).map(({ chain }) => () => {
    const { tenuo } = formatMcpMeta({ chain })
    return parseMcpCall({ name: 'read', arguments: { _tenuo: tenuo }, _meta: { tenuo } })
  }),
  TRANSPORT_TOO_LARGE: fc
    .integer({ min: 65_537, max: 90_000 })
    .map((length) => () => parseMcpMeta({ tenuo: { warrant: 'A'.repeat(length) } })),

  KEY_MALFORMED: words.map((word) => () => parsePublicKey(`${word} ${word}`)),
  KEY_MISMATCH: fc.constant(() => parseSecretKey(mixedKey())),
  WARRANT_ID_MALFORMED: words.map((word) => () => parseWarrantId(`tnu_wrt_${word}`)),
  DURATION_MALFORMED: words.map((word) => () => parseDuration(`${word}1`)),
  PROOF_MALFORMED: words.map((word) => () => parseProof(word)),
  SPEC_MALFORMED: words.map((word) => () => parseAllow(`${word}:=:`)),
}
