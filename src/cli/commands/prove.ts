/** `warrant prove`: the holder's proof for one call. */

import type { Command } from 'commander'
import { DEFAULT_PROOF_PROFILE, formatProof, prove } from '../../statement/proof.js'
import { type CallFlags, callFlags, callInput } from '../callInput.js'
import { chainOf } from '../chainInput.js'
import {
  type HolderKeyFlags,
  holderKeyFlags,
  holderKeyName,
  jsonFlag,
  type ProfileFlag,
  profileFlag,
} from '../flags.js'
import { secretKeyOf } from '../keys.js'
import type { Session } from '../session.js'

type Flags = CallFlags & HolderKeyFlags & ProfileFlag

export const addProve = (program: Command, session: Session): void => {
  const command = program
    .command('prove')
    .description('sign a call as the holder of a warrant; prints the proof in standard base64')
    .argument('[warrant]', 'file, - for standard input (the default), or the text of the warrant')
  holderKeyFlags(command, 'secret key of the holder')
  profileFlag(callFlags(command))
  jsonFlag(command).action(async (warrant: string | undefined, flags: Flags) => {
    const chain = await chainOf(session, warrant)
    const key = await secretKeyOf(session, '--holder-key', holderKeyName(flags))
    const call = await callInput(session, flags)
    const { profile = DEFAULT_PROOF_PROFILE } = flags
    const proof = formatProof(prove(chain, call, key, { now: session.io.clock(), profile }))
    return session.json ? session.printJson({ proof }) : session.print(`${proof}\n`)
  })
}
