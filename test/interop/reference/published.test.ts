/** The package's own test data, read from its source distribution at test time: proofs, payloads and signatures. */

import { expect, test } from 'vitest'
import { defaultBackend } from '../../../src/crypto/backend.js'
import { signatureFromBytes } from '../../../src/crypto/keys.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { parseChain, parseJson, prove, secretKeyFromSeed, type ValueObject } from '../../../src/index.js'
import { warrantMessage } from '../../../src/warrant/envelope.js'
import { decodePayload, encodePayload, type Payload } from '../../../src/warrant/payload.js'
import { judgedBySource } from './sdist.js'

interface ProofCase {
  readonly name: string
  readonly tool: string
  readonly args: ValueObject
  readonly raw_args?: ValueObject
  readonly warrant_b64: string
  readonly timestamp: number
  readonly expected_signature_hex: string
}

judgedBySource('published proofs', (read) => {
  const fixture = parseJson(read('tenuo-core/tests/fixtures/pop_canonical.json')) as unknown as {
    readonly holder_priv_hex: string
    readonly cases: readonly ProofCase[]
  } // its shape is asserted by what is read of it
  const holder = secretKeyFromSeed(fromHex(fixture.holder_priv_hex))

  test('there are some', () => {
    expect(fixture.cases.length).toBeGreaterThan(10)
  })

  test.each(fixture.cases)('$name', (row) => {
    const chain = parseChain(row.warrant_b64)
    const signed = (args: ValueObject, profile: 'tenuo-0.2' | 'tenuo-python' | 'tenuo-json') =>
      toHex(prove(chain, { tool: row.tool, args }, holder, { now: row.timestamp, profile }))
    expect(signed(row.args, 'tenuo-0.2')).toBe(row.expected_signature_hex)
    // The cases are of what all profiles have one form for, once nulls are out.
    expect(signed(row.raw_args ?? row.args, 'tenuo-python')).toBe(row.expected_signature_hex)
    expect(signed(row.args, 'tenuo-json')).toBe(row.expected_signature_hex)
  })
})

/** The hexadecimal literals of a Rust source, each with its continued lines. */
const literalsOf = (source: string): readonly string[] => [
  ...new Set(
    [...source.matchAll(/"((?:[0-9a-f]|\\\n\s*)+)"/g)]
      .map(([, body]) => String(body).replace(/\\\n\s*/g, ''))
      .filter((hex) => hex.length % 2 === 0 && hex.length >= 128),
  ),
]

const payloadOf = (hex: string): Payload | undefined => {
  try {
    return decodePayload(fromHex(hex))
  } catch {
    return undefined
  }
}

judgedBySource('published payloads', (read) => {
  const literals = literalsOf(read('tenuo-core/tests/test_vectors.rs'))
  const claimed = literals.filter((hex) => /^(a[89a-f]|b[0-9])0001/.test(hex))
  const signatures = literals
    .filter((hex) => hex.length === 128)
    .map((hex) => signatureFromBytes(fromHex(hex)))

  test('there are some', () => {
    expect(claimed.length).toBeGreaterThan(12)
    expect(signatures.length).toBeGreaterThan(12)
  })

  test('are read, and written as they are', () => {
    const unread = claimed.filter((hex) => payloadOf(hex) === undefined)
    for (const hex of claimed) {
      const payload = payloadOf(hex)
      if (payload !== undefined) expect(toHex(encodePayload(payload))).toBe(hex)
    }
    expect(unread).toEqual([])
  })

  test('are signed by the issuer that they name', () => {
    const unsigned = claimed.filter((hex) => {
      const message = warrantMessage(fromHex(hex))
      const { issuer } = payloadOf(hex) as Payload // all are read
      return !signatures.some((signature) => defaultBackend.verify(issuer, message, signature) === true)
    })
    expect(unsigned).toEqual([])
  })
})
