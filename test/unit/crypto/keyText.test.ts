/** The text forms of keys at each of their bounds: every text has one reading, or one code. */

import { describe, expect, test } from 'vitest'
import { parsePublicKey, publicKeyToBytes, publicKeyToPem } from '../../../src/crypto/keys.js'
import { readPublicKeyText, readSecretKeyText } from '../../../src/crypto/keyText.js'
import { parseSecretKey, secretKeyFromSeed, secretKeyToPem } from '../../../src/crypto/signer.js'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { MAX_KEY_TEXT } from '../../../src/encoding/limits.js'
import { codeOf } from '../../support/values.js'

const key = secretKeyFromSeed(new Uint8Array(32).fill(7))
const publicHex = toHex(publicKeyToBytes(key.publicKey))
const seedHex = '07'.repeat(32)

const pem = (label: string, body: string): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`
const der = (label: string, hex: string): string => pem(label, toBase64(fromHex(hex)))

const SPKI = '302a300506032b6570032100'
const PKCS8 = '302e020100300506032b657004220420'
const PKCS8_V1 = '3051020101300506032b657004220420'
const MIDDLE = '812100'

describe('white space around a key', () => {
  test.each([' ', '\n', '\r\n', '\t', ' \t\r\n \n'])('%j is dropped', (space) => {
    for (const text of [publicHex, publicKeyToPem(key.publicKey).trim()]) {
      expect(parsePublicKey(space + text + space)).toBe(key.publicKey)
      expect(parsePublicKey(space + text)).toBe(key.publicKey)
      expect(parsePublicKey(text + space)).toBe(key.publicKey)
    }
  })

  test('the lines of a PEM end in either way, each by itself', () => {
    const [first, body, last] = publicKeyToPem(key.publicKey).trim().split('\n')
    for (const one of ['\n', '\r\n'])
      for (const other of ['\n', '\r\n'])
        expect(parsePublicKey(`${first}${one}${body}${other}${last}\n`)).toBe(key.publicKey)
  })

  test.each(['\u00a0', '\v', '\f', '\uFEFF'])('%j is not', (space) => {
    expect(codeOf(() => parsePublicKey(space + publicHex))).toBe('KEY_MALFORMED')
    expect(codeOf(() => parsePublicKey(publicHex + space))).toBe('KEY_MALFORMED')
  })

  test('inside a key is not', () => {
    expect(codeOf(() => parsePublicKey(`${publicHex.slice(0, 32)} ${publicHex.slice(32)}`))).toBe(
      'KEY_MALFORMED',
    )
  })
})

test('text is as long as it may be', () => {
  const filled = publicHex + ' '.repeat(MAX_KEY_TEXT - publicHex.length)
  expect(parsePublicKey(filled)).toBe(key.publicKey)
  expect(codeOf(() => parsePublicKey(`${filled} `))).toBe('TEXT_TOO_LARGE')
  expect(codeOf(() => parseSecretKey(`${seedHex}${' '.repeat(MAX_KEY_TEXT)}`))).toBe('TEXT_TOO_LARGE')
})

describe('bare keys', () => {
  test.each<[string, string]>([
    ['', 'KEY_MALFORMED'],
    ['a', 'KEY_LENGTH'],
    [publicHex.slice(1), 'KEY_LENGTH'],
    [publicHex.slice(2), 'KEY_LENGTH'],
    [`${publicHex}00`, 'KEY_LENGTH'],
    [`${publicHex.slice(1)}g`, 'KEY_LENGTH'],
    [toBase64(new Uint8Array(31)), 'KEY_LENGTH'],
    [toBase64(new Uint8Array(33).fill(0xff)), 'KEY_LENGTH'],
    ['????', 'KEY_MALFORMED'],
  ])('%s: %s', (text, code) => {
    expect(codeOf(() => readPublicKeyText(text))).toBe(code)
  })

  test('43 digits are base64, as nothing else can be', () => {
    const text = `${'a'.repeat(42)}A`
    expect(readPublicKeyText(text).length).toBe(32)
    expect(toBase64Url(readPublicKeyText(text))).toBe(text)
  })
})

describe('public keys in PEM', () => {
  test.each<[string, string, string | undefined]>([
    ['the structure', der('PUBLIC KEY', SPKI + publicHex), undefined],
    ['hexadecimal', pem('PUBLIC KEY', publicHex), undefined],
    ['hexadecimal of another length', pem('PUBLIC KEY', publicHex.slice(8)), 'KEY_MALFORMED'],
    ['a byte too few', der('PUBLIC KEY', SPKI + publicHex.slice(2)), 'KEY_LENGTH'],
    ['a byte too many', der('PUBLIC KEY', `${SPKI + publicHex}00`), 'KEY_LENGTH'],
    ['another algorithm', der('PUBLIC KEY', `302a300506032b6571032100${publicHex}`), 'KEY_ALGORITHM'],
    [
      'Ed25519 in another structure',
      der('PUBLIC KEY', `302b300506032b6570032100${publicHex}`),
      'KEY_MALFORMED',
    ],
    ['the name of Ed25519 at the very end', der('PUBLIC KEY', '300506032b6570'), 'KEY_MALFORMED'],
    ['the name of Ed25519 cut off', der('PUBLIC KEY', '300406032b65'), 'KEY_ALGORITHM'],
    ['no structure', der('PUBLIC KEY', `042a300506032b6570032100${publicHex}`), 'KEY_MALFORMED'],
    ['nothing', pem('PUBLIC KEY', ''), 'KEY_MALFORMED'],
    ['no base64', pem('PUBLIC KEY', 'AAA'), 'TEXT_PEM_MALFORMED'],
    ['another label', der('PRIVATE KEY', SPKI + publicHex), 'TEXT_PEM_MALFORMED'],
    [
      'two labels',
      der('PUBLIC KEY', SPKI + publicHex).replace('END PUBLIC', 'END PRIVATE'),
      'TEXT_PEM_MALFORMED',
    ],
    ['a mark alone', '-----', 'TEXT_PEM_MALFORMED'],
    ['something before', `x${der('PUBLIC KEY', SPKI + publicHex)}`, 'KEY_MALFORMED'],
    ['something behind', `${der('PUBLIC KEY', SPKI + publicHex)}x`, 'TEXT_PEM_MALFORMED'],
  ])('of %s', (_, text, code) => {
    expect(codeOf(() => parsePublicKey(text))).toBe(code)
  })

  test('hexadecimal is told from base64 by its length alone, in either case', () => {
    expect(parsePublicKey(pem('PUBLIC KEY', publicHex.toUpperCase()))).toBe(key.publicKey)
  })
})

test('the length of a key is asked where its text is read', () => {
  for (const hex of [publicHex.slice(2), `${publicHex}00`])
    expect(codeOf(() => readPublicKeyText(der('PUBLIC KEY', SPKI + hex)))).toBe('KEY_LENGTH')
  for (const hex of [seedHex.slice(2), `${seedHex}00`])
    expect(codeOf(() => readSecretKeyText(der('PRIVATE KEY', PKCS8 + hex)))).toBe('KEY_LENGTH')
})

describe('secret keys in PEM', () => {
  test.each<[string, string, string | undefined]>([
    ['the structure', der('PRIVATE KEY', PKCS8 + seedHex), undefined],
    ['hexadecimal', pem('PRIVATE KEY', seedHex), undefined],
    ['a byte too few', der('PRIVATE KEY', PKCS8 + seedHex.slice(2)), 'KEY_LENGTH'],
    ['a byte too many', der('PRIVATE KEY', `${PKCS8 + seedHex}00`), 'KEY_LENGTH'],
    [
      'the structure with its public key',
      der('PRIVATE KEY', PKCS8_V1 + seedHex + MIDDLE + publicHex),
      undefined,
    ],
    [
      'the structure with another public key',
      der('PRIVATE KEY', PKCS8_V1 + seedHex + MIDDLE + '11'.repeat(32)),
      'KEY_MISMATCH',
    ],
    [
      'the version without public key, with one',
      der('PRIVATE KEY', `3051020100300506032b657004220420${seedHex}${MIDDLE}${publicHex}`),
      'KEY_MALFORMED',
    ],
    [
      'another thing between the keys',
      der('PRIVATE KEY', `${PKCS8_V1}${seedHex}812101${publicHex}`),
      'KEY_MALFORMED',
    ],
    [
      'a public key with a byte too few',
      der('PRIVATE KEY', PKCS8_V1 + seedHex + MIDDLE + publicHex.slice(2)),
      'KEY_MALFORMED',
    ],
    [
      'a public key with a byte too many',
      der('PRIVATE KEY', `${PKCS8_V1}${seedHex}${MIDDLE}${publicHex}00`),
      'KEY_MALFORMED',
    ],
    ['a public key', der('PRIVATE KEY', SPKI + publicHex), 'KEY_MALFORMED'],
    ['another algorithm', der('PRIVATE KEY', `302e020100300506032b656e04220420${seedHex}`), 'KEY_ALGORITHM'],
    ['another label', der('PUBLIC KEY', PKCS8 + seedHex), 'TEXT_PEM_MALFORMED'],
  ])('of %s', (_, text, code) => {
    expect(codeOf(() => parseSecretKey(text))).toBe(code)
    if (code === undefined) expect(parseSecretKey(text).publicKey).toBe(key.publicKey)
  })

  test('what is written is read, with nothing beside the seed', () => {
    expect(readSecretKeyText(secretKeyToPem(key))).toEqual({
      seed: fromHex(seedHex),
      claimedPublicKey: undefined,
    })
  })
})
