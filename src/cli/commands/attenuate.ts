/** `warrant attenuate`: a narrower child, for the same holder or, as a grant, for another. */

import type { Command } from 'commander'
import type { Engines } from '../../capability/constraint.js'
import type { PublicKey } from '../../crypto/keys.js'
import type { SecretKey } from '../../crypto/signer.js'
import { attenuate, grant } from '../../warrant/attenuate.js'
import { type Chain, leafOf } from '../../warrant/chain.js'
import { issue } from '../../warrant/issue.js'
import { type Authority, type AuthorityFlags, authorityFlags, authorityOf, given } from '../authorityFlags.js'
import { chainOf } from '../chainInput.js'
import { enginesFor } from '../engines.js'
import { usage } from '../failure.js'
import { type HolderKeyFlags, holderKeyFlags, holderKeyName, jsonFlag } from '../flags.js'
import { publicKeyOf, secretKeyOf } from '../keys.js'
import type { Session } from '../session.js'
import { spanText } from '../timeText.js'
import { deliver, type OutputFlags, outputFlags, refuseOutput } from '../warrantOutput.js'

interface Flags extends AuthorityFlags, OutputFlags, HolderKeyFlags {
  readonly holder?: string
  readonly agent?: string
}

export const addAttenuate = (program: Command, session: Session): void => {
  const command = program
    .command('attenuate')
    .description('make a narrower child of a warrant, signed by its holder; what would widen it is refused')
    .argument('[warrant]', 'file, - for standard input (the default), or the text of the parent')
  holderKeyFlags(command, 'secret key of the holder of the parent')
  command.option('--holder <key>', 'grant the child to this public key (default: the same holder)')
  authorityFlags(command).option('--agent <id>', 'the agent that it is for, a note')
  jsonFlag(outputFlags(command))
    .addHelpText('after', NOTE)
    .action(async (warrant: string | undefined, flags: Flags) => {
      const keyName = holderKeyName(flags)
      await refuseOutput(flags)
      const authority = await authorityOf(session, flags)
      const holder =
        flags.holder === undefined ? undefined : await publicKeyOf(session, '--holder', flags.holder)
      const parent = await chainOf(session, warrant)
      const key = await secretKeyOf(session, '--holder-key', keyName)
      const engines = await enginesFor(parent, authority)
      const now = session.io.clock()
      const agentId = flags.agent
      const child = childOf(parent, { ...authority, agentId, holder, now, engines }, key)
      await tellShortened(session, authority, child)
      return deliver(session, child, flags)
    })
}

const NOTE = `
What no flag speaks of is the parent's. From an issuer warrant, --allow issues an execution warrant to --holder.
`

interface Child extends Authority {
  readonly agentId: string | undefined
  readonly holder: PublicKey | undefined
  readonly now: number
  readonly engines: Engines
}

const childOf = (parent: Chain, child: Child, key: SecretKey): Chain => {
  const { holder, tools, now, engines, ...rest } = child
  if (leafOf(parent).payload.type === 'issuer' && tools !== undefined) {
    if (holder === undefined) throw usage('--holder is missing: an issuer warrant issues to somebody else')
    return issue(parent, { ...given(rest), holder, tools, now, engines }, key)
  }
  const options = { ...given({ ...rest, tools }), now, engines }
  return holder === undefined ? attenuate(parent, options, key) : grant(parent, { ...options, holder }, key)
}

/** A child never outlives its parent: where that cuts the life that was asked for, it is said. */
const tellShortened = async (session: Session, { ttlSeconds }: Authority, child: Chain): Promise<void> => {
  const { issuedAt, expiresAt } = leafOf(child).payload
  if (ttlSeconds === undefined || expiresAt - issuedAt >= ttlSeconds) return
  await session.remark(
    `expires with its parent, in ${spanText(expiresAt - issuedAt)} and not ${spanText(ttlSeconds)}`,
  )
}
