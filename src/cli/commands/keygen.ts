/** `warrant keygen`: a new key pair in two files. A secret key is never printed and never replaced. */

import type { Command } from 'commander'
import { fingerprint, publicKeyToPem } from '../../crypto/keys.js'
import { generateKey } from '../../crypto/signer.js'
import { writePublicKeyFile, writeSecretKeyFile } from '../../node/keyFile.js'
import { display } from '../display.js'
import { placed, usage } from '../failure.js'
import { jsonFlag } from '../flags.js'
import { secretKeyOf } from '../keys.js'
import { refuseOccupied } from '../outputFile.js'
import type { Session } from '../session.js'

interface Flags {
  readonly showPublic?: string
}

export const addKeygen = (program: Command, session: Session): void => {
  const command = program
    .command('keygen')
    .description('make a key pair: NAME.key (secret, mode 0600) and NAME.pub; prints the public key')
    .argument('[name]', 'path of the two files, without their endings')
    .option('--show-public <key>', 'print the public key of a secret key instead, as PEM')
  jsonFlag(command).action(async (name: string | undefined, flags: Flags) => {
    if (flags.showPublic !== undefined) return showPublic(session, flags.showPublic, name)
    if (name === undefined || name === '') throw usage('a name for the key files is missing')
    return keygen(session, name)
  })
}

const keygen = async (session: Session, name: string): Promise<void> => {
  const [keyFile, publicKeyFile] = [`${name}.key`, `${name}.pub`]
  // Both are asked for first, so that one is not left behind without the other.
  await refuseOccupied(keyFile, keyFile, false)
  await refuseOccupied(publicKeyFile, publicKeyFile, false)
  const key = generateKey()
  const { publicKey } = key
  placed(keyFile, () => writeSecretKeyFile(keyFile, key))
  placed(publicKeyFile, () => writePublicKeyFile(publicKeyFile, publicKey))
  await session.remark(`wrote ${display(keyFile)} (secret: keep it) and ${display(publicKeyFile)}`)
  if (session.json) {
    return session.printJson({ publicKey, fingerprint: fingerprint(publicKey), keyFile, publicKeyFile })
  }
  return session.print(`${publicKey}\n`)
}

const showPublic = async (session: Session, from: string, name: string | undefined): Promise<void> => {
  if (name !== undefined) throw usage('--show-public makes no key, and takes no name')
  const { publicKey } = await secretKeyOf(session, '--show-public', from)
  return session.json
    ? session.printJson({ publicKey, fingerprint: fingerprint(publicKey) })
    : session.print(publicKeyToPem(publicKey))
}
