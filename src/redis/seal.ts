/**
 * Seals: an entry of a session holds a secret key, and a store across a network is read, copied and backed up by others.
 * So what leaves the machine is encrypted and authenticated under a key that stays on it: AES-256-GCM of node:crypto, a new
 * nonce each time, bound to the name under which it is kept. What was moved to another name does not open.
 */

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { randomBytes } from '../crypto/random.js'
import { fromHex, toHex, toUtf8 } from '../encoding/bytes.js'
import { FormatError } from '../errors.js'
import { OTHERS, readPlainFile, writeWholeFile } from '../node/wholeFile.js'

/** A key that seals; it prints as an object without content. */
export type SealKey = KeyObject

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_MODE = 0o600
const CIPHER = 'aes-256-gcm'
const CONTEXT = 'warrant-session-seal-v1'

/**
 * Writes a new key, 64 hexadecimal digits, to a file of mode 0600 that is not there yet. Every machine of a gateway has a
 * copy of the one file.
 * @throws FormatError FILE_EXISTS, FILE_NOT_WRITTEN, KEY_RANDOM_SOURCE
 */
export const createSealKeyFile = (path: string): SealKey => {
  const bytes = randomBytes(KEY_BYTES)
  try {
    writeWholeFile(path, `${toHex(bytes)}\n`, { mode: KEY_MODE, overwrite: false })
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/**
 * The key of a file that nobody but its owner can reach.
 * @throws FormatError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_NOT_PLAIN, FILE_MODE, KEY_MALFORMED
 */
export const readSealKeyFile = (path: string): SealKey => {
  const bytes = readPlainFile(path, { forbidden: OTHERS, maxBytes: 256, ownerOnly: true })
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trim()
    if (!/^[0-9a-f]{64}$/.test(text)) throw new FormatError('KEY_MALFORMED')
    return createSecretKey(fromHex(text))
  } finally {
    bytes.fill(0)
  }
}

/** @throws TypeError for a key of another kind or length */
export const assertSealKey = (key: SealKey): void => {
  if (key.type !== 'secret' || key.symmetricKeySize !== KEY_BYTES)
    throw new TypeError('a seal key is a secret key of 32 bytes')
}

/** The sealed form of a text, for one name: base64 of nonce, ciphertext and tag. */
export const seal = (text: string, name: string, key: SealKey): string => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(boundTo(name))
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  )
}

/**
 * The text that was sealed for this name, by any of these keys.
 * @throws FormatError STATE_MALFORMED for whatever was not, whether cut, changed, moved or made by somebody else
 */
export const unseal = (sealed: string, name: string, keys: readonly SealKey[]): string => {
  const bytes = Buffer.from(sealed, 'base64')
  const body = bytes.length - NONCE_BYTES - TAG_BYTES
  if (body > 0 && bytes.toString('base64') === sealed)
    for (const key of keys) {
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
        decipher.setAAD(boundTo(name)).setAuthTag(bytes.subarray(NONCE_BYTES + body))
        const text = decipher.update(bytes.subarray(NONCE_BYTES, NONCE_BYTES + body))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        // Not by this key.
      }
    }
  throw new FormatError('STATE_MALFORMED', 'a seal that does not open')
}

const boundTo = (name: string): Uint8Array => toUtf8(`${CONTEXT}\0${name}`)
