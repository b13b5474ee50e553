/** Keys named on the command line. A secret is never an argument: a flag says where it is. */

import { type PublicKey, parsePublicKey } from '../crypto/keys.js'
import { parseSecretKey, type SecretKey } from '../crypto/signer.js'
import { FormatError } from '../errors.js'
import { readSecretKeyFile } from '../node/keyFile.js'
import { cliFailure, placed, placedAsync } from './failure.js'
import { flagValue } from './flags.js'
import { MAX_SMALL_INPUT, placeOf } from './input.js'
import { isKeyText, isSecretText } from './secrets.js'
import type { Session } from './session.js'

/**
 * The secret key of a flag: a key file that nobody else can read, `-` for standard input, `fd:N` for an open descriptor, or
 * `env:NAME`, which is weaker: the environment of a process is seen by its children and by its user.
 * @throws CliFailure SECRET_IN_ARGUMENT, FILE_…; FormatError KEY_…
 */
export const secretKeyOf = async (session: Session, flag: string, name: string): Promise<SecretKey> => {
  // Refused before it can be taken for the name of a file and repeated in a message.
  if (isKeyText(name) || isSecretText(name)) throw cliFailure('SECRET_IN_ARGUMENT', flag)
  const what = placeOf(flag, name)
  const variable = /^env:(.+)$/.exec(name)?.[1]
  if (variable !== undefined) {
    const text = session.io.env[variable]
    if (text === undefined) throw cliFailure('FILE_NOT_FOUND', what, 'the variable is not set')
    return placed(what, () => parseSecretKey(text))
  }
  if (name === '-' || name.startsWith('fd:')) {
    const text = await session.inputs.text(name, what, MAX_SMALL_INPUT)
    return placed(what, () => parseSecretKey(text))
  }
  return placedAsync(what, async () => readSecretKeyFile(name))
}

/**
 * The public key of a flag: hexadecimal or base64 of it, or a file with it in any form that is read.
 * @throws CliFailure FILE_…; FormatError KEY_…
 */
export const publicKeyOf = async (session: Session, flag: string, name: string): Promise<PublicKey> => {
  if (isSecretText(name)) throw cliFailure('SECRET_IN_ARGUMENT', flag)
  if (isKeyText(name)) return flagValue(flag, () => parsePublicKey(name))
  const what = placeOf(flag, name)
  const text = await session.inputs.text(name, what, MAX_SMALL_INPUT)
  return placed(what, () => {
    if (text.includes('PRIVATE KEY'))
      throw new FormatError('KEY_MALFORMED', 'a secret key, where a public one is asked for')
    return parsePublicKey(text)
  })
}

/** The public keys of a flag that may stand several times. */
export const publicKeysOf = async (
  session: Session,
  flag: string,
  names: readonly string[] = [],
): Promise<PublicKey[]> => {
  const keys: PublicKey[] = []
  for (const name of names) keys.push(await publicKeyOf(session, flag, name))
  return keys
}
