import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  claimedPublicKey,
  decodePublicKey,
  decodeSignature,
  encodePublicKey,
  encodeSignature,
  fingerprint,
  parsePublicKey,
  publicKeyFromBytes,
  publicKeyToBytes,
  publicKeyToPem,
  signatureFromBytes,
  vetPublicKey,
} from '../../../src/crypto/keys.js'
import { generateKey, secretKeyFromSeed } from '../../../src/crypto/signer.js'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import { codeOf } from '../../support/values.js'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((seed) => secretKeyFromSeed(seed).publicKey)

const IDENTITY = new Uint8Array(32)
IDENTITY[0] = 1
/** y = 2, which is no point. */
const OFF_CURVE = new Uint8Array(32)
OFF_CURVE[0] = 2

const written = (write: (writer: CborWriter) => void): Uint8Array => {
  const writer = new CborWriter()
  write(writer)
  return writer.finish()
}

describe('a claimed key', () => {
  /** Keys that begin alike share a place among those that are remembered. */
  const alike = (last: number): Uint8Array => new Uint8Array(32).fill(7).with(31, last)

  test('is the hexadecimal of its bytes, however often and after whichever others', () => {
    const bytes = [alike(0), alike(1), alike(2)]
    for (const at of [0, 1, 0, 0, 2, 1, 1, 2, 0])
      expect(claimedPublicKey(bytes[at] as Uint8Array)).toBe(toHex(bytes[at] as Uint8Array))
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat(31),
        fc.nat(255),
        (one, at, byte) => {
          const other = one.with(at, byte)
          for (const each of [one, other, one, other]) expect(claimedPublicKey(each)).toBe(toHex(each))
        },
      ),
    )
  })

  test('is what its bytes are now, in memory that changes', () => {
    const memory = alike(5)
    expect(claimedPublicKey(memory)).toBe(toHex(alike(5)))
    memory[31] = 6
    expect(claimedPublicKey(memory)).toBe(toHex(alike(6)))
    memory[0] = 8
    expect(claimedPublicKey(memory)).toBe(`08${toHex(alike(6)).slice(2)}`)
  })

  test('is never of small order, whatever was met before', () => {
    for (const bytes of [IDENTITY, IDENTITY.with(31, 1), IDENTITY, IDENTITY]) {
      const refused = codeOf(() => claimedPublicKey(bytes))
      expect(refused).toBe(bytes[31] === 0 ? 'KEY_SMALL_ORDER' : undefined)
    }
  })
})

describe('vetting', () => {
  test.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(), 'KEY_LENGTH'],
    ['31 bytes', new Uint8Array(31).fill(9), 'KEY_LENGTH'],
    ['33 bytes', new Uint8Array(33).fill(9), 'KEY_LENGTH'],
    ['the identity', IDENTITY, 'KEY_SMALL_ORDER'],
    ['no point', OFF_CURVE, 'KEY_NOT_ON_CURVE'],
  ])('%s is refused', (_, bytes, code) => {
    expect(codeOf(() => publicKeyFromBytes(bytes))).toBe(code)
    expect(codeOf(() => parsePublicKey(toHex(bytes)))).toBe(bytes.length === 0 ? 'KEY_MALFORMED' : code)
  })

  test('a claim passes without arithmetic, and is caught when vetted, each time', () => {
    const claim = claimedPublicKey(OFF_CURVE)
    expect(codeOf(() => vetPublicKey(claim))).toBe('KEY_NOT_ON_CURVE')
    expect(codeOf(() => vetPublicKey(claim))).toBe('KEY_NOT_ON_CURVE')
    expect(codeOf(() => claimedPublicKey(IDENTITY))).toBe('KEY_SMALL_ORDER')
  })

  test('a key does not change with the bytes that it was made of, nor they with it', () => {
    const bytes = publicKeyToBytes(generateKey().publicKey)
    const key = publicKeyFromBytes(bytes)
    const before = key.slice()
    bytes.fill(0)
    expect(key).toBe(before)
    publicKeyToBytes(key).fill(0)
    expect(toHex(publicKeyToBytes(key))).toBe(before)
  })
})

