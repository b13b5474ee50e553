import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { publicKeyToPem } from '../../../src/crypto/keys.js'
import { generateKey, secretKeyToPem } from '../../../src/crypto/signer.js'
import {
  readPublicKeyFile,
  readSecretKeyFile,
  writePublicKeyFile,
  writeSecretKeyFile,
} from '../../../src/node/keyFile.js'
import { codeOf } from '../../support/values.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warrant-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const modeOf = (name: string): number => statSync(at(name)).mode & 0o777
const key = generateKey()

const underUmask = <T>(mask: number, run: () => T): T => {
  const before = process.umask(mask)
  try {
    return run()
  } finally {
    process.umask(before)
  }
}

describe('writing', () => {
  test.each([0, 0o022, 0o077, 0o277])(
    'the modes are exact under umask %o, and what is read is what was written',
    (mask) => {
      underUmask(mask, () => {
        writeSecretKeyFile(at('a.key'), key)
        writePublicKeyFile(at('a.pub'), key.publicKey)
      })
      expect([modeOf('a.key'), modeOf('a.pub')]).toEqual([0o600, 0o644])
      expect(readFileSync(at('a.key'), 'utf8')).toBe(secretKeyToPem(key))
      expect(readFileSync(at('a.pub'), 'utf8')).toBe(publicKeyToPem(key.publicKey))
      expect(readSecretKeyFile(at('a.key')).publicKey).toBe(key.publicKey)
      expect(readPublicKeyFile(at('a.pub'))).toBe(key.publicKey)
      expect(readdirSync(folder)).toEqual(['a.key', 'a.pub'])
    },
  )

  test('a file that is there stays as it was, unless it may be replaced', () => {
    writeFileSync(at('a.key'), 'precious', { mode: 0o644 })
    expect(codeOf(() => writeSecretKeyFile(at('a.key'), key))).toBe('FILE_EXISTS')
    expect(readFileSync(at('a.key'), 'utf8')).toBe('precious')
    writeSecretKeyFile(at('a.key'), key, { overwrite: true })
    expect(modeOf('a.key')).toBe(0o600)
    expect(readSecretKeyFile(at('a.key')).publicKey).toBe(key.publicKey)
    expect(readdirSync(folder)).toEqual(['a.key'])
  })

  test.each([false, true])(
    'a symbolic link that was planted is not followed (overwrite: %s)',
    (overwrite) => {
      writeFileSync(at('victim'), 'precious')
      for (const target of ['victim', 'nowhere']) {
        symlinkSync(at(target), at(`${target}.key`))
        const code = codeOf(() => writeSecretKeyFile(at(`${target}.key`), key, { overwrite }))
        expect(code).toBe(overwrite ? 'FILE_NOT_PLAIN' : 'FILE_EXISTS')
        expect(lstatSync(at(`${target}.key`)).isSymbolicLink()).toBe(true)
      }
      expect(readFileSync(at('victim'), 'utf8')).toBe('precious')
      expect(readdirSync(folder).sort()).toEqual(['nowhere.key', 'victim', 'victim.key'])
    },
  )

  test('a folder is neither replaced nor written to', () => {
    mkdirSync(at('a.key'))
    expect(codeOf(() => writeSecretKeyFile(at('a.key'), key))).toBe('FILE_EXISTS')
    expect(codeOf(() => writeSecretKeyFile(at('a.key'), key, { overwrite: true }))).toBe('FILE_NOT_PLAIN')
    expect(readdirSync(at('a.key'))).toEqual([])
  })

  test('a place that cannot be written is a typed refusal', () => {
    expect(codeOf(() => writeSecretKeyFile(at('none/a.key'), key))).toBe('FILE_NOT_WRITTEN')
    writeFileSync(at('file'), '')
    expect(codeOf(() => writeSecretKeyFile(at('file/a.key'), key))).toBe('FILE_NOT_WRITTEN')
    expect(codeOf(() => writeSecretKeyFile(`${folder}/nul\0`, key))).toBe('FILE_NOT_WRITTEN')
  })
})

describe('reading', () => {
  test.each([0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o601, 0o777, 0o444])(
    'a secret key that others have any right on is refused: %o',
    (mode) => {
      writeSecretKeyFile(at('a.key'), key)
      chmodSync(at('a.key'), mode)
      expect(codeOf(() => readSecretKeyFile(at('a.key')))).toBe('FILE_MODE')
    },
  )

  test.each([0o600, 0o400, 0o700])('one that its owner alone has is read: %o', (mode) => {
    writeSecretKeyFile(at('a.key'), key)
    chmodSync(at('a.key'), mode)
    expect(readSecretKeyFile(at('a.key')).publicKey).toBe(key.publicKey)
  })

  test('the mode that counts is that of the file, not of a link to it', () => {
    writeSecretKeyFile(at('a.key'), key)
    symlinkSync(at('a.key'), at('link'))
    expect(readSecretKeyFile(at('link')).publicKey).toBe(key.publicKey)
    chmodSync(at('a.key'), 0o644)
    expect(codeOf(() => readSecretKeyFile(at('link')))).toBe('FILE_MODE')
  })

  test('whatever is no file, or no key, is a typed refusal', () => {
    expect(codeOf(() => readSecretKeyFile(at('none')))).toBe('FILE_NOT_FOUND')
    expect(codeOf(() => readPublicKeyFile(at('none')))).toBe('FILE_NOT_FOUND')
    expect(codeOf(() => readPublicKeyFile(`${folder}/nul\0`))).toBe('FILE_UNREADABLE')
    expect(codeOf(() => readPublicKeyFile(folder))).toBe('FILE_NOT_PLAIN')
    expect(codeOf(() => readPublicKeyFile('/dev/zero'))).toBe('FILE_NOT_PLAIN')
    const files: [string | Uint8Array, string][] = [
      ['', 'KEY_MALFORMED'],
      ['\ufeff', 'KEY_MALFORMED'],
      [Uint8Array.of(255, 254, 0), 'KEY_MALFORMED'],
      [new Uint8Array(32), 'KEY_MALFORMED'],
      ['x'.repeat(4097), 'TEXT_TOO_LARGE'],
      ['x'.repeat(4096), 'KEY_LENGTH'],
      [publicKeyToPem(key.publicKey), 'TEXT_PEM_MALFORMED'],
    ]
    for (const [content, code] of files) {
      writeFileSync(at('a.key'), content, { mode: 0o600 })
      expect(codeOf(() => readSecretKeyFile(at('a.key')))).toBe(code)
    }
  })

  test.skipIf(process.platform === 'win32')('a pipe that nobody writes to does not hang the reader', () => {
    execFileSync('mkfifo', [at('pipe')])
    chmodSync(at('pipe'), 0o600)
    expect(codeOf(() => readSecretKeyFile(at('pipe')))).toBe('FILE_NOT_PLAIN')
  })
})
