import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultBackend } from '../../../src/crypto/backend.js'
import {
  generateKey,
  parseSecretKey,
  type SecretKey,
  secretKeyFromSeed,
  secretKeyToPem,
} from '../../../src/crypto/signer.js'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { codeOf } from '../../support/values.js'

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('signing', () => {
  test('what a key signs verifies under its public key', () => {
    fc.assert(
      fc.property(seeds, fc.uint8Array({ maxLength: 100 }), (seed, message) => {
        const key = secretKeyFromSeed(seed)
        expect(defaultBackend.verify(key.publicKey, message, key.sign(message))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('the key does not change with the seed that it was made of', () => {
    const seed = new Uint8Array(32).fill(8)
    const key = secretKeyFromSeed(seed)
    const before = key.sign(new Uint8Array(1))
    const pem = secretKeyToPem(key)
    seed.fill(9)
    expect(key.sign(new Uint8Array(1))).toEqual(before)
    expect(secretKeyToPem(key)).toBe(pem)
    expect(() => Object.assign(key, { publicKey: generateKey().publicKey })).toThrow(TypeError)
  })

  test.each([0, 31, 33, 64])('a seed of %i bytes is refused', (length) => {
    expect(codeOf(() => secretKeyFromSeed(new Uint8Array(length)))).toBe('KEY_LENGTH')
  })
})

describe('text forms', () => {
  const pemOf = (body: string): string => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`

  test('every form reads back as the key', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom('', '\n', '\r\n'), (seed, blank) => {
        const { publicKey } = secretKeyFromSeed(seed)
        const hex = toHex(seed)
        const pem = secretKeyToPem(secretKeyFromSeed(seed))
        const forms = [hex, hex.toUpperCase(), toBase64(seed), toBase64Url(seed), pem, pemOf(hex)]
        for (const form of forms) expect(parseSecretKey(form + blank).publicKey).toBe(publicKey)
      }),
      { numRuns: 30 },
    )
  })

  test('our PEM is what OpenSSL writes', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
    expect(secretKeyToPem(parseSecretKey(String(pem)))).toBe(pem)
    expect(createPrivateKey(secretKeyToPem(generateKey())).asymmetricKeyType).toBe('ed25519')
  })

  const seed = new Uint8Array(32).fill(6)
  const hex = toHex(seed)
  const key = secretKeyFromSeed(seed)
  const wrapped = (der: string): string => pemOf(toBase64(fromHex(der)))
  const withPublicKey = (publicKey: string): string =>
    wrapped(`3051020101300506032b657004220420${hex}812100${publicKey}`)

  test('a public key in the PEM must be that of the seed', () => {
    expect(parseSecretKey(withPublicKey(key.publicKey)).publicKey).toBe(key.publicKey)
    expect(codeOf(() => parseSecretKey(withPublicKey(generateKey().publicKey)))).toBe('KEY_MISMATCH')
  })

  const rsa = String(
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
  )
  const x25519 = String(generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const locked = String(
    generateKeyPairSync('ed25519').privateKey.export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    }),
  )

  test.each<[string, string, string]>([
    ['nothing', '', 'KEY_MALFORMED'],
    ['words', 'correct horse', 'KEY_MALFORMED'],
    ['63 digits', hex.slice(1), 'KEY_LENGTH'],
    ['base64 of 64 bytes', toBase64(new Uint8Array(64)), 'KEY_LENGTH'],
    ['an RSA key', rsa, 'KEY_ALGORITHM'],
    ['an X25519 key', x25519, 'KEY_ALGORITHM'],
    ['an encrypted key', locked, 'TEXT_PEM_MALFORMED'],
    ['a public key', secretKeyToPem(key).replaceAll('PRIVATE', 'PUBLIC'), 'TEXT_PEM_MALFORMED'],
    ['a seed of 31 bytes', wrapped(`302e020100300506032b657004220420${hex.slice(2)}`), 'KEY_LENGTH'],
    ['bytes after the seed', wrapped(`302e020100300506032b657004220420${hex}00`), 'KEY_LENGTH'],
    ['a seed without its inner string', wrapped(`302c020100300506032b65700420${hex}`), 'KEY_MALFORMED'],
    ['a public key cut short', withPublicKey(key.publicKey.slice(2)), 'KEY_MALFORMED'],
    ['more text than any key', ' '.repeat(4097), 'TEXT_TOO_LARGE'],
  ])('%s is refused', (_, text, code) => {
    expect(codeOf(() => parseSecretKey(text))).toBe(code)
  })
})

describe('redaction', () => {
  const seed = Uint8Array.from({ length: 32 }, (_, place) => 0x41 + place)
  const key = secretKeyFromSeed(seed)
  key.sign(seed) // whatever a backend remembers of it is there by now
  const forms = [
    toHex(seed),
    toHex(seed).toUpperCase(),
    toBase64(seed).slice(0, 40),
    toBase64Url(seed).slice(0, 40),
    seed.join(),
    seed.join(', '),
    Buffer.from(seed).toString('latin1'),
    inspect(Buffer.from(seed)).slice(8, 60),
  ]
  const leaks = (text: string): string[] => forms.filter((form) => text.includes(form))

  test.each<[string, (key: SecretKey) => string]>([
    ['String()', (secret) => String(secret)],
    ['a template', (secret) => `${secret}`],
    ['JSON', (secret) => JSON.stringify({ secret, list: [secret] })],
    ['inspect', (secret) => inspect(secret)],
    [
      'inspect of what is hidden',
      (secret) => inspect({ secret }, { showHidden: true, depth: 9, getters: true }),
    ],
    [
      'inspect without its custom form',
      (secret) => inspect(secret, { customInspect: false, showHidden: true }),
    ],
    ['console formatting', (secret) => format('%s %o %O %j', secret, secret, secret, secret)],
    ['a clone', (secret) => inspect(structuredClone({ ...secret }), { depth: 9 })],
    ['a structured clone', (secret) => inspect(structuredClone(secret), { depth: 9 })],
    ['serialising', (secret) => serialize(secret).toString('latin1')],
    [
      'its own keys',
      (secret) =>
        Reflect.ownKeys(secret)
          .map((name) => `${String(name)}`)
          .join(),
    ],
    ['its entries', (secret) => inspect(Object.entries(secret))],
    ['an error', (secret) => inspect(new Error('failed', { cause: secret }))],
  ])('%s shows nothing of the secret', (_, show) => {
    expect(leaks(show(key))).toEqual([])
  })

  test('what is shown says so', () => {
    for (const shown of [
      String(key),
      JSON.parse(JSON.stringify(key)),
      inspect(key),
      inspect([key]).slice(2, -2),
    ]) {
      expect(shown).toBe('SecretKey(redacted)')
    }
  })

  test('the forms that are looked for are those that a leak would have', () => {
    expect(leaks(`${inspect(Buffer.from(seed))} ${toHex(seed)}`)).toHaveLength(2)
  })

  test('no refusal quotes the text that was refused', () => {
    const texts = [
      `${toHex(seed)}00`,
      `${toHex(seed)} `.repeat(2),
      toBase64(Uint8Array.of(...seed, 1)),
      `-----BEGIN PRIVATE KEY-----\n${toHex(seed)}00\n-----END PRIVATE KEY-----`,
      `-----BEGIN SECRET KEY-----\n${toHex(seed)}\n-----END SECRET KEY-----`,
    ]
    for (const text of texts) {
      try {
        parseSecretKey(text)
        expect.unreachable(text)
      } catch (thrown) {
        expect(leaks(inspect(thrown, { showHidden: true }))).toEqual([])
        expect(leaks(JSON.stringify(thrown))).toEqual([])
      }
    }
  })
})
