/**
 * Key material on the command line, where every process of the machine can read it and every message could repeat it:
 * found before any of the arguments is looked at, and hidden in whatever is said later.
 */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { cliFailure } from './failure.js'

// 32 bytes: 64 hexadecimal digits, or 43 characters of base64 and perhaps one of padding.
const HEX_KEY = /^(?:0x)?[0-9a-f]{64}$/i
const BASE64_KEY = /^[A-Za-z0-9+/_-]{43}=?$/
// The PEM of a secret key, and what every PKCS#8 structure of Ed25519 begins with, in base64 and in hexadecimal.
const SECRET_MARK =
  /-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY|MC4CAQAwBQYDK2Vw|MFECAQEwBQYDK2Vw|302e020100300506032b6570|3051020101300506032b6570/

/** Whether text is a key of either sort, by its form alone. What lies in a folder that there is, is the name of a file. */
export const isKeyText = (text: string): boolean =>
  HEX_KEY.test(text) || (BASE64_KEY.test(text) && /[A-Z]/.test(text) && !isPath(text))

const isPath = (text: string): boolean => {
  const folder = dirname(text)
  return folder.length > 1 && existsSync(folder)
}

/** Whether text holds what can be nothing but a secret key. */
export const isSecretText = (text: string): boolean => SECRET_MARK.test(text)

/** Words of text in which base64 could stand, the marks between them included. */
const wordsOf = (text: string): readonly string[] => text.split(/([^A-Za-z0-9+/_-]+)/)

/** A key, or what begins like a flag and is too long for one: a key behind dashes, or joined to the name of a flag. */
const isKeyWord = (word: string): boolean => {
  if (!word.startsWith('-')) return isKeyText(word)
  if (!word.startsWith('-o')) return LONG_FLAG.test(word)
  // The one flag with a short name takes a file. One key in 4,096 begins like it too.
  const file = word.slice(2)
  return isKeyText(file) || (isKeyText(word) && !isPath(file))
}

const LONG_FLAG = /^-(?=.*(?:[A-Z]|[0-9a-f]{64})).{42}/

const HIDDEN = '[hidden]'

/** Text for a message, with `[hidden]` for all that could be a key. */
export const withoutKeys = (text: string): string =>
  isSecretText(text)
    ? HIDDEN
    : wordsOf(text)
        .map((word) => (isKeyWord(word) ? HIDDEN : word))
        .join('')

/** What may stand in the value of a flag, where it is not a file, a number or a word of ours. */
type Expected = 'key' | 'name' | 'text'

const EXPECTED: ReadonlyMap<string, Expected> = new Map([
  ...['--holder', '--root', '--approver', '--revocation-issuer', '--log-key'].map(
    (flag) => [flag, 'key'] as const,
  ),
  ...['--tool', '--tools', '--session', '--agent', '--issuable', '--idempotent'].map(
    (flag) => [flag, 'name'] as const,
  ),
  ...['--args', '--allow', '--gate', '--bound', '--tool-clearance', '--proof'].map(
    (flag) => [flag, 'text'] as const,
  ),
])

/** Whether an argument holds key material where none is expected. Nobody can tell a seed from a public key. */
const isSecret = (argument: string, expected: Expected | undefined): boolean => {
  if (isSecretText(argument)) return true
  if (expected === 'key' || expected === 'name') return false
  // The lines of a warrant in PEM may be as long as a key.
  if (expected === 'text' || argument.startsWith('-----BEGIN TENUO '))
    return isKeyText(argument.replace(/^--[a-z-]+=/, '').trim())
  return wordsOf(argument).some(isKeyWord)
}

/** `--flag` of `--flag=value`; of other text nothing is repeated. */
const flagOf = (argument: string): string | undefined => /^(--[a-z][a-z-]{0,29})(?:=|$)/.exec(argument)?.[1]

/**
 * Refuses arguments in which a secret key stands, or what could be one where neither a public key nor a name is expected.
 * @throws CliFailure SECRET_IN_ARGUMENT, with the flag or the number of the argument, and nothing of its text.
 */
export const refuseSecrets = (argv: readonly string[]): void => {
  let before: string | undefined
  for (const [i, argument] of argv.entries()) {
    // A flag that has a value takes whatever comes next, as the reader of flags does.
    const isValue = before !== undefined && (EXPECTED.has(before) || !argument.startsWith('-'))
    const flag = isValue ? before : flagOf(argument)
    if (isSecret(argument, flag === undefined ? undefined : EXPECTED.get(flag)))
      throw cliFailure('SECRET_IN_ARGUMENT', flag ?? `argument ${i + 1}`)
    before = !isValue && flag === argument ? flag : undefined
  }
}