describe('text forms', () => {
  test('every form reads back as the key, with the white space that files have', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom('', '\n', '\r\n', ' \t\n'), (key, blank) => {
        const bytes = publicKeyToBytes(key)
        const hexPem = `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`
        const crlf = publicKeyToPem(key).replaceAll('\n', '\r\n')
        const forms = [
          key,
          key.toUpperCase(),
          toBase64(bytes),
          toBase64Url(bytes),
          publicKeyToPem(key),
          hexPem,
          crlf,
        ]
        for (const form of forms) expect(parsePublicKey(blank + form + blank)).toBe(key)
        expect(fingerprint(key)).toBe(toHex(bytes.subarray(0, 8)))
      }),
      { numRuns: 40 },
    )
  })

  test('our PEM is what OpenSSL writes', () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const pem = publicKey.export({ format: 'pem', type: 'spki' })
    expect(publicKeyToPem(parsePublicKey(String(pem)))).toBe(pem)
    expect(createPublicKey(publicKeyToPem(generateKey().publicKey)).asymmetricKeyType).toBe('ed25519')
  })

  const { publicKey } = secretKeyFromSeed(new Uint8Array(32).fill(5))
  const bytes = publicKeyToBytes(publicKey)
  const pem = publicKeyToPem(publicKey)
  const pemOf = (type: 'x25519' | 'ed448'): string =>
    // The overloads of Node have no union of these two.
    String(generateKeyPairSync(type as 'x25519').publicKey.export({ format: 'pem', type: 'spki' }))
  const wrapped = (der: string): string =>
    `-----BEGIN PUBLIC KEY-----\n${toBase64(fromHex(der))}\n-----END PUBLIC KEY-----\n`

  test.each<[string, string, string]>([
    ['nothing', '', 'KEY_MALFORMED'],
    ['blanks', ' \n', 'KEY_MALFORMED'],
    ['words', 'not a key', 'KEY_MALFORMED'],
    ['63 digits', publicKey.slice(1), 'KEY_LENGTH'],
    ['66 digits', `${publicKey}00`, 'KEY_LENGTH'],
    ['a prefix 0x', `0x${publicKey}`, 'KEY_MALFORMED'],
    ['digits with a blank inside', `${publicKey.slice(0, 32)} ${publicKey.slice(32)}`, 'KEY_MALFORMED'],
    ['white space of another kind', `\u00a0${publicKey}`, 'KEY_MALFORMED'],
    ['base64 of 31 bytes', toBase64(bytes.subarray(1)), 'KEY_LENGTH'],
    ['base64 of 64 bytes', toBase64(Uint8Array.of(...bytes, ...bytes)), 'KEY_LENGTH'],
    ['base64 with a stray bit', `${toBase64Url(new Uint8Array(32).fill(9)).slice(0, 42)}l`, 'KEY_MALFORMED'],
    ['two PEM blocks', pem + pem, 'TEXT_PEM_MALFORMED'],
    ['a PEM with text around it', `key:\n${pem}`, 'KEY_MALFORMED'],
    ['a PEM with text after it', `${pem}key`, 'TEXT_PEM_MALFORMED'],
    ['a PEM that ends otherwise', pem.replace('END PUBLIC', 'END SECRET'), 'TEXT_PEM_MALFORMED'],
    ['a PEM without an end', pem.slice(0, 80), 'TEXT_PEM_MALFORMED'],
    ['a PEM of a secret key', pem.replaceAll('PUBLIC', 'PRIVATE'), 'TEXT_PEM_MALFORMED'],
    ['a PEM without padding', pem.replace(/=\n/, '\n'), 'TEXT_PEM_MALFORMED'],
    ['an X25519 key', pemOf('x25519'), 'KEY_ALGORITHM'],
    ['an Ed448 key', pemOf('ed448'), 'KEY_ALGORITHM'],
    ['a PEM of no DER', wrapped('00'.repeat(44)), 'KEY_MALFORMED'],
    ['a PEM of no bytes', '-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----', 'KEY_MALFORMED'],
    ['a PEM with a byte more', wrapped(`302a300506032b6570032100${publicKey}00`), 'KEY_LENGTH'],
    ['a PEM with a byte less', wrapped(`302a300506032b6570032100${publicKey.slice(2)}`), 'KEY_LENGTH'],
    ['a PEM with unused bits', wrapped(`302a300506032b6570032107${publicKey}`), 'KEY_MALFORMED'],
    ['a PEM with a longer head', wrapped(`30812a300506032b6570032100${publicKey}`), 'KEY_MALFORMED'],
    ['a PEM of small order', wrapped(`302a300506032b6570032100${toHex(IDENTITY)}`), 'KEY_SMALL_ORDER'],
    ['a PEM of no point', wrapped(`302a300506032b6570032100${toHex(OFF_CURVE)}`), 'KEY_NOT_ON_CURVE'],
    ['more text than any key', 'a'.repeat(4097), 'TEXT_TOO_LARGE'],
  ])('%s is refused', (_, text, code) => {
    expect(codeOf(() => parsePublicKey(text))).toBe(code)
  })

  test('arbitrary text is a key or a typed refusal', () => {
    const pieces = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      'PUBLIC KEY',
      '-----',
      '\n',
      publicKey,
      toBase64(bytes),
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const code = codeOf(() => parsePublicKey(text))
        expect(['undefined', 'string']).toContain(typeof code)
      }),
    )
  })
})

describe('the wire form', () => {
  test('a key is the pair of 1 and its bytes, and reads back', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const bytes = written((writer) => encodePublicKey(writer, key))
        expect(toHex(bytes)).toBe(`82015820${key}`)
        const reader = new CborReader(bytes)
        expect(decodePublicKey(reader)).toBe(key)
        reader.end()
      }),
      { numRuns: 20 },
    )
  })

  test('a signature is the pair of 1 and its bytes, and reads back as a copy', () => {
    const signature = signatureFromBytes(generateKey().sign(new Uint8Array(3)))
    const bytes = written((writer) => encodeSignature(writer, signature))
    expect(toHex(bytes)).toBe(`82015840${toHex(signature)}`)
    const read = decodeSignature(new CborReader(bytes))
    bytes.fill(0)
    expect(read).toEqual(signature)
  })

  const key = generateKey().publicKey
  const raw = '11'.repeat(64)

  test.each<[string, string, string]>([
    ['another algorithm', `82025820${key}`, 'KEY_ALGORITHM'],
    ['algorithm 0', `82005820${key}`, 'KEY_ALGORITHM'],
    ['a longer spelling of 1', `8218015820${key}`, 'CBOR_NOT_CANONICAL'],
    ['31 bytes', `8201581f${key.slice(2)}`, 'KEY_LENGTH'],
    ['33 bytes', `82015821${key}00`, 'KEY_LENGTH'],
    ['small order', `82015820${toHex(IDENTITY)}`, 'KEY_SMALL_ORDER'],
    ['bytes alone', `5820${key}`, 'CBOR_UNEXPECTED_TYPE'],
    ['three items', `83015820${key}00`, 'CBOR_UNEXPECTED_TYPE'],
    ['text', `82017820${key}`, 'CBOR_UNEXPECTED_TYPE'],
    ['an end too soon', `82015820${key.slice(2)}`, 'CBOR_TRUNCATED'],
  ])('a key of %s is refused', (_, hex, code) => {
    expect(codeOf(() => decodePublicKey(new CborReader(fromHex(hex))))).toBe(code)
  })

  test.each<[string, string, string]>([
    ['another algorithm', `82025840${raw}`, 'SIGNATURE_ALGORITHM'],
    ['63 bytes', `8201583f${raw.slice(2)}`, 'SIGNATURE_LENGTH'],
    ['65 bytes', `82015841${raw}00`, 'SIGNATURE_LENGTH'],
    ['bytes alone', `5840${raw}`, 'CBOR_UNEXPECTED_TYPE'],
  ])('a signature of %s is refused', (_, hex, code) => {
    expect(codeOf(() => decodeSignature(new CborReader(fromHex(hex))))).toBe(code)
  })
})
